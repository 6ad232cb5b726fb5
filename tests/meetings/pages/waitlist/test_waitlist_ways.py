"""Where the pages and e-mails of a waitlist lead, and what is said after a "no"."""

import re

import pytest
from django.urls import reverse

from meetings.enums import AccountMail, HeldEnd
from meetings.mail import account_mails
from meetings.models import HeldTime, Meeting, Notice, WaitlistEntry
from tests.meetings.waiting import a_held_time, wait
from tests.scene import NOW, a_theme, an_expert, at, book, leave

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

TEN = at(10)


@pytest.fixture
def theme(path):
    return a_theme(path, an_expert(path, name="Eva Stone"), name="Giving feedback")


@pytest.fixture
def own(client, pia):
    client.force_login(pia)
    return client


@pytest.fixture
def row(theme, pia):
    return a_held_time(theme, pia, theme.experts.get().user, TEN)


def pass_on(client, row):
    return client.post(reverse("meetings:pass-on", args=[row.pk]), follow=True)


class TestSooner:
    """Whoever waits for a sooner time goes on to do so, wherever they change it."""

    @pytest.fixture
    def session(self, theme, pia):
        session = book(theme, pia, at(15, day=4))
        wait(theme, pia, sooner_than=session)
        return session

    @pytest.fixture
    def link(self, theme, session):
        return f"{reverse('schedule:wait', args=[theme.path_id, theme.pk])}?sooner={session.pk}"

    def test_from_the_times_of_the_theme(self, own, theme, link):
        page = own.get(f"{reverse('schedule:time', args=[theme.path_id])}?theme={theme.pk}").text

        assert re.findall(r'href="([^"]*/wait/[^"]*)"', page) == [link]

    def test_from_a_held_time_that_is_over(self, own, row, theme, pia, link):
        HeldTime.objects.update(ended_at=NOW, ended_by=HeldEnd.GONE)

        assert f'href="{link}"' in own.get(reverse("meetings:held", args=[row.pk])).text

    def test_from_the_e_mail_about_a_time_that_is_gone(self, session, theme, pia, link):
        row = a_held_time(theme, pia, theme.experts.get().user, TEN)
        HeldTime.objects.update(ended_at=NOW, ended_by=HeldEnd.GONE)
        facts = {"held": str(row.pk)}
        notice = Notice(kind=AccountMail.TIME_GONE, user=pia, address=pia.email, facts=facts, due_at=NOW)

        assert link in account_mails.render(notice, NOW).text


class TestNotThisOne:
    def test_after_it_was_booked_in_another_tab_leads_to_the_session(self, own, row, theme, pia):
        made = book(theme, pia, TEN)

        response = pass_on(own, row)

        assert response.redirect_chain[-1][0] == made.get_absolute_url()
        assert "you keep your place" not in response.text
        assert Meeting.objects.scheduled().filter(pk=made.pk).exists()

    def test_after_the_line_was_left_promises_no_place(self, own, row, theme):
        own.post(reverse("schedule:leave-waitlist", args=[theme.path_id, theme.pk]))

        response = pass_on(own, row)

        assert "you keep your place" not in response.text
        assert "This time is not held for you any more" in response.text

    def test_twice_says_the_same(self, own, row):
        assert "you keep your place" in pass_on(own, row).text
        assert "you keep your place" in pass_on(own, row).text


def test_whoever_has_left_the_path_finds_nothing(own, row, theme, pia):
    address = reverse("meetings:held", args=[row.pk])
    assert own.get(address).status_code == 200

    leave(pia, theme.path)

    assert own.get(address).status_code == own.post(reverse("meetings:pass-on", args=[row.pk])).status_code == 404


def test_new_place_can_be_taken_where_the_old_one_is_over(own, theme, pia, clock):
    """Before any worker has said so in its row."""
    wait(theme, pia, last=1)
    clock.move_to(at(9, day=3))
    own.force_login(pia)
    address = reverse("schedule:wait", args=[theme.path_id, theme.pk])
    version = re.search(r'name="version" value="(\d+)"', own.get(address).text)[1]
    form = {"version": version, "first": "2026-11-05", "last": "2026-11-20", "days": "any", "part": "any"}

    assert own.post(address, form).status_code == 302

    assert WaitlistEntry.objects.live().count() == 1
