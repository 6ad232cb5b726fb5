"""Reminders: one per person, meeting, kind and start, of what is still true when it is due."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.core import mail

from everwise.accounts.models import User
from meetings import booking
from meetings.booking import reminders
from meetings.integrity import invariants
from meetings.mail import outbox, render
from meetings.management.commands.worker import Command
from meetings.models import Attendee, Notice
from tests.meetings.letters import body, living_in
from tests.scene import (
    NOW,
    a_participant,
    a_theme,
    accepted,
    add,
    an_admin,
    an_expert,
    at,
    book,
    edit,
)

pytestmark = pytest.mark.django_db

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
START = at(10, day=3)


@pytest.fixture
def theme(path):
    return a_theme(path, an_expert(path))


@pytest.fixture
def meeting(theme, pia):
    return book(theme, pia, START)


def planned(user=None):
    rows = Notice.objects.reminders().order_by("due_at", "pk")
    rows = rows.filter(user=user) if user else rows
    return [(row.kind, row.due_at, row.starts_at) for row in rows]


def both(start):
    return [("reminder-day", start - DAY, start), ("reminder-hour", start - HOUR, start)]


def work(now):
    """What a worker does at this moment; the kinds of what was sent."""
    came = []
    while notice := outbox.claim(now):
        if outbox.deliver(notice, lambda: now):
            came.append((notice.user_id, notice.kind))
    return came


def reminded(now, user):
    return [kind for who, kind in work(now) if who == user.pk and kind.startswith("reminder")]


def move(meeting, start, now=NOW, **fields):
    return booking.reschedule(
        meeting=meeting, by=meeting.organizer, start=start, now=now, **{"token": uuid4(), **fields}
    )


def broken(now=NOW):
    return {words: count for words, count in invariants.count_broken(now).items() if count}


class TestPlanned:
    def test_for_each_attendee_with_the_booking(self, meeting):
        for person in [*meeting.experts, *meeting.participants]:
            assert planned(person) == both(START)
        assert broken() == {}

    @pytest.mark.parametrize(
        ("ahead", "kinds"),
        [
            (timedelta(hours=25), ["reminder-day", "reminder-hour"]),
            (timedelta(hours=24), ["reminder-hour"]),
            (timedelta(hours=3), ["reminder-hour"]),
            (timedelta(minutes=60), []),
        ],
    )
    def test_only_what_is_still_to_come(self, theme, pia, ahead, kinds):
        book(theme, pia, START, now=START - ahead)

        assert [kind for kind, *_ in planned(pia)] == kinds
        assert broken(START - ahead) == {}

    def test_goes_with_the_start(self, meeting, pia):
        move(meeting, at(12, day=4))

        assert planned(pia) == both(at(12, day=4))
        assert broken() == {}

    def test_there_and_back_again_is_planned_once(self, meeting, pia):
        moved = move(meeting, at(12, day=4))
        move(moved, START)

        assert planned(pia) == both(START)

    def test_not_for_the_cancelled(self, meeting):
        booking.cancel(meeting=meeting, by=meeting.organizer, now=NOW)

        assert planned() == []
        assert broken() == {}

    def test_for_the_new_expert_not_the_old_one(self, path, theme, meeting):
        (old,) = meeting.experts
        new = an_expert(path, name="Nora")
        theme.experts.add(new)
        move(meeting, START, expert=new)

        assert (planned(old), planned(new.user)) == ([], both(START))
        assert broken() == {}

    def test_not_for_an_organizer_who_does_not_attend(self, path, pia):
        ada, expert = an_admin(path), an_expert(path)
        plan = booking.MeetingPlan("Talk", START, START + HOUR, (expert.user,), (pia,))
        adhoc = booking.add_manually(path=path, plan=plan, by=ada, token=uuid4(), now=NOW)
        assert adhoc.organizer == ada
        assert (planned(ada), planned(pia)) == ([], both(START))

        zoe = a_participant(path, "Zoe")
        adhoc = edit(adhoc, booking.MeetingPlan("Talk", START, START + HOUR, (expert.user,), (zoe,)), ada)
        assert (planned(pia), planned(zoe)) == ([], both(START))

        booking.delete(meeting=adhoc, by=ada, sequence=adhoc.sequence, token=uuid4(), now=NOW)
        assert planned() == []
        assert broken() == {}

    def test_never_again_for_the_same_start(self, meeting, pia):
        assert reminded(START - DAY, pia) == ["reminder-day"]
        moved = move(meeting, at(12, day=4), now=START - DAY)
        move(moved, START, now=START - DAY - HOUR)

        # By a clock that was put back, the day's reminder would be to come again.
        assert reminded(START - DAY, pia) == []
        assert reminded(START - HOUR, pia) == ["reminder-hour"]

    def test_row_in_a_workers_hand_is_left_to_it(self, meeting, pia):
        work(START - DAY - HOUR)
        held = outbox.claim(START - DAY)
        booking.cancel(meeting=meeting, by=pia, now=START - DAY)

        assert [row.pk for row in Notice.objects.reminders()] == [held.pk]
        assert outbox.deliver(held, lambda: START - DAY) is False
        assert planned() == []
        assert not [kind for _, kind in work(START - DAY) if kind.startswith("reminder")]

    def test_older_meetings_are_made_up_for(self, meeting, pia):
        Notice.objects.reminders().filter(user=pia).delete()
        assert broken() == {"missing reminders": 1}

        reminders.make_up(NOW)
        reminders.make_up(NOW)

        assert planned(pia) == both(START)
        assert broken() == {}

    def test_what_a_server_ahead_of_time_left_out_is_made_up_for(self, theme, pia):
        """A web server whose clock is two hours ahead holds the reminder of the day before to be too late."""
        now = START - DAY - HOUR
        book(theme, pia, START, now=now + 2 * HOUR)
        assert planned(pia) == both(START)[1:]
        assert broken(now) == {"missing reminders": 2}

        worker = Command()
        worker.now, worker.tell_at = iter([now, now, now + timedelta(minutes=1)]).__next__, now
        worker._tell()
        assert planned(pia) == both(START)
        assert broken(now) == {}

        Notice.objects.reminders().filter(user=pia).delete()
        worker._tell()
        assert planned(pia) == []
        worker._tell()
        assert planned(pia) == both(START)

    @pytest.mark.parametrize(
        ("change", "count"),
        [
            (lambda meeting: meeting.attendees.filter(role="expert").update(live=False), 2),
            (lambda meeting: type(meeting).objects.filter(pk=meeting.pk).update(starts_at=START + HOUR / 4), 4),
            (lambda meeting: type(meeting).objects.filter(pk=meeting.pk).update(status="cancelled"), 4),
        ],
        ids=["taken out", "moved", "cancelled"],
    )
    def test_those_gone_astray_are_counted(self, meeting, change, count):
        change(meeting)

        assert broken()["orphan reminders"] == count


class TestWhenDue:
    def test_sent_once_each(self, meeting, pia):
        moments = (START - DAY - HOUR, START - DAY, START - DAY, START - HOUR, START - HOUR, START)

        assert [reminded(now, pia) for now in moments] == [[], ["reminder-day"], [], ["reminder-hour"], [], []]

    @pytest.mark.parametrize(
        ("now", "kinds"),
        [
            (START - timedelta(hours=2, minutes=1), ["reminder-day"]),
            (START - timedelta(hours=2), []),
            (START - HOUR, ["reminder-hour"]),
            (START - timedelta(minutes=1), ["reminder-hour"]),
            (START, []),
        ],
    )
    def test_late_worker_sends_what_still_helps(self, meeting, pia, now, kinds):
        assert reminded(now, pia) == kinds

    def test_late_days_reminder_is_sent_where_no_hours_follows(self, meeting, pia):
        User.objects.filter(pk=pia.pk).update(remind_hour_before=False)

        assert reminded(START - HOUR, pia) == ["reminder-day"]

    @pytest.mark.parametrize(
        ("choice", "kinds"),
        [({"remind_day_before": False}, ["reminder-hour"]), ({"remind_hour_before": False}, ["reminder-day"])],
    )
    def test_choice_counts_when_it_is_due(self, meeting, pia, choice, kinds):
        User.objects.filter(pk=pia.pk).update(**choice)

        assert reminded(START - DAY, pia) + reminded(START - HOUR, pia) == kinds
        assert not Notice.objects.waiting().reminders().exists()

    @pytest.mark.parametrize(
        "change",
        [
            lambda meeting, pia: User.objects.filter(pk=pia.pk).update(is_active=False),
            lambda meeting, pia: Attendee.objects.filter(user=pia).update(removed_at=NOW, live=False),
            lambda meeting, pia: type(meeting).objects.filter(pk=meeting.pk).update(starts_at=START + HOUR / 4),
            lambda meeting, pia: type(meeting).objects.filter(pk=meeting.pk).update(status="cancelled"),
            lambda meeting, pia: type(meeting).objects.filter(pk=meeting.pk).update(status="held"),
        ],
        ids=["inactive", "taken out", "moved", "cancelled", "held"],
    )
    def test_looked_at_again(self, meeting, pia, change):
        work(NOW)
        change(meeting, pia)

        assert reminded(START - HOUR, pia) == []
        assert not Notice.objects.reminders().filter(user=pia, due_at__lte=START - HOUR).exists()


@pytest.mark.parametrize(
    ("start", "zone"),
    [
        (datetime(2026, 10, 25, 10, tzinfo=UTC), "Europe/Stockholm"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "Europe/Stockholm"),
        (datetime(2027, 3, 28, 10, tzinfo=UTC), "Europe/Stockholm"),
        (datetime(2026, 11, 1, 15, tzinfo=UTC), "America/New_York"),
        (datetime(2027, 4, 3, 16, 30, tzinfo=UTC), "Australia/Lord_Howe"),
    ],
)
def test_one_of_each_kind_however_the_clock_is_moved(path, pia, start, zone):
    expert = an_expert(path)
    reader = living_in(zone, pia)
    plan = booking.MeetingPlan("Talk", start, start + HOUR, (expert.user,), (pia,))
    keys = {"token": uuid4(), "now": start - 3 * DAY, "accepted": accepted(plan)}
    booking.add_manually(path=path, plan=plan, by=an_admin(path), **keys)
    now, came = start - 2 * DAY, []
    while now < start + HOUR:
        # Two hours ahead, two hours back, and on.
        for moment in (now, now + 2 * HOUR, now - 2 * HOUR):
            came += [kind for who, kind in work(moment) if who == reader.pk]
        now += timedelta(minutes=30)

    assert came == ["scheduled", "reminder-day", "reminder-hour"]


class TestText:
    def test_tells_the_meeting_in_the_readers_zone_and_the_others_clock(self, path):
        maya = living_in("Europe/Stockholm", a_participant(path, "Maya Lindqvist"))
        expert = an_expert(path, name="Priya Raman")
        living_in("Asia/Kolkata", expert.user)
        meeting = book(a_theme(path, expert), maya, START, note="My case")

        row = Notice.objects.select_related("meeting", "user").get(user=maya, kind="reminder-day")
        subject, text, html, invitation, _ = render.render(row)
        assert subject == "Reminder: Giving feedback, Thu 5 November, 11:00 Stockholm time"
        assert invitation is None
        assert text == (
            "Hello Maya,\n\nThis is to remind you of your session.\n\n"
            "Giving feedback\nThursday 5 November, 11:00 to 11:30\nStockholm (GMT+1) time\n"
            "15:30 in Kolkata, for Priya\nWith Priya Raman\n\n"
            f"Join from 15 minutes before the start:\nhttp://testserver/meetings/{meeting.pk}/join/\n\n"
            f"See it here:\nhttp://testserver/meetings/{meeting.pk}/\n\n"
            "Plans changed? Reschedule or cancel the meeting until Wed 4 November, 23:00.\n\n"
            "You get this e-mail because your profile asks for a reminder a day before, and you are in this meeting,"
            " on the path Leading others.\n"
            "Times are in your time zone, Stockholm. Change it, or your e-mail settings, here:\n"
            "http://testserver/accounts/profile/\nEverwise\n\n"
        )
        assert "This is to remind you of your session." in html
        to_expert = render.render(Notice.objects.get(user=expert.user, kind="reminder-hour"))
        assert to_expert.text.startswith("Hello Priya,\n\nYour session starts soon.\n\n")
        assert "11:00 in Stockholm, for Maya\nWith Maya Lindqvist\n\nNote: My case\n" in to_expert.text
        assert "My case" in to_expert.html

    def test_tells_the_meeting_as_it_is_now(self, path, pia):
        expert, per = an_expert(path), a_participant(path, "Per")
        book(a_theme(path, expert), per, at(14, day=3))
        assert "Reschedule" in body(per, "reminder-day")
        whose = {"experts": (expert.user,), "participants": (pia,), "organizer": pia}
        old = booking.MeetingPlan("Old", START, START + HOUR, **whose, place="Room 1")
        meeting = add(path, old, an_admin(path))
        assert "Room 1" in body(pia, "reminder-day")
        edit(meeting, booking.MeetingPlan("New <b>", START, START + HOUR, **whose, agenda="Bring & tell"), pia)

        text = body(pia, "reminder-day")

        assert "New <b>\nThursday 5 November, 10:00 to 11:00\nUTC\nWith Eva\n" in text
        assert "Bring & tell" in text
        assert "Room 1" not in text
        assert "Reschedule" not in text

    def test_names_the_day_of_the_others_where_it_is_another(self, path, pia):
        expert = an_expert(path, windows=((0, 24 * 60),))
        living_in("Asia/Tokyo", expert.user)
        book(a_theme(path, expert), pia, at(22, day=3))

        assert "Fri 6 Nov, 07:00 in Tokyo, for Eva" in body(pia, "reminder-hour")

    def test_is_mailed(self, meeting, pia):
        work(NOW)
        mail.outbox.clear()

        assert reminded(START - HOUR, pia) == ["reminder-hour"]
        mine = next(letter for letter in mail.outbox if letter.to == [pia.email])
        assert mine.subject == "Starts soon: Giving feedback, Thu 5 November, 10:00 UTC"
        assert mine.extra_headers["Message-ID"].endswith("@everwise>")
