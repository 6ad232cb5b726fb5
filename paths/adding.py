"""People added to a path by their e-mail addresses, many at once: all of them, or none."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from enum import Enum, auto
from typing import NamedTuple
from uuid import UUID

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from everwise.accounts.models import User
from everwise.wording import isolated
from paths import added, enrolment
from paths.enums import Happened, Role, Via
from paths.invitations import shown_name
from paths.models import Invitation, Path

MOST_LINES = 50
LONGEST_NAME, LONGEST_ADDRESS = 120, 254
# `Name <address>`, or an address alone.
WITH_NAME = re.compile(r"^(?P<name>[^<>]*)<(?P<address>[^<>]*)>$")
# Two admins may add the same address at once: the second then finds the first one's person.
TRIES = 3

CLASH = {
    Role.EXPERT: gettext_lazy("%(name)s is an expert here, and can’t be both."),
    Role.PARTICIPANT: gettext_lazy("%(name)s is a participant here, and can’t be both."),
}


class PersonLine(NamedTuple):
    number: int
    name: str
    address: str


class WrongPart(Enum):
    """What a fault of a line is about, for lists that call their lines something else."""

    LIST = auto()
    NAME = auto()
    ADDRESS = auto()
    TWICE = auto()


class LineFault(NamedTuple):
    """What is wrong with a line, as a sentence that names it; line 0 is the whole list."""

    line: int
    text: str
    what: WrongPart = WrongPart.LIST


class LinesRefused(enrolment.EnrolmentError):
    """Nobody was added: `faults` say which lines are why."""

    def __init__(self, faults: list[LineFault]):
        super().__init__("\n".join(fault.text for fault in faults))
        self.faults = faults


class AddedCounts(NamedTuple):
    """How many of the lines were what. A person whose account is their own to reveal counts as invited.

    `unheard`: those added to a draft, who are told when it is opened.
    """

    invited: int
    added: int
    already: int
    unheard: int = 0

    def __str__(self):
        said = []
        if self.invited:
            said.append(
                ngettext("%(n)d person was invited.", "%(n)d people were invited.", self.invited) % {"n": self.invited}
            )
        if self.added:
            said.append(
                ngettext("%(n)d person was added and told.", "%(n)d people were added and told.", self.added)
                % {"n": self.added}
            )
        if self.unheard:
            said.append(
                ngettext(
                    "%(n)d person was added. They hear of it when the path is opened.",
                    "%(n)d people were added. They hear of it when the path is opened.",
                    self.unheard,
                )
                % {"n": self.unheard}
            )
        if self.already:
            said.append(
                ngettext("%(n)d person was already here.", "%(n)d people were already here.", self.already)
                % {"n": self.already}
            )
        return " ".join(said)


def add_people(
    *, path: Path, lines: str, role: Role, by: User, now: datetime, token: UUID, via: Via = Via.WEB
) -> AddedCounts:
    """Add everybody who stands in `lines`, one on each. The same token again changes nothing and says the same.

    Raises LinesRefused, and EnrolmentRefused where `by` is no admin of the path. Whether an address has an account
    elsewhere shows in nothing of this.
    """
    people = read(lines)
    left = TRIES
    while True:
        left -= 1
        try:
            return _add_all(path, people, role, by=by, now=now, token=token, via=via)
        except IntegrityError:
            if not left:
                raise


def read(text: str) -> list[PersonLine]:
    """The people in a text; empty lines count for nothing but their number. Raises LinesRefused."""
    written = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not written:
        raise LinesRefused([LineFault(0, _("Type at least one e-mail address."))])
    if len(written) > MOST_LINES:
        words = {"number": len(written), "most": MOST_LINES}
        raise LinesRefused([LineFault(0, _("%(number)d lines; %(most)d at most. Add them in several goes.") % words)])
    lines, faults = [], []
    places: dict[str, int] = {}
    for number, line in written:
        parts = WITH_NAME.match(line)
        name, address = (parts["name"], parts["address"]) if parts else ("", line)
        name, address = one_line(name).strip(" \"'"), address.strip().lower()
        if fault := _fault(number, line, name, address):
            faults.append(fault)
        elif address in places:
            words = {"line": number, "other": places[address]}
            text = _("Line %(line)d: the same person stands on line %(other)d.") % words
            faults.append(LineFault(number, text, WrongPart.TWICE))
        else:
            places[address] = number
            lines.append(PersonLine(number, name, address))
    if faults:
        raise LinesRefused(faults)
    return lines


def _fault(number, line, name, address) -> LineFault | None:
    shown = {"line": number, "text": one_line(line)[:80], "most": LONGEST_NAME}
    if len(name) > LONGEST_NAME:
        return LineFault(
            number, _("Line %(line)d: the name is longer than %(most)d characters.") % shown, WrongPart.NAME
        )
    if not is_address(address):
        text = _("Line %(line)d: “%(text)s” is not a full e-mail address.") % shown
        return LineFault(number, text, WrongPart.ADDRESS)
    return None


def is_address(text: str) -> bool:
    """Whether this is a full e-mail address, and none too long to be kept."""
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= LONGEST_ADDRESS


def one_line(text: str) -> str:
    """Without what steers a terminal, a line or the direction of writing."""
    kept = "".join(" " if unicodedata.category(each) in {"Cc", "Cf", "Zl", "Zp"} else each for each in text)
    return " ".join(kept.split())


@transaction.atomic
def _add_all(path, people, role, *, by, now, token, via):
    known = people_by_address(line.address for line in people)
    # Everybody at once and in order, then whoever is new: nobody else can hold those yet.
    enrolment.lock([user.pk for user in known.values()], by=by.pk)
    enrolment.check_right(by, path)
    if before := _before(path, role, token, len(people)):
        return before
    faults, already, events = [], 0, {"token": str(token)}
    for line in people:
        user = known.get(line.address) or newcomer(line, path)
        if not user.is_active:
            words = {"line": line.number, "address": line.address}
            text = _("Line %(line)d: %(address)s can’t be added. Ask the people who run Everwise.")
            faults.append(LineFault(line.number, text % words))
            continue
        try:
            enrolment.add(path=path, user=user, role=role, by=by, now=now, via=via, facts=events)
        except enrolment.AlreadyOnPath:
            already += 1
        except enrolment.RolesClash:
            other = Role.EXPERT if role == Role.PARTICIPANT else Role.PARTICIPANT
            waiting = Invitation.objects.open().filter(path=path, user=user).first()
            faults.append(LineFault(line.number, CLASH[other] % {"name": isolated(shown_name(waiting, user))}))
    if faults:
        raise LinesRefused(faults)
    return _counted(path, role, token, len(people))


def people_by_address(addresses: Iterable[str]) -> dict[str, User]:
    """Whose these addresses are, in lower case: their own ones, or others by which they sign in."""
    wanted = list(addresses)
    rows = EmailAddress.objects.filter(email__in=wanted, verified=True).select_related("user")
    found = {row.email.lower(): row.user for row in rows}
    return found | {user.email.lower(): user for user in User.objects.filter(email__in=wanted)}


def newcomer(line: PersonLine, path: Path) -> User:
    """A person without a password or a verified address: nobody signs in until they accept."""
    return User.objects.create_user(
        line.address, None, name=line.name, language=path.language, time_zone=path.time_zone
    )


def _before(path, role, token, number) -> AddedCounts | None:
    return _counted(path, role, token, number) if _events(path, token).exists() else None


def _counted(path, role, token, number) -> AddedCounts:
    """By the path's history, which names the form that each person was added by."""
    invited = _events(path, token).filter(what=Happened.INVITED).count()
    told = _events(path, token).filter(what=Happened.ADDED).count()
    already = number - invited - told
    if role == Role.PARTICIPANT and added.is_draft(path):
        return AddedCounts(invited, 0, already, unheard=told)
    return AddedCounts(invited, told, already)


def _events(path, token):
    return path.events.filter(facts__token=str(token))
