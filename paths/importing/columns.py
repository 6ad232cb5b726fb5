"""What the columns of a file may be called, and the roles in them: in English, German and Spanish. Knows no Django."""

import unicodedata
from collections.abc import Sequence
from enum import StrEnum


class Column(StrEnum):
    EMAIL = "email"
    NAME = "name"
    ROLE = "role"
    ZONE = "time_zone"
    SESSIONS = "sessions"
    # These two become the name.
    FIRST = "first_name"
    LAST = "last_name"


_CALLED = {
    Column.EMAIL: "email, email address, mail, mail address, e mail adresse, mailadresse, correo, correo electronico,"
    " direccion de correo, direccion de correo electronico",
    Column.NAME: "name, full name, vollstandiger name, nombre, nombre completo, nombre y apellidos",
    Column.FIRST: "first name, given name, forename, vorname, nombre de pila",
    Column.LAST: "last name, surname, family name, nachname, familienname, apellido, apellidos",
    Column.ROLE: "role, rolle, rol, funcion",
    Column.ZONE: "time zone, timezone, tz, zeitzone, zona horaria, huso horario",
    Column.SESSIONS: "sessions, number of sessions, sitzungen, anzahl sitzungen, anzahl der sitzungen, termine,"
    " anzahl termine, sesiones, numero de sesiones",
}
_ROLES = {
    "participant": "participant, teilnehmer, teilnehmerin, teilnehmende, teilnehmender, teilnehmende person,"
    " participante",
    "expert": "expert, experte, expertin, fachperson, experto, experta, especialista",
    "admin": "admin, administrator, administratorin, administrador, administradora, responsable",
}


def plain(text: str) -> str:
    """The text as it is compared: without case, accents, and anything but letters and digits."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if letter.isalnum())


_COLUMN_OF = {plain(name): column for column, names in _CALLED.items() for name in names.split(",")}
_ROLE_OF = {plain(name): role for role, names in _ROLES.items() for name in names.split(",")}


def columns_of(header: Sequence[str]) -> list[Column | None]:
    """What each cell of the first line says its column is; None for a column that is ignored.

    "Name" beside "Vorname" is the last name, "Nombre" beside "Apellidos" the first.
    """
    found = [_COLUMN_OF.get(plain(cell)) for cell in header]
    alone = {Column.FIRST, Column.LAST} & set(found)
    if Column.NAME in found and len(alone) == 1:
        missing = Column.LAST if Column.FIRST in alone else Column.FIRST
        found = [missing if column is Column.NAME else column for column in found]
    return found


def role_of(text: str) -> str | None:
    """The role as paths.enums.Role has it, "" for an empty cell; None for what is no role."""
    return _ROLE_OF.get(plain(text)) if text.strip() else ""
