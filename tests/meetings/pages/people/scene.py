"""A path with people of every sort, and its list as its admin reads it."""

import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

from django.urls import reverse
from django.utils.html import strip_tags

from meetings.enums import Status
from paths import adding
from paths.enums import Role
from tests.gate_world import signed_in
from tests.scene import NOW, a_dropin, a_participant, a_path, a_theme, an_admin, an_expert, at, book, leave


class Scene:
    def __init__(self, **policy):
        self.path = a_path(**{"sessions_per_participant": 2, **policy})
        self.admin = an_admin(self.path, "Ruth Abara")
        self.client = signed_in(self.admin)

    def address(self, name, *args):
        return reverse(f"paths:{name}", args=[self.path.pk, *args])

    def get(self, **query):
        response = self.client.get(self.address("people"), query)
        assert response.status_code == 200
        return response

    def names(self, **query):
        return [row.name for row in self.get(**query).context["rows"]]

    def words(self, **query):
        return text_of(self.get(**query))

    def rows(self, **query):
        """Each row's cells in words."""
        html = self.get(**query).content.decode()
        found = [re.findall(r"<t[hd].*?</t[hd]>", row, re.S) for row in re.findall(r"<tr>.*?</tr>", html, re.S)[1:]]
        return [[words_of(cell) for cell in cells] for cells in found]

    def invite(self, lines, role=Role.PARTICIPANT):
        return adding.add_people(path=self.path, lines=lines, role=role, by=self.admin, now=NOW, token=uuid4())


def text_of(response):
    return words_of(response.content.decode())


def words_of(html):
    seen = re.sub(r'<span class="ew-avatar[^>]*>[^<]*</span>', "", html)
    # Where a block ends, so does a word.
    return " ".join(unescape(strip_tags(re.sub(r"</(d[dt]|div|p|h\d|li)>|<small>", " ", seen))).split())


def a_full_scene(**policy):
    """An expert, three participants of whom one is invited, somebody who has left, and the admin."""
    scene = Scene(**policy)
    scene.eva = an_expert(scene.path, name="Eva Stern")
    scene.theme = a_theme(scene.path, scene.eva)
    scene.maya, scene.jonas = a_participant(scene.path, "Maya Lindqvist"), a_participant(scene.path, "Jonas Weber")
    scene.gone = a_participant(scene.path, "Gustav Gone")
    leave(scene.gone, scene.path)
    scene.invite("Ina New <ina@new.example>")
    a_dropin(scene.theme, scene.maya, scene.eva, NOW - timedelta(days=1), status=Status.HELD)
    book(scene.theme, scene.maya, at(14))
    return scene
