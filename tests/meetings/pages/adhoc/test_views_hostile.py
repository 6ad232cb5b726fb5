"""The forms of ad-hoc meetings with input that no browser sends: refused in words, kept in the form, never written."""

import itertools
import re
from html import escape
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.urls import reverse

from meetings.models import Meeting
from tests.gate_world import a_manual_form, signed_in
from tests.scene import NOW, a_meeting, a_participant, a_path, an_admin, an_expert, at
from tests.snapshot import everything

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
LONG = "x" * 100_000
TITLE, AGENDA = 'Kept <title> & "quotes"', "Kept agenda\nsecond line"


@pytest.fixture
def world():
    path, elsewhere = a_path(), a_path()
    eva, pia, admin = an_expert(path).user, a_participant(path), an_admin(path)
    return SimpleNamespace(
        path=path,
        eva=eva,
        pia=pia,
        admin=admin,
        meeting=a_meeting(path, eva, pia, at(12)),
        foreign_expert=an_expert(elsewhere).user,
        foreign_participant=a_participant(elsewhere),
        client=signed_in(admin),
    )


@pytest.fixture(params=["add", "edit"])
def send_both(request, world):
    """Posts the form of a new meeting, and that of one that is edited."""
    return sender(world, editing=request.param == "edit")


@pytest.fixture
def send(world):
    """Posts the form of a new meeting."""
    return sender(world)


def sender(world, *, editing=False):
    add, edit = reverse("schedule:manually", args=[world.path.pk]), reverse("meetings:edit", args=[world.meeting.pk])
    good = {
        **a_manual_form(at(10), title=TITLE, agenda=AGENDA, place="Lake room"),
        "token": str(uuid4()),
        "sequence": "0" if editing else "",
        "experts": [world.eva.pk],
        "participants": [world.pia.pk],
        "organizer": world.pia.pk,
    }

    def post(**fields):
        sent = {name: value for name, value in {**good, **fields}.items() if value is not None}
        return world.client.post(edit if editing else add, sent)

    return post


def refused(send, *, status=400, **fields):
    """The page that a form with these fields ends on, after nothing was written."""
    before = everything()
    response = send(**fields)
    assert (response.status_code, everything() == before) == (status, True)
    return response.content.decode()


def is_kept(page):
    return escape(TITLE) in page and escape(AGENDA) in page


BAD = {
    "date": ["", "x", "2026-13-01", "2026-02-30", "0000-00-00", "20261103", "2026-11-03T10:00", "-1", "1e9", "a\x00b"],
    "start": ["", "x", "24:00", "25:61", "10", "-1:00", "10:00:00Z", "٣٣:٠٠", "a\x00b"],
    "duration": ["", "-1", "0", "4", "481", "1e9", "1000000000", "abc", "9" * 400, "60.5", "a\x00b"],
    "zone": ["", "../../etc/passwd", "/etc/passwd", "Europe", "Europe/", "x", "UTC\x00", "Etc/../UTC", ".", LONG],
    "experts": [[], ["x"], ["1"], [""], ["a\x00b"], [LONG], [str(uuid4())], ["{}"]],
    "participants": [[], ["x"], ["1"], [""], ["a\x00b"], [LONG], [str(uuid4())], ["{}"]],
    "organizer": ["x", "1", "a\x00b", LONG, str(uuid4())],
    "place": [LONG, "x" * 121, "a\x00b"],
    "agenda": [LONG, "a\x00b"],
    "video_link": [
        "x",
        "javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "//example.com",
        "ftp://example.com/",
        "https://",
        "https://exa mple.com/",
        "https://example.com/\x00",
        "https://example.com/\nSet-Cookie:x",
        "https://example.com/" + LONG,
        " javascript:alert(1)",
        "java\nscript:alert(1)",
    ],
    "title": ["", "   ", "\n\r\n", "\t", " ", "\u200b", "\u200e\u202e\u2066", "x" * 121, LONG, "a\x00b"],
    "token": [None, "", "x", "1", LONG, "a\x00b"],
}


@pytest.mark.parametrize("field", BAD)
def test_bad_value_is_explained_and_everything_typed_is_kept(send, field):
    for value in BAD[field]:
        page = refused(send, **{field: value})

        assert "<title>Error:" in page
        assert escape(TITLE) in page or field == "title"
        assert escape(AGENDA) in page or field == "agenda"
        assert "Lake room" in page or field == "place"


@pytest.mark.parametrize("number", [0, 1, -1])
def test_everything_bad_at_once(send_both, number):
    page = refused(send_both, **{field: values[number] for field, values in BAD.items()})

    assert "<title>Error: " in page


@pytest.mark.parametrize("damage", [{"token": "x"}, {"token": None}, {"sequence": "x"}, {"sequence": None}])
def test_damaged_form_can_be_sent_once_more(world, damage):
    send = sender(world, editing=True)
    page = refused(send, **damage)
    marks = dict(re.findall(r'<input type="hidden" name="(token|sequence)" value="([^"]*)"', page))

    assert send(**marks).status_code == 302
    world.meeting.refresh_from_db()
    assert world.meeting.title == TITLE


@pytest.mark.parametrize("date", ["9999-12-31", "0001-01-01", "1970-12-31", "2100-01-01"])
def test_date_at_the_ends_of_the_calendar(send, date):
    for start, zone in itertools.product(["10:00", "", "x", "00:00"], ["Pacific/Kiritimati", "Pacific/Pago_Pago", "x"]):
        page = refused(send, date=date, start=start, zone=zone)

        assert is_kept(page)
        assert f'value="{date}"' in page
    for do in ("check", "suit:2026-11-03T10:00:00+00:00", "link:x", "expert"):
        refused(send, date=date, start="", do=do, status=200)


@pytest.mark.parametrize(
    "do",
    [
        "check",
        "x",
        "save",
        "delete",
        "a\x00b",
        LONG,
        "suit",
        "suit:",
        "suit:garbage",
        "suit:0001-01-01T00:00:00+14:00",
        "suit:9999-12-31T23:59:59-12:00",
        "suit:2026-11-03",
        "link",
        "link:garbage",
        "link:a\x00b",
        "link:5b3c1d6e-0f4a-4c1e-9a57-2f6f0b7d8e90",
        "expert:garbage",
    ],
)
def test_button_that_does_not_exist_shows_the_form_again(send, do):
    page = refused(send, do=do, status=200)

    assert is_kept(page) or "Add an expert to the path" in page


def test_link_of_an_expert_who_is_not_on_the_path_is_not_given_away(world, send):
    for person, given in ((world.eva, True), (world.foreign_expert, False)):
        page = refused(send, do=f"link:{person.pk}", status=200)

        assert (person.expert.video_link in page) == given


@pytest.mark.parametrize(
    "fields",
    [
        {"new-expert": "", "new-email": ""},
        {"new-expert": "x"},
        {"new-expert": "a\x00b"},
        {"new-expert": str(uuid4())},
        {"new-expert": LONG},
        {"new-email": "x"},
        {"new-email": "a\x00b@example.test"},
        {"new-email": "nobody@example.test"},
        {"new-email": f"{LONG}@example.test"},
        {"new-email": "a@example.test\nBcc: b@example.test"},
    ],
)
def test_bad_expert_to_add_is_explained_and_the_meeting_is_carried_on(send, fields):
    page = refused(send, do="add-expert", **fields)

    assert "<title>Error:" in page
    assert is_kept(page)


def test_participant_of_the_path_is_not_made_an_expert_too(world, send):
    page = refused(send, do="add-expert", **{"new-email": world.pia.email})

    assert "nobody can be both expert and participant on the same path" in page
    assert is_kept(page)


@pytest.mark.parametrize(
    ("field", "who"),
    [
        ("experts", "foreign_expert"),
        ("participants", "foreign_participant"),
        ("organizer", "foreign_expert"),
        ("experts", "pia"),
        ("participants", "eva"),
        ("experts", "admin"),
    ],
)
def test_person_who_can_not_be_chosen(world, send, field, who):
    page = refused(send, **{field: [getattr(world, who).pk]})

    assert is_kept(page)


def test_somebody_both_expert_and_participant(world, send):
    page = refused(send, experts=[world.eva.pk], participants=[world.pia.pk, world.eva.pk])

    assert is_kept(page)


@pytest.mark.parametrize("many", [900, 5000])
def test_thousands_of_people(send, many):
    refused(send, participants=[str(uuid4()) for _ in range(many)])


def test_same_person_a_thousand_times_is_there_once(world, send):
    assert send(participants=[world.pia.pk] * 900).status_code == 302
    people = Meeting.objects.exclude(pk=world.meeting.pk).get().attendees.values_list("user", flat=True)
    assert sorted(people) == sorted([world.eva.pk, world.pia.pk])


def test_doubt_is_not_silenced_by_any_key(world, send):
    keys = ["", "x", "a\x00b", LONG[:1000], "hours", f"hours:{world.eva.pk}", f"hours:{world.eva.pk}:0:9999999999"]
    page = refused(send, start="20:00", accept=keys)

    assert "is outside Eva’s hours" in page
    assert is_kept(page)


class TestClockChange:
    """Stockholm, 2026-03-29: 02:00 is 03:00; 2026-10-25: 03:00 is 02:00 again. The clock of this scene is set back."""

    @pytest.fixture(autouse=True)
    def early(self, clock):
        clock.move_to(NOW.replace(month=1, day=5))

    def test_hour_that_is_skipped(self, send):
        page = refused(send, date="2026-03-29", start="02:30", zone="Europe/Stockholm")

        assert "The clocks skip 02:30 in Stockholm on that date. Choose another start." in page
        assert is_kept(page)

    @pytest.mark.parametrize("which", [None, "", "third", "a\x00b"])
    def test_hour_that_comes_twice_must_be_told(self, send, which):
        page = refused(send, date="2026-10-25", start="02:30", zone="Europe/Stockholm", which=which)

        assert "Which of the two?" in page
        assert is_kept(page)

    @pytest.mark.parametrize(("which", "hour"), [("first", 0), ("second", 1)])
    def test_hour_that_comes_twice_is_the_one_told(self, world, send, which, hour):
        fields = {"date": "2026-10-25", "start": "02:30", "zone": "Europe/Stockholm", "which": which}
        start = int(NOW.replace(month=10, day=25, hour=hour, minute=30).timestamp())
        response = send(**fields, accept=[f"hours:{world.eva.pk}:{start}:{start + 30 * 60}"])

        assert response.status_code == 302
        assert Meeting.objects.filter(starts_at=NOW.replace(month=10, day=25, hour=hour, minute=30)).count() == 1


@pytest.mark.parametrize("change", ["hand-over", "delete"])
@pytest.mark.parametrize(
    "fields",
    [
        {"token": "x"},
        {"token": ""},
        {"token": "a\x00b"},
        {"sequence": ""},
        {"sequence": "x"},
        {"sequence": "-1"},
        {"sequence": "9" * 400},
        {"to": "x", "message": LONG},
        {"to": "", "message": "a\x00b"},
        {"to": "a\x00b", "message": "x" * 2001},
        {"to": str(uuid4()), "message": "x" * 2001},
    ],
)
def test_bad_hand_over_or_delete_is_explained(world, change, fields):
    good = {"token": str(uuid4()), "sequence": "0", "to": str(world.eva.pk), "message": "Kept words"}
    address = reverse(f"meetings:{change}", args=[world.meeting.pk])
    before = everything()

    response = world.client.post(address, {**good, **fields})

    assert (response.status_code, everything() == before) == (400, True)
    page = response.content.decode()
    assert "<title>Error:" in page
    assert change == "hand-over" or "message" in fields or "Kept words" in page


@pytest.mark.parametrize("who", ["foreign_expert", "foreign_participant", "admin", "pia"])
def test_hand_over_to_somebody_who_can_not_have_it(world, who):
    form = {"token": str(uuid4()), "sequence": "0", "to": getattr(world, who).pk}
    before = everything()

    response = world.client.post(reverse("meetings:hand-over", args=[world.meeting.pk]), form)

    assert (response.status_code, everything() == before) == (400, True)
    assert "Only somebody who is in the meeting can become its organizer." in response.text


@pytest.mark.parametrize("change", ["edit", "hand-over", "delete"])
def test_nul_in_the_address_is_400(world, change):
    address = reverse(f"meetings:{change}", args=[world.meeting.pk])

    refused, shown = (world.client.get(f"{address}?x={sent}") for sent in ("%00", "0"))

    assert (refused.status_code, shown.status_code) == (400, 200)
    assert "We couldn’t read that request" in refused.text


def test_markup_is_shown_as_text(world, send):
    script = '<script>alert("x")</script>'
    response = send(title=script, agenda=script, place=script)

    assert response.status_code == 302
    page = world.client.get(response.url).text
    assert (script in page, escape(script) in page) == (False, True)


@pytest.mark.parametrize("sequence", [None, "", "x", "-1", "9" * 400, "a\x00b"])
def test_edit_without_its_version_overwrites_nothing(world, sequence):
    form = {
        **a_manual_form(at(10), title=TITLE, agenda=AGENDA),
        "token": str(uuid4()),
        "experts": [world.eva.pk],
        "participants": [world.pia.pk],
    }
    before = everything()

    sent = form if sequence is None else {**form, "sequence": sequence}
    response = world.client.post(reverse("meetings:edit", args=[world.meeting.pk]), sent)

    assert (response.status_code, everything() == before) == (400, True)
    assert is_kept(response.content.decode())
