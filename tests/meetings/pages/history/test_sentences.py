"""The history of a path: a sentence for each kind of event, without what people have written to each other."""

import pytest

from everwise.accounts.models import User
from everwise.wording import isolated
from meetings.enums import Kind
from meetings.models import Note
from meetings.pages.history.of_paths import SENTENCES
from paths import history
from paths.enums import Happened, Via
from paths.models import PathEvent
from tests.meetings.pages.history.scene import a_booked, get, lines, sentences, write
from tests.scene import NOW, a_meeting, a_path, at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


# Whose name was blanked.
A_THEME = isolated("a theme")

# What is written, and what the admin Ruth, who did it, and the admin Dana read.
PATH_LINES = [
    (Happened.CREATED, {}, "made this path", ""),
    (Happened.CREATED, {"source": "7b0a3c9e"}, "made this path as a copy of another one", ""),
    (Happened.ADDED, {"role": "participant"}, "added Maya Lindqvist as a participant", ""),
    (Happened.ADDED, {"role": "expert"}, "added Maya Lindqvist as an expert", ""),
    (Happened.ADDED, {"role": "admin"}, "made Maya Lindqvist an admin", ""),
    (Happened.ADDED, {}, "added Maya Lindqvist", ""),
    (Happened.INVITED, {"role": "participant"}, "invited Maya Lindqvist as a participant", ""),
    (Happened.INVITED, {"role": "expert"}, "invited Maya Lindqvist as an expert", ""),
    (Happened.INVITED, {"role": "admin"}, "invited Maya Lindqvist as an admin", ""),
    (Happened.INVITED, {}, "invited Maya Lindqvist", ""),
    (Happened.INVITED_AGAIN, {"role": "expert"}, "invited Maya Lindqvist again", ""),
    (Happened.WITHDRAWN, {"role": "expert"}, "withdrew the invitation of Maya Lindqvist", ""),
    (Happened.ACCEPTED, {"role": "expert"}, "accepted the invitation", ""),
    (Happened.DECLINED, {"role": "expert"}, "declined the invitation", ""),
    (
        Happened.ROLE_CHANGED,
        {"roles": ["participant"], "role": "expert"},
        "made Maya Lindqvist an expert",
        "Before: Participant.",
    ),
    (
        Happened.ROLE_CHANGED,
        {"roles": ["admin", "expert"], "role": "participant"},
        "made Maya Lindqvist a participant",
        "Before: Admin, Expert.",
    ),
    (Happened.ROLE_CHANGED, {"role": "admin"}, "made Maya Lindqvist an admin", ""),
    (Happened.ROLE_CHANGED, {}, "changed the role of Maya Lindqvist", ""),
    (Happened.DESCRIBED, {"what": ["name"]}, "changed the name of Maya Lindqvist", ""),
    (Happened.DESCRIBED, {"what": ["time_zone"]}, "changed the time zone of Maya Lindqvist", ""),
    (Happened.DESCRIBED, {}, "changed the name and the time zone of Maya Lindqvist", ""),
    (
        Happened.EXTRA_SESSIONS,
        {"number": 1, "before": {"total": 6}, "total": 7},
        "gave Maya Lindqvist 1 extra session",
        "7 in all, 6 before.",
    ),
    (
        Happened.EXTRA_SESSIONS,
        {"number": -2, "before": {"total": 6}, "total": 4},
        "took 2 sessions back from Maya Lindqvist",
        "4 in all, 6 before.",
    ),
    (
        Happened.SETTINGS_CHANGED,
        {
            "changed": ["sessions_per_month", "most_moves"],
            "before": {"sessions_per_month": None, "most_moves": 2},
            "after": {"sessions_per_month": 2, "most_moves": None},
        },
        "changed the settings",
        "Sessions in one month: 2, before no limit. Moves of one session: no limit, before 2.",
    ),
    (
        Happened.ROOM_CHANGED,
        {
            "before": {"kind": "template", "address": "https://meet.example/{meeting}", "app_id": ""},
            "after": {"kind": "own", "address": "", "app_id": ""},
            "secret": False,
        },
        "changed the video room",
        "Now: Each expert’s own link. Before: A room for each meeting at https://meet.example/{meeting}.",
    ),
    (
        Happened.ENDED,
        {"roles": ["expert"], "role": None, "meetings": {"give": 2, "hand": 1, "cancel": 1, "remove": 1, "keep": 2}},
        "ended the membership of Maya Lindqvist",
        "3 meetings were given to others. 1 meeting was cancelled. They were taken out of 1 meeting."
        " They stay in 2 meetings.",
    ),
    (Happened.ENDED, {"role": "expert"}, "ended the membership of Maya Lindqvist", ""),
    (Happened.OPENED, {"participants": 0}, "opened this path", ""),
    (Happened.OPENED, {"participants": 124}, "opened this path", "124 participants were told."),
    (Happened.CLOSED, {}, "closed this path early", ""),
    (Happened.OPENED_AGAIN, {"before": {"closed_at": "2026-11-01T08:00:00+00:00"}}, "opened this path again", ""),
    (Happened.DEACTIVATED, {}, "deactivated Maya Lindqvist", ""),
    (Happened.ERASED, {}, "erased what was known of Maya Lindqvist", ""),
    (Happened.REMINDED, {}, "asked Maya Lindqvist for their hours", ""),
    (Happened.TOLD, {}, "told Maya Lindqvist that their calendar can’t be read", ""),
    (Happened.ASKED_TO_BOOK, {}, "asked to book again", ""),
    (Happened.LET_BOOK, {"missed": 3}, "let Maya Lindqvist book again", "3 missed sessions count no more."),
    (Happened.LET_BOOK_NO_MORE, {}, "took back that Maya Lindqvist can book again", ""),
    (Happened.NUDGED, {"kind": "last-call"}, "sent the last call", ""),
    (Happened.SEEN_AS, {"role": "participant"}, "looked at this path as Maya Lindqvist would", ""),
    (
        Happened.NUDGED,
        {"kind": "never-booked", "number": 1},
        "wrote to 1 participant who has never booked",
        "",
    ),
    (Happened.NUDGED, {"kind": "sessions-left", "number": 37}, "wrote to 37 participants with sessions left", ""),
    (Happened.THEME_ADDED, {}, f"added the theme “{A_THEME}”", ""),
    (
        Happened.THEME_CHANGED,
        {"before": {"minutes": 30, "experts": [1, 2]}, "after": {"minutes": 45, "experts": [1]}},
        f"changed the theme “{A_THEME}”",
        "45 minutes instead of 30 minutes. 1 expert takes it now, 2 before.",
    ),
    (
        Happened.THEME_MOVED,
        {"before": 1, "after": 2},
        f"moved the theme “{A_THEME}” in the list",
        "From place 1 to place 2.",
    ),
    (Happened.THEME_RETIRED, {}, f"retired the theme “{A_THEME}”", ""),
    (Happened.THEME_BACK, {}, f"brought the theme “{A_THEME}” back", ""),
]


@pytest.mark.parametrize(("what", "facts", "sentence", "detail"), PATH_LINES)
def test_what_happened_to_people(world, what, facts, sentence, detail):
    write(world, what, world.ruth, world.maya, facts=facts)

    assert lines(world, world.ruth) == [(f"You {sentence}", detail, "Web")]
    assert lines(world, world.dana) == [(f"Ruth Abara {sentence}", detail, "Web")]


def test_every_kind_has_its_sentence():
    assert set(SENTENCES) == set(Happened) == {line[0] for line in PATH_LINES}


@pytest.mark.parametrize(("role", "who"), [("participant", "a participant"), ("expert", "an expert")])
def test_looking_as_a_role_names_nobody(world, role, who):
    write(world, Happened.SEEN_AS, world.ruth, None, facts={"role": role})

    assert sentences(world, world.dana) == [f"Ruth Abara looked at this path as {who} would"]


def test_leaving_oneself_is_another_sentence(world):
    write(world, Happened.ENDED, world.maya, world.maya, facts={"role": "participant"})

    assert sentences(world) == ["Maya Lindqvist left this path"]


@pytest.mark.parametrize(
    ("via", "shown", "who"),
    [
        (Via.EMAIL, "E-mail link", "Ruth Abara"),
        (Via.ADMIN, "Django admin", "Ruth Abara (staff)"),
        (Via.EVERWISE, "Everwise", "Ruth Abara"),
    ],
)
def test_from_where(world, via, shown, who):
    write(world, Happened.INVITED_AGAIN, world.ruth, world.maya, via=via)

    assert lines(world, world.dana) == [(f"{who} invited Maya Lindqvist again", "", shown)]


def test_everwise_itself(world):
    write(world, Happened.WITHDRAWN, None, world.maya, via=Via.EVERWISE)

    assert sentences(world) == ["Everwise withdrew the invitation of Maya Lindqvist"]


def test_the_reason_stands_beside_its_line(world):
    facts = {"number": 2, "before": {"total": 6}, "total": 8}
    write(world, Happened.EXTRA_SESSIONS, world.ruth, world.maya, facts=facts, text="Back <from> leave.")

    assert lines(world)[0][1] == "8 in all, 6 before. “Back <from> leave.”"
    assert "Back &lt;from&gt; leave." in get(world).content.decode()


def test_names_and_titles_are_escaped(world):
    User.objects.filter(pk=world.maya.pk).update(name="<b>Maya</b> %(x)s")
    type(world.theme).objects.filter(pk=world.theme.pk).update(name="<i>100 %d</i>")
    world.theme.refresh_from_db()
    world.maya.refresh_from_db()
    a_booked(world)
    write(world, Happened.ADDED, world.ruth, world.maya, facts={"role": "expert"})

    html = get(world).content.decode()

    assert "<b>Maya" not in html
    assert "<i>100" not in html
    assert "&lt;b&gt;Maya&lt;/b&gt; %(x)s" in html


def test_another_path_has_its_own(world):
    other = a_path()
    history.write(path=other, what=Happened.ADDED, by=world.ruth, about=world.maya, now=NOW)
    a_meeting(other, world.eva, world.maya, at(9))

    assert lines(world) == []


def test_private_notes_are_nowhere(world):
    meeting = a_booked(world)
    Note.objects.create(meeting=meeting, author=world.maya, text="Only mine", written_at=NOW)

    assert "Only mine" not in get(world).content.decode()
    assert PathEvent.objects.count() == 0
    assert meeting.kind == Kind.DROP_IN
