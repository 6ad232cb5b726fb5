"""Which answers count, and what they change: a row, the history and e-mails to the others; never the meeting."""

from datetime import timedelta
from uuid import uuid4

import pytest

from meetings import booking
from meetings.booking import leaving
from meetings.calendars import reply_addresses
from meetings.enums import AccountMail, Happening, Participation, Status
from meetings.integrity.invariants import count_broken
from meetings.mail.replies.writer import Judged
from meetings.models import CalendarAnswer, Meeting, MeetingEvent, Notice
from tests.meetings.mail.replies.answers import LATER, answer
from tests.scene import NOW, a_participant, a_person, add, an_admin, an_expert, at, book

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "answering")]


def told():
    return list(Notice.objects.filter(kind=AccountMail.DECLINE_TOLD).order_by("pk"))


def happened(meeting):
    answers = [Happening.CALENDAR_DECLINED, Happening.CALENDAR_ACCEPTED]
    return list(meeting.events.filter(happening__in=answers).order_by("pk").values_list("happening", flat=True))


@pytest.mark.parametrize("said", Participation.values)
def test_answer_is_kept(said, session, eva, pia):
    assert answer(session, pia, said) == Judged.COUNTED

    row = CalendarAnswer.objects.get()
    assert (row.attendee.user, row.participation, row.sequence, row.stamp, row.received_at) == (pia, said, 0, NOW, NOW)
    assert [notice.user for notice in told()] == ([eva] if said == "DECLINED" else [])
    assert happened(session) == (["calendar-declined"] if said == "DECLINED" else [])
    stands = Meeting.objects.get(pk=session.pk)
    assert (stands.status, stands.sequence, stands.starts_at) == (Status.SCHEDULED, 0, session.starts_at)
    assert not any(count_broken(NOW).values())


@pytest.mark.parametrize(
    ("other", "judged"),
    [
        ({"uid": "5b2a24f6-0000-4000-8000-000000000000@everwise"}, Judged.NOBODY),
        ({"uid": "someone-else@example.com"}, Judged.NO_MEETING),
        ({"uid": "@everwise"}, Judged.NO_MEETING),
        ({"uid": ""}, Judged.NO_MEETING),
        ({"attendee": "stranger@example.com"}, Judged.NOBODY),
        ({"attendee": "\x00"}, Judged.NOBODY),
        ({"attendee": ""}, Judged.NOBODY),
        ({"sequence": 1}, Judged.OUTDATED),
        ({"participation": "DELEGATED"}, Judged.NO_ANSWER),
        ({"participation": "NEEDS-ACTION"}, Judged.NO_ANSWER),
        ({"participation": ""}, Judged.NO_ANSWER),
        ({"stamp": NOW + timedelta(days=2)}, Judged.NO_ANSWER),
        ({"token": "a" * 32}, Judged.FORGED),
        ({"token": ""}, Judged.FORGED),
        ({"now": at(10)}, Judged.NO_MEETING),
        # The controls.
        ({"now": at(9, 59)}, Judged.COUNTED),
        ({"attendee": "PIA@Example.com"}, Judged.COUNTED),
        ({"stamp": NOW - timedelta(days=3)}, Judged.COUNTED),
        ({}, Judged.COUNTED),
    ],
)
def test_only_what_fits_counts(other, judged, session, pia):
    assert answer(session, pia, **other) == judged

    counts = judged is Judged.COUNTED
    assert (CalendarAnswer.objects.exists(), bool(told()), bool(happened(session))) == (counts, counts, counts)


def test_nobody_answers_for_another(session, eva, pia):
    """The token is one person's of one meeting: neither another's, nor that of their own next meeting."""
    other = book(session.theme, pia, at(14))
    stolen = reply_addresses.token_of(session.pk, eva.pk)
    of_other = reply_addresses.token_of(other.pk, pia.pk)

    assert answer(session, pia, token=stolen) == Judged.FORGED
    assert answer(session, pia, token=of_other) == Judged.FORGED
    assert answer(session, eva) == Judged.COUNTED


def test_token_of_a_former_key_counts(session, pia, settings):
    token = reply_addresses.token_of(session.pk, pia.pk)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "n" * 50, [settings.SECRET_KEY]
    assert token != reply_addresses.token_of(session.pk, pia.pk)
    assert answer(session, pia, token=token) == Judged.COUNTED

    settings.SECRET_KEY_FALLBACKS = []
    assert answer(session, pia, token=token, now=NOW + LATER) == Judged.FORGED


def test_doubled_and_out_of_order(session, pia):
    assert answer(session, pia, "ACCEPTED", now=NOW + LATER) == Judged.COUNTED

    assert answer(session, pia, "ACCEPTED", now=NOW + LATER) == Judged.KNOWN
    assert answer(session, pia, "DECLINED", stamp=NOW, now=NOW + 2 * LATER) == Judged.KNOWN
    assert CalendarAnswer.objects.get().participation == "ACCEPTED"
    assert told() == []


def test_changing_to_and_fro_writes_one_mail(session, eva, pia):
    for number, said in enumerate(["DECLINED", "ACCEPTED", "DECLINED", "TENTATIVE", "DECLINED"]):
        assert answer(session, pia, said, now=NOW + number * LATER) == Judged.COUNTED

    assert [notice.user for notice in told()] == [eva]
    declined, accepted = "calendar-declined", "calendar-accepted"
    assert happened(session) == [declined, accepted, declined, accepted, declined]


def test_answer_ends_with_the_next_change(session, eva, pia):
    assert answer(session, pia) == Judged.COUNTED
    assert CalendarAnswer.objects.standing(NOW).count() == 1

    booking.reschedule(meeting=session, by=eva, start=at(11), token=uuid4(), sequence=0, now=NOW)
    assert CalendarAnswer.objects.standing(NOW).count() == 0
    assert answer(session, pia, sequence=0, now=NOW + LATER) == Judged.OUTDATED
    # Of the moved one they may say the same again, even by a calendar whose clock went back.
    assert answer(session, pia, stamp=NOW - LATER, now=NOW + LATER) == Judged.COUNTED
    assert [(notice.user, notice.facts["sequence"]) for notice in told()] == [(eva, 0), (eva, 1)]


def test_answers_of_who_is_not_in_it_any_more(session, eva, pia, path):
    admin = an_admin(path, "Ada")
    booking.cancel(meeting=session, by=admin, now=NOW)

    assert answer(session, pia) == Judged.NOBODY
    assert CalendarAnswer.objects.count() == 0


def test_who_hears_of_an_adhoc_decline(path):
    ada, eva = an_admin(path, "Ada"), an_expert(path, name="Eva").user
    pia, per = a_participant(path, "Pia"), a_participant(path, "Per")
    plan = booking.MeetingPlan(
        title="Kick-off", starts_at=at(10), ends_at=at(11), experts=(eva,), participants=(pia, per)
    )
    meeting = add(path, plan, ada)

    answer(meeting, pia)
    assert {notice.user for notice in told()} == {eva, ada}
    answer(meeting, per)
    assert len(told()) == 4
    # Several participants are not written to: the organizer sees to it.
    answer(meeting, eva)
    assert {notice.user for notice in told()[4:]} == {ada}


def test_erasing_takes_the_answer(session, pia, clock):
    answer(session, pia)
    after = at(12)
    clock.move_to(after)
    leaving.erase(user=pia, decisions={}, by=a_person("Sue", is_staff=True, is_superuser=True), now=after)

    assert CalendarAnswer.objects.count() == 0
    assert MeetingEvent.objects.filter(happening="calendar-declined").exists()
