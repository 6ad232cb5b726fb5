"""A path with two admins, two experts and a participant, and its history as they read it."""

from html import unescape
from types import SimpleNamespace

from django.urls import reverse
from django.utils.html import strip_tags

from paths import history
from tests.gate_world import signed_in
from tests.scene import NOW, a_participant, a_path, a_theme, an_admin, an_expert, at, book


def a_world():
    path = a_path(sessions_per_participant=6)
    eva, ines = an_expert(path, name="Eva Stern"), an_expert(path, name="Ines Roth")
    return SimpleNamespace(
        path=path,
        eva=eva.user,
        ines=ines.user,
        theme=a_theme(path, eva, ines),
        expert=eva,
        maya=a_participant(path, "Maya Lindqvist"),
        ruth=an_admin(path, "Ruth Abara"),
        dana=an_admin(path, "Dana Whitlock"),
    )


def get(world, user=None, **query):
    response = signed_in(user or world.ruth).get(reverse("paths:history", args=[world.path.pk]), query)
    assert response.status_code == 200
    return response


def lines(world, user=None, **query):
    """Each line as (sentence, detail, from where), the newest first."""
    return [
        (" ".join(unescape(strip_tags(line.sentence)).split()), line.detail, line.via)
        for line in get(world, user, **query).context["lines"]
    ]


def sentences(world, user=None, **query):
    return [line[0] for line in lines(world, user, **query)]


def write(world, what, by, about=None, **fields):
    history.write(path=world.path, what=what, by=by, about=about, **{"now": NOW, **fields})


def a_booked(world):
    return book(world.theme, world.maya, at(10), expert=world.expert, note="Secret note")
