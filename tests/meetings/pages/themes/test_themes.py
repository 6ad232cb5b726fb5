"""The themes of a path as its admin arranges them."""

import html
import re
from uuid import uuid4

import pytest
from django.urls import reverse

from meetings import booking
from meetings.booking.errors import NotOffered
from paths import themes
from paths.models import Theme
from tests.gate_world import signed_in
from tests.meetings.pages.people.scene import text_of
from tests.scene import NOW, a_participant, a_path, a_theme, an_admin, an_expert, at, book

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


class Scene:
    def __init__(self):
        self.path = a_path()
        self.admin = an_admin(self.path, "Ruth Abara")
        self.eva = an_expert(self.path, name="Eva Stern")
        self.first = a_theme(self.path, self.eva, name="First", position=0)
        self.second = a_theme(self.path, self.eva, name="Second", position=1)
        self.client = signed_in(self.admin)

    def address(self, name, *args):
        return reverse(f"paths:{name}", args=[self.path.pk, *args])

    def form(self, theme=None, **fields):
        stands = themes.plan_of(theme, [self.eva.pk]) if theme else themes.ThemePlan("New", "", 45, frozenset())
        known = {"token": str(uuid4()), "version": stands.version, "name": stands.name, "text": stands.text}
        return known | {"minutes": stands.minutes, "experts": sorted(stands.experts), **fields}

    def edit(self, theme, **fields):
        return self.client.post(self.address("theme", theme.pk), self.form(theme, **fields))

    def names(self):
        return [row.theme.name for row in self.client.get(self.address("themes")).context["rows"]]


@pytest.fixture
def scene():
    return Scene()


def test_the_list_says_who_takes_each_and_what_is_not_offered(scene):
    a_theme(scene.path, name="Untaken", position=2)
    text = text_of(scene.client.get(scene.address("themes")))

    assert scene.names() == ["First", "Second", "Untaken"]
    assert text.count("Nobody takes it") == 1


def test_a_theme_is_added_once_by_the_same_form(scene):
    form = scene.form(name="Third", experts=[scene.eva.pk])
    for _ in range(2):
        assert scene.client.post(scene.address("add-theme"), form).status_code == 302

    assert scene.names() == ["First", "Second", "Third"]
    assert list(Theme.objects.get(name="Third").experts.all()) == [scene.eva]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": "SECOND"}, "This path has a theme of this name."),
        ({"name": " "}, "Type a name."),
        ({"minutes": 14}, "Type a number of minutes from 15 to 240."),
        ({"minutes": 241}, "Type a number of minutes from 15 to 240."),
        ({"experts": [10**6]}, "One of the experts is no longer on this path."),
    ],
)
def test_what_can_not_be_saved_says_why(scene, fields, said):
    response = scene.edit(scene.first, text="kept words", **fields)
    html = response.content.decode()

    assert response.status_code in {400, 409}
    assert "<title>Error: " in html
    assert said in text_of(response)
    assert "kept words" in html
    assert Theme.objects.get(pk=scene.first.pk).description == scene.first.description
    assert scene.edit(scene.first, text="kept words").status_code == 302


def test_an_old_form_is_told_and_keeps_what_was_typed(scene):
    old = scene.form(scene.first, name="Mine")
    assert scene.edit(scene.first, name="Theirs").status_code == 302
    response = scene.client.post(scene.address("theme", scene.first.pk), old)

    assert response.status_code == 409
    assert "Look at what is saved now, then save again." in text_of(response)
    assert 'value="Mine"' in response.content.decode()
    assert Theme.objects.get(pk=scene.first.pk).name == "Theirs"


def test_counting_saves_nothing(scene):
    response = scene.edit(scene.first, do="count", name="Other", minutes=60)

    assert response.status_code == 200
    assert "in the next two weeks, first" in text_of(response)
    assert Theme.objects.get(pk=scene.first.pk).name == "First"
    assert "it would not be offered" in text_of(scene.edit(scene.first, do="count", experts=[]))


def test_moving_changes_places_and_stops_at_the_end(scene):
    for expected in (["Second", "First"], ["Second", "First"]):
        assert scene.client.post(scene.address("move-theme", scene.first.pk), {"to": "down"}).status_code == 302
        assert scene.names() == expected


def test_a_retired_theme_takes_no_booking_until_it_is_back(scene):
    pia = a_participant(scene.path)
    old = book(scene.first, pia, at(10))
    assert scene.client.post(scene.address("retire-theme", scene.first.pk)).status_code == 302
    chosen = {"theme": str(scene.first.pk)}
    client = signed_in(pia)

    with pytest.raises(NotOffered):
        book(scene.first, pia, at(12))
    assert client.get(reverse("schedule:time", args=[scene.path.pk]), chosen).status_code == 404
    moved = booking.reschedule(meeting=old, start=at(14), by=pia, token=uuid4(), now=NOW, sequence=None)
    assert moved.starts_at == at(14)

    assert scene.client.post(scene.address("bring-back-theme", scene.first.pk)).status_code == 302
    assert client.get(reverse("schedule:time", args=[scene.path.pk]), chosen).status_code == 200
    assert book(scene.first, pia, at(12)).theme == scene.first


def test_taking_an_expert_off_leads_to_the_very_sessions_that_stay_with_them(scene):
    ines = an_expert(scene.path, name="Ines Lund")
    scene.first.experts.add(ines)
    kept = book(scene.first, a_participant(scene.path), at(10), expert=scene.eva)
    book(scene.first, a_participant(scene.path), at(12), expert=ines)
    book(scene.second, a_participant(scene.path), at(14), expert=scene.eva)
    form = {"experts": [ines.pk], "version": themes.plan_of(scene.first, [scene.eva.pk, ines.pk]).version}

    answer = scene.client.post(scene.address("theme", scene.first.pk), scene.form(scene.first, **form), follow=True)

    assert "1 booked session stays with an expert who no longer takes this theme." in text_of(answer)
    link = html.unescape(re.search(r'href="([^"]+)">Look at the meetings', answer.text)[1])
    assert link == f"{scene.address('meetings')}?show=coming&theme={scene.first.pk}&expert={scene.eva.user_id}"
    assert [row["url"] for row in scene.client.get(link).context["rows"]] == [kept.get_absolute_url()]
    assert len(scene.client.get(scene.address("meetings")).context["rows"]) == 3


def test_who_has_given_the_session_away_keeps_none(scene):
    ines = an_expert(scene.path, name="Ines Lund")
    scene.first.experts.add(ines)
    given = book(scene.first, a_participant(scene.path), at(10), expert=scene.eva)
    booking.reassign(meeting=given, to=ines, by=scene.admin, token=uuid4(), now=NOW)
    form = {"experts": [ines.pk], "version": themes.plan_of(scene.first, [scene.eva.pk, ines.pk]).version}

    answer = scene.client.post(scene.address("theme", scene.first.pk), scene.form(scene.first, **form), follow=True)

    assert "is saved." in text_of(answer)
    assert "stays with an expert" not in text_of(answer)
