"""Missed sessions on the pages: of the participant, of the person for an admin, of the settings, and in e-mails."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest

from meetings.booking import fresh_starts
from meetings.enums import AccountMail, Status
from meetings.mail import account_mails
from meetings.models import Notice
from paths.models import FreshStart, Path
from tests.gate_world import signed_in
from tests.meetings.pages.people.scene import text_of
from tests.scene import NOW, a_dropin, a_participant, a_path, a_theme, an_admin, an_expert, at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
MISSED = Status.NO_SHOW_PARTICIPANT


@pytest.fixture
def world():
    path = a_path(no_shows_allowed=2)
    eva = an_expert(path)
    found = SimpleNamespace(path=path, eva=eva, theme=a_theme(path, eva), pia=a_participant(path), ada=an_admin(path))
    found.here = f"/paths/{path.pk}/"
    found.person = f"{found.here}people/{found.pia.pk}/"
    return found


def miss(world, number):
    for day in range(-number, 0):
        a_dropin(world.theme, world.pia, world.eva, at(9, day=day), status=MISSED)


def page(who, address):
    return text_of(signed_in(who).get(address))


def form_of(response):
    return {name: response.context["letting"][name].value() for name in ("token", "shown")}


def letter(kind):
    notice = Notice.objects.select_related("user").filter(kind=kind).latest("pk")
    return account_mails.render(notice, NOW)


def test_a_warning_is_explained_wherever_they_book(world):
    miss(world, 2)
    said = (
        "You missed 2 sessions: 31 October and 1 November."
        " If you miss another, an admin of the path has to let you book again."
    )
    for address in ("/", world.here, f"{world.here}schedule/"):
        assert said in page(world.pia, address)
        assert said not in page(world.ada, address)


def test_who_is_kept_from_booking_asks_an_admin_once(world):
    miss(world, 3)
    for address in (world.here, f"{world.here}schedule/"):
        text = page(world.pia, address)
        assert "You missed 3 sessions, so an admin of the path has to let you book again." in text
        assert "Ask an admin" in text

    client = signed_in(world.pia)
    client.post(f"{world.here}ask-to-book/")
    assert "get an e-mail that you would like to book again" in text_of(client.get(world.here))
    assert "Ask an admin" not in text_of(client.get(world.here))
    client.post(f"{world.here}ask-to-book/")
    assert "You can ask once in 24 hours." in text_of(client.get(world.here))
    mail = letter(AccountMail.BOOKING_ASKED)
    assert "Pia would like to book again" in mail.subject
    assert "missed 3 sessions" in mail.text
    assert mail.reply_to == [world.pia.email]


def test_an_admin_reads_that_booking_is_their_yes(world):
    miss(world, 3)
    address = f"{world.here}schedule/?for={world.pia.pk}"
    assert "If you book this session, that is your yes for it alone." in page(world.ada, address).replace("\u2068", "")
    text = page(world.eva.user, address)
    assert "Only an admin of this path can book the next session" in text
    assert "missed" not in text


def test_an_admin_lets_them_book_and_takes_it_back(world):
    miss(world, 3)
    client = signed_in(world.ada)
    assert "1 person needs a yes to book" in text_of(client.get(world.here))
    assert "Pia" in text_of(client.get(f"{world.here}people/?state=needs-yes"))
    shown = client.get(world.person)
    assert "Missed 3 sessions: 30 October, 31 October and 1 November." in text_of(shown)

    form = form_of(shown) | {"why": "A hard autumn."}
    for _twice in range(2):
        assert client.post(f"{world.person}let-book/", form).status_code == 302
    given = FreshStart.objects.get()
    text = text_of(client.get(world.person))
    assert "Ada let them book again" in text
    assert "A hard autumn." in text
    assert "lets you book sessions" in letter(AccountMail.BOOK_AGAIN).text
    assert "needs a yes to book" not in text_of(client.get(world.here))

    for _twice in range(2):
        client.post(f"{world.person}let-book/back/", {"fresh": given.pk})
    assert "They can’t book until an admin lets them." in text_of(client.get(world.person))
    assert letter(AccountMail.BOOK_AGAIN) is None
    assert "has to let you" in letter(AccountMail.SESSIONS_MISSED).text


def test_a_form_that_shows_less_than_was_missed_comes_back(world):
    miss(world, 3)
    client = signed_in(world.ada)
    form = form_of(client.get(world.person))
    a_dropin(world.theme, world.pia, world.eva, at(9, day=-9), status=MISSED)

    response = client.post(f"{world.person}let-book/", form | {"why": "Kept."})

    assert response.status_code == 409
    assert "What they missed was changed" in text_of(response)
    again = {name: response.context["letting"][name].value() for name in ("token", "shown", "why")}
    assert again["why"] == "Kept."
    assert client.post(f"{world.person}let-book/", again).status_code == 302
    assert FreshStart.objects.count() == 1


def test_an_email_that_is_not_so_any_more_is_not_sent(world):
    miss(world, 2)
    facts = {"path": str(world.path.pk), "meeting": str(uuid4())}
    Notice.objects.create(
        kind=AccountMail.SESSIONS_MISSED, user=world.pia, address=world.pia.email, facts=facts, due_at=NOW
    )
    mail = letter(AccountMail.SESSIONS_MISSED)
    assert "31 October and 1 November" in mail.text
    assert "it goes to Ada" in mail.text
    assert mail.reply_to == [world.ada.email]
    Path.objects.update(no_shows_allowed=3)
    assert letter(AccountMail.SESSIONS_MISSED) is None


def test_settings_say_whom_the_rule_concerns_before_it_is_saved(world):
    miss(world, 3)
    Path.objects.update(no_shows_allowed=None)
    client = signed_in(world.ada)
    address = f"{world.here}settings/"

    def fields(response):
        form = response.context["form"]
        values = {name: form[name].value() for name in form.fields}
        return {name: value for name, value in values.items() if value is not None and value is not False}

    typed = fields(client.get(address)) | {"no_shows_allowed": "2"}
    response = client.post(address, typed)
    assert response.status_code == 400
    assert response.context["form"].errors.keys() == {"no_shows_allowed"}
    assert "0 people would be warned, 1 would need a yes to book. Nothing was saved." in text_of(response)
    assert client.post(address, fields(response)).status_code == 302
    assert Path.objects.get().no_shows_allowed == 2
    for nonsense in ("0", "21", "x"):
        response = client.post(address, fields(client.get(address)) | {"no_shows_allowed": nonsense})
        assert response.context["form"].errors.keys() == {"no_shows_allowed"}


def test_what_can_be_taken_back_ends_with_a_booking(world):
    miss(world, 3)
    client = signed_in(world.ada)
    client.post(f"{world.person}let-book/", form_of(client.get(world.person)))
    assert "Take back" in text_of(client.get(world.person))
    a_dropin(world.theme, world.pia, world.eva, at(9), created_at=NOW + timedelta(minutes=1))
    assert "Take back" not in text_of(client.get(world.person))
    assert fresh_starts.last_of(world.path, world.pia)
