"""Queries that are built and compiled once and run many times: in Django building one costs more than running it.

It leans on Django's private compiler (`get_compiler`, `get_converters`, `select`), which no release promises to keep:
tests/everwise/db/test_prepared.py holds each query equal to its queryset, and has to be run on every Django that
pyproject.toml allows.

A `Prepared` query is written as a queryset and runs on both databases; it is compiled when it is first run, with a
`Param` for each value that comes later and a `Many` for a list as one parameter. Only statements whose plain queryset
would make the time page or a booking take a tenth longer are prepared; docs/performance.md has the figures. On
PostgreSQL values are bound by the server, and a query that a connection asks often keeps its plan (`settings`).
"""

import json
from collections.abc import Callable, Sequence
from inspect import signature
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models import Expression, Field, Func, QuerySet


class Param(Expression):
    """Where a value is put in at each run, as the field's own lookups would put it; with a place, one of a list."""

    def __init__(self, name: str, output_field: Field, place: int | None = None):
        super().__init__(output_field=output_field)
        self.name, self.place = name, place

    def as_sql(self, compiler, connection) -> tuple[str, Any]:
        return "%s", [self]

    def value(self, values: dict[str, Any], database) -> Any:
        given = values[self.name] if self.place is None else values[self.name][self.place]
        return self.output_field.get_db_prep_value(given, database)


def params(name: str, output_field: Field, many: int) -> list[Any]:
    """For `in`: a Param for each of so many values. (Any, because the types of lookups ask for values.)"""
    return [Param(name, output_field, place) for place in range(many)]


class Many(Param):
    """Any number of values as one parameter, so that the SQL is the same for each number."""

    def value(self, values: dict[str, Any], database) -> list[Any] | str:
        given = [self.output_field.get_db_prep_value(each, database) for each in values[self.name]]
        return given if database.vendor == "postgresql" else json.dumps(given)


class Among(Func):
    """The condition that a column's value is one of a `Many`."""

    output_field = models.BooleanField()
    arity = 2

    def as_postgresql(self, compiler, connection, **context) -> tuple[str, Any]:
        return self.as_sql(compiler, connection, template="%(expressions)s)", arg_joiner=" = ANY(", **context)

    def as_sqlite(self, compiler, connection, **context) -> tuple[str, Any]:
        template = "%(expressions)s))"
        return self.as_sql(compiler, connection, template=template, arg_joiner=" IN (SELECT value FROM json_each(")


class Prepared:
    """A query with a Param for each value that comes later. Called with a value for each, it returns rows as tuples.

    `build` returns a QuerySet's values_list. Its own parameters are the shape: whatever changes the SQL. What is
    compiled is kept for each shape and database, so shapes have to be few.
    """

    def __init__(self, build: Callable[..., QuerySet]):
        self.build = build
        self.shape = tuple(signature(build).parameters)
        self._compiled: dict[tuple, tuple[str, list, list]] = {}

    def __call__(self, **values) -> list[tuple]:
        # Not django.db.connection, which looks for the thread's connection at each attribute.
        database = connections[DEFAULT_DB_ALIAS]
        shape = tuple(values[name] for name in self.shape)
        key = database.vendor, *shape
        if key not in self._compiled:
            self._compiled[key] = self._compile(database, *shape)
        sql, params, converters = self._compiled[key]
        bound = [param.value(values, database) if isinstance(param, Param) else param for param in params]
        with database.cursor() as cursor:
            cursor.execute(sql, bound)
            rows = cursor.fetchall()
        return [_converted(row, converters, database) for row in rows] if converters else rows

    def _compile(self, database, *shape):
        compiler = self.build(*shape).query.get_compiler(connection=database)
        sql, params = compiler.as_sql()
        # Those of a union are found in its first part.
        columns = [expression for expression, *_ in compiler.select]
        converters = compiler.get_converters(columns)
        return sql, list(params), [(column, *each) for column, each in converters.items()]


class Shared(Prepared):
    """A prepared query whose `select_for_update(no_key=True)` becomes FOR SHARE, which Django can't say.

    Many transactions hold a row so at once; whoever changes it (an UPDATE takes NO KEY UPDATE) waits for all of them.
    KEY SHARE would not do: it lets such a change pass. A row that was changed while the statement waited is read as it
    is now. All tables of the query's FROM are locked, in their order there; subqueries in its columns are not.
    """

    def _compile(self, database, *shape):
        sql, params, converters = super()._compile(database, *shape)
        return sql.replace(" FOR NO KEY UPDATE", " FOR SHARE"), params, converters


def _converted(row: tuple, converters: list, database) -> tuple:
    made = list(row)
    for column, functions, expression in converters:
        for function in functions:
            made[column] = function(made[column], expression, database)
    return tuple(made)


def columns(model: type[models.Model], path: str = "") -> list[str]:
    """The names of all that is stored of a row, for values_list; `path` leads to it, like "user__"."""
    return [f"{path}{field.attname}" for field in model._meta.concrete_fields]


def instance(model: type[models.Model], values: Sequence) -> Any:
    """The object of a row that was read with `columns`."""
    return model.from_db(DEFAULT_DB_ALIAS, [field.attname for field in model._meta.concrete_fields], values)
