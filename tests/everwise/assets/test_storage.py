"""The style sheet in one file, and no part of it too long to find things in."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

STYLES = Path(settings.BASE_DIR, "static", "css")
PARTS = sorted(STYLES.glob("*.css"))


@pytest.fixture
def collect(settings, tmp_path):
    """Collects all static files as for production and returns the one style sheet of ours."""
    settings.STATIC_ROOT = tmp_path / "collected"
    storage = {"BACKEND": "everwise.assets.storage.BundledStaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": storage}

    def collect():
        # The admin's files are many and belong to other pages.
        call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=["admin"])
        names = json.loads((tmp_path / "collected" / "staticfiles.json").read_text(encoding="utf-8"))["paths"]
        return (tmp_path / "collected" / names["css/everwise.css"]).read_text(encoding="utf-8")

    return collect


def test_pages_load_one_style_sheet_of_ours(collect):
    css = collect()

    assert "@import" in (STYLES / "everwise.css").read_text(encoding="utf-8")
    assert "@import" not in css
    assert css.count("\n") < 5
    for part in PARTS:
        source = re.sub(r"/\*.*?\*/", "", part.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert set(re.findall(r"\.ew-[\w-]+", source)) <= set(re.findall(r"\.ew-[\w-]+", css))
    # Drawings keep their hashed names.
    assert re.search(r"landscape-light\.[0-9a-f]{12}\.svg", css)


def test_a_changed_part_is_joined_anew(collect, settings, tmp_path):
    """Even where copies stay, and one that is newer than its source is not made again."""
    settings.WHITENOISE_KEEP_ONLY_HASHED_FILES = False
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATICFILES_DIRS = [tmp_path / "source"]
    folder = tmp_path / "source" / "css"
    folder.mkdir(parents=True)
    (folder / "everwise.css").write_text('@import "part.css";')
    (folder / "part.css").write_text("p { margin: 1px }")
    before = collect()

    (folder / "part.css").write_text("p { margin: 2px }")

    assert (before.strip(), collect().strip()) == ("p{margin:1px}", "p{margin:2px}")


def test_every_part_is_imported_once():
    imported = re.findall(r'@import "([^"]+)";', (STYLES / "everwise.css").read_text(encoding="utf-8"))

    assert sorted(imported) == sorted({part.name for part in PARTS} - {"everwise.css"})


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_parts_stay_short(part):
    assert len(part.read_text(encoding="utf-8").splitlines()) <= 400
