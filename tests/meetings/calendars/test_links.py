"""“Add to calendar”: what the links and the file of one meeting say, and where they are offered."""

from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, unquote, urlsplit

import icalendar
import pytest
from django.urls import reverse

from everwise.accounts.models import User
from meetings import booking
from meetings.calendars import links
from meetings.mail import render
from meetings.models import Meeting, Notice
from tests.gate_world import signed_in
from tests.scene import NOW, a_theme, add, an_expert, at, book

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
ROOM = "https://video.example.test/secret-room"


@pytest.fixture
def meeting(path, pia):
    eva = an_expert(path, video_link=ROOM)
    made = book(a_theme(path, eva), pia, at(10), note="Between the two of us")
    return Meeting.objects.with_people().get(pk=made.pk)


def page(meeting, name="detail") -> str:
    return signed_in(meeting.organizer).get(reverse(f"meetings:{name}", args=[meeting.pk])).text


def test_links_say_what_the_invitation_says(meeting):
    offered = links.links(meeting, NOW)
    join, page = (f"http://testserver/meetings/{meeting.pk}/{rest}" for rest in ("join/", ""))

    google, outlook, same = (parse_qs(urlsplit(link).query) for link in offered)

    assert urlsplit(offered.google).netloc == "calendar.google.com"
    assert google == {
        "action": ["TEMPLATE"],
        "text": ["Giving feedback"],
        "dates": ["20261103T100000Z/20261103T103000Z"],
        "details": [f"Join: {join}\n\nMeeting: {page}"],
        "location": [join],
    }
    assert urlsplit(offered.outlook_com).netloc == "outlook.live.com"
    assert urlsplit(offered.microsoft_365).netloc == "outlook.office.com"
    assert (
        outlook
        == same
        == {
            "path": ["/calendar/action/compose"],
            "rru": ["addevent"],
            "subject": ["Giving feedback"],
            "startdt": ["2026-11-03T10:00:00Z"],
            "enddt": ["2026-11-03T10:30:00Z"],
            "body": [f"Join: {join}<br><br>Meeting: {page}"],
            "location": [join],
        }
    )


def test_links_are_no_longer_than_browsers_and_servers_take(meeting):
    meeting.agenda = "ß" * 4000

    for link in links.links(meeting, NOW):
        assert len(link) < 8000
        assert f"%2Fmeetings%2F{meeting.pk}%2Fjoin%2F" in link


def test_file_is_the_entry_that_the_invitation_made(meeting):
    response = signed_in(meeting.organizer).get(reverse("meetings:calendar-file", args=[meeting.pk]))
    calendar = icalendar.Calendar.from_ical(response.content)
    (event,) = calendar.walk("VEVENT")
    mailed = render.render(Notice.objects.get(user=meeting.organizer, kind="booked")).invitation

    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="giving-feedback.ics"'
    assert "METHOD" not in calendar
    assert "METHOD" in icalendar.Calendar.from_ical(mailed.content)
    assert event["UID"] == f"{meeting.pk}@everwise"
    assert (event.start, event.end) == (at(10), at(10, 30))
    assert event["STATUS"] == "CONFIRMED"
    assert event["SEQUENCE"] == 0


def test_file_of_a_cancelled_meeting_says_so(meeting):
    booking.cancel(meeting=meeting, by=meeting.organizer, now=NOW)

    response = signed_in(meeting.organizer).get(reverse("meetings:calendar-file", args=[meeting.pk]))

    (event,) = icalendar.Calendar.from_ical(response.content).walk("VEVENT")
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 1)


def test_neither_links_nor_file_give_the_room_or_the_note_away(meeting):
    told = "".join(links.links(meeting, NOW)) + links.file(meeting, meeting.organizer).decode()

    assert "secret-room" not in told
    assert "secret-room" in meeting.video_link
    assert "Between" not in told
    assert "Between" in page(meeting)


@pytest.mark.parametrize("name", ["detail", "booked"])
def test_pages_offer_all_without_telling_where_from(meeting, name):
    shown = page(meeting, name)

    assert shown.count('rel="noreferrer"') == 3
    for host in ("calendar.google.com", "outlook.live.com", "outlook.office.com"):
        assert f'href="https://{host}/' in shown
    assert "Add to calendar" in shown
    assert "/calendar.ics" in shown


def test_page_offers_nothing_for_a_meeting_that_is_over_or_called_off(meeting, clock):
    clock.move_to(meeting.ends_at - timedelta(seconds=1))
    assert "Add to calendar" in page(meeting)
    clock.move_to(meeting.ends_at)
    assert "Add to calendar" not in page(meeting)
    clock.move_to(NOW)
    assert "Add to calendar" in page(meeting)
    booking.cancel(meeting=meeting, by=meeting.organizer, now=NOW)
    assert "Add to calendar" not in page(meeting)


def test_file_name_of_any_title_is_plain():
    names = [links.file_name(Meeting(title=title)) for title in ('Ä/..\\"\r\n', "日本", "x " * 100)]

    assert names == ["a.ics", "meeting.ics", f"{'-'.join('x' * 30)}.ics"]


def test_adhoc_meeting_is_where_it_takes_place(meeting):
    people = {"experts": tuple(meeting.experts), "participants": tuple(meeting.participants)}
    plan = booking.MeetingPlan(
        title="Review", place="Lake room", agenda="One\nTwo", starts_at=at(14), ends_at=at(15), organizer=None, **people
    )
    made = add(meeting.path, plan, User.objects.get(name="Eva"))

    google = parse_qs(urlsplit(links.links(Meeting.objects.with_people().get(pk=made.pk), NOW).google).query)

    assert google["location"] == ["Lake room"]
    assert google["details"] == [f"One\nTwo\n\nMeeting: http://testserver/meetings/{made.pk}/"]


HARD = '5 + 5 % & <b>#</b> "ü" 日本; a=b'


def test_links_are_encoded_as_each_program_reads_them(meeting):
    """Outlook takes a + as it stands and its body for HTML; Google reads spaces as %20 just as well."""
    meeting.title, meeting.place, meeting.agenda = HARD, HARD, f"{HARD}\n{HARD}"

    offered = links.links(meeting, NOW)

    for link in offered:
        assert link.isascii()
        assert not set('+ \n<>"') & set(link)
    google, outlook = (
        dict(part.split("=") for part in urlsplit(link).query.split("&"))
        for link in (offered.google, offered.outlook_com)
    )
    assert unquote(google["text"]) == unquote(outlook["subject"]) == unquote(outlook["location"]) == HARD
    assert unquote(google["details"]).startswith(f"{HARD}\n{HARD}\n\n")
    lines = unescape(unquote(outlook["body"]).replace("<br>", "\n"))
    assert lines == unquote(google["details"])
    assert "&lt;b&gt;" in unquote(outlook["body"])


@pytest.mark.parametrize("letter", ["ß", "&", "\n", "<", "'", "日"])
def test_links_are_short_enough_whatever_has_to_be_escaped(meeting, letter):
    meeting.agenda = f"a{letter}" * 2000

    assert max(len(link) for link in links.links(meeting, NOW)) < 8000
