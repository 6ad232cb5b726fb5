"""What the page shows beside the form: how many people it concerns, the e-mail as one of them gets it, what earlier
ones did."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from everwise import timefmt
from everwise.accounts.models import User
from everwise.wording import isolated, percent
from meetings.enums import NudgeKind
from meetings.mail import account_mails
from meetings.mail.nudges import audience, effects, letters, writer
from meetings.mail.nudges.audience import Audience
from meetings.models import Nudge
from meetings.pages.nudge.forms import LATELY, mark
from paths.models import Path

# So many of the people are named, and so many earlier reminders stand on a page.
NAMED, PER_PAGE = 50, 10


@dataclass(frozen=True, slots=True)
class KindChoice:
    """One of the two radios."""

    value: str
    label: str
    hint: str
    checked: bool


@dataclass(frozen=True, slots=True)
class EarlierNudge:
    """A row of the table below."""

    sent: str
    subject: str
    to: str
    after: str
    before: str
    opted_out: str
    note: str


class NudgePage:
    """Of the people that are chosen: `since` is the date for those with sessions left, whichever are."""

    def __init__(self, path: Path, reader: User, kind: NudgeKind, since: date, now: datetime):
        self.path, self.reader, self.kind, self.now = path, reader, kind, now
        self.dates = {NudgeKind.NEVER_BOOKED: None, NudgeKind.SESSIONS_LEFT: since}

    @property
    def since(self) -> date | None:
        return self.dates[self.kind]

    @cached_property
    def obstacle(self) -> str:
        return writer.obstacle(self.path, self.reader, self.now)

    @cached_property
    def audiences(self) -> dict[NudgeKind, Audience]:
        return {kind: audience.counted(self.path, kind, since, self.now) for kind, since in self.dates.items()}

    @property
    def number(self) -> int:
        return self.audiences[self.kind].number

    @property
    def mark(self) -> str:
        return mark(self.kind, self.since, self.number)

    @property
    def button(self) -> str:
        text = ngettext("Send to %(number)d person", "Send to %(number)d people", self.number)
        return text % {"number": self.number}

    @cached_property
    def people(self) -> list[User]:
        return list(audience.recipients(self.path, self.kind, self.since, self.now)[:NAMED])

    @property
    def people_words(self) -> str:
        return ngettext("The %(number)d person", "The %(number)d people", self.number) % {"number": self.number}

    @property
    def others(self) -> str:
        """Who is not named one by one."""
        rest = self.number - len(self.people)
        if rest <= 0:
            return ""
        return ngettext("and %(number)d other", "and %(number)d others", rest) % {"number": rest}

    @property
    def nobody(self) -> str:
        """Why there is nobody to write to; empty where there is."""
        if self.number:
            return ""
        if self.audiences[self.kind].all:
            return _("Nobody is left to write to.")
        if self.kind == NudgeKind.NEVER_BOOKED:
            return _("Everybody has booked.")
        return _("Everybody with sessions left has booked since.")

    def choices(self) -> list[KindChoice]:
        return [
            KindChoice(kind.value, self._label(each), _left_out(each), kind == self.kind)
            for kind, each in self.audiences.items()
        ]

    def _label(self, each: Audience) -> str:
        if each.kind == NudgeKind.NEVER_BOOKED:
            text = ngettext(
                "%(number)d person who has never booked", "%(number)d people who have never booked", each.number
            )
            return text % {"number": each.number}
        since = self.dates[NudgeKind.SESSIONS_LEFT]
        text = ngettext(
            "%(number)d person with sessions left and nothing booked since %(day)s",
            "%(number)d people with sessions left and nothing booked since %(day)s",
            each.number,
        )
        return text % {"number": each.number, "day": timefmt.full_date(since) if since else ""}

    def letter(self, subject: str, words: str) -> dict[str, Any] | None:
        """The e-mail as the first of them gets it; None where there is nobody, or nothing to be said."""
        if not self.people or self.obstacle:
            return None
        nudge = Nudge(
            path=self.path, kind=self.kind, since=self.since, by=self.reader, at=self.now, subject=subject, words=words
        )
        reader = self.people[0]
        said = account_mails.parts(letters.draft(nudge, reader), self.now)
        if said is None:
            return None
        return {**said, "language": reader.language, "to": self._to(reader), "sender_name": self._sender_name()}

    def _to(self, reader: User) -> str:
        rest = self.number - 1
        if not rest:
            return isolated(reader)
        text = ngettext(
            "%(name)s, and %(number)d other, each alone", "%(name)s, and %(number)d others, each alone", rest
        )
        return text % {"name": isolated(reader), "number": rest}

    def _sender_name(self) -> str:
        return _("%(name)s via %(site)s") % {"name": isolated(self.reader), "site": letters.site()}

    def earlier(self, number: str | None) -> tuple[Page, list[EarlierNudge]]:
        """Two queries and one to count them."""
        found = Nudge.objects.filter(path=self.path).select_related("by").order_by("-at", "pk")
        page = Paginator(found, PER_PAGE).get_page(number)
        nudges = list(page)
        done = effects.effects(nudges)
        return page, [self._row(each, done[each.pk]) for each in nudges if each.pk in done]

    def _row(self, nudge: Nudge, effect: effects.Effect) -> EarlierNudge:
        day = timefmt.short_day(nudge.at, self.reader.reader, self.now)
        if nudge.by is None:
            sent = _("%(day)s, last call") % {"day": day}
        elif nudge.by == self.reader:
            sent = _("%(day)s, by you") % {"day": day}
        else:
            sent = _("%(day)s, by %(name)s") % {"day": day, "name": isolated(nudge.by)}
        to = ngettext("%(number)d person", "%(number)d people", effect.number) % {"number": effect.number}
        if not effect.is_shown:
            few = pgettext("of numbers", "Too few people")
            return EarlierNudge(sent, nudge.subject, to, few, few, few, "")
        note = ""
        if effect.until > self.now:
            note = _("so far, until %(day)s") % {"day": timefmt.bare_day(effect.until, self.reader.reader, self.now)}
        return EarlierNudge(
            sent,
            nudge.subject,
            to,
            _part(effect.after, effect.percent_after),
            _part(effect.before, effect.percent_before),
            str(effect.opted_out),
            note,
        )


def _left_out(each: Audience) -> str:
    """“4 more asked not to be reminded, and are left out.”"""
    said = []
    if each.opted_out:
        text = ngettext(
            "%(number)d more asked not to be reminded, and is left out.",
            "%(number)d more asked not to be reminded, and are left out.",
            each.opted_out,
        )
        said.append(text % {"number": each.opted_out})
    if each.lately:
        text = ngettext(
            "%(number)d more had a reminder within 14 days.",
            "%(number)d more had a reminder within 14 days.",
            each.lately,
        )
        said.append(text % {"number": each.lately})
    if each.waiting:
        text = ngettext(
            "%(number)d more has not answered their invitation yet.",
            "%(number)d more have not answered their invitation yet.",
            each.waiting,
        )
        said.append(text % {"number": each.waiting})
    return " ".join(said)


def _part(number: int, part: float) -> str:
    return _("%(number)d (%(percent)s)") % {"number": number, "percent": percent(part, 1)}


def usual_since(today: date) -> date:
    return today - LATELY


def usual_subject(path: Path) -> str:
    """What stands in the form at first."""
    if path.closes_on:
        words = {"path": path.name, "day": timefmt.full_date(path.closes_on)}
        subject = _("Your sessions on %(path)s, until %(day)s") % words
    else:
        subject = _("Your sessions on %(path)s") % {"path": path.name}
    return subject[: Nudge._meta.get_field("subject").max_length]


def people_address(path: Path) -> str:
    return f"{reverse('paths:people', args=[path.pk])}?state=never-booked"
