"""docs/privacy.md says of every table what it keeps of people."""

import re
from pathlib import Path

from django.apps import apps

MAP = Path(__file__).parent.parent / "docs" / "privacy.md"
# Of libraries, what holds nothing of a person.
NOBODYS = {"auth.Permission", "auth.Group", "contenttypes.ContentType"}


def test_every_model_is_on_the_map():
    named = set(re.findall(r"`([a-z]+\.[A-Z]\w+)`", MAP.read_text()))
    tables = {model._meta.label for model in apps.get_models()}

    assert named & NOBODYS == set()
    assert tables - NOBODYS == named
