"""The pages of somebody who waits: the form of the line, what is held for them, and what others see of it."""

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from everwise.accounts.models import User
from meetings.booking import leaving
from meetings.booking.waitlist.windows import Window
from meetings.enums import AccountMail, EntryEnd, HeldEnd
from meetings.mail import account_mails
from meetings.models import ANY_WEEKDAY, WEEKDAYS, WEEKEND, DayPart, HeldTime, Meeting, Notice, WaitlistEntry
from paths import questions
from paths.models import Path, Theme
from paths.questions import Asking
from tests.meetings.waiting import a_held_time, booked_theme, cancel, go_round, wait
from tests.scene import NOW, a_participant, a_theme, an_admin, an_expert, at, book

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

TEN = at(10)
WINDOW = {"version": 0, "first": "2026-11-03", "last": "2026-12-04", "days": "weekdays", "part": "morning"}


@pytest.fixture
def theme(path):
    return a_theme(path, an_expert(path, name="Eva Stone"), name="Giving feedback")


@pytest.fixture
def own(client, pia):
    client.force_login(pia)
    return client


def wait_page(theme):
    return reverse("schedule:wait", args=[theme.path_id, theme.pk])


def time_page(theme):
    return f"{reverse('schedule:time', args=[theme.path_id])}?theme={theme.pk}"


def held_page(row):
    return reverse("meetings:held", args=[row.pk])


def a_form(**fields):
    return {"token": str(uuid4()), "shown": "", **fields}


class TestJoining:
    def test_window_is_said_back_in_words_and_shown_again(self, own, pia, theme):
        response = own.post(wait_page(theme), WINDOW, follow=True)

        assert response.redirect_chain == [(reverse("paths:detail", args=[theme.path_id]), 302)]
        entry = WaitlistEntry.objects.get()
        assert (entry.user, entry.theme, entry.weekdays, entry.part) == (pia, theme, WEEKDAYS, DayPart.MORNING)
        assert (entry.first_date, entry.last_date) == (date(2026, 11, 3), date(2026, 12, 4))
        said = "Weekday mornings from 3 November until 4 December"
        assert f"You are on the waitlist of “Giving feedback”: {said}." in response.text
        User.objects.filter(pk=pia.pk).update(time_zone="Asia/Kolkata")
        form = own.get(wait_page(theme)).text
        assert said in form
        assert 'value="morning" checked' in form
        assert "Days and times are yours, in Kolkata (GMT+5:30)." in form
        assert "Leave the waitlist" in form

    def test_sent_twice_is_one_place_and_change_keeps_it(self, own, theme):
        for _twice in range(2):
            own.post(wait_page(theme), WINDOW)
        first = WaitlistEntry.objects.get()
        assert first.version == 1

        own.post(wait_page(theme), {**WINDOW, "version": 1, "days": "chosen", "weekdays": ["0", "2"], "part": "any"})

        changed = WaitlistEntry.objects.get()
        assert (changed.weekdays, changed.part, changed.joined_at) == (0b101, DayPart.ANY, first.joined_at)

    def test_form_of_before_a_change_is_not_taken(self, own, theme):
        own.post(wait_page(theme), WINDOW)

        response = own.post(wait_page(theme), {**WINDOW, "part": "evening"})

        assert response.status_code == 409
        assert "was changed while you had this page open" in response.text
        assert WaitlistEntry.objects.get().part == DayPart.MORNING
        assert 'name="version" value="1"' in response.text

    @pytest.mark.parametrize(
        ("change", "said", "status"),
        [
            ({"last": "2026-11-01", "first": "2026-11-01"}, "That day is over.", 400),
            ({"last": "2026-11-02"}, "not before the first one", 400),
            ({"last": "2028-01-01"}, "within a year", 400),
            ({"first": "x"}, "That is not a date.", 400),
            ({"days": "chosen"}, "Choose at least one day.", 400),
            ({"days": "weekend", "first": "2026-11-03", "last": "2026-11-06"}, "None of these days", 409),
            ({"part": "night"}, "Choose one.", 400),
        ],
    )
    def test_mistake_is_said_beside_its_field_and_what_was_typed_stays(self, own, theme, change, said, status):
        response = own.post(wait_page(theme), WINDOW | change)

        assert response.status_code == status
        assert said in response.text
        assert f'value="{(WINDOW | change)["last"]}"' in response.text
        assert not WaitlistEntry.objects.exists()

    def test_window_keeps_within_the_paths_dates(self, own, theme):
        Path.objects.update(closes_on=date(2026, 11, 20))

        own.post(wait_page(theme), WINDOW)

        assert WaitlistEntry.objects.get().last_date == date(2026, 11, 20)

    def test_whoever_has_no_session_left_is_told_why(self, own, pia, theme):
        Path.objects.update(sessions_per_participant=1)
        book(a_theme(theme.path, an_expert(theme.path)), pia, at(15))
        words = "The one session of this path is used or booked."

        assert words in own.get(wait_page(theme)).text
        response = own.post(wait_page(theme), WINDOW)
        assert (response.status_code, words in response.text) == (409, True)
        assert not WaitlistEntry.objects.exists()

    def test_retired_theme_has_no_line(self, own, theme):
        Theme.objects.update(retired_at=NOW)

        assert own.get(wait_page(theme)).status_code == 404

    def test_leaving_gives_up_what_is_held(self, own, pia, theme):
        row = a_held_time(theme, pia, theme.experts.get().user, TEN)
        for _twice in range(2):
            own.post(reverse("schedule:leave-waitlist", args=[theme.path_id, theme.pk]))

        assert WaitlistEntry.objects.get().ended_by == EntryEnd.LEFT
        row.refresh_from_db()
        assert row.until == NOW
        assert "not held for you any more" in own.get(held_page(row)).text


class TestTimes:
    def test_line_is_always_offered_and_prominent_without_times(self, own, theme):
        url = wait_page(theme)
        assert re.search(rf'None of these times suits you\? <a href="{url}" ', own.get(time_page(theme)).text)

        theme.experts.get().rules.all().delete()

        nothing = own.get(time_page(theme)).text
        assert "Wait for a time that suits you" in nothing
        assert url in nothing

    def test_place_in_line_and_held_time_are_shown(self, own, pia, theme):
        wait(theme, pia)
        assert "You are on the waitlist: <strong>Any time until 11 November</strong>" in own.get(time_page(theme)).text

        row = a_held_time(theme, pia, theme.experts.get().user, TEN)

        page = own.get(time_page(theme)).text
        assert "Held for you until 08:30" in page
        assert held_page(row) in page
        assert "Tue 3 November, 10:00 to 10:30" in page or "Tomorrow, 10:00 to 10:30" in page

    def test_others_neither_see_a_held_time_nor_who_holds_it(self, client, own, pia, theme):
        other = a_participant(theme.path, "Otto")
        slot = f"start={TEN:%Y-%m-%dT%H:%M:%SZ}"
        assert slot in own.get(time_page(theme)).text
        a_held_time(theme, other, theme.experts.get().user, TEN)

        page = own.get(time_page(theme)).text

        assert slot not in page
        assert "Otto" not in page

    def test_time_page_asks_one_query_more(self, own, pia, theme, django_assert_max_num_queries):
        own.get(time_page(theme))
        with django_assert_max_num_queries(50) as before:
            own.get(time_page(theme))
        a_held_time(theme, pia, theme.experts.get().user, TEN)
        with django_assert_max_num_queries(len(before)):
            own.get(time_page(theme))
        assert sum("waitlistentry" in each["sql"] for each in before.captured_queries) == 1

    def test_nobody_is_asked_to_wait_for_somebody_else(self, client, ada, pia, theme):
        client.force_login(ada)

        assert wait_page(theme) not in client.get(f"{time_page(theme)}&for={pia.pk}").text


class TestHeld:
    @pytest.fixture
    def row(self, path, pia):
        theme, _expert, meeting = booked_theme(a_participant(path), path)
        wait(theme, pia)
        cancel(meeting)
        go_round()
        return HeldTime.objects.get()

    def test_home_path_and_its_own_page_show_it(self, own, row, path):
        for address in (reverse("home"), reverse("paths:detail", args=[path.pk])):
            page = own.get(address).text
            assert "Held for you until 08:30" in page
            assert held_page(row) in page
        page = own.get(held_page(row)).text
        assert "Book this time?" in page
        assert "Not this one" in page

    def test_one_button_books_it_however_often_it_is_pressed(self, own, row, pia):
        form = a_form()
        response = own.post(held_page(row), form)

        made = Meeting.objects.scheduled().get(organizer=pia)
        assert response.url == reverse("meetings:booked", args=[made.pk])
        assert own.post(held_page(row), form).url == response.url
        assert own.post(held_page(row), a_form()).url == made.get_absolute_url()
        assert own.get(held_page(row)).url == made.get_absolute_url()
        assert Meeting.objects.scheduled().filter(organizer=pia).count() == 1

    def test_changed_terms_come_back_with_words(self, own, row):
        shown = re.search(r'name="shown" value="([^"]*)"', own.get(held_page(row)).text)[1]
        Path.objects.update(change_until_minutes=5)

        response = own.post(held_page(row), a_form(shown=shown))

        assert response.status_code == 409
        assert "A session can now be moved" in response.text

    def test_not_this_one_gives_it_to_the_next(self, own, row, path):
        response = own.post(reverse("meetings:pass-on", args=[row.pk]), follow=True)

        assert "It goes to the next person" in response.text
        go_round()
        row.refresh_from_db()
        assert row.ended_by == HeldEnd.PASSED
        assert "Held for you" not in own.get(reverse("home")).text

    def test_too_late_is_said_and_nothing_booked(self, own, row, clock, pia):
        clock.move_to(NOW + timedelta(minutes=30))

        assert own.post(held_page(row), a_form()).status_code == 409
        page = own.get(held_page(row)).text
        assert "This time is not held for you any more" in page
        assert "You are still on the waitlist: Any time until 11 November" in page
        assert not Meeting.objects.scheduled().filter(organizer=pia).exists()

    def test_questions_are_answered_on_the_usual_last_page(self, own, row):
        questions.put(row.entry.theme, [Asking("What about?", required=True)])

        link = re.search(r'<a class="btn btn-primary btn-lg" href="([^"]*)"', own.get(held_page(row)).text)[1]
        page = own.get(link.replace("&amp;", "&"))

        assert page.status_code == 200
        assert "What about?" in page.text
        assert own.post(held_page(row), a_form()).status_code == 409

    def test_sooner_time_moves_their_session(self, own, pia, path):
        theme, _expert, meeting = booked_theme(a_participant(path), path)
        theme.experts.add(an_expert(path, windows="16:00-16:30"))
        session = book(theme, pia, at(16, day=4))
        address = f"{wait_page(theme)}?sooner={session.pk}"
        for page in (reverse("meetings:detail", args=[session.pk]), reverse("meetings:booked", args=[session.pk])):
            assert f'href="{address}">Tell me of anything sooner</a>' in own.get(page).text
        own.post(address, WINDOW | {"days": "any", "part": "any"})
        cancel(meeting)
        go_round()
        row = HeldTime.objects.get()
        page = own.get(held_page(row)).text
        assert "Move your session to this time?" in page

        response = own.post(held_page(row), a_form(sequence=session.sequence), follow=True)

        assert "Moved to Tue 3 November, 10:00." in response.text
        session.refresh_from_db()
        assert session.starts_at == TEN

    def test_expert_and_admin_are_offered_nothing_sooner(self, client, pia, ada, theme):
        session = book(theme, pia, at(16, day=4))
        for user in (ada, theme.experts.get().user):
            client.force_login(user)
            assert "Tell me of anything sooner" not in client.get(reverse("meetings:detail", args=[session.pk])).text


class TestMails:
    @pytest.fixture
    def row(self, pia, theme):
        return a_held_time(theme, pia, theme.experts.get().user, TEN)

    def mail(self, row, kind):
        notice = Notice(kind=kind, user=row.user, address=row.user.email, facts={"held": str(row.pk)}, due_at=NOW)
        return account_mails.render(notice, NOW)

    def test_held_time_is_told_with_its_link(self, row):
        mail = self.mail(row, AccountMail.TIME_HELD)

        assert mail.subject == "A time is held for you: Giving feedback"
        for form in (mail.text, mail.html):
            assert "Tuesday 3 November, 10:00" in form
            assert "It is held for you until 08:30." in form
            assert held_page(row) in form

    def test_gone_time_is_told_too(self, row):
        assert self.mail(row, AccountMail.TIME_GONE) is None
        HeldTime.objects.update(ended_at=NOW, ended_by=HeldEnd.GONE)

        mail = self.mail(row, AccountMail.TIME_GONE)

        assert "Any time until 11 November" in mail.text
        assert self.mail(row, AccountMail.TIME_HELD) is None

    @pytest.mark.parametrize("gone", ["passed", "over", "left"])
    def test_nobody_is_told_what_is_not_so_any_more(self, row, gone):
        assert self.mail(row, AccountMail.TIME_HELD)
        if gone == "left":
            row.user.memberships.update(ended_at=NOW)
        else:
            HeldTime.objects.update(**{"passed": {"passed_at": NOW}, "over": {"until": NOW}}[gone])

        assert self.mail(HeldTime.objects.get(), AccountMail.TIME_HELD) is None


class TestOthers:
    def test_themes_say_how_many_wait(self, client, path, theme, pia):
        client.force_login(an_admin(path))
        themes = reverse("paths:themes", args=[path.pk])
        assert "waiting" not in client.get(themes).text
        for user in (pia, a_participant(path)):
            wait(theme, user)

        assert "2 people are waiting" in client.get(themes).text

    def test_page_of_a_person_says_what_they_wait_for_and_what_became_of_it(self, client, path, theme, pia):
        client.force_login(an_admin(path))
        page = reverse("paths:person", args=[path.pk, pia.pk])
        assert "Waitlist" not in client.get(page).text
        a_held_time(theme, pia, theme.experts.get().user, TEN)

        said = client.get(page).text

        assert "Any time until 11 November." in said
        assert "Held for them until 08:30" in said
        assert "was held for them" in said

    def test_erasing_somebody_leaves_nothing_of_it(self, path, theme, pia):
        a_held_time(theme, pia, theme.experts.get().user, TEN)
        staff = a_participant(path, is_staff=True, is_superuser=True)

        leaving.erase(user=pia, decisions={}, by=staff, now=NOW)

        assert not WaitlistEntry.objects.exists()
        assert not HeldTime.objects.exists()


@pytest.mark.parametrize(
    ("days", "part", "first", "last", "words"),
    [
        (ANY_WEEKDAY, "any", 2, 11, "Any time until 11 November"),
        (ANY_WEEKDAY, "evening", 2, 2, "Evenings on 2 November"),
        (WEEKDAYS, "morning", 2, 30, "Weekday mornings until 30 November"),
        (WEEKEND, "any", 7, 8, "Weekends from 7 November until 8 November"),
        (0b101, "afternoon", 2, 30, "Monday and Wednesday, afternoons until 30 November"),
    ],
)
def test_window_in_words(pia, days, part, first, last, words):
    window = Window(date(2026, 11, first), date(2026, 11, last), days, part, "UTC")

    assert window.words(pia.reader, NOW) == words
