"""What a draft still lacks: each step's sentence and action, by what there is, and the times of its first two weeks."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from everwise.accounts.models import User
from experts.models import DateOverride
from meetings.enums import AccountMail
from meetings.models import Notice
from meetings.pages.path.checklist import Checklist
from meetings.pages.path.overview import overviews
from paths import enrolment, history
from paths.enums import Happened, Role
from paths.models import Path, Theme
from tests.gate_world import signed_in
from tests.scene import NOW, a_participant, a_path, a_theme, an_admin, an_expert, leave

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

# Of an expert who works from 09:00 to 17:00, every half hour: NOW is 08:00.
A_DAY = 16


@pytest.fixture
def draft():
    return a_path(opened_at=None)


@pytest.fixture
def ada(draft):
    return an_admin(draft)


def checklist(path, user):
    [overview] = overviews([Path.objects.get(pk=path.pk)], user, NOW)
    return Checklist(overview)


def step(path, user, number):
    found = checklist(path, user).steps[number - 1]
    return found.state, found.text, found.action.label, found.warnings


def states(path, user):
    return [each.state for each in checklist(path, user).steps]


def page_of(path, user):
    return signed_in(user).get(reverse("paths:detail", args=[path.pk])).content.decode()


class TestSteps:
    def test_first_that_is_not_done_is_next(self, draft, ada):
        assert states(draft, ada) == ["now", "waiting", "waiting", "waiting"]
        a_participant(draft)
        assert states(draft, ada) == ["now", "waiting", "done", "waiting"]
        a_theme(draft, an_expert(draft))
        assert states(draft, ada) == ["done", "done", "done", "now"]
        assert checklist(draft, ada).is_ready

    @pytest.mark.parametrize("lacking", ["theme", "hours", "participant"])
    def test_is_ready_with_all_three_alone(self, draft, ada, lacking):
        expert = an_expert(draft, windows="" if lacking == "hours" else "09:00-17:00")
        a_theme(draft, *([] if lacking == "theme" else [expert]))
        if lacking != "participant":
            a_participant(draft)

        found = checklist(draft, ada)

        assert not found.is_ready
        assert found.steps[3].action.url == ""

    def test_themes(self, draft, ada):
        assert step(draft, ada, 1) == ("now", "No theme yet. A theme is what a session is about.", "Add a theme", ())
        expert = an_expert(draft)
        short = a_theme(draft, minutes=30)
        alone = ("1 theme has no expert, so nobody can book it.",)
        assert step(draft, ada, 1) == ("now", "1 theme, 30 minutes.", "Edit themes", alone)
        a_theme(draft, expert, minutes=60)
        assert step(draft, ada, 1) == ("done", "2 themes, 30 to 60 minutes.", "Edit themes", alone)
        short.experts.add(expert)
        text = "2 themes, 30 to 60 minutes. Each has at least one expert."
        assert step(draft, ada, 1) == ("done", text, "Edit themes", ())

    def test_retired_theme_is_none(self, draft, ada):
        a_theme(draft, an_expert(draft))
        Theme.objects.update(retired_at=NOW)

        assert step(draft, ada, 1)[:2] == ("now", "No theme yet. A theme is what a session is about.")
        assert checklist(draft, ada).times.number == 0

    def test_experts(self, draft, ada):
        theme = a_theme(draft)
        text = "No expert yet. Experts hold the sessions, in hours that they give."
        assert step(draft, ada, 2) == ("waiting", text, "Add experts", ())
        theme.experts.add(an_expert(draft, name="Marcus Bellamy", windows=""))
        lacks = ("Marcus Bellamy was added but has no hours yet.",)
        text = "1 expert. They offer no time in the first two weeks."
        assert step(draft, ada, 2) == ("now", text, "Remind Marcus", lacks)
        theme.experts.add(an_expert(draft, name="Helen Castillo"))
        text = f"2 experts. Helen Castillo offers {14 * A_DAY} times in the first two weeks."
        assert step(draft, ada, 2) == ("done", text, "Remind Marcus", lacks)
        theme.experts.add(an_expert(draft, name="Oliver Hawthorne", windows="16:00-18:00"))
        text = f"3 experts. Helen Castillo and Oliver Hawthorne offer {14 * (A_DAY + 2)} times in the first two weeks."
        assert step(draft, ada, 2)[:2] == ("done", text)

    def test_many_without_hours_are_counted(self, draft, ada):
        a_theme(draft, *(an_expert(draft, name=f"Eva {number}", windows="") for number in range(4)))

        assert step(draft, ada, 2)[3] == ("4 experts have no hours yet.",)

    def test_why_is_asked_where_all_have_hours_and_none_has_time(self, draft, ada):
        a_theme(draft, an_expert(draft, notice_minutes=60 * 24 * 30))

        state, text, label, warnings = step(draft, ada, 2)

        assert (state, label, warnings) == ("now", "Why is a time not offered?", ())
        assert text == "1 expert. They offer no time in the first two weeks."

    def test_expert_whose_account_is_theirs_to_reveal_is_called_by_their_address(self, draft, ada):
        elsewhere = an_expert(a_path(), name="Naoko Ishida", windows="").user
        enrolment.add(path=draft, user=elsewhere, role=Role.EXPERT, by=ada, now=NOW)
        a_theme(draft, elsewhere.expert)

        _state, text, label, warnings = step(draft, ada, 2)

        assert "Naoko" not in f"{text} {label} {warnings}"
        assert warnings == (f"{elsewhere.email} was added but has no hours yet.",)
        assert label == f"Remind {elsewhere.email}"

    def test_whoever_was_asked_for_hours_makes_room_for_the_next(self, draft, ada, clock):
        marcus, nils = (an_expert(draft, name=name, windows="") for name in ("Marcus Bellamy", "Nils Olsen"))
        a_theme(draft, marcus, nils)
        client = signed_in(ada)

        def action():
            found = checklist(draft, ada).steps[1].action
            return found.label, found.post or found.url

        def remind(expert):
            address = reverse("paths:remind-expert", args=[draft.pk, expert.user_id])
            assert action() == (f"Remind {expert.user.first_name}", address)
            assert f'<form method="post" action="{address}">' in page_of(draft, ada)
            return client.post(address, follow=True).content.decode()

        assert "A reminder is on its way." in remind(marcus)
        clock.move_to(NOW + timedelta(hours=1))
        remind(nils)

        said = ["Marcus Bellamy was added but has no hours yet. Reminded today, 08:00."]
        said += ["Nils Olsen was added but has no hours yet. Reminded today, 09:00."]
        assert list(step(draft, ada, 2)[3]) == said
        assert action() == ("See Marcus Bellamy", reverse("paths:person", args=[draft.pk, marcus.user_id]))
        assert "Remind " not in page_of(draft, ada)
        letters = Notice.objects.filter(kind=AccountMail.HOURS_WANTED).values_list("address", flat=True)
        assert sorted(letters) == [marcus.user.email, nils.user.email]

    def test_is_asked_again_after_a_day_and_not_for_another_path(self, draft, ada):
        marcus = an_expert(draft, other := a_path(), name="Marcus Bellamy", windows="")
        history.write(path=other, what=Happened.REMINDED, by=ada, about=marcus.user, now=NOW)
        before = NOW - timedelta(hours=24)
        history.write(path=draft, what=Happened.REMINDED, by=ada, about=marcus.user, now=before)
        assert step(draft, ada, 2)[2:] == ("Remind Marcus", ("Marcus Bellamy was added but has no hours yet.",))

        history.write(path=draft, what=Happened.REMINDED, by=ada, about=marcus.user, now=before + timedelta(seconds=1))

        assert step(draft, ada, 2)[2] == "See Marcus Bellamy"

    @pytest.mark.parametrize("why", ["invited", "later"])
    def test_whom_the_writer_would_not_write_to_is_not_offered(self, draft, ada, why):
        marcus = an_expert(draft, name="Marcus Bellamy", windows="")
        assert step(draft, ada, 2)[2] == "Remind Marcus"
        lacks = "Marcus Bellamy was added but has no hours yet."
        if why == "invited":
            User.objects.filter(pk=marcus.user_id).update(password="!", last_login=None)
            lacks += " They have not answered their invitation yet."
        else:
            # Hours in the days to come, none once the path begins.
            fields = {"date": NOW.date() + timedelta(days=1), "windows": "09:00-12:00"}
            DateOverride.objects.create(expert=marcus, **fields)
            Path.objects.update(opens_on=(NOW + timedelta(days=300)).date())

        assert step(draft, ada, 2)[2:] == ("See Marcus Bellamy", (lacks,))

    def test_participants(self, draft, ada):
        a_theme(draft, an_expert(draft))
        assert step(draft, ada, 3) == ("now", "Nobody yet. Add people by e-mail.", "Add people", ())
        pia = a_participant(draft)
        off = a_participant(draft, "Per")
        User.objects.filter(pk=off.pk).update(is_active=False)
        assert step(draft, ada, 3) == ("done", "1 participant.", "Add people", ())
        leave(pia, draft)
        assert step(draft, ada, 3)[0] == "now"

    def test_ready_says_from_when_sessions_are(self, draft, ada):
        assert step(draft, ada, 4)[1] == (
            "When you open the path, participants get their invitation and can book. Until then they hear nothing."
        )
        Path.objects.update(opens_on=(NOW + timedelta(days=3)).date())
        assert step(draft, ada, 4)[1] == (
            "When you open the path, participants get their invitation and can book sessions from Thu 5 November on."
            " Until then they hear nothing."
        )


class TestTimes:
    @pytest.fixture
    def theme(self, draft):
        return a_theme(draft, an_expert(draft))

    def times(self, path, user):
        found = checklist(path, user)
        return found.times.number, found.first_words, found.days

    def test_two_weeks_from_today(self, draft, ada, theme):
        assert self.times(draft, ada) == (14 * A_DAY, "Mon 2 November, 09:00", ("2 November", "15 November"))

    def test_two_weeks_from_its_first_date_however_far(self, draft, ada, theme):
        for days in (3, 300):
            Path.objects.update(opens_on=(NOW + timedelta(days=days)).date())

            assert self.times(draft, ada)[0] == 14 * A_DAY

    def test_notice_and_last_date_hold(self, draft, ada, theme):
        Path.objects.update(notice_minutes=120, closes_on=(NOW + timedelta(days=1)).date())

        assert self.times(draft, ada) == (2 * A_DAY - 2, "Mon 2 November, 10:00", ("2 November", "3 November"))

    def test_horizon_holds(self, draft, ada, theme):
        Path.objects.update(horizon_days=1)

        assert self.times(draft, ada)[0] == 2 * A_DAY

    def test_start_that_two_themes_and_experts_offer_counts_once(self, draft, ada, theme):
        a_theme(draft, an_expert(draft, name="Ines"), minutes=60)

        # The longer theme adds no start: its last is half an hour earlier.
        assert self.times(draft, ada)[0] == 14 * A_DAY

    def test_expert_who_takes_no_theme_offers_nothing(self, draft, ada, theme):
        an_expert(draft, name="Ines", windows="17:00-20:00")

        assert self.times(draft, ada)[0] == 14 * A_DAY

    def test_days_are_the_paths(self, draft, ada, theme):
        Path.objects.update(time_zone="Pacific/Kiritimati")

        # In Kiritimati it is 22:00; its second of November has no hours left.
        assert self.times(draft, ada)[2] == ("2 November", "15 November")


class TestPage:
    def page(self, draft, user):
        return page_of(draft, user)

    def test_has_one_primary_button_at_the_step_that_is_next(self, draft, ada):
        a_theme(draft, an_expert(draft))

        page = self.page(draft, ada)

        assert page.count("btn-primary") == 1
        assert "btn btn-primary" in page.partition("Participants")[2].partition("Ready")[0]
        assert f"{14 * A_DAY} times" in page
        assert "2 of 4 done" in page
        assert reverse("paths:open", args=[draft.pk]) not in page
        a_participant(draft)
        ready = self.page(draft, ada)
        assert ready.count("btn-primary") == 1
        assert reverse("paths:open", args=[draft.pk]) in ready

    def test_where_nothing_is_offered_asks_why(self, draft, ada):
        page = self.page(draft, ada)

        assert "With these experts nothing can be booked from 2 November to 15 November." in page
        assert reverse("why", args=[draft.pk]) in page

    def test_of_an_open_path_is_the_usual_one(self, draft, ada):
        assert "Set up this path" in self.page(draft, ada)

        Path.objects.update(opened_at=NOW)

        assert "Set up this path" not in self.page(draft, ada)

    def test_asks_as_many_queries_for_many(self, draft, ada):
        def asked():
            client = signed_in(ada)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                client.get(reverse("paths:detail", args=[draft.pk]))
            return len(queries)

        a_theme(draft, an_expert(draft), an_expert(draft, name="Nil", windows=""))
        a_participant(draft)
        few = asked()
        for number in range(8):
            experts = [an_expert(draft, name=f"Eva {number}"), an_expert(draft, name=f"Nil {number}", windows="")]
            a_theme(draft, *experts, minutes=30 + 5 * number)
            a_participant(draft, f"Pia {number}")

        assert asked() == few
        assert few <= 20
