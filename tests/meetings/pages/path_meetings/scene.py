"""A path with meetings of every sort, and its Meetings tab as its admin reads it."""

import csv
import io
import re
from datetime import timedelta
from html import unescape
from urllib.parse import urlencode
from uuid import uuid4

from django.urls import reverse
from django.utils.html import strip_tags

from meetings.enums import Kind, Status
from meetings.models import Meeting
from tests.gate_world import signed_in
from tests.scene import NOW, a_dropin, a_meeting, a_participant, a_path, a_theme, an_admin, an_expert, at


class Scene:
    """Bare: nobody has met yet."""

    def __init__(self, **policy):
        self.path = a_path(**policy)
        self.admin = an_admin(self.path, "Ruth Abara")
        self.client = signed_in(self.admin)
        self.eva, self.ines = an_expert(self.path, name="Eva Stern"), an_expert(self.path, name="Ines Lund")
        self.theme = a_theme(self.path, self.eva, self.ines, name="Giving feedback")
        self.maya, self.omar = a_participant(self.path, "Maya Lindqvist"), a_participant(self.path, "Omar Haddad")

    def over(self, number, **fields):
        """So many more sessions without an outcome, the latest of them yesterday at 9."""
        start = at(9, day=-1) - timedelta(hours=Meeting.objects.filter(path=self.path).count())
        return [
            a_dropin(self.theme, self.maya, self.eva, start - timedelta(hours=each), **fields) for each in range(number)
        ]

    def address(self, **query):
        return f"{reverse('paths:meetings', args=[self.path.pk])}?{urlencode(query)}"

    def get(self, **query):
        answer = self.client.get(self.address(**query))
        assert answer.status_code == 200
        return answer

    def titles(self, **query):
        context = self.get(**query).context
        return [row.title if context["asks"] else row["title"] for row in context["rows"]]

    def words(self, **query):
        return words_of(self.get(**query).content.decode())

    def post(self, data, query=None, **kwargs):
        data = {"token": str(uuid4()), **data}
        return self.client.post(self.address(**{"show": "no-outcome", **(query or {})}), data, **kwargs)

    def export(self, **query):
        """The rows of the file, its head first."""
        answer = self.client.get(reverse("paths:export-meetings", args=[self.path.pk]), query)
        assert answer.status_code == 200
        return list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig"), newline="")))


def words_of(html):
    seen = re.sub(r"<script.*?</script>", "", html, flags=re.S)
    return " ".join(unescape(strip_tags(re.sub(r"</(d[dt]|div|p|h\d|li|a|option|label|legend)>", " ", seen))).split())


def a_full_scene(**policy):
    """Two to come, three over of which one has an outcome, one cancelled, one deleted."""
    scene = Scene(**policy)
    scene.soon = a_dropin(scene.theme, scene.maya, scene.eva, at(14), title="Soon")
    scene.talk = a_meeting(
        scene.path, scene.ines.user, scene.omar, at(10, day=3), title="Talk", organizer=scene.ines.user
    )
    scene.asked = a_dropin(scene.theme, scene.maya, scene.eva, at(9, day=-6), title="Asked")
    scene.ad_hoc = a_meeting(scene.path, scene.ines.user, scene.omar, at(9, day=-1), title="By hand")
    held = {"status": Status.HELD, "outcome_by": scene.admin, "outcome_at": NOW}
    scene.held = a_dropin(scene.theme, scene.omar, scene.ines, at(9, day=-3), title="Held", **held)
    off = {"cancelled_by": scene.eva.user, "cancelled_at": NOW, "cancel_message": "I am ill."}
    scene.off = a_dropin(scene.theme, scene.maya, scene.eva, at(16), title="Off", status=Status.CANCELLED, **off)
    scene.gone = a_meeting(
        scene.path, scene.ines.user, scene.omar, at(16), title="Gone", status=Status.DELETED, kind=Kind.AD_HOC
    )
    for meeting in (scene.off, scene.gone):
        meeting.attendees.update(live=False)
    return scene
