"""All meetings of a path: sorted into four, searched, and what that costs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from meetings.models import Attendee, Meeting
from paths.enums import Role
from tests.factories import AttendeeFactory
from tests.meetings.pages.path_meetings.scene import Scene, a_full_scene
from tests.scene import NOW, a_dropin, a_meeting, a_participant, a_path, a_theme, an_expert, at, leave

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
MANY = 10_000
SORTS = {
    "coming": ["Soon", "Talk"],
    "past": ["By hand", "Held", "Asked"],
    "no-outcome": ["Asked", "By hand"],
    "cancelled": ["Off", "Gone"],
}


@pytest.mark.parametrize("show", SORTS)
def test_each_sort_has_its_own(show):
    assert sorted(a_full_scene().titles(show=show)) == sorted(SORTS[show])


def test_order_is_the_next_the_latest_and_the_one_that_waits_longest():
    scene = a_full_scene()

    assert [scene.titles(show=show) for show in ("coming", "past", "no-outcome")] == [
        SORTS[show] for show in ("coming", "past", "no-outcome")
    ]


@pytest.mark.parametrize(
    "query", [{}, {"show": "x"}, {"show": ""}, {"page": "x"}, {"page": "-3"}, {"expert": "x"}, {"theme": "x"}]
)
def test_nonsense_asks_for_nothing(query):
    assert a_full_scene().titles(**query) == SORTS["coming"]


def test_no_meeting_of_another_path_is_there():
    scene = a_full_scene()
    elsewhere = a_path()
    a_meeting(elsewhere, an_expert(elsewhere).user, a_participant(elsewhere), at(14), title="Elsewhere")

    assert [title for show in SORTS for title in scene.titles(show=show) if title == "Elsewhere"] == []
    assert Meeting.objects.filter(title="Elsewhere").exists()


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ({"q": "lindq"}, ["Asked"]),
        ({"q": "HADDAD"}, ["By hand"]),
        ({"q": "eva maya"}, ["Asked"]),
        ({"q": "hand"}, ["By hand"]),
        ({"q": "eva hand"}, []),
        ({"q": "nobody"}, []),
    ],
)
def test_search_finds_titles_and_people(query, titles):
    assert a_full_scene().titles(show="no-outcome", **query) == titles


def test_search_finds_addresses_and_organizers_but_nobody_who_was_taken_out():
    scene = a_full_scene()
    leaver = a_participant(scene.path, "Lea Leaver")
    attendee = AttendeeFactory(meeting=scene.soon, user=leaver, role=Role.PARTICIPANT)
    Meeting.objects.filter(pk=scene.talk.pk).update(organizer=scene.admin)

    assert scene.titles(q=scene.maya.email) == ["Soon"]
    assert scene.titles(q="abara") == ["Talk"]
    assert scene.titles(q="leaver") == ["Soon"]
    Attendee.objects.filter(pk=attendee.pk).update(removed_at=at(8), live=False)
    assert scene.titles(q="leaver") == []


def test_expert_narrows_all_four_and_their_counts():
    scene = a_full_scene()
    ines = str(scene.ines.user.pk)

    assert [scene.titles(show=show, expert=ines) for show in SORTS] == [
        ["Talk"],
        ["By hand", "Held"],
        ["By hand"],
        ["Gone"],
    ]
    assert "Coming up 2 Past 3 No outcome 2 Cancelled 2" in scene.words()
    assert "Coming up 1 Past 2 No outcome 1 Cancelled 1" in scene.words(expert=ines)
    assert "Coming up 1 Past 1 No outcome 1 Cancelled 1" in scene.words(q="maya")


def test_experts_who_have_left_can_be_chosen_and_participants_cannot():
    scene = a_full_scene()
    leave(scene.ines.user, scene.path)

    assert "Every expert Eva Stern Ines Lund Every theme Giving feedback Show" in scene.words()
    assert scene.titles(expert=str(scene.omar.pk)) == SORTS["coming"]


@pytest.mark.parametrize(
    ("show", "words"),
    [
        ("coming", "No meetings coming up"),
        ("past", "No past meetings"),
        ("no-outcome", "Every past session has an outcome."),
        ("cancelled", "No cancelled meetings"),
    ],
)
def test_empty(show, words):
    scene = Scene()

    assert words in scene.words(show=show)
    assert "No meeting matches" in scene.words(show=show, q="nobody")
    assert words not in a_full_scene().words(show=show)


def test_filters_stand_in_the_links_and_in_the_export():
    scene = a_full_scene()
    ines = str(scene.ines.user.pk)
    page = scene.get(show="past", q="omar", expert=ines).content.decode()

    assert f"/meetings/export/?show=past&amp;q=omar&amp;expert={ines}" in page
    assert f'href="?q=omar&amp;expert={ines}&amp;show=cancelled"' in page


def test_twenty_five_a_page():
    scene = Scene()
    scene.over(26)

    assert len(scene.titles(show="past")) == 25
    assert len(scene.titles(show="past", page=2)) == 1
    assert "1 to 25 of 26" in scene.words(show="past")


def test_ten_thousand_meetings_cost_no_more_queries():
    scene = a_full_scene()
    queries = [asked(scene, show=show, q=text) for show in SORTS for text in ("", "maya eva")]
    many = Meeting.objects.bulk_create(
        Meeting(
            path=scene.path,
            theme=scene.theme,
            kind="dropin",
            title="Many",
            status=("scheduled", "held", "cancelled")[number % 3],
            starts_at=at(9, day=number // 2 * (-1) ** number),
            ends_at=at(10, day=number // 2 * (-1) ** number),
            organizer=scene.maya,
            created_by=scene.maya,
            created_at=at(8),
        )
        for number in range(MANY)
    )
    times = [{"starts_at": each.starts_at, "ends_at": each.ends_at, "added_at": at(8)} for each in many]
    Attendee.objects.bulk_create(
        Attendee(meeting=meeting, user=scene.eva.user, role=Role.EXPERT, live=False, **when)
        for meeting, when in zip(many, times, strict=True)
    )

    assert [asked(scene, show=show, q=text) for show in SORTS for text in ("", "maya eva")] == queries
    assert max(queries) <= 13


def asked(scene, **query):
    with CaptureQueriesContext(connection) as queries:
        scene.get(**query)
    return len(queries)


def test_theme_narrows_all_four_and_stays_with_the_other_filters():
    scene = Scene()
    other = a_theme(scene.path, scene.ines, name="Saying no", retired_at=NOW)
    for theme, expert, hour in ((scene.theme, scene.eva, 9), (other, scene.eva, 11), (other, scene.ines, 13)):
        a_dropin(theme, scene.maya, expert, at(hour), title=f"{theme} with {expert}")
    elsewhere = a_theme(a_path(), name="Elsewhere")

    assert scene.titles(theme=other.pk) == ["Saying no with Eva Stern", "Saying no with Ines Lund"]
    assert scene.titles(theme=other.pk, expert=scene.ines.user_id) == ["Saying no with Ines Lund"]
    assert "Coming up 2 Past 0" in scene.words(theme=other.pk)
    assert len(scene.titles(theme=elsewhere.pk)) == 3
    page = scene.get(theme=other.pk).content.decode()
    assert f"/meetings/export/?show=coming&amp;theme={other.pk}" in page
    assert f'<option value="{other.pk}" selected>Saying no</option>' in page
    assert [row[0] for row in scene.export(theme=other.pk)[1:]] == [row[0] for row in scene.export()[1:]][1:]


def test_filters_cost_no_query_more_with_many_themes_and_experts():
    asked = []
    for number in (1, 12):
        scene = Scene()
        for each in range(number):
            a_theme(scene.path, an_expert(scene.path, name=f"Expert {each}"), name=f"Theme {each}")
        a_dropin(scene.theme, scene.maya, scene.eva, at(9))
        scene.get()
        with CaptureQueriesContext(connection) as queries:
            scene.get(theme=scene.theme.pk, expert=scene.eva.user_id)
        asked.append(len(queries))

    assert asked[0] == asked[1]
