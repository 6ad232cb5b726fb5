"""Whoever is switched off or erased is nowhere offered, booked, found, reminded or mailed; each with its control."""

import re
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.sessions.models import Session
from django.core import mail
from django.urls import reverse
from django.utils import translation

from everwise.accounts.models import User
from experts.models import AvailabilityRule, BusyCalendar, BusyTime, Expert
from meetings import booking
from meetings.booking import leaving, reminders
from meetings.booking.settling import Decision, Leaving, Way
from meetings.calendars import feed, subscriptions
from meetings.enums import AccountMail
from meetings.integrity import invariants
from meetings.mail import outbox
from meetings.models import Meeting, MeetingEvent, Note, Notice, Rating
from meetings.slots.openings import Openings
from paths import history, people_search
from paths.enums import Happened, Role
from paths.models import Membership, PathEventText
from tests import second_steps
from tests.gate_world import signed_in
from tests.meetings.booking.leavers import a_meeting_of, a_world, broken, cases_of, settled
from tests.scene import NOW, a_dropin, add, at, book

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def world():
    return a_world()


@pytest.fixture(params=["deactivate", "erase"])
def go(request, world):
    """Switch somebody off, their meetings settled as is usual."""

    def gone(user):
        leaves = "participant" if user == world.pia else "expert"
        writer = getattr(leaving, request.param)
        decisions = settled(cases_of(world, request.param, leaves))
        writer(user=user, decisions=decisions, by=world.staff, now=NOW)
        user.refresh_from_db()
        return user

    return gone


def offered(world):
    found = Openings(world.path, since=at(9), until=at(10), now=NOW, theme=world.theme)
    return {found.experts[pk].user for people in found.starts(30).values() for pk in people}


def test_expert_is_offered_no_more(world, go):
    assert offered(world) == {world.eva, world.ines}

    go(world.eva)

    assert offered(world) == {world.ines}
    with pytest.raises(booking.BookingError):
        book(world.theme, world.pia, at(10), expert=world.expert)
    page = signed_in(world.pia).get(reverse("paths:detail", args=[world.path.pk])).text
    assert (re.search(r"\bEva\b", page), bool(re.search(r"\bInes\b", page))) == (None, True)


def test_nobody_adds_them_to_a_meeting_or_books_for_them(world, go):
    plan = booking.MeetingPlan("Hello", at(10), at(11), (world.otto,), (world.pia,))
    meeting = add(world.path, plan, world.ada)
    booking.delete(meeting=meeting, by=world.ada, sequence=0, token=uuid4(), now=NOW)

    go(world.pia)

    with pytest.raises(booking.Unfit):
        add(world.path, plan, world.ada)
    with pytest.raises(booking.BookingRefused):
        book(world.theme, world.pia, at(10), by=world.ada)
    assert book(world.theme, world.per, at(10), by=world.ada)


def test_search_does_not_find_them(world, go):
    def found():
        return people_search.search(people_search.members(world.path, Role.PARTICIPANT), "pi").people

    assert found() == [world.pia]
    go(world.pia)
    assert found() == []


def test_they_are_signed_out_and_their_calendar_address_ends(world, go):
    ines, client, other = signed_in(world.ines), signed_in(world.eva), signed_in(world.eva)
    secret = subscriptions.renew(by=world.eva, seen="", now=NOW)
    assert feed.owner(secret) == world.eva
    assert Session.objects.count() == 3

    go(world.eva)

    assert feed.owner(secret) is None
    assert Session.objects.count() == 1
    assert [each.get(reverse("home")).status_code for each in (client, other, ines)] == [302, 302, 200]


def test_what_waited_for_them_is_not_sent(world, go):
    book(world.theme, world.pia, at(10), expert=world.expert)
    outbox.post(kind=AccountMail.PASSWORD_CHANGED, user_id=world.pia.pk, address=world.pia.email, facts={}, now=NOW)
    assert Notice.objects.waiting().filter(user=world.pia).count() == 4

    go(world.pia)

    assert not Notice.objects.waiting().filter(user=world.pia).exists()
    while notice := outbox.claim(NOW):
        outbox.deliver(notice, lambda: NOW)
    wrote = {address for letter in mail.outbox for address in letter.to}
    assert wrote == {world.eva.email}
    assert broken() == {}


def test_mail_a_worker_holds_already_is_parked_and_said(world):
    book(world.theme, world.pia, at(10), expert=world.expert)
    notice = next(each for each in iter(lambda: outbox.claim(NOW), None) if each.user == world.pia)
    User.objects.filter(pk=world.pia.pk).update(is_active=False)

    assert outbox.deliver(notice, lambda: NOW) is False

    notice.refresh_from_db()
    assert (notice.parked_at, notice.last_error) == (NOW, Notice.SWITCHED_OFF)
    assert mail.outbox == []


def test_reminder_is_not_wanted_any_more(world):
    meeting = book(world.theme, world.pia, at(10), expert=world.expert)
    notice = meeting.notices.reminders().filter(user=world.pia).first()
    assert reminders.still_wanted(notice, NOW)

    User.objects.filter(pk=world.pia.pk).update(is_active=False)

    assert not reminders.still_wanted(notice, NOW)


def test_password_reset_sends_them_nothing(world, go, client):
    address = world.pia.email
    go(world.pia)

    client.post(reverse("account_reset_password"), {"email": address})
    while notice := outbox.claim(NOW):
        outbox.deliver(notice, lambda: NOW)

    assert [letter.subject for letter in mail.outbox if "password" in letter.subject.lower()] == []


def test_switched_on_again_is_as_before(world):
    leaving.deactivate(user=world.eva, decisions={}, by=world.staff, now=NOW)
    User.objects.filter(pk=world.eva.pk).update(is_active=True)

    assert world.eva in offered(world)
    assert broken() == {}


class TestErased:
    @pytest.fixture
    def eva(self, world):
        """An expert who has held a session, written, and kept a calendar; one session is still to come."""
        eva, expert = world.eva, world.expert
        Expert.objects.filter(pk=expert.pk).update(title="Coach", bio="Eva, born 1970", video_link="https://v.test/eva")
        expert.refresh_from_db()
        held = a_dropin(world.theme, world.pia, expert, at(10, day=-3), status="held")
        Note.objects.create(meeting=held, author=eva, shared=True, text="Well done", written_at=NOW)
        Rating.objects.create(meeting=held, user=world.pia, stars=5, comment="Great", rated_at=NOW)
        calendar = BusyCalendar.objects.create(expert=expert, kind="upload", label="Work of Eva")
        BusyTime.objects.create(expert=expert, calendar=calendar, starts_at=at(9), ends_at=at(10))
        EmailAddress.objects.get_or_create(user=eva, email=eva.email)
        history.write(path=world.path, what=Happened.ADDED, by=world.ada, about=eva, now=NOW, text="As Eva asked")
        history.write(path=world.path, what=Happened.ADDED, by=world.ada, about=world.per, now=NOW, text="As Per asked")
        LogEntry.objects.log_actions(world.staff.pk, [eva, expert], CHANGE, "x")
        return eva

    def erase(self, world, user):
        leaves = "participant" if user == world.pia else "expert"
        decisions = settled(cases_of(world, "erase", leaves))
        leaving.erase(user=user, decisions=decisions, by=world.staff, now=NOW)
        return User.objects.get(pk=user.pk)

    def test_nothing_says_who_they_were(self, world, eva):
        address, secret = eva.email, eva.password
        erased = self.erase(world, eva)

        assert (erased.name, erased.called, erased.is_active, erased.erased_at) == ("", "", False, NOW)
        assert erased.email == f"erased-{eva.pk}@erased.invalid"
        assert not erased.has_usable_password()
        assert erased.password != secret
        assert not EmailAddress.objects.filter(email=address).exists()
        assert not LogEntry.objects.filter(object_repr__contains="Eva").exists()
        expert = Expert.objects.get(user=eva)
        assert (expert.title, expert.bio, expert.video_link, expert.accepting) == ("", "", "", False)
        for model in (AvailabilityRule, BusyCalendar, BusyTime):
            assert not model.objects.filter(expert=expert).exists()
        assert not expert.themes.exists()
        assert not Membership.objects.live().filter(user=eva).exists()

    def test_their_words_go_and_those_of_others_stay(self, world, eva):
        self.erase(world, eva)

        assert not Note.objects.exists()
        assert [words.text for words in PathEventText.objects.all()] == ["As Per asked"]
        assert Rating.objects.get().comment == "Great"
        assert (Meeting.objects.get().video_link, Meeting.objects.get().status) == ("", "held")

    def test_participant_leaves_the_stars_and_no_word(self, world, eva):
        booked = book(world.theme, world.pia, at(10), expert=world.expert, note="About my boss")
        booking.change_note(meeting=booked, by=world.pia, note="About my team", now=NOW)
        booking.cancel(meeting=booked, by=world.pia, message="I am ill", now=NOW)

        self.erase(world, world.pia)

        assert (Rating.objects.get().stars, Rating.objects.get().comment) == (5, "")
        cancelled = Meeting.objects.get(pk=booked.pk)
        assert (cancelled.note, cancelled.cancel_message) == ("", "")
        assert set(MeetingEvent.objects.filter(meeting=booked).values_list("message", flat=True)) == {""}
        assert Note.objects.get().text == "Well done"

    def test_others_meet_a_former_expert_in_their_own_language(self, world, eva):
        self.erase(world, eva)
        User.objects.filter(pk=world.pia.pk).update(language="en")
        meeting = Meeting.objects.get()

        page = signed_in(world.pia).get(meeting.get_absolute_url())

        assert page.status_code == 200
        assert "A former expert" in page.text
        assert re.search(r"\bEva\b", page.text) is None
        assert "erased.invalid" not in page.text
        file = signed_in(world.pia).get(reverse("meetings:calendar-file", args=[meeting.pk]))
        assert b"erased.invalid" not in file.content

    def test_called_a_former_participant_without_a_profile(self, world, eva):
        assert str(self.erase(world, world.pia)) == "A former participant"
        with translation.override("en"):
            assert str(self.erase(world, eva)) == "A former expert"

    def test_it_is_done_once(self, world, eva):
        self.erase(world, eva)

        with pytest.raises(leaving.AlreadyLeft):
            self.erase(world, eva)

    def test_account_that_was_switched_off_before_can_be_erased(self, world, eva):
        leaving.deactivate(user=eva, decisions={}, by=world.staff, now=NOW)
        assert self.erase(world, eva).erased_at == NOW
        assert invariants.count_broken(NOW)["people in coming meetings who have left or are switched off"] == 0


def test_somebody_kept_does_not_become_the_organizer(world):
    meeting = a_meeting_of(world, "adhoc")
    what = Leaving(world.per, world.path, frozenset({Role.PARTICIPANT}))
    kept = {meeting.pk: Decision(Way.KEEP)}
    leaving.end(leaving=what, decisions=kept, by=world.ada, now=NOW)
    hand = {"meeting": meeting, "by": world.ada, "sequence": 0, "now": NOW}

    with pytest.raises(booking.Unfit, match="Per is not on this path any more"):
        booking.hand_over(**hand, to=world.per, token=uuid4())
    plan = booking.MeetingPlan(
        "Check-in", at(10), at(11), (world.eva, world.otto), (world.pia, world.per), organizer=world.per
    )
    with pytest.raises(booking.Unfit, match="Per is not on this path any more"):
        booking.edit(meeting=meeting, plan=plan, by=world.ada, sequence=0, token=uuid4(), now=NOW)
    assert booking.hand_over(**hand, to=world.pia, token=uuid4()).organizer == world.pia


def test_what_somebody_sent_signed_out_goes_with_them_and_nobody_elses(world):
    """It waits in a session that is nobody's, for whoever signs in next in that browser."""
    address = reverse("profile")
    browsers = {person: second_steps.signed_in(person) for person in (world.pia, world.ines)}
    for person, browser in browsers.items():
        browser.session.flush()
        browser.post(address, {"name": f"Typed by {person}"})
    assert [browser.session["kept_post"]["who"] for browser in browsers.values()] == [
        str(world.pia.pk),
        str(world.ines.pk),
    ]

    decisions = settled(cases_of(world, "erase", "participant"))
    leaving.erase(user=world.pia, decisions=decisions, by=world.staff, now=NOW)

    kept = [session.get_decoded().get("kept_post") for session in Session.objects.all()]
    assert [each["who"] for each in kept if each] == [str(world.ines.pk)]
