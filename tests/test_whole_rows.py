"""The tests' own guard against saving rows whole, with its control, and the people whom others' code saves so."""

import pytest
from allauth.account.adapter import get_adapter
from django.core.management import call_command
from django.db.models import Model

from everwise.accounts.models import User
from experts.models import Expert
from tests import whole_rows
from tests.scene import a_person, an_expert

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_ours(monkeypatch):
    """The tests' own calls count as the application's."""
    monkeypatch.setattr(whole_rows, "_caller", lambda: whole_rows.ROOT / "experts" / "hours.py")


@pytest.fixture
def as_theirs(monkeypatch):
    """The tests' own calls count as those of an installed package."""
    monkeypatch.setattr(whole_rows, "_caller", lambda: whole_rows.ROOT / ".venv" / "site-packages" / "any" / "views.py")


@pytest.mark.usefixtures("as_ours")
def test_existing_row_saved_whole_by_us_is_an_error():
    expert = Expert.objects.get(pk=an_expert().pk)
    expert.title = "Other"

    with pytest.raises(whole_rows.WholeRow, match="Name the columns"):
        expert.save()

    expert.save(update_fields=["title"])
    assert Expert.objects.get().title == "Other"


@pytest.mark.usefixtures("as_theirs")
def test_existing_row_of_ours_saved_whole_by_others_is_an_error():
    expert = Expert.objects.get(pk=an_expert().pk)

    with pytest.raises(whole_rows.WholeRow):
        expert.save()


@pytest.mark.usefixtures("as_theirs")
def test_row_of_others_saved_whole_by_themselves_is_none_of_ours():
    a_person().emailaddress_set.get().save()


def test_tests_may_save_rows_whole():
    an_expert().save()


def test_control_without_the_guard_a_whole_row_undoes_what_another_has_changed():
    expert = Expert.objects.get(pk=an_expert().pk)
    Expert.objects.update(accepting=False)

    Model.save.__wrapped__(expert)

    assert Expert.objects.get().accepting


@pytest.mark.usefixtures("as_theirs")
def test_person_saved_whole_by_others_keeps_what_another_has_changed():
    user = a_person("Maya")
    read = User.objects.get(pk=user.pk)
    User.objects.filter(pk=user.pk).update(is_active=False, name="Maya L")

    get_adapter().set_password(read, "quite another phrase")

    user.refresh_from_db()
    assert (user.is_active, user.name) == (False, "Maya L")
    assert user.check_password("quite another phrase")


def test_person_saved_by_columns_keeps_what_is_still_to_be_saved():
    user = a_person("Maya")
    read = User.objects.get(pk=user.pk)
    read.name, read.time_zone = "Maya L", "Asia/Kolkata"

    read.save(update_fields=["name"])
    read.save()

    user.refresh_from_db()
    assert (user.name, str(user.time_zone)) == ("Maya L", "Asia/Kolkata")


def test_password_changed_at_a_terminal_writes_nothing_else(monkeypatch):
    user = a_person(is_staff=True)

    def typed(self, prompt=""):
        User.objects.filter(pk=user.pk).update(is_staff=False)
        return "quite another phrase"

    monkeypatch.setattr("django.contrib.auth.management.commands.changepassword.Command._get_pass", typed)

    call_command("changepassword", user.email, stdout=None)

    user.refresh_from_db()
    assert not user.is_staff
    assert user.check_password("quite another phrase")
