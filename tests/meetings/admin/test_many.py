"""Django's admin of an installation with ten thousand meetings: no list asks the database for more than with one."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from everwise.accounts.models import User
from experts.models import BusyTime, Expert
from meetings.enums import Kind, Status
from meetings.models import Attendee, Meeting, MeetingEvent, Notice
from paths.models import Membership, Path, Theme
from tests.admin_site import MODELS, NOON, a_world, address, staff_on

MEETINGS, PATHS, EXPERTS, PARTICIPANTS = 10_000, 100, 50, 1_000
MOST_QUERIES = 15
DAY = timedelta(days=1)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def ten_thousand_meetings():
    """Each expert has ten sessions a day, each participant one every ten days; the oldest are long over."""
    a_path = Path.objects.get()
    paths = Path.objects.bulk_create(Path(program=a_path.program, name=f"Path of {n}") for n in range(PATHS))
    themes = Theme.objects.bulk_create(Theme(path=path, name=f"Theme of {path}") for path in paths)
    people = User.objects.bulk_create(
        User(name=f"Person of {n}", email=f"many{n}@example.com") for n in range(EXPERTS + PARTICIPANTS)
    )
    experts, participants = people[:EXPERTS], people[EXPERTS:]
    Expert.objects.bulk_create(Expert(user=user) for user in experts)
    BusyTime.objects.bulk_create(
        BusyTime(expert=Expert.objects.first(), starts_at=NOON + n * DAY, ends_at=NOON + n * DAY + DAY / 24)
        for n in range(2_000)
    )
    Membership.objects.bulk_create(
        Membership(path=paths[n % PATHS], user=user, role="participant") for n, user in enumerate(participants)
    )
    meetings, attendees, events, notices = [], [], [], []
    for n in range(MEETINGS):
        # Slot by slot: an hour in which all experts are in a meeting, then the next hour.
        start = NOON - 600 * DAY + timedelta(hours=n // EXPERTS * 25)
        participant, expert = participants[n % PARTICIPANTS], experts[n % EXPERTS]
        times = {"starts_at": start, "ends_at": start + timedelta(minutes=45)}
        meeting = Meeting(
            path=paths[n % PATHS],
            theme=themes[n % PATHS],
            kind=Kind.DROP_IN,
            title=f"Session of {n}",
            status=Status.CANCELLED if n % 7 == 0 else Status.SCHEDULED,
            organizer=participant,
            created_by=participant,
            created_at=start - DAY,
            **times,
        )
        meetings.append(meeting)
        for user, role in ((participant, "participant"), (expert, "expert")):
            attendees.append(Attendee(meeting=meeting, user=user, role=role, live=n % 7 != 0, added_at=start, **times))
        event = MeetingEvent(meeting=meeting, happening="booked", by=participant, at=start - DAY, sequence=0)
        events.append(event)
        notices.append(Notice(event=event, meeting=meeting, user=expert, kind="booked", sequence=0, due_at=start - DAY))
    for model, rows in ((Meeting, meetings), (Attendee, attendees), (MeetingEvent, events), (Notice, notices)):
        model.objects.bulk_create(rows, batch_size=2_000)


def lists(client):
    """Each changelist as staff call it, and how many queries it took."""
    counts = {}
    one = Meeting.objects.get(title__startswith="Theme")
    for model in MODELS:
        page = client.get(address(model, "changelist"))
        queries = [{}, {"q": "of"}, {"q": "nobody"}, {"q": "person of 12"}, {"_facets": "True"}]
        for spec in page.context["cl"].filter_specs:
            choices = list(spec.choices(page.context["cl"]))
            queries.append(choices[-1].get("query_string", {}))
        if dated := page.context["cl"].date_hierarchy:
            queries += [{f"{dated}__year": NOON.year}, {f"{dated}__year": NOON.year, f"{dated}__month": NOON.month}]
        if model is Meeting:
            queries += [{"q": str(one.pk)}, {"path__id__exact": one.path_id}, {"o": "2.-4"}, {"p": 1, "o": "1"}]
        for number, query in enumerate(queries):
            target = address(model, "changelist") + (query if isinstance(query, str) else "")
            with CaptureQueriesContext(connection) as captured:
                response = client.get(target, query if isinstance(query, dict) else {})
            assert response.status_code == 200
            counts[model._meta.label, number] = len(captured)
    return counts


def test_each_list_of_ten_thousand_meetings_takes_few_queries(client):
    a_world()
    staff_on(client)
    # Django remembers its content types from the first page on.
    client.get(reverse("admin:index"))
    few = lists(client)
    ten_thousand_meetings()

    many = lists(client)
    second = client.get(address(Meeting, "changelist"), {"p": "2"})
    page = second.context["cl"]

    assert {page: count for page, count in many.items() if count > MOST_QUERIES} == {}
    # A list that found nothing before may look up the people of those it finds now.
    assert {page: (few[page], count) for page, count in many.items() if count > few[page] + 1} == {}
    assert {page: (few[page], count) for page, count in many.items() if page[1] == 0 and count != few[page]} == {}
    assert (page.counted, page.paginator.more, len(page.result_list)) == ("1,100", True, 100)
    assert "more than 1,100 meetings" in second.text
