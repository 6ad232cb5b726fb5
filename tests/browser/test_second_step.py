"""Two-step sign-in in a browser: a passkey by Chromium’s own authenticator, an app by its secret, and axe."""

from allauth.mfa.models import Authenticator
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.test_accessibility import looked_at, problems_of
from tests.factories import PASSWORD
from tests.second_steps import an_app, code_of, recovery_codes


def with_authenticator(page):
    """A device that asks for a finger and always gets it; its keys stay in this page's browser."""
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    made = device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return device, made["authenticatorId"]


def sign_out(page):
    page.goto(reverse("account_logout"))
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def type_password(page, user):
    page.goto(reverse("account_login"))
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def confirm_by_password(page):
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()


def test_passkey_is_made_signs_in_alone_and_confirms(open_as, world):
    page = open_as(world.participant)
    _device, _key = with_authenticator(page)
    page.goto(reverse("mfa_index"))
    page.get_by_role("link", name="Add a passkey").click()
    confirm_by_password(page)
    page.get_by_label("Name").fill("Work laptop")
    page.get_by_role("button", name="Add passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.goto(reverse("mfa_index"))
    expect(page.get_by_text("Signs you in alone")).to_be_visible()

    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("link", name="Meetings").first).to_be_visible()
    assert Authenticator.objects.get(type="webauthn").last_used_at

    # As the second step after a password, too.
    sign_out(page)
    type_password(page, world.participant)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("link", name="Meetings").first).to_be_visible()


def test_passkey_of_another_person_is_no_second_step(open_as, world):
    page = open_as(world.expert)
    with_authenticator(page)
    page.goto(reverse("mfa_add_webauthn"))
    confirm_by_password(page)
    page.get_by_role("button", name="Add passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    sign_out(page)
    an_app(world.participant)

    type_password(page, world.participant)
    page.get_by_role("button", name="Use a passkey").click()

    expect(page.get_by_text("That code is not right").or_(page.get_by_text("That did not work")).first).to_be_visible()
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()


def test_device_that_does_not_know_who_holds_it_signs_nobody_in_alone(open_as, world):
    page = open_as(world.participant)
    device, authenticator = with_authenticator(page)
    page.goto(reverse("mfa_add_webauthn"))
    confirm_by_password(page)
    page.get_by_role("button", name="Add passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    sign_out(page)
    device.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": False})

    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page.get_by_text("That did not work")).to_be_visible()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_app_is_set_up_by_its_key_and_asked_for_at_the_next_sign_in(open_as, world):
    page = open_as(world.participant)
    page.goto(reverse("mfa_activate_totp"))
    confirm_by_password(page)
    expect(page.get_by_role("img", name="QR code")).to_have_js_property("complete", True)
    assert page.get_by_role("img", name="QR code").evaluate("image => image.naturalWidth") > 0
    secret = page.get_by_label("Or type this key into the app").input_value()
    page.get_by_label("Code that the app shows").fill(code_of(secret, -1))
    page.get_by_role("button", name="Turn on").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    expect(page.get_by_role("list", name="Codes that are left").get_by_role("listitem")).to_have_count(10)

    sign_out(page)
    type_password(page, world.participant)
    page.get_by_label("Code").fill(code_of(secret))
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("link", name="Meetings").first).to_be_visible()


def test_without_scripts_a_code_signs_in_and_passkeys_say_what_they_need(open_as, world):
    an_app(world.participant)
    page = open_as(None, java_script_enabled=False)
    page.goto(reverse("account_login"))
    expect(page.get_by_text("Passkeys need JavaScript")).to_be_visible()
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()

    type_password(page, world.participant)
    page.get_by_label("Code").fill(recovery_codes(world.participant)[0])
    page.get_by_role("button", name="Sign in", exact=True).click()

    expect(page.get_by_role("link", name="Meetings").first).to_be_visible()


def test_pages_are_accessible(open_as, world, settings):
    settings.MFA_REQUIRED = frozenset({"everybody"})
    problems = []
    page = open_as(world.participant)
    looked_at(page, reverse("mfa_index"), "in want of one", problems=problems)
    settings.MFA_REQUIRED = frozenset()
    looked_at(page, reverse("account_reauthenticate"), "confirm", problems=problems)
    confirm_by_password(page)
    for name in ("mfa_activate_totp", "mfa_add_webauthn", "sessions"):
        looked_at(page, reverse(name), name, problems=problems)
    page.goto(reverse("mfa_activate_totp"))
    page.get_by_label("Code that the app shows").fill("1")
    page.get_by_role("button", name="Turn on").click()
    problems += [f"wrong code: {problem}" for problem in problems_of(page)]
    with_authenticator(page)
    page.goto(reverse("mfa_add_webauthn"))
    page.get_by_role("button", name="Add passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    an_app(world.participant)
    key = Authenticator.objects.get(type="webauthn")
    for name in (
        "mfa_index",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_deactivate_totp",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
    ):
        looked_at(page, reverse(name), name, problems=problems)
    for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        looked_at(page, reverse(name, args=[key.pk]), name, problems=problems)
    stranger = open_as(None)
    type_password(stranger, world.participant)
    looked_at(stranger, reverse("mfa_authenticate"), "second step", problems=problems)

    assert problems == []
