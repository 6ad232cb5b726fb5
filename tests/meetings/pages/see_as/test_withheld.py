"""What is private to the person stays away, whichever page an admin sees as them; they themselves see each of it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from experts.models import BusyCalendar
from meetings.enums import Kind
from meetings.models import Meeting, MeetingAnswer, Note, Rating
from paths.enums import Role
from tests.gate_world import signed_in
from tests.meetings.pages.see_as.conftest import LOOKERS
from tests.scene import NOW, a_dropin, a_path, a_theme, an_expert, at, join

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

PRIVATE = {
    "participant": {"PIAS-PRIVATE-NOTE", "PIAS-RATING", "PIAS-ANSWER", "TITLE-ELSEWHERE", "PATH-ELSEWHERE"},
    "expert": {"EVAS-PRIVATE-NOTE", "PIAS-ANSWER", "CALENDAR-LABEL", "VIDEO-LINK", "TITLE-ELSEWHERE", "PATH-ELSEWHERE"},
}
EVERYTHING = PRIVATE["participant"] | PRIVATE["expert"] | {"CALENDAR-ADDRESS"}


@pytest.fixture
def marked(looking):
    """A world in which all that is private has its own marker, with a meeting that goes on and one elsewhere."""
    looking.past = Meeting.objects.get(kind=Kind.DROP_IN, starts_at=at(10, day=-3))
    looking.coming = looking.world.meetings[Kind.DROP_IN]["participant"]
    expert = looking.eva.expert
    expert.video_link = "https://video.example.test/VIDEO-LINK"
    expert.save(update_fields=["video_link"])
    Meeting.objects.filter(pk=looking.past.pk).update(video_link=expert.video_link)
    looking.now = a_dropin(looking.world.theme, looking.pia, expert, NOW + timedelta(minutes=5))
    for meeting in (looking.past, looking.coming):
        Note.objects.create(meeting=meeting, author=looking.pia, text="PIAS-PRIVATE-NOTE", written_at=NOW)
        Note.objects.create(meeting=meeting, author=looking.eva, text="EVAS-PRIVATE-NOTE", written_at=NOW)
        Note.objects.create(meeting=meeting, author=looking.eva, text="A-SHARED-NOTE", shared=True, written_at=NOW)
    Rating.objects.create(meeting=looking.past, user=looking.pia, stars=2, comment="PIAS-RATING", rated_at=NOW)
    answers = MeetingAnswer.objects.filter(meeting=looking.coming)
    assert answers.update(text="PIAS-ANSWER") == 1
    BusyCalendar.objects.create(
        expert=expert,
        kind="address",
        label="CALENDAR-LABEL",
        url="https://c.example.test/CALENDAR-ADDRESS",
        next_read_at=at(0),
    )
    other = a_path(name="PATH-ELSEWHERE")
    for person, role in ((looking.pia, Role.PARTICIPANT), (looking.eva, Role.EXPERT)):
        join(person, other, role)
    elsewhere = a_theme(other, expert, an_expert(other, name="Elsa"), name="TITLE-ELSEWHERE")
    # Coming and past, at a time that the pages ask about.
    looking.elsewhere = a_dropin(elsewhere, looking.pia, expert, at(11))
    a_dropin(elsewhere, looking.pia, expert, at(11, day=-5))
    return looking


def pages(looking, who):
    """Every page that can be reached, with what leads to sentences about times that are not free."""
    found = [looking.page, *(looking.step(name, who) for name in ("theme", "time", "confirm"))]
    found += [f"{looking.step('time', who)}&day={at(11):%Y-%m-%d}&expert={looking.eva.expert.pk}&every=1"]
    found += [f"{looking.step('theme', who)}&find=Pia"]
    found += [looking.step("confirm", who).replace("T11:00", f"T{hour}:00") for hour in ("10", "12", "23")]
    if not who.startswith("any"):
        found += [meeting.get_absolute_url() for meeting in (looking.past, looking.coming, looking.now)]
    return found


@pytest.mark.parametrize("who", LOOKERS)
def test_no_marker_is_on_any_page(marked, who):
    marked.start(who)

    shown = {address: marked.get(address) for address in pages(marked, who)}

    # 302: to a session that is booked already, whose page after booking is refused.
    assert {answer.status_code for answer in shown.values()} <= {200, 302, 400, 409}
    leaked = {(marker, address) for address, answer in shown.items() for marker in EVERYTHING if marker in answer.text}
    assert leaked == set()
    everything = "".join(answer.text for answer in shown.values())
    assert "Nothing can be changed." in everything
    if not who.startswith("any"):
        # What everybody of the meeting reads, and the admin too, is there.
        assert "A-SHARED-NOTE" in everything
        assert everything.count("Withheld while you see as somebody else") == 3


@pytest.mark.parametrize("who", PRIVATE)
def test_person_sees_all_of_it(marked, who):
    """The control: the same pages, and those that are not part of it."""
    client = signed_in(marked.people[who])
    own = [reverse("paths:list"), reverse("meetings:list"), marked.elsewhere.get_absolute_url()]
    if who == "expert":
        own += [reverse("calendars:list"), reverse("profile"), reverse("meetings:join", args=[marked.now.pk])]

    found = [client.get(address) for address in [*pages(marked, who), *own]]

    texts = "".join(answer.text + answer.headers.get("Location", "") for answer in found)
    assert {marker for marker in EVERYTHING if marker in texts} >= PRIVATE[who]


@pytest.mark.parametrize("who", PRIVATE)
def test_ways_out_of_the_meeting_are_not_there(marked, who):
    join_it, calendar = (reverse(f"meetings:{name}", args=[marked.now.pk]) for name in ("join", "calendar-file"))
    page = marked.now.get_absolute_url()
    own = signed_in(marked.people[who]).get(page).text
    assert (join_it in own, calendar in own) == (True, True)

    marked.start(who)

    seen = marked.get(page).text
    assert (join_it in seen, calendar in seen) == (False, False)


def test_admins_own_words_are_not_taken_for_the_persons(marked):
    Note.objects.create(meeting=marked.past, author=marked.admin, text="ADAS-PRIVATE-NOTE", written_at=NOW)
    marked.start("participant")

    assert "ADAS-PRIVATE-NOTE" not in marked.get(marked.past.get_absolute_url()).text


def test_times_are_the_persons_and_colours_the_admins(marked):
    marked.pia.time_zone = "Asia/Kolkata"
    marked.pia.appearance = "dark"
    marked.pia.save(update_fields=["time_zone", "appearance"])
    marked.admin.appearance = "light"
    marked.admin.save(update_fields=["appearance"])
    page = marked.coming.get_absolute_url()
    # A zone that the admin has chosen for a while is none of the person's.
    marked.client.post(reverse("device-zone"), {"zone": "America/New_York"})
    marked.start("participant")

    answer = marked.get(page)
    assert "15:30 to 16:00" in answer.text
    assert 'data-bs-theme="light"' in answer.text
    assert "Kolkata" in marked.get(marked.step("time", "participant")).text
    assert "New York" not in marked.get(marked.step("time", "participant")).text
