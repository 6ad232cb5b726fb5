"""Importing people: axe finds nothing, nothing scrolls sideways at 320 px, and all of it works without a script."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from meetings.booking.credits import taken_by
from paths.enums import ImportState
from paths.importing import jobs, limits, reading, stored
from paths.models import Membership, PeopleImport
from tests.browser.test_accessibility import looked_at, problems_of

FILE = """\
email,name,role,time_zone,sessions
maya@new.example,Maya Lindqvist,participant,Europe/Stockholm,8
omar@brightwater,Omar Haddad,participant,,
jo@new.example,Jo Park,organiser,,
kim@new.example,Kim Ito,expert,Europe/Stokholm,
{known},,admin,,
{here},,participant,,
"""


def address(world, *kept):
    return reverse("paths:import" if kept else "paths:import-people", args=[world.path.pk, *kept])


def keep(world, text, file="people.csv"):
    table = reading.read_text(text)
    kept, _plan = stored.keep(
        path=world.path, table=table, file=file, by=world.admin, now=timezone.now(), taken=taken_by
    )
    return kept


def long_file(number=limits.AT_ONCE + 1):
    return "email\n" + "".join(f"p{each}@new.example\n" for each in range(number))


def file_of(world):
    return FILE.format(known=world.expert.email, here=world.participant.email)


def members(world):
    live = Membership.objects.live().filter(path=world.path, user__email__endswith="new.example")
    return dict(live.values_list("user__email", "role"))


def test_its_pages_are_accessible(open_as, world):
    page, problems = open_as(world.admin), []
    looked_at(page, address(world), "file", problems=problems)
    page.get_by_role("button", name="Show what would change").click()
    expect(page.get_by_role("alert")).to_be_focused()
    problems += problems_of(page)
    page.get_by_text("Paste it instead").click()
    page.get_by_label("Lines of a table").fill("name\nMaya")
    page.get_by_role("button", name="Show what would change").click()
    expect(page.get_by_text("There is no column “email”.").first).to_be_visible()
    problems += problems_of(page)
    with_faults = keep(world, file_of(world), "a" * 110 + ".csv")
    looked_at(page, address(world, with_faults.pk) + "?added=1&unchanged=1", "preview", problems=problems)
    page.get_by_role("button", name="Import 2 people").click()
    expect(page.get_by_role("alert")).to_be_focused()
    problems += problems_of(page)
    looked_at(page, address(world, keep(world, f"email\n{world.participant.email}").pk), "known", problems=problems)
    for state in ImportState.values[1:]:
        kept = keep(world, long_file(60))
        now = timezone.now()
        PeopleImport.objects.filter(pk=kept.pk).update(state=state, total=60, written=20, started_at=now)
        looked_at(page, address(world, kept.pk), state, problems=problems)

    assert problems == []


@pytest.mark.parametrize("script", [True, False])
def test_faults_are_mended_in_place_and_all_is_imported(open_as, world, script):
    page = open_as(world.admin, java_script_enabled=script)
    page.goto(reverse("paths:people", args=[world.path.pk]))
    page.get_by_role("link", name="Import").click()
    file = {"name": "people.csv", "mimeType": "text/csv", "buffer": file_of(world).encode()}
    page.get_by_label("Choose a file").set_input_files(file)
    page.get_by_role("button", name="Show what would change").click()
    expect(page.get_by_role("heading", name="3 lines have a problem")).to_be_visible()

    page.get_by_label("E-mail on line 3").fill("omar@new.example")
    page.get_by_label("Role on line 4").select_option("admin")
    # Enter writes nobody: it checks.
    page.get_by_label("Time zone on line 5").fill("Europe/Stockholm")
    page.get_by_label("Time zone on line 5").press("Enter")
    expect(page.get_by_text("4 added, 1 changed.")).to_be_visible()
    expect(page.get_by_text("have a problem")).to_have_count(0)
    assert members(world) == {}
    page.get_by_text("4 people are added").click()
    expect(page.get_by_text("omar@new.example")).to_be_visible()
    page.get_by_role("button", name="Import 5 people").click()

    expect(page.get_by_text("5 people imported. 4 invitations are on their way.")).to_be_visible()
    assert members(world) == {
        "maya@new.example": "participant",
        "omar@new.example": "participant",
        "jo@new.example": "admin",
        "kim@new.example": "expert",
    }
    live = Membership.objects.live().filter(path=world.path, user=world.expert)
    assert set(live.values_list("role", flat=True)) == {"expert", "admin"}


@pytest.mark.parametrize("script", [True, False])
def test_page_follows_the_worker_by_itself(open_as, world, script):
    page = open_as(world.admin, java_script_enabled=script)
    page.goto(address(world, keep(world, long_file()).pk))
    page.get_by_role("button", name="Import 501 people").click()
    expect(page.get_by_text("Waiting for its turn")).to_be_visible()

    claimed = jobs.claim(timezone.now())
    page.reload()
    expect(page.get_by_text("0 of 501")).to_be_visible()
    jobs.run(claimed, clock=timezone.now, taken=taken_by)

    expect(page.get_by_role("heading", name="The import is done")).to_be_visible()
    expect(page.get_by_text("501 people imported. 501 invitations are on their way.")).to_be_visible()
    assert len(members(world)) == 501


@pytest.mark.parametrize("script", [True, False])
def test_it_is_stopped_and_discarded(open_as, world, script):
    page = open_as(world.admin, java_script_enabled=script)
    page.goto(address(world, keep(world, long_file()).pk))
    page.get_by_role("button", name="Import 501 people").click()
    page.get_by_role("button", name="Stop, and write nothing").click()
    expect(page.get_by_role("heading", name="The import was stopped")).to_be_visible()
    assert jobs.claim(timezone.now()) is None

    page.goto(address(world, keep(world, "email\nmaya@new.example").pk))
    page.get_by_role("button", name="Discard").click()

    expect(page.get_by_text("The file is discarded. Nothing has been written.")).to_be_visible()
    assert members(world) == {}
