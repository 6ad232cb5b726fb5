"""What on a path needs an admin: first what keeps people from booking, then the rest."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from everwise import timefmt
from everwise.accounts.models import User
from everwise.wording import isolated, names
from experts.models import Expert
from meetings.models import Meeting
from meetings.pages.calendar_answers import declined_by
from meetings.pages.path import mapped
from meetings.pages.path.numbers import BOOKING_AFTER, Numbers
from meetings.pages.path.offer import PathOffer
from meetings.pages.path.overview import Overview
from paths.enums import Happened, Unmapped
from paths.models import Path, Theme, UnmappedRole

SOON = timedelta(days=7)


class Level(StrEnum):
    DANGER = "danger"  # people can't book
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class AttentionRow:
    """A sentence, its reason, and one action: a link (`url`), a form (`post`), or what was done already (`done`)."""

    level: Level
    icon: str
    title: str
    reason: str
    action: str = ""
    url: str = ""
    post: str = ""
    done: str = ""


class Attention:
    """`meetings` are those that the numbers name, by their keys; `user` is the admin who reads."""

    def __init__(
        self,
        overview: Overview,
        offer: PathOffer,
        numbers: Numbers,
        meetings: dict[UUID, Meeting],
        user: User,
        unmapped: Iterable[UnmappedRole] = (),
        disowned: Iterable[User] = (),
    ):
        self.overview, self.offer, self.numbers, self.meetings = overview, offer, numbers, meetings
        self.unmapped, self.disowned = unmapped, disowned
        self.path, self.now, self.reader = overview.path, overview.now, user.reader

    def rows(self) -> Iterator[AttentionRow]:
        """In the order of their weight."""
        bookable = not self.overview.is_closed
        if bookable:
            yield from self._nothing_soon()
            yield from (self._untaken(theme) for theme in self.overview.untaken if theme.retired_at is None)
            yield from self._without_hours()
            yield from self._unreadable()
        yield from self._need_yes()
        yield from self._lost()
        yield from self._declined()
        yield from (self._disowned(each) for each in self.disowned)
        yield from (self._not_mapped(each) for each in self.unmapped)
        yield from self._no_outcome()
        if bookable:
            yield from self._never_booked()
        yield from self._unanswered()

    def _nothing_soon(self) -> Iterator[AttentionRow]:
        opens, first = self.path.opens_at, self.offer.first
        begins_later = opens is not None and opens > self.now + SOON
        if begins_later or (first is not None and first < self.now + SOON):
            return
        if not self.overview.themes:
            reason = _("This path has no themes yet.")
        elif not self.overview.shortest:
            reason = _("No expert takes a theme of this path.")
        elif first is None:
            reason = _("There is no free time in the next two weeks.")
        else:
            text = _("The next free time is %(when)s.")
            reason = text % {"when": timefmt.when(first, self.reader, self.now)}
        title, address = _("Nothing can be booked in the next 7 days"), reverse("why", args=[self.path.pk])
        yield AttentionRow(Level.DANGER, "calendar-x", title, reason, _("Look at hours"), address)

    def _untaken(self, theme: Theme) -> AttentionRow:
        title = _("“%(theme)s” can’t be booked") % {"theme": isolated(theme)}
        known = any(pair[0] == theme.pk for pair in self.overview.takes)
        reason = _("Its experts take no sessions now.") if known else _("No expert takes this theme.")
        return AttentionRow(
            Level.DANGER, "calendar-x", title, reason, _("Choose experts"), themes_address(self.path, theme)
        )

    def _without_hours(self) -> Iterator[AttentionRow]:
        missing = self.offer.without_hours
        taken = [expert for takers in self.overview.takers.values() for expert in takers]
        for expert in self.overview.offered:
            if expert.pk not in missing:
                continue
            number = sum(taker.pk == expert.pk for taker in taken)
            title = _("%(name)s has no hours") % {"name": isolated(self.name(expert.user))}
            if not number:
                reason = _("They take no theme yet, either.")
            else:
                text = ngettext(
                    "They take %(number)d theme, and nobody can book them.",
                    "They take %(number)d themes, and nobody can book them.",
                    number,
                )
                reason = text % {"number": number}
            if not expert.user.has_arrived:
                reason = _("They have not answered their invitation yet.")
                person = reverse("paths:person", args=[self.path.pk, expert.user_id])
                yield AttentionRow(Level.DANGER, "clock", title, reason, _("Look at the invitation"), person)
                continue
            action = _("Remind %(name)s") % {"name": self._called(expert.user)}
            yield self._written(
                AttentionRow(Level.DANGER, "clock", title, reason, action, post=self._post("remind-expert", expert)),
                Happened.REMINDED,
                expert,
            )

    def _unreadable(self) -> Iterator[AttentionRow]:
        failing = self.numbers.keys("unreadable")
        found = [
            (self.numbers.at("unreadable", expert.user_id) or self.now, expert)
            for expert in self.overview.experts
            if expert.user_id in failing
        ]
        for since, expert in sorted(found, key=lambda each: each[0]):
            title = _("A calendar of %(name)s can’t be read") % {"name": isolated(self.name(expert.user))}
            text = _("Since %(when)s. Times when they are busy may be offered.")
            reason = text % {"when": timefmt.when(since, self.reader, self.now)}
            action = _("Tell %(name)s") % {"name": self._called(expert.user)}
            yield self._written(
                AttentionRow(Level.WARNING, "alert", title, reason, action, post=self._post("tell-expert", expert)),
                Happened.TOLD,
                expert,
            )

    def _need_yes(self) -> Iterator[AttentionRow]:
        number = self.numbers.number("need-yes")
        if not number:
            return
        title = ngettext("%(number)d person needs a yes to book", "%(number)d people need a yes to book", number)
        reason = _("They have missed more sessions than this path allows.")
        address = f"{reverse('paths:people', args=[self.path.pk])}?state=needs-yes"
        yield AttentionRow(Level.WARNING, "person", title % {"number": number}, reason, _("See who"), address)

    def _lost(self) -> Iterator[AttentionRow]:
        lost = [self.meetings[key] for key in self.numbers.keys("lost") if key in self.meetings]
        for meeting in sorted(lost, key=lambda each: (each.starts_at, each.pk)):
            title = _("%(name)s lost a session") % {"name": names(meeting.participants)}
            words = {
                "by": isolated(meeting.cancelled_by),
                "when": timefmt.when(meeting.starts_at, self.reader, self.now),
            }
            reason = _("%(by)s cancelled it; it was for %(when)s.") % words
            steps = urlencode({"theme": str(meeting.theme_id), "for": str(meeting.participants[0].pk)})
            address = f"{reverse('schedule:time', args=[self.path.pk])}?{steps}"
            yield AttentionRow(Level.WARNING, "reschedule", title, reason, _("Find another time"), address)

    def _declined(self) -> Iterator[AttentionRow]:
        found = [self.meetings[key] for key in self.numbers.keys("declined") if key in self.meetings]
        for meeting in sorted(found, key=lambda each: (each.starts_at, each.pk)):
            who = names(declined_by(meeting, self.now))
            title = _("%(name)s declined a meeting in their calendar") % {"name": who}
            words = {"title": isolated(meeting.title), "when": timefmt.when(meeting.starts_at, self.reader, self.now)}
            reason = _("“%(title)s”, %(when)s. It is still booked.") % words
            yield AttentionRow(
                Level.WARNING, "calendar-x", title, reason, _("Open meeting"), meeting.get_absolute_url()
            )

    def _disowned(self, person: User) -> AttentionRow:
        title, reason = mapped.words_of_disowned(person, self.name(person), self.reader, self.now)
        action = _("Look at %(name)s") % {"name": self._called(person)}
        address = reverse("paths:person", args=[self.path.pk, person.pk])
        return AttentionRow(Level.WARNING, "person", title, reason, action, address)

    def _not_mapped(self, unmapped: UnmappedRole) -> AttentionRow:
        title, reason = mapped.words(unmapped, self.name(unmapped.user))
        address = mapped.address(unmapped)
        action = _("Look at %(name)s") if unmapped.why == Unmapped.CLASH else _("End or keep their role")
        return AttentionRow(
            Level.WARNING, "person", title, reason, action % {"name": self._called(unmapped.user)}, address
        )

    def _no_outcome(self) -> Iterator[AttentionRow]:
        number = self.numbers.number("no-outcome")
        if not number:
            return
        title = ngettext("%(number)d session has no outcome", "%(number)d sessions have no outcome", number)
        oldest = next((self.meetings[key] for key in self.numbers.keys("oldest") if key in self.meetings), None)
        address = f"{reverse('paths:meetings', args=[self.path.pk])}?show=no-outcome"
        reason = self._oldest(oldest, number) if oldest else ""
        yield AttentionRow(
            Level.WARNING, "check-circle", title % {"number": number}, reason, _("Record outcomes"), address
        )

    def _oldest(self, meeting: Meeting, number: int) -> str:
        words = {
            "day": timefmt.short_day(meeting.starts_at, self.reader, self.now),
            "expert": names(meeting.experts),
        }
        if number == 1:
            return (_("It was on %(day)s, with %(expert)s.") if meeting.experts else _("It was on %(day)s.")) % words
        if meeting.experts:
            return _("The oldest was on %(day)s, with %(expert)s.") % words
        return _("The oldest was on %(day)s.") % words

    def _never_booked(self) -> Iterator[AttentionRow]:
        number, opened = self.numbers.number("never-booked"), self.path.opened_at
        if not number or (opened is not None and opened > self.now - BOOKING_AFTER):
            return
        title = ngettext("%(number)d person has never booked", "%(number)d people have never booked", number)
        yield AttentionRow(
            Level.WARNING,
            "person",
            title % {"number": number},
            " ".join(filter(None, [_("Of those who have been here for two weeks or longer."), self._closes()])),
            _("Write to them"),
            reverse("paths:nudge", args=[self.path.pk]),
        )

    def _closes(self) -> str:
        """“The path closes in 17 days.”"""
        if self.path.closes_on is None:
            return ""
        days = (self.path.closes_on - _today(self.path, self.now)).days
        if days < 1:
            return _("The path closes today.")
        text = ngettext("The path closes in %(number)d day.", "The path closes in %(number)d days.", days)
        return text % {"number": days}

    def _unanswered(self) -> Iterator[AttentionRow]:
        number, since = self.numbers.number("unanswered"), self.numbers.at("unanswered")
        if not number or since is None:
            return
        title = ngettext("%(number)d invitation is not answered", "%(number)d invitations are not answered", number)
        ago = {"when": timefmt.distance(since, self.now, self.reader)}
        reason = (_("It went out %(when)s.") if number == 1 else _("The oldest went out %(when)s.")) % ago
        address = f"{reverse('paths:people', args=[self.path.pk])}?state=invited"
        yield AttentionRow(Level.WARNING, "mail", title % {"number": number}, reason, _("See who"), address)

    def name(self, user: User) -> str:
        """Of somebody's account elsewhere no more than the address, until they accept."""
        return user.email if self.is_hidden(user) else str(user)

    def is_hidden(self, user: User) -> bool:
        return user.has_arrived and user.pk in self.numbers.keys("hidden")

    def _called(self, user: User) -> str:
        return user.email if self.is_hidden(user) else user.first_name

    def _post(self, name: str, expert: Expert) -> str:
        return reverse(f"paths:{name}", args=[self.path.pk, expert.user_id])

    def _written(self, row: AttentionRow, what: Happened, expert: Expert) -> AttentionRow:
        """The row without its button where somebody has pressed it within a day."""
        at = self.numbers.at(what, expert.user_id)
        if at is None:
            return row
        words = {"when": timefmt.when(at, self.reader, self.now)}
        # Translators: %(when)s is “today, 13:10” or “Mon 30 Nov, 13:10”.
        reminded, told = _("Reminded %(when)s"), pgettext("of an expert", "Told %(when)s")
        done = (reminded if what == Happened.REMINDED else told) % words
        return AttentionRow(row.level, row.icon, row.title, row.reason, done=done)


def themes_address(path: Path, theme: Theme) -> str:
    """Where the experts of a theme are chosen."""
    return reverse("paths:theme", args=[path.pk, theme.pk])


def _today(path: Path, now: datetime) -> date:
    return now.astimezone(path.time_zone).date()
