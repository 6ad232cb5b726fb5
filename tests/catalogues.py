"""Texts in another language, as small as a test needs them."""

from collections.abc import Mapping
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

# By the English text, or by that and its context.
Texts = Mapping[str | tuple[str, str], str]


def write_catalogue(folder: Path, language: str, texts: Texts) -> None:
    """Write a folder of LOCALE_PATHS as `make messages` would leave it."""
    catalogue = Catalog(locale=language)
    for english, text in texts.items():
        said, context = (english, None) if isinstance(english, str) else english
        catalogue.add(said, text, context=context)
    file = folder / language / "LC_MESSAGES" / "django.mo"
    file.parent.mkdir(parents=True)
    with file.open("wb") as opened:
        write_mo(opened, catalogue)
