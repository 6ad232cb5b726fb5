"""What happened to a meeting, in a sentence for the history of its path.

Never what somebody has written in it: neither notes nor agendas nor messages.
"""

from datetime import datetime

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from everwise import timefmt
from everwise.accounts.models import User
from meetings.enums import OUTCOMES, Happening, Status
from meetings.models import MeetingEvent, versions
from meetings.models.versions import Version
from meetings.pages.history.saying import Said, link_to, say
from meetings.pages.meeting import history

# A cancellation nearer to the start than this is told with how near it was.
NEAR_SECONDS = 24 * 60 * 60


def said(event: MeetingEvent, reader: User, people: dict[str, str], now: datetime) -> Said:
    """`people` are the names of those whom `named` has told of all lines."""
    telling = _Telling(event, reader, people, now)
    match event.happening:
        case Happening.BOOKED:
            return telling.booked()
        case Happening.SCHEDULED:
            return telling.scheduled()
        case Happening.RESCHEDULED:
            return telling.moved()
        case Happening.REASSIGNED:
            return telling.given()
        case Happening.CANCELLED:
            return telling.cancelled()
        case Happening.UPDATED:
            return telling.updated()
        case Happening.HANDED_OVER:
            return telling.handed_over()
        case Happening.DELETED:
            return telling.deleted()
        case Happening.OUTCOME:
            return telling.outcome()
        case Happening.ANSWERS_CHANGED:
            return telling.answered()
        case Happening.BRIEF_CHANGED:
            return telling.briefed()
        case Happening.CALENDAR_DECLINED:
            return telling.declined()
        case Happening.CALENDAR_ACCEPTED:
            return telling.accepted_after_all()
        case _:
            return telling.noted()


def named(event: MeetingEvent) -> set[str]:
    """The ids of everybody whom the line may name, save who did it."""
    sides = (event.facts, event.facts.get("before", {}))
    ids = {person for side in sides for key in ("experts", "participants") for person in side.get(key, ())}
    return ids | {side["organizer"] for side in sides if "organizer" in side}


class _Telling:
    def __init__(self, event: MeetingEvent, reader: User, people: dict[str, str], now: datetime):
        self.event, self.reader, self.people, self.now = event, reader, people, now
        self.meeting = event.meeting
        self.was: Version = versions.before(event, self.meeting)
        self.then: Version = versions.after(event, self.meeting)

    def say(self, yours: str, theirs: str, **parts: str) -> SafeString:
        link = link_to(self.meeting, self.then.title)
        return say(yours, theirs, by=self.event.by, reader=self.reader, meeting=link, **parts)

    def names(self, ids) -> str:
        return history.names_of(ids, self.people) or _("nobody")

    def moment(self, instant: datetime) -> str:
        return history.moment(instant, self.reader.reader, self.now)

    def booked(self) -> Said:
        words = {"expert": self.names(self.then.experts), "when": self.moment(self.then.starts_at)}
        if str(self.event.by_id) in self.then.participants:
            return Said(
                self.say(
                    _("<b>You</b> booked %(meeting)s with %(expert)s, %(when)s"),
                    _("%(person)s booked %(meeting)s with %(expert)s, %(when)s"),
                    **words,
                )
            )
        words["participant"] = self.names(self.then.participants)
        return Said(
            self.say(
                _("<b>You</b> booked %(meeting)s for %(participant)s with %(expert)s, %(when)s"),
                _("%(person)s booked %(meeting)s for %(participant)s with %(expert)s, %(when)s"),
                **words,
            )
        )

    def scheduled(self) -> Said:
        sentence = self.say(
            _("<b>You</b> scheduled %(meeting)s, %(when)s"),
            _("%(person)s scheduled %(meeting)s, %(when)s"),
            when=self.moment(self.then.starts_at),
        )
        return Said(sentence, _("With %(people)s.") % {"people": self.names(self.then.people)})

    def moved(self) -> Said:
        sentence = self.say(_("<b>You</b> moved %(meeting)s"), _("%(person)s moved %(meeting)s"))
        old, new = self.moment(self.was.starts_at), self.moment(self.then.starts_at)
        words = {
            "old": old,
            "new": new,
            "expert": self.names(self.then.experts),
            "before": self.names(self.was.experts),
        }
        if self.was.experts == self.then.experts:
            return Said(sentence, _("From %(old)s to %(new)s.") % words)
        if old == new:
            return Said(sentence, _("%(expert)s instead of %(before)s.") % words)
        return Said(sentence, _("From %(old)s to %(new)s, %(expert)s instead of %(before)s.") % words)

    def given(self) -> Said:
        sentence = self.say(
            _("<b>You</b> gave %(meeting)s from %(before)s to %(expert)s"),
            _("%(person)s gave %(meeting)s from %(before)s to %(expert)s"),
            before=self.names(self.was.experts),
            expert=self.names(self.then.experts),
        )
        return Said(sentence, _("Same time, %(when)s.") % {"when": self.moment(self.then.starts_at)})

    def cancelled(self) -> Said:
        sentence = self.say(
            _("<b>You</b> cancelled %(meeting)s, %(when)s"),
            _("%(person)s cancelled %(meeting)s, %(when)s"),
            when=self.moment(self.then.starts_at),
        )
        seconds = int((self.then.starts_at - self.event.at).total_seconds())
        near = 0 < seconds < NEAR_SECONDS
        counts = self.meeting.status == Status.CANCELLED and self.meeting.counts_as_used
        words = {"length": timefmt.gap(max(seconds, 60))}
        if near and counts:
            return Said(sentence, _("%(length)s before it began. Counts as used.") % words)
        if near:
            return Said(sentence, _("%(length)s before it began.") % words)
        return Said(sentence, _("Counts as used.") if counts else "")

    def updated(self) -> Said:
        sentence = self.say(_("<b>You</b> updated %(meeting)s"), _("%(person)s updated %(meeting)s"))
        changes = history.updates(self.event, self.was, self.then, self.reader.reader, self.people)
        return Said(sentence, "; ".join(changes))

    def handed_over(self) -> Said:
        sentence = self.say(
            _("<b>You</b> made %(organizer)s the organizer of %(meeting)s"),
            _("%(person)s made %(organizer)s the organizer of %(meeting)s"),
            organizer=history.name_of(self.then.organizer, self.people),
        )
        before = history.name_of(self.was.organizer, self.people)
        return Said(sentence, _("%(person)s was it before.") % {"person": before})

    def deleted(self) -> Said:
        return Said(
            self.say(
                _("<b>You</b> deleted %(meeting)s, %(when)s"),
                _("%(person)s deleted %(meeting)s, %(when)s"),
                when=self.moment(self.then.starts_at),
            )
        )

    def outcome(self) -> Said:
        marked = Status(self.event.facts["outcome"])
        was = Status(self.event.facts["before"]["outcome"])
        sentence = self.say(
            _("<b>You</b> recorded the outcome of %(meeting)s, %(when)s: %(outcome)s"),
            _("%(person)s recorded the outcome of %(meeting)s, %(when)s: %(outcome)s"),
            when=self.moment(self.then.starts_at),
            outcome=str(marked.label),
        )
        return Said(sentence, _("Before: %(outcome)s.") % {"outcome": was.label} if was in OUTCOMES else "")

    def answered(self) -> Said:
        return Said(
            self.say(
                _("<b>You</b> changed the answers for %(meeting)s"), _("%(person)s changed the answers for %(meeting)s")
            )
        )

    def briefed(self) -> Said:
        return Said(
            self.say(
                _("<b>You</b> chose earlier notes for the expert of %(meeting)s"),
                _("%(person)s chose earlier notes for the expert of %(meeting)s"),
            )
        )

    def declined(self) -> Said:
        sentence = self.say(
            _("<b>You</b> declined %(meeting)s in your calendar"),
            _("%(person)s declined %(meeting)s in their calendar"),
        )
        return Said(sentence, _("Nothing was changed."))

    def accepted_after_all(self) -> Said:
        return Said(
            self.say(
                _("<b>You</b> no longer decline %(meeting)s in your calendar"),
                _("%(person)s no longer declines %(meeting)s in their calendar"),
            )
        )

    def noted(self) -> Said:
        return Said(
            self.say(_("<b>You</b> changed the note to %(meeting)s"), _("%(person)s changed the note to %(meeting)s"))
        )
