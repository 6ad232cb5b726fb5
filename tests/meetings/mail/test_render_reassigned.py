"""The three e-mails about a session that was given to another expert, and their calendar parts, as each reads them."""

import html
from uuid import uuid4

import pytest

from meetings import booking
from meetings.mail import render
from meetings.models import Notice
from tests.meetings.calendars import strict
from tests.meetings.letters import ending, living_in, page
from tests.scene import NOW, a_theme, an_expert, at, book

pytestmark = pytest.mark.django_db


@pytest.fixture
def ines(path):
    return living_in("Europe/Stockholm", an_expert(path, name="Ines Sol", video_link="https://video.test/ines").user)


@pytest.fixture
def meeting(path, eva, ines, pia):
    theme = a_theme(path, eva.expert, ines.expert, name="Giving feedback")
    return book(theme, pia, at(10), expert=eva.expert, note="About Monday")


@pytest.fixture
def give(meeting, ines):
    def give(by, to=ines, **fields):
        booking.reassign(meeting=meeting, to=to.expert, by=by, token=uuid4(), now=NOW, **fields)
        return meeting

    return give


def to(user):
    return render.render(Notice.objects.get(user=user, event__happening="reassigned", starts_at=None))


def calendar_of(user):
    return strict.read(to(user).invitation.content)


def letter(user):
    return html.unescape(to(user).html)


class TestByAnAdmin:
    @pytest.fixture(autouse=True)
    def given(self, give, ada):
        return give(ada, message="Eva is ill.\nGet well!")

    def test_participant_reads_who_it_is_now(self, pia, meeting):
        mail = to(pia)

        assert mail.subject == "New expert: Giving feedback, Tue 3 November, 11:00 Stockholm time"
        assert mail.text.rstrip("\n") + "\n" == (
            "Hello Pia,\n\n"
            "Your session on Tue 3 November at 11:00 is now with Ines Sol. The time stays the same.\n\n"
            "Giving feedback\n"
            "Tuesday 3 November, 11:00 to 11:30\n"
            "Stockholm (GMT+1) time\n"
            "With Ines Sol\n\n"
            "Ada writes:\n"
            "Eva is ill.\n"
            "Get well!\n\n"
            "Join from 15 minutes before the start:\n"
            f"{page(meeting)}join/\n\n"
            "See it here:\n"
            f"{page(meeting)}\n\n"
            "Plans changed? Reschedule or cancel the meeting until Mon 2 November, 23:00.\n\n"
            + ending("you are in this meeting", "Stockholm")
        )

    def test_new_expert_reads_it_as_a_booking_with_the_note(self, ines, meeting):
        mail = to(ines)

        assert mail.subject == "Booked: Giving feedback, Tue 3 November, 11:00 Stockholm time"
        assert "Ada Byron has given you this session. Another expert had it before.\n" in mail.text
        assert "With Pia Berg\n" in mail.text
        assert "Note: About Monday\n" in mail.text
        assert "Ada writes:\nEva is ill.\nGet well!\n" in mail.text
        assert page(meeting) in mail.text

    def test_old_expert_reads_that_their_time_is_free(self, eva, meeting):
        mail = to(eva)

        assert mail.subject == "Given to another expert: Giving feedback, Tue 3 November, 15:30 Kolkata time"
        assert "Another expert now takes this session, so your time is free again.\n" in mail.text
        assert "Ada writes:\nEva is ill.\n" in mail.text
        assert str(meeting.pk) not in mail.text
        assert "Ines" not in mail.text
        assert "About Monday" not in mail.text

    def test_letters_say_the_same_as_the_texts(self, eva, ines, pia):
        assert "is now with Ines Sol. The time stays the same." in letter(pia)
        assert "Your session has another expert" in letter(pia)
        assert "You have a session, Ines" in letter(ines)
        assert "Another expert has your session" in letter(eva)
        for person in (eva, ines, pia):
            assert "Ada writes:" in letter(person)
            assert "Get well!" in letter(person)

    def test_answers_reach_whom_they_meet(self, ines, pia):
        assert to(pia).reply_to == [f'"Ines Sol" <{ines.email}>']
        assert to(ines).reply_to == [f'"Pia Berg" <{pia.email}>']

    def test_calendars_of_the_two_keep_or_get_the_same_entry(self, meeting, ines, pia):
        for person in (ines, pia):
            told = calendar_of(person)
            assert told.method == "REQUEST"
            assert (told.uid, told.sequence) == (f"{meeting.pk}@everwise", 1)
            assert told.starts_at == at(10)
            assert set(told.attendees) == {ines.email, pia.email}

    def test_calendar_of_the_old_expert_drops_it(self, meeting, eva):
        told = calendar_of(eva)

        assert told.method == "CANCEL"
        assert (told.uid, told.sequence, told.status) == (f"{meeting.pk}@everwise", 1, "")
        assert set(told.attendees) == {eva.email}


class TestByItsExpert:
    def test_they_read_to_whom_they_gave_it(self, give, eva):
        give(eva)

        assert "You have given this session to Ines Sol, so your time is free again.\n" in to(eva).text

    def test_the_new_expert_reads_who_gave_it(self, give, eva, ines):
        give(eva)

        assert "Eva Rao has given you this session." in to(ines).text

    def test_without_a_message_nobody_writes(self, give, eva, ines, pia):
        give(eva)

        assert all("writes:" not in to(person).text + to(person).html for person in (eva, ines, pia))


def test_admin_who_takes_it_reads_so(path, meeting, give, ada):
    expert = an_expert(path, user=ada)
    meeting.theme.experts.add(expert)

    give(ada, to=ada)

    assert "You have taken this session. It is yours now.\n" in to(ada).text


def test_late_mail_says_that_it_has_changed_since(give, meeting, pia, ada):
    give(ada)
    booking.cancel(meeting=meeting, by=pia, now=NOW)

    assert "has changed again since" in to(pia).text
