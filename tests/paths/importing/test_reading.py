"""Files as tables: encodings, columns, and what is no table."""

import io
import zipfile

import openpyxl
import pytest
from django.conf import settings
from django.utils import translation

from everwise.wording import listed
from paths.enums import Role
from paths.importing import limits, reading, words
from paths.importing.columns import Column, columns_of, role_of
from paths.importing.faults import FileFault, UnreadableFile
from paths.importing.reading import FileKind, FileLine


def workbook(rows, **sheets):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for name, cells in sheets.items():
        book.create_sheet(name).append(cells)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def unpacked(data, **changed):
    """The workbook with some of its parts put in place of others, by the ends of their names."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            text = next((text for end, text in changed.items() if part.filename.endswith(f"{end}.xml")), None)
            new.writestr(part.filename, old.read(part) if text is None else text)
    return made.getvalue()


def fault(data, name=""):
    with pytest.raises(UnreadableFile) as refused:
        reading.read(data, name)
    return refused.value.fault, refused.value.facts


def lines(data, name=""):
    return reading.read(data, name).lines


MAYA = FileLine(2, "maya@example.com", "Maya Müller", "participant", "Europe/Berlin", "4")
TEXT = "email,name,role,time_zone,sessions\nmaya@example.com,Maya Müller,participant,Europe/Berlin,4\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_usual_way_to_write_csv_is_read(encoding, delimiter, end):
    text = TEXT.replace(",", delimiter).replace("\n", end)

    assert reading.read(text.encode(encoding)) == (FileKind.CSV, [MAYA], True)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("email\na@b.c\n\n\nd@e.f", [FileLine(2, "a@b.c"), FileLine(5, "d@e.f")]),
        ("\n\nemail\na@b.c", [FileLine(4, "a@b.c")]),
        ("sep=;\nemail;name\na@b.c;A", [FileLine(3, "a@b.c", "A")]),
        ('email,name\na@b.c,"Doe, ""Jo"""', [FileLine(2, "a@b.c", 'Doe, "Jo"')]),
        ('email,name\na@b.c,"two\nlines"\nd@e.f,D', [FileLine(2, "a@b.c", "two lines"), FileLine(4, "d@e.f", "D")]),
        ("email,name,role\na@b.c", [FileLine(2, "a@b.c")]),
        ("email,name\na@b.c,A,more,and,more", [FileLine(2, "a@b.c", "A")]),
        ("email,name\n  a@b.c  ,\u202eA\u200b B\x85", [FileLine(2, "a@b.c", "A B")]),
    ],
)
def test_lines_keep_their_numbers_and_lose_what_nobody_sees(text, found):
    assert lines(text.encode()) == found


def test_everwise_s_own_columns_become_a_name_and_managers_are_ignored():
    text = (
        "First Name,Last Name,Email,Manager First Name,Manager Last Name,Manager Email\n"
        "Maya,Lindqvist,maya@example.com,Ruth,Abara,ruth@example.com\n"
    )

    assert lines(text.encode()) == [FileLine(2, "maya@example.com", "Maya Lindqvist")]


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        (
            "E-MAIL;Name;Rolle;Zeitzone;Sitzungen",
            [Column.EMAIL, Column.NAME, Column.ROLE, Column.ZONE, Column.SESSIONS],
        ),
        ("Vorname;Name;E-Mail-Adresse", [Column.FIRST, Column.LAST, Column.EMAIL]),
        ("Nombre;Apellidos;Correo electrónico;Función", [Column.FIRST, Column.LAST, Column.EMAIL, Column.ROLE]),
        ("Nombre;correo;zona horaria;Número de sesiones", [Column.NAME, Column.EMAIL, Column.ZONE, Column.SESSIONS]),
        ("Vorname;Nachname;Name;Mail", [Column.FIRST, Column.LAST, Column.NAME, Column.EMAIL]),
        ("Manager Email;time_zone;Cost centre;", [None, Column.ZONE, None, None]),
    ],
)
def test_columns_are_known_in_three_languages(header, columns):
    assert columns_of(header.split(";")) == columns


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("", ""),
        ("  ", ""),
        ("Participant", "participant"),
        ("Expertin", "expert"),
        ("FACHPERSON", "expert"),
        (" teilnehmende  Person ", "participant"),
        ("Especialista", "expert"),
        ("responsable", "admin"),
        ("ADMINISTRADORA", "admin"),
        ("boss", None),
    ],
)
def test_roles_are_known_in_three_languages(text, role):
    assert role_of(text) == role


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_roles_are_known_by_the_words_of_the_site(language):
    with translation.override(language):
        known = {role: (role_of(role.label), role_of(role.label.upper())) for role in Role}
        offered = words.role_words()
        assert words.roles() == listed(offered, "or")

    assert known == {role: (role.value, role.value) for role in Role}
    assert {role_of(word) for word in offered} == set(Role.values) <= set(offered)


@pytest.mark.parametrize(
    ("data", "name", "found"),
    [
        (b"\0\1\2\3", "", (FileFault.NO_TABLE, {})),
        (b"%PDF-1.7 email", "", (FileFault.NO_TABLE, {})),
        (b"\xff\xfea", "", (FileFault.NO_TABLE, {})),
        (b"email\n\x81", "", (FileFault.NO_TABLE, {})),
        (b"\xd0\xcf\x11\xe0....", "a.xls", (FileFault.OTHER_PROGRAM, {})),
        (b"email\na@b.c", "a.NUMBERS", (FileFault.OTHER_PROGRAM, {})),
        (b"PK\3\4....", "a.xlsx", (FileFault.DAMAGED, {})),
        (b"", "", (FileFault.EMPTY, {})),
        (b" \n \n", "", (FileFault.EMPTY, {})),
        (b"email\n", "", (FileFault.EMPTY, {})),
        (b"name\nMaya", "", (FileFault.NO_EMAIL, {})),
        (b"email,E-Mail\na@b.c,d@e.f", "", (FileFault.COLUMN_TWICE, {"column": "email"})),
        (b'email,name\na@b.c,A\nd@e.f,"D\ng@h.i,G', "", (FileFault.OPEN_QUOTE, {"line": 3})),
        (b'email,name\na@b.c,"A" B\nd@e.f,D', "", (FileFault.STRAY_QUOTE, {"line": 2})),
        (b"email" + b"," * 100, "", (FileFault.TOO_MANY_COLUMNS, {"most": 100})),
        (b"email\na@b.c" + b"," * 100, "", (FileFault.TOO_MANY_COLUMNS, {"most": 100})),
        (b"email" + b"," * 1_000_000, "", (FileFault.LINE_TOO_LONG, {"line": 1, "most": 50_000})),
        (b"email,name\na@b.c," + b"x" * 501, "", (FileFault.CELL_TOO_LONG, {"line": 2, "most": 500})),
        (b"email\n" + b"a\n" * 5001, "", (FileFault.TOO_MANY_LINES, {"number": 5001, "most": 5000})),
        (b"x" * 5_000_001, "", (FileFault.TOO_LARGE, {"most": 5})),
        (b'email,name\na@b.c,"' + b"x\n" * 100_000, "", (FileFault.OPEN_QUOTE, {"line": 2})),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_what_is_no_table_says_why(data, name, found):
    assert fault(data, name) == found


def test_both_borders_of_lines_and_cells():
    assert len(lines(b"email\n" + b"a\n" * limits.LINES)) == limits.LINES
    assert lines(b"email,name\na@b.c," + b"x" * limits.CELL_CHARACTERS)[0].name == "x" * limits.CELL_CHARACTERS
    # What we don't read may be long.
    assert lines(b"email,notes\na@b.c," + b"x" * 10_000) == [FileLine(2, "a@b.c")]


def test_the_first_sheet_of_a_workbook_is_read_as_values():
    rows = [["Name", "Email", "Sessions"], [], ["Maya", "maya@example.com", 4.0], ["=1+1", "b@example.com", None]]
    table = reading.read(workbook(rows, Second=["email", "other@example.com"]), "people.xlsx")

    # A formula that was never calculated has no value.
    assert table == (
        FileKind.EXCEL,
        [FileLine(3, "maya@example.com", "Maya", "", "", "4"), FileLine(4, "b@example.com")],
        True,
    )


def test_a_workbook_says_what_is_wrong_with_it():
    assert fault(workbook([["name"], ["A"]])) == (FileFault.NO_EMAIL, {})
    assert fault(workbook([])) == (FileFault.EMPTY, {})
    assert fault(workbook([["email"] + ["x"] * 100])) == (FileFault.TOO_MANY_COLUMNS, {"most": 100})
    assert fault(workbook([["email"], *[["a"]] * 5001])) == (FileFault.TOO_MANY_LINES, {"number": 5001, "most": 5000})
    assert fault(workbook([["email"]])[:-30]) == (FileFault.DAMAGED, {})


SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)


@pytest.mark.parametrize(
    ("part", "text", "found"),
    [
        ("sheet1", " " * 50_000_000, FileFault.UNPACKED_TOO_LARGE),
        ("styles", "<a>" + "<b/>" * 200_000 + "</a>", FileFault.UNPACKED_TOO_LARGE),
        ("sheet1", SHEET.format("<row>" + "<c/>" * 1_000_000 + "</row>"), FileFault.TOO_MANY_COLUMNS),
        ("sheet1", SHEET.format("<row/>" * 1_000_001), FileFault.UNPACKED_TOO_LARGE),
        ("sheet1", SHEET.format("<row/>" * 60_000), FileFault.TOO_MANY_ROWS),
        ("sheet1", '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]>' + SHEET.format(""), FileFault.DAMAGED),
        ("sheet1", "<worksheet>", FileFault.DAMAGED),
        ("workbook", "<workbook/>", FileFault.DAMAGED),
    ],
    ids=["spaces", "styles", "a row of a million", "rows", "empty rows", "entities", "half", "no sheets"],
)
def test_what_would_unfold_is_refused_before_it_does(part, text, found):
    data = unpacked(workbook([["email"], ["a@b.c"]]), **{part: text})

    assert len(data) < limits.FILE_BYTES
    assert fault(data)[0] == found


def test_a_part_that_lies_about_its_size_is_refused():
    data = bytearray(unpacked(workbook([["email"]]), styles="x" * 10_000_000))
    # The sizes in the directory of the ZIP stand 24 bytes behind its mark.
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        place = data.rfind(b"xl/styles.xml") - 46
        assert packed.getinfo("xl/styles.xml").file_size == 10_000_000
    data[place + 24 : place + 28] = (10).to_bytes(4, "little")

    assert fault(bytes(data)) == (FileFault.DAMAGED, {})


def test_other_zips_are_no_workbooks():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")

    assert fault(file.getvalue()) == (FileFault.OTHER_PROGRAM, {})
