"""The style sheet in one file, and no part of it too long to find things in."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

STYLES = Path(settings.BASE_DIR, "static", "css")
PARTS = sorted(STYLES.glob("*.css"))


@pytest.fixture
def collected(settings, tmp_path):
    """Where all static files are collected as for production."""
    settings.STATIC_ROOT = tmp_path
    storage = {"BACKEND": "everwise.assets.storage.BundledStaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": storage}
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path


def test_pages_load_one_style_sheet_of_ours(collected):
    (served,) = (path for path in (collected / "css").glob("everwise.*.css"))
    css = served.read_text(encoding="utf-8")

    assert "@import" not in css
    assert css.count("\n") < 5
    for part in PARTS:
        source = re.sub(r"/\*.*?\*/", "", part.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert set(re.findall(r"\.ew-[\w-]+", source)) <= set(re.findall(r"\.ew-[\w-]+", css))
    # Drawings keep their hashed names.
    assert re.search(r"landscape-light\.[0-9a-f]{12}\.svg", css)


def test_every_part_is_imported_once():
    imported = re.findall(r'@import "([^"]+)";', (STYLES / "everwise.css").read_text(encoding="utf-8"))

    assert sorted(imported) == sorted({part.name for part in PARTS} - {"everwise.css"})


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_parts_stay_short(part):
    assert len(part.read_text(encoding="utf-8").splitlines()) <= 400
