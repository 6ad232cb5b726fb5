"""The pages that open a draft, close a path early, and open it again."""

from datetime import timedelta

import pytest
from django.urls import reverse

from everwise.accounts.models import User
from experts.models import AvailabilityRule, Expert
from meetings.models import Notice
from paths import enrolment, opening
from paths.enums import Role
from paths.models import Path
from tests.gate_world import signed_in
from tests.scene import NOW, a_participant, a_path, a_theme, an_admin, an_expert, at, book

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def draft():
    path = a_path(name="Leading through change", opened_at=None)
    a_theme(path, an_expert(path))
    return path


@pytest.fixture
def ada(draft):
    return an_admin(draft)


@pytest.fixture
def client(ada):
    return signed_in(ada)


def add(path, by, number=1):
    for each in range(number):
        user = User.objects.create_user(f"person{each}@new.example", None, name=f"Person {each}")
        enrolment.add(path=path, user=user, role=Role.PARTICIPANT, by=by, now=NOW)


def address(name, path):
    return reverse(f"paths:{name}", args=[path.pk])


def said(client, *args, **kwargs):
    return client.post(*args, **kwargs, follow=True).content.decode()


def is_draft(path):
    return Path.objects.get(pk=path.pk).is_draft


class TestOpen:
    def test_asks_with_the_number_of_invitations_and_then_opens(self, client, draft, ada):
        add(draft, ada, 2)
        page = client.get(address("open", draft)).content.decode()
        assert "Open Leading through change?" in page.replace("⁨", "").replace("⁩", "")
        assert "<strong>2 invitations go out now.</strong>" in page
        assert is_draft(draft)

        page = said(client, address("open", draft), {"shown": 2})

        assert "The path is open. 2 invitations are on their way." in page
        assert not is_draft(draft)
        assert Notice.objects.of_accounts().count() == 2

    def test_sent_twice_says_the_same_and_sends_nothing_more(self, client, draft, ada):
        add(draft, ada)
        client.post(address("open", draft), {"shown": 1})

        page = said(client, address("open", draft), {"shown": 1})

        assert "The path is open. 1 invitation is on its way." in page
        assert Notice.objects.of_accounts().count() == 1

    def test_another_admin_reads_who_was_first(self, client, draft, ada):
        add(draft, ada)
        opening.open_draft(path=draft, by=an_admin(draft, "Ruth"), now=NOW, shown=1, lacking=lambda held: [])

        page = said(client, address("open", draft), {"shown": 1})

        assert "Ruth has opened this path already, at 08:00." in page
        assert Notice.objects.of_accounts().count() == 1

    def test_comes_back_where_others_are_here_by_now(self, client, draft, ada):
        add(draft, ada, 3)

        response = client.post(address("open", draft), {"shown": 2})

        page = response.content.decode()
        assert response.status_code == 409
        assert "Error:" in page
        assert "People were added or left meanwhile. Nothing was sent." in page
        assert "<strong>3 invitations go out now.</strong>" in page
        assert is_draft(draft)

    def test_can_not_be_opened_while_something_is_missing(self, client, draft, ada):
        page = client.get(address("open", draft)).content.decode()
        assert "This path can’t be opened yet" in page
        assert 'name="shown"' not in page

        response = client.post(address("open", draft), {"shown": 0})

        assert response.status_code == 409
        assert is_draft(draft)

    @pytest.mark.parametrize(
        ("change", "says"),
        [
            (lambda path: path.themes.update(retired_at=NOW), "No theme has an expert who takes sessions."),
            (lambda path: Expert.objects.update(accepting=False), "No theme has an expert who takes sessions."),
            (lambda path: AvailabilityRule.objects.all().delete(), "No time is offered in the first two weeks."),
            (lambda path: path.memberships.filter(role="participant").update(ended_at=NOW), "There is no participant."),
        ],
    )
    def test_what_is_missing_by_the_time_it_is_pressed_is_said(self, client, draft, ada, change, says):
        add(draft, ada)
        assert 'name="shown" value="1"' in client.get(address("open", draft)).content.decode()
        change(draft)

        response = client.post(address("open", draft), {"shown": 1})

        assert response.status_code == 409
        assert f"{says} The path was not opened." in response.content.decode()
        assert is_draft(draft)
        assert not Notice.objects.of_accounts().exists()

    @pytest.mark.parametrize("shown", ["", "-1", "many"])
    def test_damaged_form_opens_nothing(self, client, draft, ada, shown):
        add(draft, ada)

        response = client.post(address("open", draft), {"shown": shown})

        assert response.status_code == 400
        assert is_draft(draft)

    def test_of_an_open_path_says_so(self, client, draft, ada):
        Path.objects.update(opened_at=NOW)

        assert "This path is open" in client.get(address("open", draft)).content.decode()


class TestClose:
    @pytest.fixture
    def path(self, draft):
        Path.objects.filter(pk=draft.pk).update(opened_at=NOW - timedelta(days=9))
        return Path.objects.get(pk=draft.pk)

    def test_says_how_many_stay_then_closes_then_opens_again(self, client, path):
        book(path.themes.get(), pia := a_participant(path), at(10))
        book(path.themes.get(), pia, at(12))
        page = client.get(address("close", path)).content.decode()
        assert "<strong>2 meetings are booked.</strong>" in page
        assert address("meetings", path) in page

        page = said(client, address("close", path), {"do": "close"})
        assert "The path is closed. What is booked takes place." in page
        assert "This path was closed on 2 November." in page
        assert address("close", path) in page
        assert "Open this path again?" in client.get(address("close", path)).content.decode()

        page = said(client, address("close", path), {"do": "open-again"})
        assert "The path is open again." in page
        assert "This path was closed" not in page

    def test_settings_of_an_open_path_lead_there(self, client, path):
        page = client.get(address("settings", path)).content.decode()

        assert address("close", path) in page
        assert "Open again" not in page

    @pytest.mark.parametrize(("do", "text"), [("close", "closed"), ("open-again", "open")])
    def test_second_admin_reads_that_it_is_so_already(self, client, path, do, text):
        if do == "close":
            opening.close(path=path, by=an_admin(path, "Ruth"), now=NOW)

        page = said(client, address("close", path), {"do": do})

        assert f"This path {'was closed' if do == 'close' else 'is open'} already." in page

    def test_draft_is_not_closed(self, client, draft):
        page = client.get(address("close", draft)).content.decode()
        assert "This path is a draft." in page
        assert "btn-danger" not in page

        response = client.post(address("close", draft), {"do": "close"})

        assert response.status_code == 409
        assert "This path is a draft." in response.content.decode()

    def test_path_whose_dates_are_over_is_not_closed_early(self, client, path):
        Path.objects.update(closes_on=NOW.date() - timedelta(days=1))

        page = client.get(address("close", path)).content.decode()

        assert "This path closed on 1 November." in page
        assert "btn-danger" not in page
        assert client.post(address("close", path), {"do": "close"}).status_code == 409

    @pytest.mark.parametrize("do", ["", "delete"])
    def test_damaged_form_closes_nothing(self, client, path, do):
        assert client.post(address("close", path), {"do": do}).status_code == 400
        assert Path.objects.get(pk=path.pk).closed_at is None
