"""The page on which a session is given to another expert."""

import html
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from experts.models import Expert
from meetings import booking
from meetings.models import Meeting
from paths.models import Membership
from tests.gate_world import signed_in
from tests.scene import NOW, a_meeting, a_participant, a_path, a_theme, an_admin, an_expert, at, book, join, leave

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def ada(path):
    return an_admin(path, "Ada Byron")


@pytest.fixture
def eva(path):
    return an_expert(path, name="Eva Rao")


@pytest.fixture
def ines(path):
    return an_expert(path, name="Ines Sol", title="Torch coach", languages="English, Hindi")


@pytest.fixture
def ole(path):
    return an_expert(path, name="Ole Berg")


@pytest.fixture
def pia(path):
    return a_participant(path, "Pia Holm")


@pytest.fixture
def meeting(path, eva, ines, ole, pia):
    """With Eva; Ole has more to do than Ines."""
    theme = a_theme(path, eva, ines, ole)
    book(theme, a_participant(path), at(14), expert=ole)
    return book(theme, pia, at(10), expert=eva)


def url(meeting):
    return reverse("meetings:reassign", args=[meeting.pk])


def a_form(meeting, expert, **fields):
    return {"token": str(uuid4()), "sequence": meeting.sequence, "expert": expert.pk, "message": "", **fields}


def words(response):
    shown = re.sub(r"<[^>]+>", " ", response.content.decode().partition("<main")[2])
    return " ".join(html.unescape(shown).split())


def cards(response):
    """The ids on the cards in their order, and the one that is chosen."""
    page = response.content.decode()
    inputs = re.findall(r'<input class="form-check-input" type="radio" name="expert" value="(\d+)"( checked)?>', page)
    return [int(value) for value, _ in inputs], [int(value) for value, checked in inputs if checked]


def opened(meeting, user):
    response = signed_in(user).get(url(meeting))
    assert response.status_code == 200
    return response


def sent(meeting, user, *args, **fields):
    return signed_in(user).post(url(meeting), a_form(meeting, *args, **fields))


class TestWhoIsFree:
    def test_least_busy_first_and_chosen(self, meeting, ada, ines, ole):
        page = opened(meeting, ada)

        assert cards(page) == ([ines.pk, ole.pk], [ines.pk])
        shown = words(page)
        assert "Pia Holm, now with Eva Rao" in shown
        first = "Ines Sol Least busy Torch coach. Speaks English, Hindi. 0 sessions this week 10:00 for them"
        assert f"{first} OB Ole Berg 1 session this week 10:00 for them" in shown
        assert "Eva Rao is" not in shown

    def test_their_own_time(self, meeting, ada, ines):
        ines.user.time_zone = "Asia/Tokyo"
        ines.user.save(update_fields=["time_zone"])

        assert "19:00 for them" in words(opened(meeting, ada))

    def test_their_own_day_where_it_is_another(self, meeting, ada, ines):
        ines.user.time_zone = "Pacific/Auckland"
        ines.user.save(update_fields=["time_zone"])
        booking.reschedule(meeting=meeting, by=ada, start=at(11), token=uuid4(), now=NOW)

        assert "Wed 4 Nov, 00:00 for them" in words(opened(meeting, ada))

    def test_near_the_end_of_their_hours(self, path, meeting, ada):
        late = an_expert(path, name="Lea", windows="09:00-10:45")
        meeting.theme.experts.add(late)

        assert "10:00 for them, near the end of their hours" in words(opened(meeting, ada))

    def test_another_week_is_called_that(self, path, ada, meeting, pia, eva):
        later = book(meeting.theme, pia, at(10, day=8), expert=eva)

        assert "0 sessions that week" in words(opened(later, ada))

    def test_namesakes_are_told_apart(self, path, meeting, ada, ines):
        other = an_expert(path, name="Ines Sol")
        meeting.theme.experts.add(other)

        shown = words(opened(meeting, ada))
        assert ines.user.email in shown
        assert other.user.email in shown

    def test_more_than_six_are_folded(self, path, meeting, ada):
        meeting.theme.experts.add(*(an_expert(path, name=f"Expert {number}") for number in range(6)))

        page = opened(meeting, ada)
        assert len(cards(page)[0]) == 8
        assert "2 more experts" in words(page)


class TestWhoIsNotFree:
    def test_reasons_for_an_admin(self, path, meeting, ada, ines, ole):
        a_meeting(path, ines.user, a_participant(path), at(9, 45))
        Expert.objects.filter(pk=ole.pk).update(notice_minutes=60 * 48)
        late = an_expert(path, name="Lea", windows="14:00-17:00")
        none = an_expert(path, name="Noa", windows="")
        away = an_expert(path, name="Una", accepting=False)
        gone = an_expert(path, name="Zoe")
        meeting.theme.experts.add(late, none, away, gone)
        leave(gone.user, path)

        shown = words(opened(meeting, ada))

        assert "Nobody else is free at this time. Reschedule instead." in shown
        assert "Not free (5)" in shown
        assert "Ines Sol is in a session until 10:15." in shown
        assert "Lea doesn’t work at this time." in shown
        assert "Noa has no hours yet." in shown
        assert "Ole Berg can’t be booked at such short notice." in shown
        assert "Una is not accepting sessions." in shown
        assert "Zoe" not in shown

    def test_its_expert_reads_only_who_is_not_free(self, path, meeting, eva, ines):
        a_meeting(path, ines.user, a_participant(path), at(9, 45))

        shown = words(opened(meeting, eva.user))

        assert "Ines Sol is not free." in shown
        assert "until 10:15" not in shown
        assert "sessions this week" not in shown
        assert "session this week" not in shown

    def test_nobody_else_takes_the_theme(self, path, eva, pia, ada):
        alone = book(a_theme(path, eva), pia, at(10))

        page = opened(alone, ada)
        assert "Nobody else is free at this time. Reschedule instead." in words(page)
        assert reverse("meetings:reschedule", args=[alone.pk]) in page.content.decode()
        assert "Give this session</button>" not in page.content.decode()

    def test_many_are_counted(self, path, meeting, ada):
        meeting.theme.experts.add(*(an_expert(path, name=f"Busy {number:02}", windows="") for number in range(53)))

        shown = words(opened(meeting, ada))
        assert "Not free (53)" in shown
        assert "And 3 more." in shown


class TestGive:
    def test_admin_stays_on_the_meeting(self, meeting, ada, ines):
        answer = sent(meeting, ada, ines, message="Eva is ill.")

        assert answer.status_code == 302
        assert answer.url == meeting.get_absolute_url()
        assert Meeting.objects.with_people().get(pk=meeting.pk).experts == [ines.user]
        assert meeting.events.get(happening="reassigned").message == "Eva is ill."

    def test_expert_ends_on_the_path_and_reads_who_has_it(self, path, meeting, eva, ines):
        client = signed_in(eva.user)

        answer = client.post(url(meeting), a_form(meeting, ines), follow=True)

        assert answer.redirect_chain[-1][0] == reverse("paths:detail", args=[path.pk])
        assert "Ines Sol has it now." in html.unescape(answer.content.decode())

    def test_twice_is_once_with_the_same_answer(self, meeting, eva, ines):
        client, form = signed_in(eva.user), a_form(meeting, ines)

        first, second = client.post(url(meeting), form), client.post(url(meeting), form)

        assert (first.status_code, first.url) == (second.status_code, second.url)
        assert meeting.events.filter(happening="reassigned").count() == 1

    def test_history_on_the_meetings_page_names_it(self, meeting, ada, ines):
        sent(meeting, ada, ines)

        page = html.unescape(signed_in(ada).get(meeting.get_absolute_url()).content.decode())
        assert "Given by you to Ines Sol instead of Eva Rao" in page
        page = html.unescape(signed_in(ines.user).get(meeting.get_absolute_url()).content.decode())
        assert "Given by Ada Byron to Ines Sol instead of Eva Rao" in page


class TestProblems:
    def test_taken_meanwhile_names_who_is_left(self, path, meeting, ada, ines, ole):
        a_meeting(path, ines.user, a_participant(path), at(10))

        answer = sent(meeting, ada, ines, message="Eva is ill.")

        assert answer.status_code == 409
        assert "Ines Sol was just booked. Ole Berg is still free." in words(answer)
        assert cards(answer) == ([ole.pk], [ole.pk])
        assert "Eva is ill." in answer.content.decode()

    def test_taken_meanwhile_and_nobody_left(self, path, meeting, ada, ines, ole):
        for expert in (ines, ole):
            a_meeting(path, expert.user, a_participant(path), at(10))

        answer = sent(meeting, ada, ines)

        assert answer.status_code == 409
        assert "Ines Sol was just booked." in words(answer)
        assert "Nobody else is free at this time." in words(answer)

    def test_changed_meanwhile_is_told_and_can_be_sent_then(self, meeting, pia, ada, ines):
        booking.reschedule(meeting=meeting, by=pia, start=at(11), token=uuid4(), now=NOW)

        answer = sent(meeting, ada, ines)

        assert answer.status_code == 409
        assert "This meeting was changed while you had it open. Here is how it stands now." in words(answer)
        assert 'name="sequence" value="1"' in answer.content.decode()
        assert "11:00 to 11:30" in words(answer)

    def test_nobody_chosen(self, meeting, ada, ines):
        answer = signed_in(ada).post(url(meeting), a_form(meeting, ines) | {"expert": ""})

        assert answer.status_code == 400
        assert "Choose who should take this session." in words(answer)

    def test_somebody_who_does_not_take_the_theme(self, path, meeting, ada):
        answer = sent(meeting, ada, an_expert(path))

        assert answer.status_code == 409
        assert "That expert doesn’t take this theme. Please choose again." in words(answer)

    def test_message_too_long_keeps_what_was_typed(self, meeting, ada, ole):
        answer = sent(meeting, ada, ole, message="a" * 2001)

        assert answer.status_code == 400
        assert "Please keep it under 2000 characters: it has 2001 now." in words(answer)
        assert "a" * 2001 in answer.content.decode()
        assert cards(answer)[1] == [ole.pk]

    def test_right_lost_meanwhile(self, path, meeting, ada, ines):
        client = signed_in(ada)
        Membership.objects.filter(user=ada).update(ended_at=NOW - timedelta(minutes=1))
        join(ada, a_path(), "admin")

        assert client.post(url(meeting), a_form(meeting, ines)).status_code == 404


class TestLimit:
    @pytest.fixture
    def full(self, meeting, ole):
        Expert.objects.filter(pk=ole.pk).update(cap_per_day=1)
        return ole

    def test_admin_sees_them_last_and_is_asked_for_a_tick(self, meeting, full, ada, ines):
        page = opened(meeting, ada)

        assert cards(page) == ([ines.pk, full.pk], [ines.pk])
        assert "Ole Berg At their limit" in words(page)
        assert 'name="over_limit"' in page.content.decode()

    def test_without_the_tick(self, meeting, full, ada):
        answer = sent(meeting, ada, full)

        assert answer.status_code == 409
        assert "Ole Berg has reached their limit of sessions." in words(answer)
        assert 'aria-describedby="over-limit-error"' in answer.content.decode()
        assert cards(answer)[1] == [full.pk]

    def test_with_the_tick(self, meeting, full, ada):
        assert sent(meeting, ada, full, over_limit="on").status_code == 302

    def test_alone_they_are_not_chosen(self, path, meeting, full, ada, ines):
        a_meeting(path, ines.user, a_participant(path), at(10))

        assert cards(opened(meeting, ada)) == ([full.pk], [])

    def test_its_expert_can_not(self, meeting, full, eva, ines):
        page = opened(meeting, eva.user)
        assert cards(page) == ([ines.pk], [ines.pk])
        assert "Ole Berg is not free." in words(page)

        answer = sent(meeting, eva.user, full, over_limit="on")
        assert answer.status_code == 409
        assert "Ole Berg is not free at this time." in words(answer)
        assert "limit" not in words(answer)


def test_queries_do_not_grow_with_experts(meeting, ada, path, django_assert_max_num_queries):
    client = signed_in(ada)
    client.get(url(meeting))
    with django_assert_max_num_queries(60) as few:
        client.get(url(meeting))
    meeting.theme.experts.add(*(an_expert(path, name=f"Expert {number}") for number in range(12)))
    meeting.theme.experts.add(*(an_expert(path, name=f"Busy {number}", windows="") for number in range(12)))

    with django_assert_max_num_queries(len(few)):
        client.get(url(meeting))


def test_meeting_page_leads_there_for_whoever_may(meeting, ada, eva, pia):
    for user in (ada, eva.user):
        assert f'href="{url(meeting)}"' in signed_in(user).get(meeting.get_absolute_url()).content.decode()
    assert url(meeting) not in signed_in(pia).get(meeting.get_absolute_url()).content.decode()
    answer = signed_in(pia).get(url(meeting))
    assert answer.status_code == 403
    reason = "Only its expert and the admins of this path can give this session to another expert."
    assert reason in html.unescape(answer.content.decode())
