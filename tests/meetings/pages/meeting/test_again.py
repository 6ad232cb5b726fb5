"""What the page of a meeting that is over offers next, to whom, and the words where it can't."""

import html
import re
from datetime import timedelta

import pytest
from django.urls import reverse

from meetings.enums import Status
from meetings.models import Meeting
from paths.enums import Role
from tests.gate_world import signed_in
from tests.scene import NOW, a_dropin, a_meeting, a_participant, a_path, a_theme, an_admin, an_expert, at, book, leave

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


class Scene:
    """A session that ended an hour ago, on a path of six sessions."""

    def __init__(self, **policy):
        self.path = a_path(**{"sessions_per_participant": 6, **policy})
        self.eva, self.pia = an_expert(self.path), a_participant(self.path, "Pia Holm")
        self.theme = a_theme(self.path, self.eva)
        self.over = a_dropin(self.theme, self.pia, self.eva, NOW - timedelta(minutes=90))

    def page(self, user, meeting=None):
        answer = signed_in(user).get((meeting or self.over).get_absolute_url())
        assert answer.status_code == 200
        return html.unescape(answer.text)

    def card(self, user, meeting=None):
        """The words of the card; None where there is none."""
        found = re.search(r'<section[^>]*id="again"[^>]*>(.*?)</section>', self.page(user, meeting), re.DOTALL)
        assert found
        words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[1])).strip()
        assert bool(words) != (" hidden" in found[0].partition(">")[0])
        return words or None

    @property
    def times(self):
        return f"{reverse('schedule:time', args=[self.path.pk])}?theme={self.theme.pk}&for={self.pia.pk}"

    @property
    def follow_up(self):
        manually = reverse("schedule:manually", args=[self.path.pk])
        return f"{manually}?participant={self.pia.pk}&organizer={self.pia.pk}"


@pytest.fixture
def scene():
    return Scene()


def test_participant_books_the_theme_again(scene):
    page = scene.page(scene.pia)

    assert scene.card(scene.pia) == "Meet again Same theme, a new time. You have 5 of 6 sessions left. Book again"
    assert (scene.times in page, "Follow-up" in page) == (True, False)
    assert signed_in(scene.pia).get(scene.times).status_code == 200


@pytest.mark.parametrize("who", ["expert", "admin"])
def test_expert_and_admin_follow_up_or_book_for_the_participant(scene, who):
    user = scene.eva.user if who == "expert" else an_admin(scene.path)

    page = scene.page(user)

    assert scene.card(user) == (
        "Meet Pia again Ad-hoc meeting Your own title and time. Pia is the organizer. Uses no session."
        " Follow-up with Pia Drop-in, same theme Choose a time for Pia. Uses 1 of 5 sessions left. Book again for Pia"
    )
    assert (scene.times in page, scene.follow_up in page) == (True, True)
    for address in (scene.times, scene.follow_up):
        assert signed_in(user).get(address).status_code == 200


def test_path_without_a_limit_counts_nothing():
    scene = Scene(sessions_per_participant=None)

    assert scene.card(scene.pia) == "Meet again Same theme, a new time. Book again"
    assert "Choose a time for Pia. Book again" in scene.card(scene.eva.user)


def test_nobody_without_sessions_is_led_to_times():
    scene = Scene(sessions_per_participant=2)
    assert scene.times in scene.page(scene.pia)
    book(scene.theme, scene.pia, at(10))

    assert scene.card(scene.pia) == "Meet again You have no sessions left on this path."
    assert "Drop-in, same theme Pia has no sessions left on this path." in scene.card(scene.eva.user)
    assert scene.times not in scene.page(scene.pia) + scene.page(scene.eva.user)


def test_closed_path_and_theme_without_experts_say_so(scene):
    scene.theme.experts.clear()
    assert scene.card(scene.pia) == "Meet again No expert takes this theme now."

    scene.path.closes_on = (NOW - timedelta(days=1)).date()
    scene.path.save()

    assert scene.card(scene.pia) == "Meet again This path is closed, so no session can be booked on it."
    # An ad-hoc meeting asks for neither.
    assert scene.follow_up in scene.page(scene.eva.user)


def test_whoever_left_the_path_is_not_met_again(scene):
    leave(scene.pia, scene.path)

    assert scene.card(scene.pia) is None
    assert scene.card(scene.eva.user) == "Meet Pia again Pia is no longer on this path."


def test_nothing_before_the_end_or_after_a_cancellation(scene):
    ahead = book(scene.theme, scene.pia, at(10))
    cancelled = a_dropin(scene.theme, scene.pia, scene.eva, NOW - timedelta(days=1), status=Status.CANCELLED)

    assert scene.card(scene.pia) is not None
    assert scene.card(scene.pia, ahead) is None
    assert 'id="again"' in scene.page(scene.pia, cancelled)
    assert scene.card(scene.pia, cancelled) is None


def test_after_an_ad_hoc_meeting_only_another_follows(scene):
    meeting = a_meeting(scene.path, scene.eva.user, scene.pia, NOW - timedelta(days=1))

    assert scene.follow_up in scene.page(scene.eva.user, meeting)
    assert "Drop-in" not in scene.card(scene.eva.user, meeting)
    assert scene.card(scene.pia, meeting) is None


def test_several_participants_are_not_met_by_one_click(scene):
    meeting = a_meeting(scene.path, scene.eva.user, scene.pia, NOW - timedelta(days=1))
    assert scene.card(scene.eva.user, meeting)
    meeting.attendees.create(
        user=a_participant(scene.path, "Per"),
        role=Role.PARTICIPANT,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        added_at=NOW,
    )

    assert scene.card(scene.eva.user, Meeting.objects.get(pk=meeting.pk)) is None
