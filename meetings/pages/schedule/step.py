"""What every step of one booking knows; the steps live in the query string."""

from datetime import timedelta
from functools import cached_property
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from everwise import timefmt
from everwise.accounts.models import User
from everwise.wording import isolated
from meetings.booking import brief, fresh_starts
from meetings.booking.brief import EarlierText
from meetings.booking.credits import Credits, credits_of
from meetings.booking.limits import UNCOUNTED, Allowance, BookingLimit, Refusal, allowance_of
from meetings.booking.terms import Terms
from meetings.enums import Kind, Standing
from meetings.pages import invited, policy_words
from meetings.pages.schedule import used_up
from meetings.pages.schedule.time_page import reader_of
from meetings.permissions import gates, standings
from meetings.slots.openings import Openings
from paths import members, people_search, questions
from paths.enums import Role
from paths.models import Membership
from paths.questions import Asking


class BookingStep:
    """What every step of one booking knows: the path, who books, for whom, and the theme so far.

    Raises Http404 for what does not exist for this person and PermissionDenied for what they may not do; notes in
    `problems` what is missing or malformed.
    """

    def __init__(self, request, path_id):
        self.now = request.now = timezone.now()
        self.user = request.user
        self.path, self.standings = gates.open_path_to_schedule(self.user, path_id, kind=Kind.DROP_IN)
        self.books_for_others = bool(self.standings & standings.CHANGERS)
        self.is_expert = Standing.EXPERT in self.standings
        self.is_admin = Standing.ADMIN in self.standings
        self.problems: dict[str, str] = {}
        # Of the page that says them.
        self.status = 400
        self.reader = reader_of(request)
        self.participant = self._participant(request.GET.get("for", ""))
        self.theme = self._theme(request.GET.get("theme", ""))

    def _participant(self, text):
        if not self.books_for_others:
            if text not in {"", str(self.user.pk)}:
                raise PermissionDenied(_("You can only book a session for yourself."))
            return self.user
        participants = people_search.members(self.path, Role.PARTICIPANT)
        if not text:
            return participants.filter(pk=self.user.pk).first()
        found = (pk := _uuid(text)) and participants.filter(pk=pk).first()
        if not found:
            self.problems["for"] = _("This person is not a participant of this path. Please choose somebody.")
        return invited.veiled(self.path, [found])[0] if found else None

    def _theme(self, text):
        if not text:
            return None
        pk = _uuid(text)
        if pk is None:
            self.problems["theme"] = _("We don’t know that theme. Please choose one.")
            return None
        theme = members.theme_of(self.path, pk)
        if theme is None:
            self.problems["theme"] = _("Choose another theme: that one was just taken away.")
            self.status = 404
        return theme

    @property
    def query(self) -> dict[str, str]:
        chosen = {"theme": self.theme and str(self.theme.pk)}
        if self.books_for_others:
            chosen["for"] = self.participant and str(self.participant.pk)
        if self.reader != self.user.reader:
            chosen["zone"] = self.reader.zone.key
        return {key: value for key, value in chosen.items() if value}

    def url(self, name, **query) -> str:
        return f"{reverse(f'schedule:{name}', args=[self.path.pk])}?{urlencode(self.query | query)}"

    @property
    def for_other(self) -> User | None:
        return None if self.participant == self.user else self.participant

    def openings(self, **more) -> Openings:
        """The time of the path's experts from now to the horizon, unless told otherwise."""
        until = self.now + timedelta(days=self.path.horizon_days + 2)
        span = {"since": self.now, "until": until, "now": self.now, "participant": self.participant}
        span |= {"shut": self.allowance.shut if self.allowance else ()}
        return Openings(self.path, **(span | more))

    @property
    def terms(self) -> Terms:
        """What the pages say of length and policy."""
        limited = self.path.sessions_per_participant is not None
        extra = self.credits.extra if limited and self.credits else 0
        return Terms.of(self.path, self.theme.duration_minutes, extra)

    @cached_property
    def credits(self) -> Credits | None:
        return credits_of(self.participant, [self.path], now=self.now)[self.path.pk] if self.participant else None

    @cached_property
    def allowance(self) -> Allowance | None:
        """What the participant may still book. Without a limit nothing has to be counted to know."""
        if self.participant is None:
            return None
        limited = self.path.sessions_per_participant is not None
        tally = self.credits if limited else UNCOUNTED
        return allowance_of(self.participant, self.path, now=self.now, tally=tally, excused=self.is_admin)

    @cached_property
    def asked(self) -> list[Asking]:
        """What the theme asks of whoever books it."""
        return questions.of(self.theme) if self.theme else []

    @cached_property
    def earlier(self) -> list[EarlierText]:
        """What the participant, who alone may choose, can let the expert see of earlier sessions.

        Their private notes are among it, so that nobody reads it who only looks at the page as they would.
        """
        own = self.participant == self.user and not self.user.seen_as
        return brief.earlier(self.user, self.path.pk, self.now) if own else []

    @property
    def spent(self) -> Refusal | None:
        """Why no session is left to book now."""
        return self.allowance.spent if self.allowance else None

    @property
    def used_up_title(self) -> str:
        """How it came that no session is left."""
        if self.spent and self.spent.rule is not BookingLimit.IN_ALL:
            return self.spent.why(self.for_other)
        return used_up.title(self.credits, self.for_other) if self.credits else ""

    @property
    def used_up_until(self) -> str:
        """When the next session can be booked; empty where it ends by no date."""
        return self.spent.next_words(self.reader, self.now) if self.spent else ""

    @property
    def needs_yes(self) -> bool:
        """Whether nothing can be booked until an admin of the path agrees."""
        return self.spent is not None and self.spent.rule is BookingLimit.NO_SHOWS

    @property
    def missed_words(self) -> str:
        """What the participant has missed, for nobody else."""
        return self.spent.missed_words(self.reader, self.now) if self.spent and not self.for_other else ""

    @property
    def asked_at(self) -> str:
        """When the participant has asked the admins for their yes, within a day; empty if they can ask now."""
        at = fresh_starts.asked_at(self.path, self.user, self.now)
        return timefmt.when(at, self.reader, self.now) if at else ""

    @property
    def missed_notice(self) -> str:
        """What is to be known of missed sessions before booking: by the participant, or by an admin who books."""
        if self.allowance is None:
            return ""
        if self.is_admin and self.allowance.needs_yes:
            if not self.for_other:
                return _("As an admin of this path you can book although you missed sessions here.")
            text = _("%(name)s needs an admin’s yes to book. If you book this session, that is your yes for it alone.")
            return text % {"name": isolated(self.for_other.name)}
        return "" if self.for_other else self.allowance.warning(self.reader, self.now)

    def limit_words(self) -> list[str]:
        """What the path asks beside the number in all, a sentence each."""
        return policy_words.limits(self.path)

    def admins(self) -> list[User]:
        runs = Membership.objects.live().filter(path=self.path, role=Role.ADMIN, user__is_active=True)
        return list(User.objects.filter(memberships__in=runs))

    def context(self, **more) -> dict:
        return {
            "nav": "paths",
            "step": self,
            "path": self.path,
            "theme": self.theme,
            "reader": self.reader,
            # Counted only where a page shows them.
            "credits": lambda: self.credits,
            "theme_url": self.url("theme"),
            "exit_url": reverse("paths:detail", args=[self.path.pk]),
            "now": self.now,
            **more,
        }


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
