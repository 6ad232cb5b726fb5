"""Queries that are compiled once: they answer as the same QuerySets would, on whichever database the tests run."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import BooleanField, CharField, DateTimeField, F, UUIDField, Value
from django.test.utils import CaptureQueriesContext

from everwise.accounts.models import User
from everwise.db.prepared import Among, Many, Param, Prepared, columns, instance, params

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 10, 23, 12, tzinfo=UTC)


@pytest.fixture
def people():
    return [
        User.objects.create(
            name=name, email=f"{name}@example.test", time_zone="Asia/Kolkata", date_joined=NOON + timedelta(days=day)
        )
        for day, name in enumerate(["Ada", "Eva", "Pia"])
    ]


def test_rows_are_what_the_fields_make_of_them(people):
    columns = "pk", "name", "time_zone", "date_joined", "last_login", "is_active"
    read = Prepared(lambda: User.objects.filter(name=Param("name", CharField())).values_list(*columns))

    assert read(name="Eva") == list(User.objects.filter(name="Eva").values_list(*columns))
    assert read(name="Nobody") == []


def test_each_run_has_its_own_values_and_none_is_built_again(people):
    built = []

    @Prepared
    def joined(descending: bool):
        built.append(descending)
        found = User.objects.filter(date_joined__gte=Param("since", DateTimeField()))
        return found.order_by("-name" if descending else "name").values_list("name")

    answers = [joined(descending=descending, since=NOON + timedelta(days=1)) for descending in (False, True, False)]

    assert answers == [[("Eva",), ("Pia",)], [("Pia",), ("Eva",)], [("Eva",), ("Pia",)]]
    assert joined(descending=False, since=NOON + timedelta(days=2)) == [("Pia",)]
    assert built == [False, True]


def test_list_of_values(people):
    @Prepared
    def named(many: int):
        return User.objects.filter(pk__in=params("people", UUIDField(), many)).order_by("name").values_list("name")

    assert named(many=2, people=[people[2].pk, people[0].pk]) == [("Ada",), ("Pia",)]
    assert named(many=1, people=[people[1].pk]) == [("Eva",)]


def test_values_are_never_part_of_the_sql(people):
    read = Prepared(lambda: User.objects.filter(name=Param("name", CharField())).values_list("pk"))

    assert read(name="' OR 1=1 --") == read(name="%s") == []


def test_one_query_a_run_and_constants_stay(people):
    read = Prepared(
        lambda: (
            User.objects.filter(is_active=Param("active", BooleanField()))
            .order_by("name")
            .annotate(what=Value("person"))
            .values_list("what", F("name"))[:1]
        )
    )

    with CaptureQueriesContext(connection) as queries:
        assert read(active=True) == [("person", "Ada")]
    assert len(queries) == 1


@pytest.mark.parametrize("count", [0, 1, 3])
def test_among_takes_any_number_of_values(people, count):
    some = Among(F("pk"), Many("people", User._meta.pk))
    read = Prepared(lambda: User.objects.filter(some).order_by("name").values_list("pk"))

    assert read(people=[uuid4()]) == []
    assert read(people=[person.pk for person in people[:count]]) == [(person.pk,) for person in people[:count]]


def test_instance_is_the_stored_object(people):
    read = Prepared(lambda: User.objects.filter(pk=Param("pk", User._meta.pk)).values_list(*columns(User)))

    (row,) = read(pk=people[0].pk)
    made = instance(User, row)

    assert (made, made.time_zone, made.date_joined) == (people[0], people[0].time_zone, people[0].date_joined)
    made.name = "changed"
    made.save()
    assert User.objects.get(pk=made.pk).name == "changed"
