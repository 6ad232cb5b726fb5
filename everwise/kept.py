"""Querysets compiled once a process: the SQL is kept, with slots for what differs from one request to the next.

Django builds and compiles a queryset anew each time, which takes several times as long as a small query itself.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db import connection, models
from django.db.models import Expression, Func


class Slot(Expression):
    """Stands in a queryset for a value that comes when it is run; `field` says what kind of value."""

    def __init__(self, name: str, field: models.Field):
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler, connection):
        return "%s", [self]

    def filled(self, values: dict[str, Any]):
        return self.output_field.get_db_prep_value(values[self.name], connection)


class Many(Slot):
    """A slot for any number of values, as one parameter, so that the SQL is the same for each number."""

    def filled(self, values: dict[str, Any]):
        prepared = [self.output_field.get_db_prep_value(value, connection) for value in values[self.name]]
        return prepared if connection.vendor == "postgresql" else json.dumps(prepared)


class Among(Func):
    """The condition that a column's value is one of a `Many`."""

    output_field = models.BooleanField()
    arity = 2

    def as_postgresql(self, compiler, connection, **context):
        return self.as_sql(compiler, connection, template="%(expressions)s)", arg_joiner=" = ANY(", **context)

    def as_sqlite(self, compiler, connection, **context):
        template = "%(expressions)s))"
        return self.as_sql(compiler, connection, template=template, arg_joiner=" IN (SELECT value FROM json_each(")


class Kept:
    """A queryset of values_list, made by `build` when it is first run, and from then on its SQL alone."""

    def __init__(self, build: Callable[[], models.QuerySet]):
        self._build = build
        self._compiled: dict[str, tuple] = {}

    def fetch(self, **values) -> list[Sequence]:
        """The rows just as the database gives them; `converted` makes of them what Django would."""
        sql, params, _ = self._on_this_database()
        with connection.cursor() as cursor:
            cursor.execute(sql, [each.filled(values) if isinstance(each, Slot) else each for each in params])
            return cursor.fetchall()

    def rows(self, **values) -> list[list]:
        return list(self.converted(self.fetch(**values)))

    def converted(self, rows: list[Sequence]) -> Iterator[list]:
        _, _, converters = self._on_this_database()
        for row in map(list, rows):
            for position, (each, expression) in converters:
                for convert in each:
                    row[position] = convert(row[position], expression, connection)
            yield row

    def _on_this_database(self) -> tuple:
        if connection.vendor not in self._compiled:
            compiler = self._build().query.get_compiler(connection=connection)
            sql, params = compiler.as_sql()
            # Those of a union are found in its first part.
            columns = [column for column, _, _ in compiler.select]
            self._compiled[connection.vendor] = sql, params, list(compiler.get_converters(columns).items())
        return self._compiled[connection.vendor]


def columns(model: type[models.Model], path: str = "") -> list[str]:
    """The names of all that is stored of a row, for values_list; `path` leads to it, like "user__"."""
    return [f"{path}{field.attname}" for field in model._meta.concrete_fields]


def instance(model: type[models.Model], values: Sequence) -> Any:
    """The object of a row that was read with `columns`."""
    return model.from_db(connection.alias, [field.attname for field in model._meta.concrete_fields], values)
