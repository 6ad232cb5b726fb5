"""The questions of a theme on its page: kept in order, refused beside the field, copied with the path."""

from uuid import uuid4

import pytest
from django.urls import reverse

from paths import questions, themes
from paths.models import Path
from paths.questions import Asking
from tests.admin_site import as_sent
from tests.gate_world import signed_in
from tests.scene import NOW, a_path, a_theme, an_admin, an_expert

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


class Scene:
    def __init__(self):
        self.path = a_path()
        self.ada = an_admin(self.path)
        self.theme = a_theme(self.path, an_expert(self.path), name="First")
        self.client = signed_in(self.ada)
        self.url = reverse("paths:theme", args=[self.path.pk, self.theme.pk])

    def post(self, **fields):
        return self.client.post(self.url, as_sent(self.client.get(self.url), **fields))


@pytest.fixture
def scene():
    return Scene()


def test_saved_in_their_order_moved_and_taken_out(scene):
    assert scene.post(question_2="  What  for? ", required_2="on", question_4="By when?").status_code == 302
    assert questions.of(scene.theme) == [Asking("What for?", True), Asking("By when?", False)]

    moved = scene.post(do="up-2")
    assert questions.of(scene.theme) == [Asking("What for?", True), Asking("By when?", False)]
    sent = as_sent(moved)
    assert (sent["question_1"], sent["question_2"], "required_1" in sent) == (["By when?"], ["What for?"], False)
    assert scene.client.post(scene.url, sent).status_code == 302
    assert questions.of(scene.theme) == [Asking("By when?", False), Asking("What for?", True)]
    scene.post(question_1="")

    assert questions.of(scene.theme) == [Asking("What for?", True)]
    history = scene.client.get(reverse("paths:history", args=[scene.path.pk])).text
    assert "Questions: “What for? *”, before: “By when? / What for? *”." in history


def test_what_is_wrong_stands_beside_the_field_and_all_is_kept(scene):
    twice = scene.post(question_1="What for?", question_2="what FOR?")
    long = scene.post(question_1="What for?", question_3="x" * 201)

    assert twice.status_code == 409
    assert "Two questions have the same words." in twice.text
    assert long.status_code == 400
    assert "Please keep it under 200 characters" in long.text
    for page in (twice, long):
        assert as_sent(page)["question_1"] == ["What for?"]
        assert '<details class="ew-fold mt-4" id="questions" open>' in page.text
    assert questions.of(scene.theme) == []
    six = tuple(Asking(str(number), False) for number in range(6))
    plan = themes.ThemePlan("New", "", 45, frozenset(), six)
    with pytest.raises(themes.ThemeError, match="at most 5 questions"):
        themes.add(path=scene.path, plan=plan, by=scene.ada, now=NOW, token=uuid4())


def test_somebody_else_has_changed_them_meanwhile(scene):
    mine = as_sent(scene.client.get(scene.url), question_1="Mine?")
    scene.post(question_1="Theirs?", required_1="on")

    stale = scene.client.post(scene.url, mine)

    assert stale.status_code == 409
    assert "Theirs?" in stale.text
    assert as_sent(stale)["question_1"] == ["Mine?"]
    assert questions.of(scene.theme) == [Asking("Theirs?", True)]


def test_a_copy_of_the_path_asks_the_same(scene):
    asked = [Asking("What for?", True), Asking("By when?", False)]
    questions.put(scene.theme, asked)
    form = {"token": str(uuid4()), "name": "Copy", "time_zone": "UTC", "start": "copy", "source": str(scene.path.pk)}
    form |= {"program": str(scene.path.program_id), "with_settings": "on"}

    assert scene.client.post(reverse("paths:new"), form).status_code == 302

    copied = Path.objects.exclude(pk=scene.path.pk).get(name="Copy").themes.get()
    assert questions.of(copied) == asked
    questions.put(copied, [])
    assert questions.of(scene.theme) == asked
