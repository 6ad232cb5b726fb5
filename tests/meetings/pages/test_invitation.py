"""The pages behind an invitation's link, in each of its states."""

import logging
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from everwise.accounts.models import User
from meetings.mail import account_mails
from meetings.models import Notice
from paths import enrolment, invitations
from paths.enums import Role
from paths.models import Invitation
from tests.scene import NOW, a_path, a_person, an_admin, leave
from tests.snapshot import everything

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

FORM = {"name": "Zanele Dube", "password": "seven wet umbrellas", "time_zone": "Johannesburg"}


@pytest.fixture
def path():
    return a_path(name="Leading your first team", time_zone="Europe/Stockholm")


@pytest.fixture
def admin(path):
    return an_admin(path, "Ruth Abara", called="Ruth", email="ruth@example.com")


@pytest.fixture
def invite(path, admin):
    def invite(role=Role.PARTICIPANT, user=None):
        user = user or User.objects.create_user("zanele@example.com", None, name="Zanele", time_zone="Europe/Stockholm")
        enrolment.add(path=path, user=user, role=role, by=admin, now=NOW)
        return Invitation.objects.get()

    return invite


def address(invitation, rest=""):
    return f"/invitations/{invitation.token}/{rest}"


def test_mail_leads_to_the_page_and_the_page_into_the_path(client, path, invite):
    invitation = invite()
    mail = account_mails.render(Notice.objects.select_related("user").get(), NOW)
    (link,) = re.findall(r"http://testserver(/invitations/\w+/)", mail.text)

    shown = client.get(link)
    answer = client.post(link, FORM)

    assert mail.subject == "Ruth Abara invites you to Leading your first team"
    assert mail.reply_to == ["ruth@example.com"]
    assert "Ruth Abara added you to <strong" in shown.text
    assert 'value="zanele@example.com"' in shown.text
    assert "Is it 09:00 where you are?" in shown.text
    assert (answer.status_code, answer.url) == (302, reverse("paths:detail", args=[path.pk]))
    assert client.get(answer.url).status_code == 200
    assert str(User.objects.get(email="zanele@example.com").time_zone) == "Africa/Johannesburg"
    assert Client().login(email="zanele@example.com", password="seven wet umbrellas")
    assert invitation.token not in str(list(client.session.items()))


@pytest.mark.parametrize(("role", "page"), [(Role.EXPERT, "availability"), (Role.ADMIN, "paths:detail")])
def test_expert_begins_with_their_hours_and_an_admin_with_the_path(client, path, invite, role, page):
    answer = client.post(address(invite(role)), FORM)

    assert answer.url == reverse(page, args=[path.pk] if role == Role.ADMIN else [])
    assert client.get(answer.url).status_code == 200


def test_no_get_accepts_or_declines(client, invite):
    invitation = invite()
    before = everything()

    for rest in ("", "decline/", "ask/"):
        client.get(address(invitation, rest))

    assert everything() == before


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "", ">Your name: This field is required.<"),
        ("password", "", ">Password: This field is required.<"),
        ("password", "short1", "too short"),
        ("password", "1234567890123", "entirely numeric"),
        ("password", "zanele-dube1", "made of your name"),
        ("time_zone", "Atlantis", "not a time zone we know"),
        ("name", "x" * 121, "at most 120"),
        ("name", "a\x00b", "Null characters"),
        ("password", "x" * 1001, "at most 1000"),
    ],
)
def test_what_can_not_be_is_said_beside_its_field_and_the_rest_is_kept(client, invite, field, value, said):
    invitation = invite()

    answer = client.post(address(invitation), FORM | {field: value})

    assert (answer.status_code, said in answer.text) == (400, True)
    assert "<title>Error:" in answer.text.replace("\n", "")
    assert field == "name" or 'value="Zanele Dube"' in answer.text
    assert "data-ew-device-zone-guessed" not in answer.text
    assert not Invitation.objects.get().accepted_at


def test_accepted_leads_to_the_sign_in_with_a_word(client, invite):
    invitation = invite()
    Client().post(address(invitation), FORM)

    answer = client.get(address(invitation), follow=True)

    assert answer.redirect_chain == [(reverse("account_login"), 302)]
    assert "You have accepted this already." in answer.text


def test_run_out_can_be_asked_for_again_once_a_day(client, clock, invite):
    invitation = invite()
    clock.move_to(NOW + timedelta(days=14))

    shown = client.get(address(invitation))
    posted = client.post(address(invitation), FORM)
    asked = client.post(address(invitation, "ask/"), follow=True)
    client.post(address(invitation, "ask/"))

    assert "This invitation has run out" in shown.text
    assert "It worked until Mon 16 November. Ruth Abara can send another one." in shown.text
    assert "Ask Ruth for a new invitation" in shown.text
    assert "has run out" in posted.text
    assert "You have asked Ruth Abara for a new invitation" in asked.text
    assert "Ask Ruth" not in asked.text
    assert Notice.objects.filter(kind="asked-again", address="ruth@example.com").count() == 1
    assert not User.objects.get(email="zanele@example.com").has_usable_password()


def test_withdrawn_says_so(client, admin, invite):
    invitation = invite()
    invitations.withdraw(invitation=invitation, by=admin, now=NOW)

    assert "This invitation was withdrawn" in client.get(address(invitation)).text
    assert "This invitation was withdrawn" in client.post(address(invitation), FORM).text


def test_declined_by_a_press_alone_and_told_to_who_invited(client, invite):
    invitation = invite()

    asked = client.get(address(invitation, "decline/"))
    declined = client.post(address(invitation, "decline/"), follow=True)

    assert "Ruth Abara is told" in asked.text
    assert "You have declined this invitation" in declined.text
    mail = account_mails.render(Notice.objects.select_related("user").get(kind="declined"), NOW)
    assert mail.subject == "Zanele declined your invitation"
    assert "They are no longer on the path." in mail.text
    assert "You have declined" in client.post(address(invitation), FORM).text


def test_whoever_has_an_account_signs_in_and_sets_no_password(client, path, invite):
    maya = a_person("Maya", email="maya@example.com")
    invitation = invite(user=maya)
    path_page = reverse("paths:detail", args=[path.pk])

    shown = client.get(address(invitation))
    posted = client.post(address(invitation), FORM)
    signed_in = client.post(
        f"{reverse('account_login')}?next={path_page}", {"login": maya.email, "password": "everwise-demo"}
    )

    assert "Sign in to open it" in shown.text
    assert 'type="password"' not in shown.text
    assert posted.url.startswith(reverse("account_login"))
    assert signed_in.url == path_page
    assert Invitation.objects.get().accepted_at == NOW
    assert Client().login(email=maya.email, password="everwise-demo")


def test_whoever_is_signed_in_opens_the_path_by_one_press(client, path, invite):
    maya = a_person("Maya")
    invitation = invite(user=maya)
    client.force_login(maya)

    assert "Open the path" in client.get(address(invitation)).text
    answer = client.post(address(invitation))

    assert answer.url == reverse("paths:detail", args=[path.pk])
    assert Invitation.objects.get().accepted_at == NOW


def test_somebody_else_who_is_signed_in_accepts_nothing(client, invite):
    invitation = invite()
    client.force_login(a_person("Otto"))

    assert "This invitation is for somebody else" in client.get(address(invitation)).text
    assert client.post(address(invitation), FORM).status_code == 403
    assert not Invitation.objects.get().accepted_at


@pytest.mark.parametrize("token", ["", "x", "0" * 64, "decline", "%00", "é" * 40, "a" * 5000])
@pytest.mark.parametrize("rest", ["", "decline/", "ask/"])
def test_unknown_link_is_404_in_words(client, invite, token, rest):
    invite()
    before = everything()

    for method in (client.get, client.post):
        answer = method(f"/invitations/{token}/{rest}")
        assert (answer.status_code, "This link doesn’t work" in answer.text) == (404, True)
    assert everything() == before


def test_secret_goes_into_no_log_no_cache_and_no_referer(client, invite, caplog):
    invitation = invite()
    caplog.set_level(logging.DEBUG)

    answers = [client.get(address(invitation, rest)) for rest in ("", "decline/", "nowhere/")]
    answers += [client.get(f"/invitations/{'0' * 64}/")]

    written = " ".join(record.getMessage() for record in caplog.records)
    assert "/invitations/" in written
    assert invitation.token not in written
    assert "0" * 64 not in written
    for answer in answers[:2]:
        assert answer["Referrer-Policy"] == "strict-origin"
        assert "no-store" in answer["Cache-Control"]
        assert answer.wsgi_request.path in {"/invitations/", "/invitations/decline/"}


def test_form_needs_its_csrf_token(invite):
    assert Client(enforce_csrf_checks=True).post(address(invite()), FORM).status_code == 403


def test_too_many_requests_from_one_address_are_slowed(client, invite):
    page = address(invite())

    answers = {client.get(page).status_code for _ in range(31)}

    assert answers == {200, 429}


def test_link_of_whoever_left_the_path_opens_nothing(client, path, invite):
    invitation = invite()
    leave(invitation.user, path)

    client.post(address(invitation), FORM)

    assert not User.objects.get(pk=invitation.user_id).has_usable_password()


def test_choosing_another_language_comes_back_to_the_invitation(client, invite):
    invitation = invite()
    shown = client.get(address(invitation)).text
    (back,) = set(re.findall(r'name="next" value="([^"]+)"', shown))

    answer = client.post(reverse("set_language"), {"language": "de", "next": back})

    assert answer.url == address(invitation)


def test_forgotten_password_of_the_invited_sends_the_invitation_again(client, invite):
    invitation = invite()

    client.post(reverse("account_reset_password"), {"email": "zanele@example.com"})

    assert list(Notice.objects.order_by("pk").values_list("kind", flat=True)) == ["invited", "invited"]
    first, second = Notice.objects.select_related("user").order_by("pk")
    assert account_mails.render(first, NOW) is not None or account_mails.render(second, NOW) is not None
    assert not Notice.objects.filter(kind="password-reset").exists()
    assert Invitation.objects.open().get().pk == invitation.pk


def test_forgotten_password_after_declining_has_no_account(client, invite):
    invitations.decline(invitation=invite(), now=NOW)

    client.post(reverse("account_reset_password"), {"email": "zanele@example.com"})

    assert Notice.objects.order_by("pk").last().kind == "no-account"


def test_mail_of_an_earlier_sending_is_not_sent_any_more(admin, invite, clock):
    invitation = invite()
    invitations.resend(invitation=invitation, by=admin, now=NOW + timedelta(minutes=1))
    first, second = Notice.objects.select_related("user").order_by("pk")

    assert account_mails.render(first, NOW) is None
    assert Invitation.objects.get().token in account_mails.render(second, NOW).text
