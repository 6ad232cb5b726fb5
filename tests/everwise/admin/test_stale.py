"""Two people at one row of Django's admin: what neither touched stays, what both changed is refused and kept typed."""

from datetime import date

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.db import OperationalError

from everwise.accounts.models import User
from everwise.admin import forms
from everwise.admin.pages import DEADLOCK
from experts.hours import writer
from experts.models import AvailabilityRule, DateOverride, Expert
from paths.models import Path, Theme
from tests.admin_site import EDITED, address, as_sent, sign_in, staff_on
from tests.scene import a_path, a_person, a_theme, an_expert

pytestmark = pytest.mark.django_db

RULE = "rules-0-"


@pytest.fixture
def staff(client):
    return staff_on(client)


@pytest.fixture
def eva():
    return an_expert(name="Eva Lind", title="Torch coach", rrule="FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR")


def by_themselves(expert, *, patterns=None, **settings):
    """The expert changes these settings on their own page."""
    present = writer.read_hours(Expert.objects.get(pk=expert.pk))
    kept = tuple(present.patterns) if patterns is None else patterns
    plan = writer.HoursPlan({**present.settings, **settings}, patterns=kept)
    writer.save(expert=expert, plan=plan, version=present.version, by=expert.user)


def save(staff, page, shown, /, **changes):
    return staff.post(page, as_sent(shown, **changes))


def errors_of(response):
    return [str(error) for errors in response.context["adminform"].form.errors.values() for error in errors]


def test_what_the_expert_switched_meanwhile_stays_when_staff_save_a_title(staff, eva):
    page = address(Expert, "change", eva.pk)
    shown = staff.get(page)
    by_themselves(eva, accepting=False, cap_per_day=2)

    response = save(staff, page, shown, title="Speech coach")

    eva.refresh_from_db()
    assert response.status_code == 302
    assert (eva.title, eva.accepting, eva.cap_per_day) == ("Speech coach", False, 2)
    assert LogEntry.objects.filter(user__is_staff=True).get().get_change_message() == "Changed Title."


def test_control_without_the_mark_the_title_undoes_what_the_expert_switched(staff, eva, monkeypatch):
    monkeypatch.setattr(forms.StaffForm, "mark_needed", False)
    page = address(Expert, "change", eva.pk)
    shown = staff.get(page)
    by_themselves(eva, accepting=False, cap_per_day=2)

    save(staff, page, shown, title="Speech coach", shown="")

    eva.refresh_from_db()
    assert (eva.accepting, eva.cap_per_day) == (True, None)


def test_field_that_both_changed_is_refused_naming_it_and_them(staff, eva):
    page = address(Expert, "change", eva.pk)
    shown = staff.get(page)
    by_themselves(eva, cap_per_day=2, cap_per_week=9)

    response = save(staff, page, shown, cap_per_day="4", title="Speech coach")

    eva.refresh_from_db()
    assert response.status_code == 200
    assert errors_of(response) == [
        "Cap per day was changed to “2” by Eva Lind, since you opened this page. Nothing was saved."
        " What you chose is still here: save again to put it in place of theirs."
    ]
    assert (eva.title, eva.cap_per_day) == ("Torch coach", 2)
    again = as_sent(response)
    assert (again["cap_per_day"], again["title"]) == (["4"], ["Speech coach"])

    assert staff.post(page, again).status_code == 302

    eva.refresh_from_db()
    assert (eva.title, eva.cap_per_day, eva.cap_per_week) == ("Speech coach", 4, 9)


def test_same_change_by_both_is_no_conflict(staff, eva):
    page = address(Expert, "change", eva.pk)
    shown = staff.get(page)
    by_themselves(eva, cap_per_day=2)

    assert save(staff, page, shown, cap_per_day="2", title="Speech coach").status_code == 302

    eva.refresh_from_db()
    assert (eva.title, eva.cap_per_day) == ("Speech coach", 2)


def test_change_of_other_staff_names_them(staff, eva):
    page = address(Expert, "change", eva.pk)
    shown = staff.get(page)
    sign_in(staff, a_person("Nadia Rahimi", is_staff=True, is_superuser=True))
    save(staff, page, staff.get(page), title="Voice coach")

    response = save(staff, page, shown, title="Speech coach")

    assert errors_of(response)[0].startswith("Title was changed to “Voice coach” by Nadia Rahimi, since")


def test_change_that_nobody_wrote_down_is_somebodys(staff, eva):
    page = address(Expert, "change", eva.pk)
    shown = staff.get(page)
    Expert.objects.update(title="")

    response = save(staff, page, shown, title="Speech coach")

    assert errors_of(response)[0].startswith("Title was changed to nothing by somebody, since you opened this page.")


@pytest.mark.parametrize("mark", ["", "forged", None])
def test_page_without_its_mark_is_refused_once(staff, eva, mark):
    page = address(Expert, "change", eva.pk)
    sent = as_sent(staff.get(page), title="Speech coach", shown=mark)

    response = staff.post(page, {name: value for name, value in sent.items() if value is not None})

    assert errors_of(response)[0].startswith("This page has lost its note of what it showed you.")
    assert Expert.objects.get().title == "Torch coach"
    assert staff.post(page, as_sent(response)).status_code == 302
    assert Expert.objects.get().title == "Speech coach"


def test_mark_of_another_row_is_none(staff, eva):
    other = as_sent(staff.get(address(Expert, "change", an_expert().pk)))["shown"]
    page = address(Expert, "change", eva.pk)

    response = save(staff, page, staff.get(page), title="Speech coach", shown=other)

    assert response.status_code == 200
    assert Expert.objects.get(pk=eva.pk).title == "Torch coach"


def test_experts_of_a_theme_that_one_left_meanwhile_stay_without_them(staff, eva):
    theme = a_theme(a_path(), eva, an_expert(), name="Listening")
    page = address(Theme, "change", theme.pk)
    shown = staff.get(page)
    theme.experts.remove(eva)

    assert save(staff, page, shown, name="Hearing").status_code == 302

    theme.refresh_from_db()
    assert (theme.name, theme.experts.count()) == ("Hearing", 1)


def test_experts_of_a_theme_that_both_changed_are_refused(staff, eva):
    other = an_expert(name="Ines")
    theme = a_theme(a_path(), eva, other)
    page = address(Theme, "change", theme.pk)
    shown = staff.get(page)
    theme.experts.remove(eva)

    response = save(staff, page, shown, experts=[eva.pk])

    assert errors_of(response)[0].startswith("Experts was changed to")
    assert list(theme.experts.all()) == [other]


def test_person_deactivated_meanwhile_stays_so_when_staff_save_a_name(staff):
    user = a_person("Maya")
    user.groups.add(Group.objects.create(name="Coaches"))
    page = address(User, "change", user.pk)
    shown = staff.get(page)
    User.objects.filter(pk=user.pk).update(is_active=False, password="other")
    user.groups.clear()

    assert save(staff, page, shown, name="Maya L").status_code == 302

    user.refresh_from_db()
    assert (user.name, user.is_active, user.password, user.groups.count()) == ("Maya L", False, "other", 0)


def test_row_that_another_changed_is_refused_in_its_line(staff, eva):
    page = address(Expert, "change", eva.pk)
    shown = staff.get(page)
    AvailabilityRule.objects.update(rrule="FREQ=DAILY")

    response = save(staff, page, shown, **{RULE + "rrule": "FREQ=WEEKLY;BYDAY=SU"})

    rows = response.context["inline_admin_formsets"][0].formset
    assert "was changed to “FREQ=DAILY” by somebody" in rows.errors[0]["rrule"][0]
    assert AvailabilityRule.objects.get().rrule == "FREQ=DAILY"
    assert staff.post(page, as_sent(response)).status_code == 302
    assert AvailabilityRule.objects.get().rrule == "FREQ=WEEKLY;BYDAY=SU"


def test_row_left_alone_keeps_what_another_changed(staff, eva):
    page = address(Expert, "change", eva.pk)
    shown = staff.get(page)
    AvailabilityRule.objects.update(rrule="FREQ=DAILY")

    assert save(staff, page, shown, **{RULE + "first_date": "2021-01-01"}).status_code == 302

    rule = AvailabilityRule.objects.get()
    assert (rule.rrule, rule.first_date) == ("FREQ=DAILY", date(2021, 1, 1))


def test_rows_that_the_expert_replaced_are_left_to_them(staff, eva):
    page = address(Expert, "change", eva.pk)
    shown = staff.get(page)
    old = AvailabilityRule.objects.get().pk
    by_themselves(eva, patterns=())

    response = save(staff, page, shown, title="Speech coach")

    assert response.status_code == 302
    assert not AvailabilityRule.objects.filter(pk=old).exists()
    assert Expert.objects.get().title == "Speech coach"


def test_row_that_was_changed_here_and_deleted_there_stands_as_a_new_one(staff, eva):
    page = address(Expert, "change", eva.pk)
    shown = staff.get(page)
    by_themselves(eva, patterns=())

    response = save(staff, page, shown, **{RULE + "rrule": "FREQ=DAILY"})

    rows = response.context["inline_admin_formsets"][0].formset
    assert rows.errors[0]["__all__"] == [
        "This row was deleted by Eva Lind, since you opened this page. Save again to add it anew as it stands here."
    ]
    assert not AvailabilityRule.objects.exists()
    assert staff.post(page, as_sent(response)).status_code == 302
    assert AvailabilityRule.objects.get().rrule == "FREQ=DAILY"


def test_row_that_another_changed_is_not_deleted_at_once(staff, eva):
    DateOverride.objects.create(expert=eva, date=date(2030, 5, 6), windows="")
    page = address(Expert, "change", eva.pk)
    shown = staff.get(page)
    DateOverride.objects.update(windows="09:00-10:00")

    response = save(staff, page, shown, **{"overrides-0-DELETE": "on"})

    (error,) = response.context["inline_admin_formsets"][1].formset.non_form_errors()
    assert error.startswith("“2030-05-06” was changed (Windows) by somebody, since you opened this page, and was not")
    assert DateOverride.objects.exists()
    assert staff.post(page, as_sent(response)).status_code == 302
    assert not DateOverride.objects.exists()


def test_theme_changed_on_its_own_page_is_told_of_on_the_paths(staff):
    theme = a_theme(a_path(), minutes=45, name="Listening")
    page = address(Path, "change", theme.path.pk)
    shown = staff.get(page)
    own = address(Theme, "change", theme.pk)
    save(staff, own, staff.get(own), duration_minutes="60")

    response = save(staff, page, shown, **{"themes-0-duration_minutes": "30"})

    rows = response.context["inline_admin_formsets"][0].formset
    assert "was changed to “60” by Sue," in rows.errors[0]["duration_minutes"][0]
    assert Theme.objects.get().duration_minutes == 60


@pytest.mark.parametrize(("ties", "status"), [(2, 302), (3, None)])
def test_page_is_tried_again_where_the_database_breaks_a_tie(staff, eva, monkeypatch, ties, status):
    page = address(Expert, "change", eva.pk)
    sent = as_sent(staff.get(page), title="Speech coach")
    lost = iter(range(ties))

    def lock(self, pk):
        if next(lost, None) is not None:
            cause = Exception()
            cause.sqlstate = DEADLOCK
            raise OperationalError("deadlock detected") from cause

    monkeypatch.setattr("experts.admin.ExpertAdmin.lock", lock)

    if status is None:
        with pytest.raises(OperationalError):
            staff.post(page, sent)
    else:
        assert staff.post(page, sent).status_code == status
    assert (Expert.objects.get().title == "Speech coach") == bool(status)


@pytest.mark.parametrize("model", EDITED, ids=lambda model: model._meta.label_lower)
def test_every_page_that_saves_knows_what_it_showed(staff, model):
    model_admin = admin.site.get_model_admin(model)
    assert issubclass(model_admin.form, forms.StaffForm)
    for inline in [*model_admin.inlines, *model_admin.get_inlines(None, object())]:
        assert issubclass(inline.form, forms.RowForm)
        assert issubclass(inline.formset, forms.RowFormSet)
