"""Instants as whole epoch seconds, computed by the database: numbers arrive several times faster than datetimes."""

from django.db.models import Func, IntegerField


class Epoch(Func):
    """The second in which an instant lies: rounded down, as the start of a busy time is."""

    arity = 1
    output_field = IntegerField()

    def as_postgresql(self, compiler, connection):
        return self.as_sql(compiler, connection, template="FLOOR(EXTRACT(EPOCH FROM %(expressions)s))::bigint")

    def as_sqlite(self, compiler, connection):
        # Without the fraction, which strftime would round.
        template = "CAST(strftime('%%%%s', substr(%(expressions)s, 1, 19)) AS INTEGER)"
        return self.as_sql(compiler, connection, template=template)


class EpochUp(Epoch):
    """The first whole second that is not before an instant: rounded up, as the end of a busy time is."""

    def as_postgresql(self, compiler, connection):
        return self.as_sql(compiler, connection, template="CEIL(EXTRACT(EPOCH FROM %(expressions)s))::bigint")

    def as_sqlite(self, compiler, connection):
        # Text with a fraction is longer than "2026-10-23 09:30:00".
        sql, params = super().as_sqlite(compiler, connection)
        text, more = compiler.compile(self.get_source_expressions()[0])
        return f"{sql} + (length({text}) > 19)", (*params, *more)
