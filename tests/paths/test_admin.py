"""Paths, their themes and people in Django's admin."""

from datetime import UTC, datetime

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from everwise.accounts.models import User
from meetings.models import Notice
from paths import enrolment
from paths.admin.people import MOST_MEMBERS
from paths.enums import Happened, Role, Via
from paths.models import Membership, Path, Theme
from tests.admin_site import a_world, address, as_sent, inline, limited_staff_on, staff_on
from tests.gate_world import signed_in
from tests.scene import NOW, a_participant, a_path, a_person, a_theme, an_admin, an_expert, join

MAY = datetime(2026, 5, 1, 12, tzinfo=UTC)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def staff(client):
    return staff_on(client)


def warnings_of(response):
    return [str(message) for message in get_messages(response.wsgi_request) if message.level_tag == "warning"]


def test_new_theme_without_experts_takes_all_live_experts_of_its_path(staff):
    path = a_path()
    live = an_expert(path)
    join(an_expert(name="Former").user, path, Role.EXPERT, ended_at=NOW)
    an_expert(a_path(), name="Elsewhere")

    response = staff.post(
        address(Theme, "add"), {"path": path.pk, "name": "Listening", "duration_minutes": 30, "position": 0}
    )

    assert list(Theme.objects.get().experts.all()) == [live]
    assert warnings_of(response) == []


def test_new_theme_keeps_the_experts_chosen(staff):
    path = a_path()
    one, two = an_expert(path), an_expert(path)

    staff.post(
        address(Theme, "add"),
        {
            "path": path.pk,
            "name": "Listening",
            "duration_minutes": 30,
            "position": 0,
            "experts": [one.pk],
        },
    )

    assert list(Theme.objects.get().experts.all()) == [one]
    assert two.themes.count() == 0


@pytest.mark.parametrize("page", ["add", "change"])
def test_theme_without_any_expert_is_warned_of(staff, page):
    theme = a_theme(a_path(), name="Listening")
    page = address(Theme, page, *([theme.pk] if page == "change" else []))

    response = staff.post(
        page,
        as_sent(staff.get(page), path=theme.path.pk, name="Listening", duration_minutes=30, position=0),
    )

    assert warnings_of(response) == ["No expert takes the theme “Listening”, so it offers no times."]


def test_path_saved_with_theme_and_expert_joins_them(staff):
    path, expert = a_path(), an_expert()
    page = address(Path, "change", path.pk)

    response = staff.post(
        page,
        {
            **as_sent(staff.get(page)),
            **inline("themes", {"name": "Listening", "duration_minutes": 30, "position": 0}),
            **inline("memberships-2", {"user": expert.user.pk, "role": "expert"}),
        },
    )

    assert response.status_code == 302
    assert list(Theme.objects.get(path=path).experts.all()) == [expert]


def add_people(staff, path, *rows):
    page = address(Path, "change", path.pk)
    form = as_sent(staff.get(page))
    return staff.post(page, {**form, **inline("memberships-2", *rows)})


def test_path_membership_is_ended_on_a_page_of_its_own_and_nowhere_else(staff):
    path = a_path()
    membership, other = (join(a_person(), path, Role.PARTICIPANT) for _ in range(2))
    page = address(Path, "change", path.pk)
    shown = staff.get(page)
    assert reverse("staff:end-membership", args=[membership.pk]) in shown.text

    form = {f"memberships-{row}-{name}": "on" for row in (0, 1) for name in ("DELETE", "end_now")}
    assert staff.post(page, as_sent(shown, **form)).status_code == 302
    assert set(Membership.objects.live()) == {membership, other}


def test_path_saved_while_somebody_left(staff):
    path = a_path()
    leaver, _ = a_participant(path), a_participant(path)
    page = address(Path, "change", path.pk)
    form = as_sent(staff.get(page), name="Renamed")
    Membership.objects.filter(user=leaver).update(ended_at=MAY)

    response = staff.post(page, form)

    assert response.status_code == 302
    assert Path.objects.get().name == "Renamed"
    assert Membership.objects.live().count() == 1


def test_path_membership_keeps_its_person_and_role(staff):
    membership = join(a_person(), a_path(), Role.PARTICIPANT)
    page = address(Path, "change", membership.path_id)
    other = a_person()

    staff.post(
        page, as_sent(staff.get(page), **{"memberships-0-user": other.pk, "memberships-0-role": "admin"}, name="New")
    )
    staff.post(address(Membership, "change", membership.pk), {"user": other.pk, "role": "admin", "path": a_path().pk})

    kept = Membership.objects.get()
    assert (kept.user_id, kept.role, kept.path_id) == (membership.user_id, Role.PARTICIPANT, membership.path_id)


def test_path_takes_new_people(staff):
    path, expert, participant = a_path(), an_expert(), a_person()

    response = add_people(
        staff, path, {"user": expert.user.pk, "role": "expert"}, {"user": participant.pk, "role": "participant"}
    )

    assert response.status_code == 302
    assert {(row.user, row.role) for row in path.memberships.live()} == {
        (expert.user, "expert"),
        (participant, "participant"),
    }


def test_path_made_here_is_a_draft_whose_participants_hear_nothing(staff):
    page, program = address(Path, "add"), a_path().program
    expert, participant = an_expert(), a_person()
    rows = [{"user": expert.user.pk, "role": "expert"}, {"user": participant.pk, "role": "participant"}]

    response = staff.post(
        page,
        {
            **as_sent(staff.get(page)),
            "program": program.pk,
            "name": "Leading through change",
            "opened_at_0": "2026-11-01",
            "opened_at_1": "08:00",
            **inline("memberships", *rows),
        },
    )

    assert response.status_code == 302
    path = Path.objects.get(name="Leading through change")
    assert path.is_draft
    assert set(path.memberships.values_list("user", flat=True)) == {expert.user.pk, participant.pk}
    assert list(Notice.objects.of_accounts().values_list("user", flat=True)) == [expert.user.pk]


@pytest.mark.parametrize(("state", "found"), [("draft", "Draft"), ("open", "Open"), ("closed", "Closed")])
def test_paths_are_filtered_by_their_state(staff, state, found):
    for name, fields in {"Draft": {"opened_at": None}, "Open": {}, "Closed": {"closed_at": NOW}}.items():
        a_path(name=f"Path {name}", **fields)

    page = staff.get(address(Path, "changelist"), {"state": state}).context["cl"]

    assert [path.name for path in page.result_list] == [f"Path {found}"]


def test_path_membership_as_expert_and_participant_at_once_is_refused(staff):
    path, expert = a_path(), an_expert()

    response = add_people(
        staff, path, {"user": expert.user.pk, "role": "expert"}, {"user": expert.user.pk, "role": "participant"}
    )

    assert "This person is on this page twice." in response.text
    assert not Membership.objects.exists()


@pytest.mark.parametrize(
    ("role", "words"),
    [
        ("participant", "This person already has this role on the path."),
        ("expert", "Nobody can be both expert and participant"),
    ],
)
def test_path_membership_beside_the_one_there_is_refused(staff, role, words):
    there = join(an_expert().user, a_path(), Role.PARTICIPANT)

    response = add_people(staff, there.path, {"user": there.user.pk, "role": role})

    assert words in response.text
    assert Membership.objects.get() == there


def test_path_membership_made_meanwhile_is_told(staff, monkeypatch):
    path, user = a_path(), a_person()

    def join_first(people):
        # Somebody else had the lock before us.
        if list(people):
            join(user, path, Role.PARTICIPANT)

    monkeypatch.setattr(enrolment, "lock", join_first)

    response = add_people(staff, path, {"user": user.pk, "role": "participant"})

    assert response.status_code == 200
    assert "This person already has this role on the path." in response.text


def test_path_membership_as_expert_wants_a_profile(staff):
    response = add_people(staff, a_path(), {"user": a_person().pk, "role": "expert"})

    assert "Give this person an expert profile first." in response.text
    assert not Membership.objects.exists()


def test_membership_page_leads_to_the_page_that_ends_it(staff):
    membership = join(a_person("Pia"), a_path(), Role.PARTICIPANT)
    page = address(Membership, "change", membership.pk)
    shown = staff.get(page)
    way_out = reverse("staff:end-membership", args=[membership.pk])
    assert f'<a href="{way_out}">End the membership of Pia</a>' in shown.text

    assert staff.post(page, as_sent(shown, end_now="on", ended_at_0="2026-01-01")).status_code == 302
    assert Membership.objects.live().count() == 1
    Membership.objects.update(ended_at=MAY)
    assert way_out not in staff.get(page).text


def test_membership_page_adds(staff):
    path, user = a_path(), a_person()

    response = staff.post(address(Membership, "add"), {"path": path.pk, "user": user.pk, "role": "admin"})

    assert response.status_code == 302
    assert list(path.memberships.live().values_list("user", "role")) == [(user.pk, "admin")]


def test_staff_who_may_only_see_people_save_the_path_and_leave_them(client):
    path = a_world().path
    limited_staff_on(client, "view_path", "change_path", "view_membership", "view_theme")
    page = address(Path, "change", path.pk)

    shown = client.get(page)
    assert "/staff/memberships/" not in shown.text
    response = client.post(page, as_sent(shown, name="Renamed"))

    path.refresh_from_db()
    assert (response.status_code, path.name) == (302, "Renamed")
    assert path.memberships.live().count() == 2


def test_path_page_takes_as_many_queries_for_many_people(staff):
    path = a_world().path
    page = address(Path, "change", path.pk)

    def count():
        with CaptureQueriesContext(connection) as queries:
            response = staff.get(page)
        return len(queries), response

    count()
    few, _ = count()
    User.objects.bulk_create(User(name=f"P {n}", email=f"p{n}@example.com") for n in range(MOST_MEMBERS))
    Membership.objects.bulk_create(
        Membership(path=path, user=user, role="participant") for user in User.objects.filter(name__startswith="P ")
    )
    Theme.objects.bulk_create(Theme(path=path, name=f"Theme {n}") for n in range(20))
    many, response = count()

    assert many == few
    assert response.text.count("/staff/memberships/") == MOST_MEMBERS
    assert "302 now, 0 ended</a>. The first 300 are below." in response.text
    assert staff.post(page, as_sent(response, name="Large")).status_code == 302
    assert Path.objects.get().name == "Large"


def test_theme_stays_on_its_path(staff):
    theme = a_theme(a_path())
    page = address(Theme, "change", theme.pk)

    staff.post(page, as_sent(staff.get(page), path=a_path().pk, name="Renamed", duration_minutes=30, position=0))

    assert (Theme.objects.get().name, Theme.objects.get().path) == ("Renamed", theme.path)


def test_theme_page_takes_as_many_queries_for_many_experts(staff):
    theme = a_world()
    page = address(Theme, "change", theme.pk)

    def count():
        with CaptureQueriesContext(connection) as queries:
            assert staff.get(page).status_code == 200
        return len(queries)

    count()
    few = count()
    theme.experts.add(*(an_expert() for _ in range(10)))

    assert count() == few


class TestHistoryOfThemes:
    """What staff save of themes stands in the path's history, as if it were changed on the site."""

    def lines(self, path):
        events = path.events.order_by("at", "pk").select_related("by", "words")
        written = [event for event in events if event.what.startswith("theme-")]
        return [(event.what, event.via, event.by.is_staff, event.words.text) for event in written]

    def test_added(self, staff):
        path = a_path()
        expert = an_expert(path)

        staff.post(address(Theme, "add"), {"path": path.pk, "name": "Listening", "duration_minutes": 30, "position": 0})

        assert self.lines(path) == [(Happened.THEME_ADDED, Via.ADMIN, True, "Listening")]
        assert path.events.get().facts["after"] == {"minutes": 30, "experts": [expert.pk]}

    def test_changed_with_its_experts(self, staff):
        path = a_path()
        one, two = an_expert(path), an_expert(path, name="Ines")
        theme = a_theme(path, one, name="Listening", minutes=30)
        page = address(Theme, "change", theme.pk)

        staff.post(page, as_sent(staff.get(page), name="Hearing", experts=[two.pk], duration_minutes=45))
        event = path.events.get()

        # Its questions, before and after, are none.
        words = f"Listening\nHearing\n{theme.description}\n{theme.description}\n\n"
        assert self.lines(path) == [(Happened.THEME_CHANGED, Via.ADMIN, True, words)]
        assert event.facts == {
            "theme": str(theme.pk),
            "before": {"minutes": 30, "experts": [one.pk]},
            "after": {"minutes": 45, "experts": [two.pk]},
        }

    def test_moved(self, staff):
        path = a_path()
        first = a_theme(path, an_expert(path), name="First", position=0)
        a_theme(path, an_expert(path), name="Second", position=1)
        page = address(Theme, "change", first.pk)

        staff.post(page, as_sent(staff.get(page), position=5))

        assert self.lines(path) == [(Happened.THEME_MOVED, Via.ADMIN, True, "First")]
        assert (path.events.get().facts["before"], path.events.get().facts["after"]) == (1, 2)

    def test_saved_without_a_change_writes_nothing(self, staff):
        path = a_path()
        theme = a_theme(path, an_expert(path))
        for page in (address(Theme, "change", theme.pk), address(Path, "change", path.pk)):
            assert staff.post(page, as_sent(staff.get(page))).status_code == 302

        assert self.lines(path) == []

    def test_on_the_paths_own_page(self, staff):
        path = a_path()
        theme = a_theme(path, an_expert(path), name="Listening")
        page = address(Path, "change", path.pk)
        form = as_sent(staff.get(page))
        added = {"name": "Asking", "duration_minutes": 30, "position": 9, "path": path.pk, "id": ""}
        form |= {f"themes-1-{name}": value for name, value in added.items()}

        staff.post(page, form | {"themes-TOTAL_FORMS": 2, "themes-0-name": "Hearing"})

        assert sorted(line[0] for line in self.lines(path)) == [Happened.THEME_ADDED, Happened.THEME_CHANGED]
        assert Theme.objects.get(pk=theme.pk).name == "Hearing"
        shown = signed_in(an_admin(path)).get(reverse("paths:history", args=[path.pk])).text
        assert "Hearing" in shown
        assert "Asking" in shown
