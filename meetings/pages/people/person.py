"""What the page of one person on a path shows its admins."""

from datetime import datetime
from functools import cached_property
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from everwise import timefmt
from everwise.accounts.models import User
from meetings.booking import fresh_starts, no_shows
from meetings.booking.credits import Credits, credits_of
from meetings.models import Meeting, Rating
from meetings.pages import meeting_rows
from meetings.pages.history import log
from meetings.pages.history.lines import HistoryLine, lines
from meetings.pages.invited import Invited
from meetings.pages.people import rows
from paths.enums import InvitationState, Role
from paths.models import FreshStart, Membership, Path

MEETINGS_PER_PAGE = 10
LINES = 10
END_ONLY = {
    Role.ADMIN: gettext_lazy("End the role of admin only"),
    Role.EXPERT: gettext_lazy("End the role of expert only"),
    Role.PARTICIPANT: gettext_lazy("End the role of participant only"),
}


class PersonOnPath:
    """Somebody who is on the path, or was (Http404 for anybody else), as the admin `reader` finds them."""

    def __init__(self, path: Path, pk, reader: User, now: datetime):
        there = Membership.objects.filter(path=path, user=OuterRef("pk"))
        user = User.objects.filter(Exists(there), pk=pk).first()
        if user is None:
            raise Http404("Nobody of this path")
        self.path, self.user, self.reader, self.now = path, user, reader, now
        self.memberships = list(Membership.objects.filter(path=path, user=user).order_by("pk"))
        self.live = [each for each in self.memberships if each.ended_at is None and user.is_active]
        self.roles = rows.roles_of(self.memberships)
        known = Invited(path, [user.pk])
        self.invitation = known.waiting(user)
        self.name, self.face, self.is_hidden = known.name(user), known.face(user), known.is_hidden(user)
        self.standing = rows.standing(path, user, self.memberships, self.invitation, reader.reader, now)

    @property
    def called(self) -> str:
        return self.name if self.is_hidden else self.user.first_name

    @property
    def is_here(self) -> bool:
        return bool(self.live)

    @property
    def is_self(self) -> bool:
        return self.user == self.reader

    @property
    def takes_sessions(self) -> bool:
        return self.is_here and Role.PARTICIPANT in self.roles

    def credits(self) -> Credits | None:
        return credits_of(self.user, [self.path], now=self.now)[self.path.pk] if self.takes_sessions else None

    @cached_property
    def missed(self) -> no_shows.Starts:
        """What they have missed here, as far as it counts by the path's rule."""
        return no_shows.missed_on(self.user, [self.path]).get(self.path.pk, ()) if self.takes_sessions else ()

    @property
    def needs_yes(self) -> bool:
        return no_shows.is_beyond(self.path, len(self.missed))

    @property
    def missed_words(self) -> str:
        """“Missed 3 sessions: 3, 10 and 17 November.”; empty for nothing."""
        if not self.missed:
            return ""
        text = ngettext(
            "Missed %(number)d session: %(days)s.", "Missed %(number)d sessions: %(days)s.", len(self.missed)
        )
        return text % {"number": len(self.missed), "days": no_shows.days(self.missed, self.reader.reader, self.now)}

    @property
    def missed_means(self) -> str:
        """What comes of it by the path's rule."""
        allowed = self.path.no_shows_allowed
        if allowed is None or len(self.missed) < allowed:
            return ""
        if not self.needs_yes:
            return _("They were told: after one more, an admin has to let them book again.")
        return _("They can’t book until an admin lets them. You can also book a session for them.")

    @property
    def asked_words(self) -> str:
        at = fresh_starts.asked_at(self.path, self.user, self.now) if self.needs_yes else None
        if at is None:
            return ""
        # Translators: %(when)s is “today, 13:10” or “Mon 30 Nov, 13:10”.
        return _("They asked for it: %(when)s.") % {"when": timefmt.when(at, self.reader.reader, self.now)}

    @cached_property
    def fresh_start(self) -> FreshStart | None:
        """The yes that can still be taken back."""
        if self.path.no_shows_allowed is None or not self.takes_sessions or self.needs_yes:
            return None
        fresh = fresh_starts.last_of(self.path, self.user)
        return None if fresh is None or fresh_starts.booked_since(fresh) else fresh

    @property
    def fresh_words(self) -> str:
        if self.fresh_start is None:
            return ""
        words = {"by": self.fresh_start.by, "when": timefmt.when(self.fresh_start.at, self.reader.reader, self.now)}
        # Translators: %(when)s is “today, 13:10” or “Mon 30 Nov, 13:10”.
        return _("%(by)s let them book again: %(when)s. What they missed before counts no more.") % words

    @property
    def schedule_url(self) -> str:
        """Where a meeting with them begins; empty for somebody who takes and gives none."""
        if self.takes_sessions:
            return f"{reverse('schedule:theme', args=[self.path.pk])}?{urlencode({'for': self.user.pk})}"
        if self.is_here and Role.EXPERT in self.roles:
            return f"{reverse('schedule:manually', args=[self.path.pk])}?{urlencode({'expert': self.user.pk})}"
        return ""

    @property
    def see_as_url(self) -> str:
        """Where an admin looks at the path as they would; empty for whom that is not possible."""
        waits = self.invitation is not None or self.is_hidden or self.path.is_draft
        if not self.is_here or waits or self.user.is_staff or Role.ADMIN in self.roles:
            return ""
        return f"{reverse('paths:see-as', args=[self.path.pk])}?{urlencode({'person': self.user.pk})}"

    @property
    def add_again_url(self) -> str:
        """As they were last."""
        query = urlencode({"who": self.user.email, "role": self.roles[0]})
        return f"{reverse('paths:add-people', args=[self.path.pk])}?{query}"

    @property
    def history_query(self) -> str:
        return urlencode({"q": self.user.email})

    @property
    def end_url(self) -> str:
        return reverse("paths:end-membership", args=[self.path.pk, self.user.pk])

    @property
    def other_roles(self) -> list[tuple[str, str]]:
        """What they could be instead, (value, label)."""
        every = (Role.PARTICIPANT, Role.EXPERT, Role.ADMIN)
        return [(role.value, str(role.label)) for role in every if role not in self.roles]

    @property
    def ends_of_one(self) -> list[tuple[str, str]]:
        """Of somebody who is more than one thing here: where one of them ends, and what to say of it."""
        if len(self.roles) < 2:
            return []
        return [(f"{self.end_url}?{urlencode({'of': role})}", str(END_ONLY[Role(role)])) for role in self.roles]

    @property
    def admin_too_url(self) -> str:
        """Where an expert or a participant becomes an admin as well."""
        if self.is_self or not self.is_here or Role.ADMIN in self.roles:
            return ""
        query = urlencode({"who": self.user.email, "role": Role.ADMIN.value})
        return f"{reverse('paths:add-people', args=[self.path.pk])}?{query}"

    def facts(self) -> dict[str, str]:
        """What stands under “About”; of an account that is not theirs to know, nothing but the path."""
        zone = self.user.time_zone
        reader = self.reader.reader
        began = (self.live or self.memberships)[0].started_at
        since = {"since": timefmt.full_date(timefmt.local_day(began, reader))}
        if self.is_hidden:
            return since
        seen = self.user.last_login
        # By the clock as the reader writes it.
        there = timefmt.clock(self.now, reader._replace(zone=zone))
        return {
            **since,
            "zone": _("%(place)s, %(time)s there now") % {"place": timefmt.city(zone), "time": there},
            "seen": rows.past(seen, reader, self.now) if seen else pgettext("signed in", "Never"),
        }

    @property
    def invited_words(self) -> str:
        """“Invited on 19 November. Not answered.”; empty for whoever has answered."""
        if self.invitation is None:
            return ""
        words = {"day": timefmt.bare_day(self.invitation.sent_at, self.reader.reader, self.now)}
        if self.invitation.state(self.now) == InvitationState.EXPIRED:
            return _("Invited on %(day)s. Not answered, and the link has run out.") % words
        return _("Invited on %(day)s. Not answered.") % words

    def meetings(self, number) -> tuple[Page, list[dict[str, object]]]:
        """Of this path alone, the latest first."""
        theirs = Meeting.objects.of(self.user).filter(path=self.path).with_people().order_by("-starts_at", "id")
        page = Paginator(theirs, MEETINGS_PER_PAGE).get_page(number)
        stars = dict(Rating.objects.filter(meeting__in=list(page), user=self.user).values_list("meeting", "stars"))
        return page, [self._row(meeting, stars.get(meeting.pk)) for meeting in page]

    def coming(self) -> int:
        """How many meetings on this path they still have ahead."""
        return Meeting.objects.of(self.user, since=self.now).filter(path=self.path).upcoming(self.now).count()

    def history(self) -> list[HistoryLine]:
        found = log.page(self.path, log.Filters(person=self.user.pk), size=LINES)
        return lines(self.path, found.events, self.reader, self.now)

    def _row(self, meeting: Meeting, stars: int | None) -> dict[str, object]:
        """For components/meeting_row.html: as the person would say it, in the reader's time."""
        row = meeting_rows.rows([meeting], self.reader, self.now)[0]
        times = timefmt.clock_range(meeting.starts_at, meeting.ends_at, self.reader.reader)
        row["text"] = meeting_rows.beside(times, meeting, self.user)
        if meeting.is_called_off:
            late = meeting.is_dropin and meeting.counts_as_used and self.path.sessions_per_participant is not None
            row["second"] = _("Cancelled late, counts as used.") if late else row.get("second", "")
        elif stars:
            row["second"] = _("They rated it %(stars)d of 5.") % {"stars": stars}
        return row


def sessions_words(tally: Credits) -> tuple[str, str]:
    """“4 of 8 sessions left.” and “3 used, 1 booked. 2 of the 8 are extra.”"""
    spent = _("%(used)d used, %(booked)d booked.") % {"used": tally.used, "booked": tally.booked}
    if tally.total is None:
        return _("No limit on sessions."), spent
    text = ngettext("%(left)d of %(total)d session left.", "%(left)d of %(total)d sessions left.", tally.total)
    words = {"extra": abs(tally.extra), "total": tally.total}
    if tally.extra > 0:
        more = ngettext("%(extra)d of the %(total)d is extra.", "%(extra)d of the %(total)d are extra.", tally.extra)
        spent = f"{spent} {more % words}"
    elif tally.extra < 0:
        more = ngettext("%(extra)d less than others have.", "%(extra)d less than others have.", -tally.extra)
        spent = f"{spent} {more % words}"
    return text % {"left": tally.left, "total": tally.total}, spent
