"""Each language has every text, with the same placeholders, and addresses people in one tone."""

import re
from pathlib import Path

import allauth
import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils import translation

SPOKEN = [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w+\}|</?\w+")
# German says Sie, Spanish usted: nobody is a friend of the page.
FAMILIAR = {
    "de": re.compile(r"\b(?:du|dich|dir|dein\w*)\b", re.IGNORECASE),
    "es": re.compile(
        r"\b(?:tú|tu|tus|te|ti|vos|puedes|tienes|debes|quieres|estás|has|haz|selecciona)\b", re.IGNORECASE
    ),
}


def catalogue(language: str, folder: str = "locale") -> Catalog:
    source = settings.BASE_DIR / folder / language / "LC_MESSAGES" / "django.po"
    with source.open("rb") as file:
        return read_po(file, locale=language)


def texts(message: Message) -> list[tuple[str, str]]:
    """Each English text of a message with what stands for it."""
    if isinstance(message.id, str):
        return [(message.id, message.string)]
    one, many = message.id
    first, *rest = message.string
    return [(one, first), *((many, each) for each in rest)]


def faults(message: Message) -> list[str]:
    found = ["fuzzy"] if message.fuzzy else []
    for number, (english, said) in enumerate(texts(message)):
        there, here = (sorted(PLACEHOLDER.findall(text)) for text in (english, said))
        if not said:
            found.append("untranslated")
        # One of a thing need not be counted.
        elif here != there and not (
            number == 0 and message.pluralizable and set(here) <= set(PLACEHOLDER.findall(message.id[1]))
        ):
            found.append(f"{there} became {here}")
    return found


def _counts_one(message: Message, placeholders: list[str]) -> bool:
    """One of a thing need not be counted: “1 day” may be “ein Tag”."""
    return message.pluralizable and set(placeholders) <= set(PLACEHOLDER.findall(message.id[1]))


@pytest.mark.parametrize("language", SPOKEN)
def test_every_text_is_translated_with_its_placeholders(language):
    messages = [message for message in catalogue(language) if message.id]

    wrong = {str(message.id): found for message in messages if (found := faults(message))}
    assert len(messages) > 1500
    assert wrong == {}


@pytest.mark.parametrize("language", SPOKEN)
def test_languages_have_the_same_texts(language):
    assert {(each.context, each.id) for each in catalogue(language)} == {
        (each.context, each.id) for each in catalogue(SPOKEN[0])
    }


@pytest.mark.parametrize("language", SPOKEN)
def test_nobody_is_addressed_as_a_friend(language):
    said = [text for message in catalogue(language) for _, text in texts(message) if message.id]

    assert [text for text in said if FAMILIAR[language].search(text)] == []


@pytest.mark.parametrize("language", SPOKEN)
def test_nor_by_the_texts_of_accounts(language):
    """Of allauth's own, those that our pages can show, in place of which we have ours."""
    source = Path(allauth.__file__).parent / "locale" / language / "LC_MESSAGES" / "django.po"
    with source.open("rb") as file:
        theirs = [
            message
            for message in read_po(file)
            if isinstance(message.id, str)
            and any(place.startswith("account/") or "account/messages/" in place for place, _ in message.locations)
        ]
    with translation.override(language):
        said = [translation.gettext(message.id) for message in theirs if message.id]

    assert len(said) > 20
    assert [text for text in said if FAMILIAR[language].search(text)] == []


@pytest.mark.parametrize(
    ("message", "fault"),
    [
        (Message("Moved to %(day)s.", "Verschoben auf %(day)s."), []),
        (Message("Moved to %(day)s.", "Verschoben auf %(tag)s."), ["['%(day)s'] became ['%(tag)s']"]),
        (Message("Moved to %(day)s.", ""), ["untranslated"]),
        (Message("Moved", "Verschoben", flags=["fuzzy"]), ["fuzzy"]),
        (Message(("%(n)s day", "%(n)s days"), ("Ein Tag", "%(n)s Tage")), []),
        (Message(("%(n)s day", "%(n)s days"), ("Ein Tag", "Tage")), ["['%(n)s'] became []"]),
    ],
)
def test_a_fault_of_a_translation_is_found(message, fault):
    assert faults(message) == fault
