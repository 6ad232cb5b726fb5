"""Languages that are made for a test, and pages, mails and calendars asked for in them."""

import pytest
from django.conf.locale import LANG_INFO
from django.utils import translation

from everwise import cldr
from scripts import pseudo_languages
from scripts.pseudo_languages import ACCENTED, CLOSING, MIRRORED, OPENING

NAMES = {"bidi": False, "code": ACCENTED, "name": "Accented", "name_local": "Accented"}
# What CLDR gives pages to show; `city` and the others are asked by name, so that a new one is not forgotten.
SHOWN = (
    *("weekday", "month", "day", "days", "clock", "clocks", "hour", "span"),
    *("length", "relative", "relative_day", "listed", "offset", "beside", "city"),
)


@pytest.fixture(scope="session")
def made_languages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("languages")
    pseudo_languages.make(folder)
    return folder


@pytest.fixture
def languages(made_languages, settings, monkeypatch):
    """English, the accented language and the mirrored one, for whoever has one of them in their profile."""
    monkeypatch.setitem(LANG_INFO, ACCENTED, NAMES)
    # By the fixture, as tests' own settings are: override_settings would end before them, and they bring it back.
    settings.LANGUAGES = [("en", "English"), (ACCENTED, "Accented"), (MIRRORED, "Mirrored")]
    settings.LOCALE_PATHS = [*settings.LOCALE_PATHS, str(made_languages)]
    yield
    assert translation.get_language() == "en"


@pytest.fixture
def marked_dates(monkeypatch):
    """What CLDR says in brackets too, as if gettext had said it."""
    for name in SHOWN:
        monkeypatch.setattr(cldr, name, _in_brackets(getattr(cldr, name)))


def _in_brackets(function):
    def say(*args, **kwargs):
        said = function(*args, **kwargs)
        return said and f"{OPENING}{said}{CLOSING}"

    return say
