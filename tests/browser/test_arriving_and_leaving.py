"""Invitations and leaving: axe finds nothing, nothing scrolls sideways at 320 px, no script is needed."""

from datetime import timedelta

from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from everwise.accounts.models import User
from meetings.enums import Status
from meetings.models import Meeting
from paths import invitations
from paths.models import Invitation, Membership
from tests import scene
from tests.browser.conftest import an_expert
from tests.browser.test_accessibility import looked_at, problems_of
from tests.browser.test_people import invite

PASSWORD = "seven wet umbrellas"


def link_of(user) -> str:
    return f"/invitations/{Invitation.objects.open().get(user=user).token}/"


def leaving_address(world, user) -> str:
    return reverse("paths:end-membership", args=[world.path.pk, user.pk])


def test_invitations_are_accessible_in_every_state(open_as, world):
    invited, problems = invite(world), []
    link, page = link_of(invited), open_as(None)

    looked_at(page, link, "open", problems=problems)
    page.get_by_label("Password").fill("short")
    page.get_by_role("button", name="Set password and open the path").click()
    expect(page.get_by_text("too short").first).to_be_visible()
    problems += [f"with problems: {problem}" for problem in problems_of(page)]
    looked_at(page, f"{link}decline/", "declining", problems=problems)
    looked_at(open_as(world.expert), link, "somebody else's", problems=problems)
    looked_at(page, f"/invitations/{'0' * 64}/", "unknown", problems=problems)
    invitation = Invitation.objects.get(user=invited)
    Invitation.objects.filter(pk=invitation.pk).update(expires_at=timezone.now() - timedelta(days=1))
    looked_at(page, link, "run out", problems=problems)
    Invitation.objects.filter(pk=invitation.pk).update(expires_at=timezone.now() + timedelta(days=1))
    invitations.decline(invitation=invitation, now=timezone.now())
    looked_at(page, link, "declined", problems=problems)

    assert problems == []


def test_accepting_takes_the_zone_of_the_device(open_as, world):
    user = invite(world)
    page = open_as(None, timezone_id="America/Lima", locale="en-GB")
    page.goto(link_of(user))
    expect(page.get_by_text("Taken from this device")).to_be_visible()
    page.get_by_label("Your name").fill("Ina Novak")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Set password and open the path").click()

    expect(page.get_by_role("heading", name=world.path.name)).to_be_visible()
    assert str(User.objects.get(pk=user.pk).time_zone) == "America/Lima"


def test_accepting_needs_no_script(open_as, world):
    user = invite(world)
    page = open_as(None, java_script_enabled=False, timezone_id="America/Lima", locale="en-GB")
    page.goto(link_of(user))
    expect(page.get_by_text("where you are?")).to_be_visible()
    expect(page.get_by_text("Taken from this device")).to_be_hidden()
    page.get_by_label("Your name").fill("Ina Novak")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Set password and open the path").click()

    expect(page.get_by_role("heading", name=world.path.name)).to_be_visible()
    assert str(User.objects.get(pk=user.pk).time_zone) == "Europe/Stockholm"


def test_leaving_is_accessible(open_as, world):
    world.book()
    world.add_by_hand()
    problems, page = [], open_as(world.admin)
    for name in ("expert", "participant", "admin"):
        looked_at(page, leaving_address(world, getattr(world, name)), f"leaving of the {name}", problems=problems)
    page.get_by_role("button", name="Leave this path").click()
    expect(page.get_by_text("Choose who becomes admin in your place.").first).to_be_visible()
    problems += [f"without a successor: {problem}" for problem in problems_of(page)]

    staff = scene.a_person("Sam Staff", is_staff=True)
    staff.user_permissions.set(Permission.objects.filter(codename__in=["change_user", "delete_user"]))
    page = open_as(staff)
    for name in ("deactivate", "erase"):
        looked_at(page, reverse(f"staff:{name}", args=[world.expert.pk]), name, problems=problems)

    assert problems == []


def test_leaving_needs_no_script(open_as, world):
    """One meeting is given to the other expert, and the ad-hoc one deleted."""
    dropin = world.book()
    leaver = world.expert = dropin.attendees.get(user__expert__isnull=False).user
    adhoc = world.add_by_hand()
    world.theme.experts.add(an_expert(world.path, "Elin Sandberg", str(leaver.expert.time_zone)))
    page = open_as(world.admin, java_script_enabled=False)
    page.goto(leaving_address(world, leaver))
    for meeting, choice in ((dropin, "Give to Elin Sandberg"), (adhoc, "Delete and write to 2 people")):
        select = page.locator(f"select[name='do-{meeting.pk}']")
        select.select_option(select.locator("option", has_text=choice).get_attribute("value"))
    page.get_by_role("button", name="End membership").click()

    expect(page.get_by_text("is no longer on this path").first).to_be_visible()
    assert not Membership.objects.live().filter(path=world.path, user=leaver).exists()
    assert dropin.attendees.get(user__expert__isnull=False, live=True).user.name == "Elin Sandberg"
    assert Meeting.objects.get(pk=dropin.pk).status == Status.SCHEDULED
