"""The log of Django's admin in the language of who reads it."""

import json

import pytest
from django.contrib.admin.models import LogEntry
from django.utils.translation import override

from everwise.accounts.models import User
from everwise.admin.history import translated

CHANGED = json.dumps([{"changed": {"fields": ["Last login", "Superuser status", "Something else"]}}])


# Django's own German, as ours has no other language at hand.
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", "Letzte Anmeldung, Administrator-Status und Something else geändert."),
        ("en", "Changed Last login, Superuser status and Something else."),
    ],
)
def test_fields_are_called_as_in_the_form(language, words):
    with override(language):
        assert LogEntry(change_message=translated(CHANGED, User)).get_change_message() == words


def test_rows_are_called_by_their_model():
    added = json.dumps(
        [{"added": {"name": "group", "object": "Coaches"}}, {"deleted": {"name": "owl", "object": "Hu"}}]
    )

    with override("de"):
        said = LogEntry(change_message=translated(added, User)).get_change_message()

    assert said == "Gruppe „Coaches“ hinzugefügt. Owl „Hu“ gelöscht."


@pytest.mark.parametrize("message", ["", "Put back to be sent again.", "[", "7", "[]"])
def test_what_names_nothing_stays(message):
    assert translated(message, User) == message
