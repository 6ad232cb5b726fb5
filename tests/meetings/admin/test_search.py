"""How staff find meetings in Django's admin: by words, by UID, by filters; and whatever else is typed there."""

from uuid import uuid4

import pytest
from django.contrib.admin.widgets import AutocompleteMixin
from django.db import connection
from django.forms import HiddenInput
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from everwise.accounts.models import User
from experts.models import Expert
from meetings.models import Attendee, Meeting, MeetingEvent, Notice
from paths.models import Path, Theme
from tests.admin_site import EDITED, MODELS, NOON, a_world, address, as_sent, limited_staff_on, staff_on
from tests.scene import a_dropin, a_path, a_person, a_theme, an_expert

HOSTILE = [
    '"',
    "'",
    '" OR 1=1 --',
    "'; DROP TABLE meetings_meeting; --",
    "%",
    "_%\\",
    "Zoë Ångström 東京 🦉",
    "é" * 9_000,
    "a " * 5_000,
    '" ' * 5_000,
    '\\"' * 5_000,
    "%" * 10_000,
    "00000000-0000-0000-0000-00000000000",
    "00000000-0000-0000-0000-000000000000",
    "g0000000-0000-0000-0000-000000000000@host",
    "-" * 36,
    "\u202e\ufeff\x01",
]
ODD_QUERIES = [
    {"p": "99999"},
    {"p": "x"},
    {"p": "-1"},
    {"o": "99.-99.x"},
    {"all": ""},
    {"e": "1"},
    {"_facets": "True"},
    {"_popup": "1"},
    {"nothing": "x"},
    {"id__exact": "x"},
    {"path__id__exact": "x"},
    {"path__id__exact": ["", "x"]},
    {"user__id__exact": "0"},
    {"kind__exact": "'"},
    {"state": "x"},
    {"action": "send_again"},
]
ODD_DATES = [
    {"year": "9999"},
    {"year": "9999", "month": "12"},
    {"year": "9999", "month": "12", "day": "31"},
    {"year": "0"},
    {"year": "9" * 30},
    {"year": "x"},
    {"year": "2030", "month": "13"},
    {"year": "2030", "month": "2", "day": "30"},
    {"month": "5"},
    {"gte": "x"},
    {"gte": "9999-99-99"},
]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def staff(client):
    return staff_on(client)


@pytest.fixture
def meeting():
    """Maya and Priya talk about feedback on a path of their own; another meeting is somebody else's."""
    a_world(day=30)
    theme = a_theme(a_path(name="Leading others"), name="Giving feedback")
    expert = an_expert(user=a_person("Priya Raman", email="priya@coach.example"))
    return a_dropin(theme, a_person("Maya Lindqvist", email="maya@firm.example"), expert, NOON)


def found(staff, model=Meeting, **query):
    response = staff.get(address(model, "changelist"), query)
    assert response.status_code == 200
    return list(response.context["cl"].result_list)


@pytest.mark.parametrize(
    "words",
    [
        "feedback",
        "Leading",
        "priya",
        "raman",
        "coach.example",
        "maya@firm.example",
        "maya priya feedback leading",
        '"Giving feedback"',
        "'Maya Lindqvist'",
    ],
)
def test_meeting_is_found_by_title_path_and_people(staff, meeting, words):
    assert found(staff, q=words) == [meeting]


@pytest.mark.parametrize("words", ["feedback nobody", '"feedback Giving"', "maya-firm"])
def test_meeting_is_not_found_by_other_words(staff, meeting, words):
    assert found(staff, q=words) == []


@pytest.mark.parametrize(
    "text",
    ["{}", "{}@everwise.example", "UID:{}@everwise.example", "http://testserver/meetings/{}/", "maya {}"],
)
@pytest.mark.parametrize("dashes", [True, False], ids=["dashes", "no-dashes"])
def test_meeting_is_found_by_its_uid(staff, meeting, text, dashes):
    uid = str(meeting.pk) if dashes else meeting.pk.hex
    rows = {model: found(staff, model, q=text.format(uid)) for model in (Attendee, MeetingEvent)}

    assert found(staff, q=text.format(uid)) == [meeting]
    assert found(staff, q=text.format(uid.upper())) == [meeting]
    assert {row.meeting for each in rows.values() for row in each} == {meeting}


def test_meeting_page_tells_the_uid(staff, meeting):
    assert f'<div class="readonly">{meeting.pk}</div>' in staff.get(address(Meeting, "change", meeting.pk)).text


def test_meeting_of_another_uid_is_not_found(staff, meeting):
    assert found(staff, q=str(uuid4())) == []


def test_meeting_is_found_by_who_was_taken_out(staff, meeting):
    meeting.attendees.filter(role="expert").update(live=False, removed_at=NOON)

    assert found(staff, q="priya") == [meeting]


def test_meeting_with_many_matches_comes_once(staff, meeting):
    for _ in range(5):
        Attendee.objects.create(
            meeting=meeting,
            user=a_person("Maya Maya", email=f"maya{uuid4()}@example.com"),
            role="participant",
            starts_at=meeting.starts_at,
            ends_at=meeting.ends_at,
            added_at=NOON,
        )
    response = staff.get(address(Meeting, "changelist"), {"q": "maya"})

    assert (list(response.context["cl"].result_list), response.context["cl"].result_count) == ([meeting], 1)


def test_search_reads_no_other_table_once_per_meeting(staff, meeting):
    with CaptureQueriesContext(connection) as queries:
        found(staff, q="maya")
    (listing,) = (each["sql"] for each in queries if each["sql"].startswith('SELECT "meetings_meeting"."id"'))

    # The rows of people and attendees are found once, as sets of keys: nothing inside refers to the meeting outside.
    inner = listing.partition(" WHERE ")[2]
    assert '"meetings_meeting"."id" IN (SELECT' in inner.replace("((", "(")
    assert "EXISTS" not in inner
    assert "DISTINCT" not in listing


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label_lower)
def test_whatever_is_searched_for_is_answered(staff, model):
    a_world()

    answers = [staff.get(address(model, "changelist"), {"q": text}).status_code for text in HOSTILE]

    assert answers == [200] * len(HOSTILE)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label_lower)
def test_whatever_stands_in_the_address_is_answered(staff, model):
    a_world()
    dated = staff.get(address(model, "changelist")).context["cl"].date_hierarchy or "starts_at"
    queries = [*ODD_QUERIES, *({f"{dated}__{name}": value for name, value in odd.items()} for odd in ODD_DATES)]

    # 400: a lookup that is not allowed.
    answers = {staff.get(address(model, "changelist"), query, follow=True).status_code for query in queries}

    assert answers <= {200, 400}


NO_KEYS = ["x", "0", "-1", "9" * 30, "5b3c1d6e-0f4a-4c1e-9a57-2f6f0b7d8e90", "_00"]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label_lower)
def test_row_that_is_not_there_is_told(staff, model):
    a_world()
    gone = "Perhaps it was deleted?"

    for key in NO_KEYS:
        for page in ("change", "history", "delete"):
            answer = staff.get(address(model, page, key), follow=True)
            # 403: what nobody may delete.
            assert answer.status_code == 403 or gone in answer.text, (page, key)
    assert gone not in staff.get(address(model, "change", model.objects.first().pk), follow=True).text


def test_search_with_a_nul_is_refused(staff):
    refused = staff.get(address(Meeting, "changelist"), {"q": "a\x00b"})

    assert (refused.status_code, "We couldn’t read that request" in refused.text) == (400, True)
    assert found(staff, q="ab") == []


def test_meetings_filtered_by_kind_status_path_and_date(staff, meeting):
    other = Meeting.objects.exclude(pk=meeting.pk).get()

    assert found(staff, kind__exact="adhoc") == []
    assert found(staff, kind__exact="dropin") == [other, meeting]
    assert found(staff, status__exact="cancelled") == []
    assert found(staff, path__id__exact=meeting.path_id) == [meeting]
    assert found(staff, path__id__exact="") == [other, meeting]
    assert found(staff, starts_at__year="2026", starts_at__month="11", starts_at__day="3") == [meeting]


def test_meetings_of_the_next_days(staff, meeting):
    page = staff.get(address(Meeting, "changelist"))
    (dates,) = (spec for spec in page.context["cl"].filter_specs if spec.title == "starts at")
    links = {choice["display"]: choice["query_string"] for choice in dates.choices(page.context["cl"])}

    shown = {
        name: list(staff.get(address(Meeting, "changelist") + links[name]).context["cl"].result_list)
        for name in ("Today", "Tomorrow", "Next 7 days")
    }

    assert shown == {"Today": [], "Tomorrow": [meeting], "Next 7 days": [meeting]}


def test_path_filter_is_small_among_a_thousand_paths(staff, meeting):
    def opened():
        with CaptureQueriesContext(connection) as queries:
            page = staff.get(address(Meeting, "changelist"), {"path__id__exact": meeting.path_id, "q": "maya"})
        return len(queries), len(page.content), page.text

    opened()
    queries, size, text = opened()
    Path.objects.bulk_create(Path(program=meeting.path.program, name=f"Other {n}") for n in range(1000))

    assert opened()[:2] == (queries, size)
    assert f'<option value="{meeting.path_id}" selected>Leading others</option>' in text
    # What else is asked for goes along.
    assert '<input type="hidden" name="q" value="maya">' in text


def test_path_filter_is_not_offered_to_whom_paths_are_closed(client, meeting):
    limited_staff_on(client, "view_meeting")

    response = client.get(address(Meeting, "changelist"))

    assert [spec.title for spec in response.context["cl"].filter_specs] == ["kind", "status", "starts at"]


@pytest.mark.parametrize(
    ("model", "field"),
    [(Meeting, "path"), (Notice, "user"), (Attendee, "user"), (MeetingEvent, "by"), (Theme, "experts")],
    ids=lambda value: str(value),
)
def test_autocompletion_answers_with_as_many_queries_for_many(staff, model, field):
    def suggested(term=""):
        query = {"app_label": model._meta.app_label, "model_name": model._meta.model_name, "field_name": field}
        with CaptureQueriesContext(connection) as queries:
            response = staff.get(reverse("admin:autocomplete"), {**query, "term": term})
        assert response.status_code == 200
        return len(queries), response.json()["results"]

    a_world()
    few, _ = suggested()
    for day in range(1, 10):
        a_world(day)
    many, results = suggested()

    assert many == few
    assert len(results) >= 10
    for text in HOSTILE:
        suggested(text)


@pytest.mark.parametrize("page", ["add", "change"])
@pytest.mark.parametrize("model", EDITED, ids=lambda model: model._meta.label_lower)
def test_every_field_for_a_person_completes_what_is_typed(staff, model, page):
    """A list of all people can't be used, and would cost a query for each row of a form."""
    a_world()
    context = staff.get(address(model, page, *([model.objects.first().pk] if page == "change" else []))).context
    forms = [context["adminform"].form, *(each.formset.empty_form for each in context["inline_admin_formsets"])]

    lists = [
        (type(form).__name__, name)
        for form in forms
        for name, field in form.fields.items()
        if getattr(getattr(field, "queryset", None), "model", None) in {User, Expert}
        if not isinstance(getattr(field.widget, "widget", field.widget), AutocompleteMixin | HiddenInput)
    ]

    assert lists == []


@pytest.mark.parametrize("page", ["add", "change"])
@pytest.mark.parametrize("model", EDITED, ids=lambda model: model._meta.label_lower)
def test_whatever_is_sent_by_a_form_is_answered(staff, model, page):
    a_world()
    target = address(model, page, *([model.objects.first().pk] if page == "change" else []))
    form = as_sent(staff.get(target))

    for value in ("\x00", "é" * 9_000, "9" * 30, "-1", "2026-13-45"):
        # All fields at once, with the forms' own counts and without.
        for fields in (dict.fromkeys(form, value), {name: form[name] if "_FORMS" in name else value for name in form}):
            answer = staff.post(target, fields)
            assert answer.status_code == 302 or "errornote" in answer.text or "errorlist" in answer.text, value


def test_row_saved_by_somebody_else_meanwhile_is_told(staff):
    """Here the page's own row, sent as if it were new."""
    a_world()
    page = address(Expert, "change", Expert.objects.get().pk)
    form = as_sent(staff.get(page), **{"overrides-INITIAL_FORMS": -1}, title="Lost")

    response = staff.post(page, form, follow=True)

    assert "Somebody else has just saved the same. Nothing was saved; try again." in response.text
    assert Expert.objects.get().title != "Lost"
