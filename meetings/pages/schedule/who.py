"""Whom a session can be with, as the rows of one choice: Confirm and Save show the same."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext as _

from everwise import timefmt, wording
from everwise.accounts.models import User
from everwise.timefmt import Reader
from experts.models import Expert
from meetings.enums import Status
from meetings.models import Attendee
from meetings.pages.fields import ANY
from meetings.pages.zone_lines import offset_in
from paths.enums import Role

# More experts than this are folded away.
MOST_ROWS = 6


class WhoRow(NamedTuple):
    """One answer. `clock` and `city` say what an expert's clock shows where the reader's shows another time."""

    value: str
    name: str
    details: str
    people: Sequence[User]
    checked: bool
    clock: str = ""
    city: str = ""
    own: bool = False  # the reader themselves


class WhoChoice(NamedTuple):
    rows: list[WhoRow]
    folded: list[WhoRow]

    @property
    def only(self) -> WhoRow | None:
        return self.rows[0] if len(self.rows) == 1 else None


def choice(
    free: Iterable[Expert],
    start: datetime,
    *,
    user: User,
    reader: Reader,
    wanted: str,
    participant: User,
    now: datetime,
    present: Expert | None = None,
) -> WhoChoice:
    """The experts who are free at a start, for the user who chooses among them; `present` has the meeting now.

    `wanted` is the id of the one chosen so far, ANY, or nothing.
    """
    experts = sorted(free, key=lambda expert: (expert != present, str(expert.pk) != wanted))
    chosen = next((expert for expert in experts if str(expert.pk) == wanted), None)
    stays = present if present in experts else None
    if chosen is None and wanted != ANY:
        chosen = stays
    met = _met(participant, experts, now) if participant == user else {}
    stay = _("Stays with you.") if user in {participant, stays and stays.user} else _("Has the meeting now.")
    rows = [
        _row(expert, start, reader, user, met, expert == chosen, stay if expert == stays else "") for expert in experts
    ]
    if len(experts) > 1 and not (stays and chosen):
        rows.insert(0, _anyone(experts, user, checked=chosen is None))
    return WhoChoice(rows[: MOST_ROWS + 1], rows[MOST_ROWS + 1 :]) if len(rows) > MOST_ROWS + 1 else WhoChoice(rows, [])


def _anyone(experts: Sequence[Expert], user: User, *, checked: bool) -> WhoRow:
    # Whoever reads it comes first, where the word begins the sentence.
    names = [_("You")] if any(expert.user == user for expert in experts) else []
    names += [expert.user.first_name for expert in experts if expert.user != user]
    details = _("%(names)s. We share sessions out fairly.") % {"names": wording.one_of(names)}
    return WhoRow(ANY, _("Anyone available"), details, [expert.user for expert in experts], checked)


def _row(
    expert: Expert,
    start: datetime,
    reader: Reader,
    user: User,
    met: dict,
    checked: bool,
    stay: str,
) -> WhoRow:
    own = expert.user == user
    details = [stay, _("%(title)s.") % {"title": wording.isolated(expert.title)} if expert.title else ""]
    if last := met.get(expert.user_id):
        details.append(_("You met on %(day)s.") % {"day": timefmt.bare_day(last, reader, start)})
    elif expert.languages:
        details.append(_("Speaks %(languages)s.") % {"languages": expert.languages})
    clock = city = ""
    zone = expert.user.time_zone
    if offset_in(zone, start) != offset_in(reader.zone, start):
        there = Reader(zone, reader.twelve_hour)
        clock, city = timefmt.clock(start, there), timefmt.city(zone)
        if timefmt.local_day(start, there) != timefmt.local_day(start, reader):
            clock = f"{timefmt.tiny_day(start, there)}, {clock}"
    name = _("You") if own else expert.user.name
    return WhoRow(str(expert.pk), name, " ".join(filter(None, details)), [expert.user], checked, clock, city, own)


def _met(participant: User, experts: Sequence[Expert], now: datetime) -> dict[UUID, datetime]:
    """When the participant last met each of them (ids of people); a meeting that nobody marked is taken as held."""
    theirs = Attendee.objects.present().filter(role=Role.EXPERT, user__in=[expert.user_id for expert in experts])
    theirs = theirs.filter(ends_at__lte=now, meeting__status__in=[Status.SCHEDULED, Status.HELD]).order_by()
    mine = Attendee.objects.present().filter(user=participant)
    if participant.seen_as:
        # Whom they met on other paths is not the admin's to know.
        mine = mine.filter(meeting__path=participant.seen_as.path)
    theirs = theirs.filter(meeting__in=mine.values("meeting"))
    return dict(theirs.values_list("user").annotate(last=Max("starts_at")))
