"""Whose time a booking takes: looked up, locked, and asked again of the engine that listed the time."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from everwise.accounts.models import User
from everwise.wording import isolated
from experts.models import Expert
from meetings.booking import fair_choice
from meetings.booking.credits import extra_of
from meetings.booking.errors import AlreadyBusy, Changed, JustTaken, NotOffered, Overtaken, PathNotOpen
from meetings.booking.terms import Agreed, Terms, agree
from meetings.integrity.locks import lock_people, share_at_once
from meetings.slots.one_start import Contender, StartCheck
from paths import states
from paths.models import Path

TAKEN = gettext_lazy("That time was just taken.")
RETIRED = gettext_lazy("This theme can’t be booked any more.")


def free(moment: StartCheck, expert: Expert | None = None) -> list[Contender]:
    """Who is free at this start, of all the theme's experts or of this one. Raises why nobody is."""
    if found := moment.free(expert.pk if expert else None):
        return found
    if moment.participant_is_busy:
        raise AlreadyBusy(
            _("%(name)s is in another meeting at that time.") % {"name": isolated(moment.participant.name)}
        )
    if moment.hours_offer:
        raise JustTaken(TAKEN)
    raise NotOffered(_("No expert of this theme offers that time. Please choose one of the times shown."))


def still_free(moment: StartCheck, locked: Iterable[UUID]) -> list[Contender]:
    """Which of the locked people are free after all. Overtaken if all are gone while somebody else has become free."""
    held = set(locked)
    if found := [one for one in free(moment) if one.user_id in held]:
        return found
    raise Overtaken(TAKEN)


def fairest(moment: StartCheck, among: list[Contender], token: UUID) -> Contender:
    """The fairest of these, locked without waiting. Overtaken if other writers hold them all."""
    by_user = {one.user_id: one for one in among}
    chosen = fair_choice.fairest(by_user, moment.start, seed=str(token), beside=moment.participant.pk)
    if chosen is None:
        raise Overtaken(TAKEN)
    return by_user[chosen]


def terms(theme: UUID, by: User, participant: User) -> Agreed:
    """Theme and policy as they stay until the transaction ends. Lock the two people first."""
    if agreed := agree(theme, by=by, participant=participant):
        return agreed
    raise NotOffered(RETIRED)


def terms_to_book(theme: UUID, by: User, participant: User) -> Agreed:
    """The same for a new session: a retired theme has none, while what is booked can still be moved."""
    agreed = terms(theme, by, participant)
    if agreed.theme.is_retired:
        raise NotOffered(RETIRED)
    return agreed


def check_open(path: Path, by: User, now: datetime) -> None:
    """Raise PathNotOpen where nothing is booked or moved, whatever its experts offer: on a draft, once closed early."""
    if path.is_draft:
        raise PathNotOpen(states.draft_words())
    if path.closed_at:
        raise PathNotOpen(states.closed_words(path, by.reader, now))


def unchanged(shown: Terms | None, now: Terms) -> None:
    """Raise Changed, saying what has, where a page showed other terms than those by which would be booked."""
    if shown is not None and (told := now.changes_since(shown)):
        raise Changed(" ".join(told))


def unchanged_so_far(shown: Terms | None, path: Path, minutes: int, participant: User) -> None:
    """The same by the terms as the request has read them: whoever took long reads what changed, not "taken"."""
    if shown is not None:
        unchanged(shown, Terms.of(path, minutes, extra_of(participant, path)))


def one(moment: StartCheck, expert: Expert, *, by: User, shown: Terms | None) -> tuple[Contender, Agreed]:
    """This expert, free and locked, as are the participant and the terms, until the transaction ends."""
    lock_people([moment.participant.pk, expert.user_id], by=by.pk)
    agreed = _renewed(moment, by, shown)
    return free(moment, expert)[0], agreed


def any_of_them(
    moment: StartCheck, token: UUID, *, by: User, shown: Terms | None, waiting: bool
) -> tuple[Contender, Agreed]:
    """The fairest of all who are free, locked, as are the participant and the terms, until the transaction ends.

    Without `waiting` only these two are locked, and an expert whom another writer holds is passed over, so that
    bookings of one theme don't queue behind each other. If that fails it proves nobody's time taken: Overtaken.
    With `waiting` all who were free are locked in id order, as nobody may read "taken" while one of them is free.
    """
    found = free(moment)
    if waiting:
        people = [each.user_id for each in found]
        lock_people([moment.participant.pk, *people], by=by.pk)
        agreed = _renewed(moment, by, shown)
        return fairest(moment, still_free(moment, people), token), agreed
    chosen = fairest(moment, found, token)
    if by.pk not in {moment.participant.pk, chosen.user_id} and not share_at_once(by.pk):
        raise Overtaken(TAKEN)
    agreed = _renewed(moment, by, shown)
    if not moment.free(chosen.pk):
        raise Overtaken(TAKEN)
    return chosen, agreed


def _renewed(moment: StartCheck, by: User, shown: Terms | None) -> Agreed:
    """The terms by which is booked, which the moment goes by from now on, too."""
    agreed = terms_to_book(moment.theme.pk, by, moment.participant)
    check_open(agreed.theme.path, by, moment.now)
    unchanged(shown, agreed.terms(agreed.theme.duration_minutes))
    moment.renew(agreed.theme, agreed.theme.duration_minutes)
    return agreed
