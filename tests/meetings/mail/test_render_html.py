"""The HTML of the e-mails: the same as their text, for programs that know tables and inline styles alone."""

import re
from dataclasses import replace
from html import unescape
from uuid import uuid4

import pytest

from meetings import booking
from meetings.mail import render
from meetings.models import Notice
from paths.models import Path
from tests.meetings.letters import living_in, page
from tests.scene import NOW, a_theme, accepted, add, an_expert, at, book, edit

pytestmark = pytest.mark.django_db
PROFILE = "http://testserver/accounts/profile/"


def rendered(user, kind):
    return render.render(Notice.objects.select_related("event__by", "meeting__path", "user").get(user=user, kind=kind))


def words(html):
    """What a reader sees, in order, a blank between any two pieces."""
    body = html.partition("<body")[2].partition(">")[2]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def links(html):
    return re.findall(r'href="([^"]+)"', html)


def facts_of(text):
    """The lines of a text mail that tell something: not its greeting, its links and the labels of those."""
    skipped = (
        "Hello ",
        "http",
        "Everwise",
        "With ",
        "People: ",
        "See it",
        "Join from",
        "Times are",
        "Note: ",
        "Plans ",
    )
    found = [line.strip("- ") for line in text.splitlines() if line and not line.startswith(skipped)]
    lines = [
        line for line in found if not line.startswith("You get this") and not line.endswith(("here:", "as it is free:"))
    ]
    # The day stands apart from the hours in HTML.
    return [part for line in lines for part in re.split(r", (?=[0-9][0-9:apm ]* to [0-9:apm ]+$)", line)]


@pytest.fixture
def letters(path, plan, ada, eva, pia, per):
    """One e-mail of every kind: {kind: rendered}."""
    theme = a_theme(path, eva.expert)
    session = book(theme, pia, at(12), note="Hello\nEva")
    booking.reschedule(meeting=session, by=eva, start=at(13), token=uuid4(), now=NOW)
    # Those of a cancelled session are gone.
    reminders = {kind: rendered(user, kind) for kind, user in (("reminder-day", eva), ("reminder-hour", pia))}
    ines = an_expert(path, name="Ines")
    session.theme.experts.add(ines)
    booking.reassign(meeting=session, to=ines, by=ada, token=uuid4(), now=NOW, message="Ill,\nagain")
    booking.cancel(meeting=session, by=ines.user, now=NOW, message="Ill,\nsorry")
    late = replace(plan, starts_at=at(20), ends_at=at(21))
    meeting = add(path, late, ada, accepted=accepted(late))
    meeting = edit(meeting, replace(late, participants=(per,), organizer=eva), ada, accepted=accepted(late))
    meeting = booking.hand_over(meeting=meeting, to=per, by=ada, sequence=meeting.sequence, token=uuid4(), now=NOW)
    booking.delete(meeting=meeting, by=ada, sequence=meeting.sequence, token=uuid4(), now=NOW, message="Off")
    readers = {
        "booked": eva,
        "rescheduled": pia,
        "reassigned": pia,
        "cancelled": pia,
        "scheduled": eva,
        "updated": eva,
        "removed": pia,
        "deleted": per,
    }
    found = {kind: rendered(user, kind) for kind, user in readers.items()}
    event = meeting.events.get(happening="handed-over")
    handed = event.notices.select_related("event__by", "meeting__path", "user").get(user=per)
    return {**found, **reminders, "handed-over": render.render(handed)}


def test_says_what_the_text_says(letters):
    assert set(letters) == {kind.value for kind in render.HEADLINES}
    for kind, letter in letters.items():
        shown = words(letter.html)
        assert [line for line in facts_of(letter.text) if line.lower() not in shown.lower()] == [], kind
        assert set(links(letter.html)) >= {PROFILE}, kind


def test_needs_no_style_sheet_script_or_drawing(letters):
    for kind, letter in letters.items():
        assert re.findall(r"<(style|script|svg|img|link|form)\b", letter.html) == [], kind
        assert "\n\n\n" not in letter.text, kind


def test_booked_to_the_participant(path, eva, pia):
    Path.objects.update(sessions_per_participant=3)
    path.refresh_from_db()
    session = book(a_theme(path, eva.expert), pia, at(10, day=9))

    letter = rendered(pia, "booked")

    shown = words(letter.html)
    assert "You’re booked, Pia Your session is booked. Wed 11 Nov Giving feedback" in shown
    assert "11:00 to 11:30 , Stockholm (GMT+1) time Wednesday 11 November 15:30 in Kolkata, for Eva" in shown
    until = "until Tue 10 November, 23:00 . After that the session counts as used."
    assert f"Plans changed? Reschedule or cancel meeting {until}" in shown
    assert until.replace(" .", ".") in letter.text
    url = page(session)
    assert links(letter.html) == [url, f"{url}join/", f"{url}reschedule/", f"{url}cancel/", PROFILE]


def test_booked_to_the_expert_has_no_deadline(path, eva, pia):
    book(a_theme(path, eva.expert), pia, at(10))

    assert "Plans changed? Reschedule or cancel meeting until it starts." in words(rendered(eva, "booked").html)
    assert "Plans changed? Reschedule or cancel the meeting until it starts." in rendered(eva, "booked").text


def test_booked_too_late_to_change_says_nothing_of_plans(path, eva, pia, per):
    theme = a_theme(path, eva.expert)
    book(theme, pia, at(9, day=0))
    book(theme, per, at(9, day=2))

    late, early = rendered(pia, "booked"), rendered(per, "booked")
    assert "Plans changed" not in late.html + late.text
    assert ["Plans changed" in early.html, "Plans changed" in early.text] == [True, True]


def test_what_people_type_is_no_markup(path, plan, ada, pia):
    title = "<script>alert(1)</script> & “x”"
    add(path, replace(plan, title=title, place="<b>Lake</b>", agenda="<i>a</i>\n<i>b</i>"), ada)

    html = rendered(pia, "scheduled").html
    assert "<i>a</i> <i>b</i>" in words(html)
    assert title in words(html)
    assert "<script" not in html
    assert "<b>" not in html
    assert "<i>" not in html


def test_names_of_other_zones_share_a_line(path, plan, ada, eva, pia, per):
    per = living_in("Asia/Kolkata", per)
    add(path, replace(plan, participants=(pia, per)), ada)

    assert "15:30 in Kolkata, for Eva and Per" in words(rendered(pia, "scheduled").html)
    assert "15:30 in Kolkata, for Eva and Per\n" in rendered(pia, "scheduled").text


def test_their_day_is_named_where_it_differs(path, plan, ada, eva, pia):
    eva = living_in("Pacific/Auckland", eva)
    late = replace(plan, starts_at=at(20), ends_at=at(21), experts=(eva,))
    add(path, late, ada, accepted=accepted(late))

    assert "Wed 4 Nov, 09:00 in Auckland, for Eva" in rendered(pia, "scheduled").text
