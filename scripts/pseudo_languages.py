"""Makes two languages that nobody speaks, for tests and for a look: `python scripts/pseudo_languages.py FOLDER`.

“qps” is English with accents, a third longer, each text in brackets: what stands outside of brackets was never given
to gettext. “ar” is written from right to left, in Arabic letters that mean nothing. Both have every text of ours, of
Django's and of allauth's. The folder is then one of LOCALE_PATHS.
"""

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import allauth
import django
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
# Any language that has all texts serves to find them.
SPOKEN = "de"
ACCENTED, MIRRORED = "qps", "ar"
OPENING, CLOSING = "⟦", "⟧"
# What a program fills in or a browser reads: placeholders, tags and entities.
KEPT = re.compile(r"(%\(\w+\)[sd]|%[sd%]|\{\w*\}|<[^>]*>|&#?\w+;|\s+)")
ACCENTS = str.maketrans("aAbcCdeEgGhiIjklLnNoOrRsStTuUwyYzZ", "àÀƀçÇđèÈğĞĥìÌĵķłŁñÑòÒŕŔšŠťŤùÙŵýÝžŽ")
LETTERS = dict(zip("abcdefghijklmnopqrstuvwxyz", "ابجدهوزحطيكلمنسعفصقرشتثخذض", strict=True))


def accented(text: str) -> str:
    """Each vowel twice, which makes English a third longer."""
    words = "".join(part if KEPT.fullmatch(part) else _longer(part) for part in KEPT.split(text))
    return f"{OPENING}{words}{CLOSING}"


def mirrored(text: str) -> str:
    return "".join(
        part if KEPT.fullmatch(part) else "".join(LETTERS.get(letter.lower(), letter) for letter in part)
        for part in KEPT.split(text)
    )


def _longer(part: str) -> str:
    return re.sub("([aeiouAEIOU])", lambda found: found[1] * 2, part).translate(ACCENTS)


def make(folder: Path) -> None:
    """Write both languages below the folder, compiled."""
    messages = list(_messages())
    for language, speak in ((ACCENTED, accented), (MIRRORED, mirrored)):
        target = folder / language / "LC_MESSAGES" / "django.mo"
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as file:
            write_mo(file, _catalogue(messages, speak))


def _messages() -> Iterator[Message]:
    """Of us, of Django and of allauth."""
    places = (ROOT, Path(django.__file__).parent, Path(allauth.__file__).parent)
    for place in places:
        for source in sorted(place.glob(f"**/locale/{SPOKEN}/LC_MESSAGES/django.po")):
            if ".venv" in source.relative_to(place).parts:
                continue
            with source.open("rb") as file:
                yield from (message for message in read_po(file) if message.id)


def _catalogue(messages: list[Message], speak: Callable[[str], str]) -> Catalog:
    # Babel knows how many plurals a language has; two of ours are enough for these.
    catalogue = Catalog(locale="en", charset="utf-8")
    for message in messages:
        said = tuple(map(speak, message.id)) if message.pluralizable else speak(message.id)
        catalogue.add(message.id, said, context=message.context)
    return catalogue


if __name__ == "__main__":
    make(Path(sys.argv[1]))
