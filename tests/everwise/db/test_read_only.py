"""Within it the database takes no change, and afterwards it does, whatever happened."""

import pytest
from django.db import DatabaseError, transaction

from everwise.accounts.models import User
from everwise.db.read_only import read_only
from tests.scene import a_person

pytestmark = pytest.mark.django_db


def test_nothing_is_changed_within_and_all_reads_work():
    person = a_person("Maya")

    def change():
        with transaction.atomic(), read_only():
            assert User.objects.get(pk=person.pk).name == "Maya"
            User.objects.filter(pk=person.pk).update(name="Written")

    with pytest.raises(DatabaseError):
        change()

    assert User.objects.get(pk=person.pk).name == "Maya"
    assert User.objects.filter(pk=person.pk).update(name="Written") == 1


@pytest.mark.django_db(transaction=True)
def test_afterwards_changes_are_taken_again():
    person = a_person("Maya")
    with read_only():
        pass
    with pytest.raises(KeyError), read_only():
        raise KeyError
    assert User.objects.filter(pk=person.pk).update(name="Written") == 1
