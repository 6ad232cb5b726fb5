"""Who is reminded of sessions left, what they read, who asked for no more, and what it did."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.core.management import call_command

from meetings import booking
from meetings.enums import AccountMail, NudgeKind
from meetings.mail import outbox
from meetings.mail.nudges import audience, last_calls, opting_out, writer
from meetings.mail.nudges.effects import effects
from meetings.models import Notice, Nudge, NudgeOptOut, NudgeRecipient
from paths.enums import Happened, Role
from paths.models import Invitation, Membership, Path, PathEvent
from tests.scene import (
    NOW,
    a_dropin,
    a_participant,
    a_path,
    a_theme,
    an_admin,
    an_expert,
    at,
    book,
    join,
    leave,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
DAY = timedelta(days=1)
NEVER, LEFT = NudgeKind.NEVER_BOOKED, NudgeKind.SESSIONS_LEFT


class PathOfMany:
    """A path of one participant for each reason to write to them, or not."""

    def __init__(self, **policy):
        self.path = a_path(name="Leading & more", sessions_per_participant=2, **policy)
        self.expert = an_expert(self.path, name="Eva Rao")
        self.theme = a_theme(self.path, self.expert, minutes=30)
        self.ruth = an_admin(self.path, "Ruth Abara")
        for name in ("Never", "Booked", "Cancelled", "Old", "Used", "Invited", "Quiet", "Lately", "Off", "Gone"):
            setattr(self, name.lower(), a_participant(self.path, name))
        book(self.theme, self.booked, at(10))
        booking.cancel(meeting=book(self.theme, self.cancelled, at(11)), by=self.cancelled, now=NOW)
        a_dropin(self.theme, self.old, self.expert, NOW - 60 * DAY, status="held", created_at=NOW - 61 * DAY)
        for hour in (9, 10):
            start = (NOW - 50 * DAY).replace(hour=hour)
            a_dropin(self.theme, self.used, self.expert, start, status="held", created_at=NOW - 61 * DAY)
        invitation = Invitation(path=self.path, user=self.invited, role=Role.PARTICIPANT, by=self.ruth)
        invitation.send_from(NOW)
        invitation.save()
        NudgeOptOut.objects.create(path=self.path, user=self.quiet, at=NOW)
        other = a_path()
        earlier = Nudge.objects.create(path=other, kind=NEVER, by=an_admin(other, "Abe"), at=NOW - 13 * DAY)
        NudgeRecipient.objects.create(nudge=earlier, user=self.lately, at=NOW - 14 * DAY + timedelta(seconds=1))
        self.off.is_active = False
        self.off.save(update_fields=["is_active"])
        leave(self.gone, self.path)

    def send(self, kind=NEVER, **changes):
        known = {
            "path": self.path,
            "kind": kind,
            "since": None if kind == NEVER else (NOW - 30 * DAY).date(),
            "subject": "Half of autumn is left",
            "words": "Bring it.\n---\n<b>Really</b>",
            "token": uuid4(),
            "by": self.ruth,
            "now": NOW,
        }
        known |= {"shown": audience.recipients(self.path, kind, known["since"], NOW).count()}
        return writer.send(**known | changes)


def names(path, kind, since=None, now=NOW):
    return [each.name for each in audience.recipients(path, kind, since, now)]


@pytest.fixture
def many():
    return PathOfMany()


def sent():
    mail.outbox.clear()
    call_command("worker", once=True)
    return [letter for letter in mail.outbox if "List-Unsubscribe" in letter.extra_headers]


def test_who_gets_it_and_who_is_left_out_for_which_reason(many):
    month = (NOW - 30 * DAY).date()

    assert names(many.path, NEVER) == ["Never"]
    assert names(many.path, LEFT, month) == ["Cancelled", "Never", "Old"]
    assert names(many.path, LEFT, (NOW - 70 * DAY).date()) == ["Cancelled", "Never"]
    assert names(many.path, NudgeKind.LAST_CALL) == ["Cancelled", "Never", "Old"]
    counted = audience.counted(many.path, NEVER, None, NOW)
    assert (counted.number, counted.waiting, counted.opted_out, counted.lately, counted.all) == (1, 1, 1, 1, 4)
    # At the border of the 14 days, and with a clock that was set back since.
    assert "Lately" in names(many.path, NEVER, now=NOW + timedelta(seconds=1))
    NudgeRecipient.objects.update(at=NOW + timedelta(hours=2))
    assert "Lately" not in names(many.path, NEVER)


def test_what_is_sent_once_to_each(many):
    many.never.time_zone, many.never.usual_from = "Asia/Kolkata", NOW.time().replace(hour=16)
    many.never.save(update_fields=["time_zone", "usual_from"])
    token = uuid4()
    nudge = many.send(token=token)
    assert many.send(token=token, shown=7) == nudge

    (letter,) = sent()

    assert (letter.to, letter.reply_to) == ([many.never.email], [many.ruth.email])
    assert letter.subject == "Half of autumn is left"
    assert letter.from_email.startswith('"Ruth Abara via ')
    assert "You have 2 sessions on “Leading & more” and have not booked one yet." in letter.body
    assert "A session takes 30 minutes" in letter.body
    # 16:00 to 20:00 in Kolkata, two hours apart.
    assert "Mon 2 November, 16:00; Mon 2 November, 18:00; Tue 3 November, 16:00 (" in letter.body
    assert "\nBring it.\n" in letter.body
    assert "\n<b>Really</b>\n" in letter.body
    ((html, _type),) = letter.alternatives
    assert "&lt;b&gt;Really&lt;/b&gt;" in html
    recipient = nudge.recipients.get()
    link = opting_out.link(recipient)
    raw = letter.message()
    assert raw["List-Unsubscribe"] == f"<{link}>"
    assert raw["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link.encode() in raw.as_bytes().replace(b"=\n", b"").replace(b"\n ", b"")
    assert f'href="{link}"' in html
    assert sent() == []
    (event,) = PathEvent.objects.filter(what=Happened.NUDGED)
    assert event.facts == {"kind": "never-booked", "number": 1}
    assert Notice.objects.filter(nudged=recipient, kind=AccountMail.NUDGE).count() == 1
    # Within 14 days nobody is left for another.
    assert names(many.path, NEVER) == []


def test_nothing_is_sent_that_is_refused(many):
    cases = [
        (writer.OtherRecipients, {"shown": 2}),
        (writer.NudgeRefused, {"by": many.expert.user}),
        (writer.NudgeRefused, {"by": many.never}),
    ]
    for error, changes in cases:
        with pytest.raises(error):
            many.send(**changes)
    Path.objects.filter(pk=many.path.pk).update(closed_at=NOW)
    with pytest.raises(writer.NothingToBook, match="closed"):
        many.send()
    Path.objects.filter(pk=many.path.pk).update(closed_at=None, opened_at=None)
    with pytest.raises(writer.NothingToBook, match="draft"):
        many.send()
    Path.objects.filter(pk=many.path.pk).update(opened_at=NOW)
    many.theme.experts.clear()
    with pytest.raises(writer.NothingToBook, match="two weeks"):
        many.send()
    assert not NudgeRecipient.objects.filter(nudge__path=many.path).exists()
    many.theme.experts.add(many.expert)
    assert many.send().recipients.count() == 1


def test_who_has_changed_their_mind_or_booked_meanwhile_hears_nothing(many):
    nudge = many.send(LEFT)
    assert nudge.recipients.count() == 3
    opting_out.opt_out(recipient=nudge.recipients.get(user=many.cancelled), now=NOW)
    book(many.theme, many.old, at(14))
    many.never.is_active = False
    many.never.save(update_fields=["is_active"])

    assert sent() == []
    assert not Notice.objects.filter(nudged__nudge=nudge).exists()

    opting_out.take_back(path=many.path, by=many.cancelled)
    assert not opting_out.is_off(nudge.recipients.get(user=many.cancelled))
    # Not doubled by taking it back: the next is due after 14 days.
    assert "Cancelled" not in names(many.path, LEFT, date(2026, 10, 3))


def test_the_last_call_comes_once_in_its_days_and_only_where_it_was_asked_for(many, clock):
    Path.objects.filter(pk=many.path.pk).update(closes_on=(NOW + 20 * DAY).date())
    assert last_calls.send_due(NOW) == 0
    Path.objects.filter(pk=many.path.pk).update(last_call_days=7)
    assert last_calls.send_due(NOW + 12 * DAY) == 0

    clock.move_to(NOW + 13 * DAY)
    assert last_calls.send_due(NOW + 13 * DAY) == 5
    assert last_calls.send_due(NOW + 13 * DAY - timedelta(hours=2)) == 0
    letters = sent()

    # Their other reminder, and the session of one, are over by then.
    called = (many.booked, many.cancelled, many.lately, many.never, many.old)
    assert sorted(each.to[0] for each in letters) == sorted(each.email for each in called)
    assert {each.subject for each in letters} == {"Last call: Leading & more closes on 22 November 2026"}
    assert all(each.reply_to == [many.ruth.email] for each in letters)
    assert last_calls.send_due(NOW + 19 * DAY) == 0
    # Whoever comes later gets it, too; not after the path has closed.
    join(many.gone, many.path, Role.PARTICIPANT)
    assert last_calls.send_due(NOW + 21 * DAY) == 0
    assert last_calls.send_due(NOW + 19 * DAY) == 1
    assert Nudge.objects.get(kind=NudgeKind.LAST_CALL).recipients.count() == 6


def test_effect_counts_the_same_people_before_and_after(many):
    assert len({*names(many.path, LEFT, NOW.date())}) == 3
    people = [many.never, many.old, many.cancelled, many.booked, many.used, many.quiet]
    Membership.objects.filter(user__in=people).update(started_at=NOW - 90 * DAY)
    nudge = Nudge.objects.create(path=many.path, kind=LEFT, since=NOW.date(), by=many.ruth, at=NOW - 20 * DAY)
    NudgeRecipient.objects.bulk_create(NudgeRecipient(nudge=nudge, user=each, at=nudge.at) for each in people)
    for who, created in ((many.never, -7 * DAY), (many.old, -6 * DAY - timedelta(seconds=1)), (many.used, -34 * DAY)):
        start = at(9 + people.index(who), day=20)
        a_dropin(many.theme, who, many.expert, start, created_at=NOW + created)
    # Booked now: more than 14 days after.
    effect = effects([nudge])[nudge.pk]
    assert (effect.number, effect.after, effect.before, effect.is_shown) == (6, 2, 1, True)
    assert not replace(effect, number=4).is_shown


def test_a_crowd_of_reminders_lets_other_mail_pass(many):
    nudge = many.send(LEFT)
    meeting = book(many.theme, many.lately, at(15))
    Notice.objects.of_changes().update(due_at=NOW)
    order = []
    while notice := outbox.claim(NOW):
        order.append(notice)
        outbox.deliver(notice, lambda: NOW)
    kinds = [notice.nudged_id is not None for notice in order]
    assert kinds == sorted(kinds)
    assert kinds.count(True) == nudge.recipients.count()
    assert meeting in [notice.meeting for notice in order]
