"""Querysets compiled once give what Django gives, whatever values stand in their slots."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db.models import CharField, DateTimeField, F

from everwise.accounts.models import User
from everwise.kept import Among, Kept, Many, Slot, columns, instance

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return [User.objects.create(name=name, email=f"{name}@example.test", time_zone="Asia/Tokyo") for name in "abc"]


def test_rows_are_those_of_the_queryset(people, django_assert_num_queries):
    names = columns(User)
    kept = Kept(lambda: User.objects.filter(name=Slot("name", CharField())).values_list(*names))

    for person in [*people, *people]:
        with django_assert_num_queries(1):
            rows = kept.rows(name=person.name)
        assert [tuple(row) for row in rows] == list(User.objects.filter(pk=person.pk).values_list(*names))
    assert kept.rows(name="nobody") == []


def test_queryset_is_compiled_once(people):
    built = []

    def build():
        built.append(1)
        return User.objects.filter(pk=Slot("pk", User._meta.pk)).values_list("name")

    kept = Kept(build)

    assert [kept.rows(pk=person.pk) for person in people] == [[["a"]], [["b"]], [["c"]]]
    assert built == [1]


@pytest.mark.parametrize("count", [0, 1, 3])
def test_among_takes_any_number_of_values(people, count):
    some = Among(F("pk"), Many("people", User._meta.pk))
    kept = Kept(lambda: User.objects.filter(some).order_by("name").values_list("pk"))

    assert kept.rows(people=[uuid4()]) == []
    assert kept.rows(people=[person.pk for person in people[:count]]) == [[person.pk] for person in people[:count]]


def test_instants_are_compared_as_instants(people):
    joined = people[0].date_joined
    kept = Kept(lambda: User.objects.filter(date_joined__gt=Slot("since", DateTimeField())).values_list("name"))

    assert kept.rows(since=joined) == [["b"], ["c"]]
    assert kept.rows(since=joined + timedelta(days=1)) == []


def test_texts_are_values_and_no_sql(people):
    kept = Kept(lambda: User.objects.filter(name=Slot("name", CharField())).values_list("name"))

    assert kept.rows(name="a' OR '1'='1' -- %s") == []


def test_instance_is_the_stored_object(people):
    kept = Kept(lambda: User.objects.filter(pk=Slot("pk", User._meta.pk)).values_list(*columns(User)))

    (row,) = kept.rows(pk=people[0].pk)
    made = instance(User, row)

    assert (made, made.time_zone, made.date_joined) == (people[0], people[0].time_zone, people[0].date_joined)
    made.name = "changed"
    made.save()
    assert User.objects.get(pk=made.pk).name == "changed"
