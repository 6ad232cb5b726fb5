"""Each e-mail with its invitation and each calendar file is in the language of its reader, wherever it is written."""

from datetime import timedelta

import icalendar
import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import translation

from everwise.accounts.models import User
from meetings import booking
from meetings.calendars import feed, links
from meetings.enums import AccountMail
from meetings.mail import outbox
from meetings.models import Notice
from tests.catalogues import write_catalogue
from tests.scene import NOW, a_participant, a_theme, add, an_admin, an_expert, at, book

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "three_languages")]

SUBJECT = "Scheduled: %(title)s, %(day)s, %(clock)s %(zone)s"
JOINED = "Join: %(address)s"
GERMAN = {
    SUBJECT: "Geplant: %(title)s, %(day)s, %(clock)s %(zone)s",
    "Reminder: %(title)s, %(day)s, %(clock)s %(zone)s": "Erinnerung: %(title)s, %(day)s, %(clock)s %(zone)s",
    "Hello %(first_name)s,": "Hallo %(first_name)s,",
    "Hello,": "Hallo,",
    "%(by)s has scheduled a meeting for you.": "%(by)s hat ein Treffen für dich angelegt.",
    "This is to remind you of your meeting.": "Denk an dein Treffen.",
    "Agenda:": "Ablauf:",
    "You have a meeting, %(name)s": "Du hast ein Treffen, %(name)s",
    "Open meeting": "Treffen öffnen",
    JOINED: "Teilnehmen: %(address)s",
    "Cancelled: %(title)s": "Abgesagt: %(title)s",
    "Everwise meetings": "Treffen bei Everwise",
    "There is no account with this address": "Zu dieser Adresse gibt es kein Konto",
    "If it wasn’t you, ignore this e-mail.": "Wenn du das nicht warst, brauchst du nichts zu tun.",
    "You get this e-mail because somebody asked for it with this address.": "Jemand hat diese E-Mail angefordert.",
    "Your password was changed": "Dein Passwort wurde geändert",
    "The password of your Everwise account was changed.": "Das Passwort deines Kontos wurde geändert.",
}
# With what a text may bring along: quotes, line breaks, a space at its end.
SPANISH = {
    SUBJECT: "Prevista & lista: “%(title)s”,\n%(day)s, a l'hora %(clock)s %(zone)s \n",
    "Reminder: %(title)s, %(day)s, %(clock)s %(zone)s": "Recordatorio: %(title)s, %(day)s, %(clock)s %(zone)s",
    "Hello %(first_name)s,": "Hola, %(first_name)s:",
    "%(by)s has scheduled a meeting with you.": "%(by)s ha previsto una reunión contigo.",
    "%(by)s has scheduled a meeting for you.": '%(by)s ha previsto una "reunión" para ti, ¿d\'acord?',
    "This is to remind you of your meeting.": "Recuerda tu reunión.",
    "Agenda:": "Orden del día:",
    "You have a meeting, %(name)s": "Tienes una reunión, %(name)s",
    "Open meeting": "Abrir la reunión",
    JOINED: "Entrar: %(address)s",
    "Everwise meetings": "Reuniones de Everwise",
}


@pytest.fixture
def three_languages(settings, tmp_path, monkeypatch):
    write_catalogue(tmp_path, "de", GERMAN)
    write_catalogue(tmp_path, "es", SPANISH)
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("es", "Español")]
    settings.LOCALE_PATHS = [tmp_path]
    monkeypatch.setattr(translation.trans_real, "_translations", {})
    yield
    translation.deactivate_all()
    translation.activate("en")


def speaking(language, user):
    User.objects.filter(pk=user.pk).update(language=language)
    return User.objects.get(pk=user.pk)


@pytest.fixture
def people(path):
    ada = speaking("en", an_admin(path, name="Ada"))
    eva = speaking("es", an_expert(path, name="Eva").user)
    pia = speaking("de", a_participant(path, name="Pia"))
    return ada, eva, pia


@pytest.fixture
def meeting(path, people):
    ada, eva, pia = people
    plan = booking.MeetingPlan(
        title="Tom's plan",
        starts_at=at(10),
        ends_at=at(11),
        experts=(eva,),
        participants=(pia,),
        agenda="Look back",
        video_link="https://video.example.test/lake",
    )
    return add(path, plan, ada)


def letters():
    """What was sent, by the first name of its reader: the letter, its HTML, the event of its calendar."""
    found = {}
    for letter in mail.outbox:
        (name,) = User.objects.filter(email=letter.to[0]).values_list("name", flat=True)
        parts = {part.get_content_type(): part.get_payload(decode=True) for part in letter.message().walk()}
        calendar = parts.get("text/calendar")
        assert calendar == parts.get("application/ics")
        found[name] = (letter, parts["text/html"].decode(), event_of(calendar) if calendar else None)
    return found


def event_of(calendar):
    return icalendar.Calendar.from_ical(calendar).walk("VEVENT")[0]


def test_one_run_of_the_worker_writes_to_each_in_their_language(meeting):
    with translation.override("es"):
        call_command("worker", once=True)
        after = translation.get_language()

    assert after == "es"
    sent = letters()
    subjects = {name: letter.subject for name, (letter, _html, _event) in sent.items()}
    assert subjects == {
        "Ada": "Scheduled: Tom's plan, Tue 3 November, 10:00 UTC",
        "Eva": "Prevista & lista: “Tom's plan”, mar, 3 de noviembre, a l'hora 10:00 UTC",
        "Pia": "Geplant: Tom's plan, Di., 3. November, 10:00 UTC",
    }
    assert sent["Ada"][0].body.startswith("Hello Ada,\n\nYou have scheduled this meeting.\n\nTom's plan\n")
    assert sent["Eva"][0].body.startswith(
        "Hola, Eva:\n\nAda ha previsto una \"reunión\" para ti, ¿d'acord?\n\nTom's plan\nmartes, 3 de noviembre, "
    )
    assert sent["Pia"][0].body.startswith(
        "Hallo Pia,\n\nAda hat ein Treffen für dich angelegt.\n\nTom's plan\nDienstag, 3. November, "
    )
    for name, language, headline, button in (
        ("Ada", "en", "You have a meeting, Ada", "Open meeting"),
        ("Eva", "es", "Tienes una reunión, Eva", "Abrir la reunión"),
        ("Pia", "de", "Du hast ein Treffen, Pia", "Treffen öffnen"),
    ):
        html = sent[name][1]
        assert f'<html lang="{language}" dir="ltr">' in html
        assert f">{headline}</h1>" in html
        assert f">{button}</a>" in html
    assert 'Ada ha previsto una "reunión" para ti, ¿d\'acord?' in sent["Eva"][1]


def test_invitations_differ_in_their_words_alone(meeting):
    call_command("worker", once=True)

    events = {name: event for name, (_letter, _html, event) in letters().items()}
    joined = {name: event["DESCRIPTION"].split("\n\n")[-2].partition(" ")[0] for name, event in events.items()}
    assert joined == {"Ada": "Join:", "Eva": "Entrar:", "Pia": "Teilnehmen:"}
    for same in ("UID", "SEQUENCE", "SUMMARY", "DTSTAMP", "LOCATION"):
        assert len({event[same].to_ical() for event in events.values()}) == 1


def test_reminders_are_in_the_language_their_reader_has_by_then(meeting, people, clock):
    call_command("worker", once=True)
    mail.outbox.clear()
    _ada, eva, _pia = people
    speaking("en", eva)

    clock.move_to(meeting.starts_at - timedelta(hours=24))
    call_command("worker", once=True)

    sent = {name: letter for name, (letter, _html, _event) in letters().items()}
    assert sent["Pia"].subject == "Erinnerung: Tom's plan, Di., 3. November, 10:00 UTC"
    assert "Denk an dein Treffen." in sent["Pia"].body
    assert sent["Eva"].subject == "Reminder: Tom's plan, Tue 3 November, 10:00 UTC"
    assert "Ablauf:" in sent["Pia"].body
    assert "Agenda:" in sent["Eva"].body


def test_calendar_address_speaks_as_its_owner(path, people):
    _ada, eva, pia = people
    meeting = book(a_theme(path, eva.expert), pia, at(12))
    booking.cancel(meeting=meeting, by=eva, now=NOW)

    said = {}
    for person in (pia, eva):
        with translation.override("en"):
            (event,) = feed.events(person, NOW)
            said[person.name] = (feed.name(person), event.summary)
            assert translation.get_language() == "en"

    assert said == {
        "Pia": ("Treffen bei Everwise", "Abgesagt: Giving feedback"),
        "Eva": ("Reuniones de Everwise", "Cancelled: Giving feedback"),
    }


def test_file_of_a_meeting_speaks_as_whoever_fetches_it(meeting, people):
    ada, eva, pia = people

    said = [event_of(links.file(meeting, person))["DESCRIPTION"].split("\n\n")[-2] for person in (ada, eva, pia)]

    assert [line.partition(" ")[0] for line in said] == ["Join:", "Entrar:", "Teilnehmen:"]


class TestAccounts:
    def test_somebody_with_an_account_reads_their_own_language(self, people):
        pia = people[2]
        with translation.override("es"):
            outbox.post(
                kind=AccountMail.PASSWORD_CHANGED,
                user_id=pia.pk,
                address=pia.email,
                facts={"at": NOW.isoformat()},
                now=NOW,
            )

        call_command("worker", once=True)

        (letter,) = mail.outbox
        assert letter.subject == "Dein Passwort wurde geändert"
        assert letter.body.startswith("Hallo Pia,\n\nDas Passwort deines Kontos wurde geändert.\n")

    @pytest.mark.parametrize(
        ("language", "subject"),
        [("de", "Zu dieser Adresse gibt es kein Konto"), ("en", "There is no account with this address")],
    )
    def test_address_alone_gets_the_language_of_the_page(self, language, subject):
        with translation.override(language):
            outbox.post(kind=AccountMail.NO_ACCOUNT, user_id=None, address="x@example.com", facts={}, now=NOW)
        assert Notice.objects.get().facts == {"language": language}

        call_command("worker", once=True)

        (letter,) = mail.outbox
        assert letter.subject == subject
        ((html, _type),) = letter.alternatives
        assert f'<html lang="{language}" dir="ltr">' in html

    def test_language_that_is_gone_or_was_never_kept_is_the_installations(self, settings):
        for number, facts in enumerate(({}, {"language": "xx"})):
            row = {"kind": AccountMail.NO_ACCOUNT, "address": f"x{number}@example.com", "facts": facts, "due_at": NOW}
            Notice.objects.create(**row)

        with translation.override("de"):
            call_command("worker", once=True)

        assert [letter.subject for letter in mail.outbox] == ["There is no account with this address"] * 2
