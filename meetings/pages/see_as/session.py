"""What stands in an admin's session while they look at a path as somebody else."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from everwise import timefmt
from everwise.accounts.models import User
from everwise.wording import isolated
from paths import seeing_as
from paths.enums import Role
from paths.models import Path
from paths.seeing_as import LASTS, Look

KEY = "seeing_as"


@dataclass(frozen=True, slots=True)
class Seeing:
    """What the request is about: `look`, begun by `by`, ends at `until`."""

    look: Look
    by: User
    until: datetime

    @property
    def path(self) -> Path:
        return self.look.path

    @property
    def logged(self) -> str:
        """For a line of the log: the person's id, or the role."""
        return self.look.role.value if self.look.is_nobody else str(self.look.reader.pk)

    @property
    def title(self) -> str:
        """“You see “Leading” as Mia Weber (participant) would.”"""
        words = {"path": isolated(self.path.name), "person": isolated(self.look.reader)}
        if self.look.is_nobody:
            if self.look.role is Role.EXPERT:
                return _("You see “%(path)s” as an expert would.") % words
            return _("You see “%(path)s” as a participant would.") % words
        if self.look.role is Role.EXPERT:
            return _("You see “%(path)s” as %(person)s (expert) would.") % words
        return _("You see “%(path)s” as %(person)s (participant) would.") % words

    @property
    def text(self) -> str:
        """Until when, by the admin's clock, and in whose zone the page shows times."""
        ends = timefmt.clock(self.until, self.by.reader)
        zone = timefmt.city(self.look.reader.time_zone)
        return _("Nothing can be changed. Times are those of %(zone)s. It ends by itself at %(time)s.") % {
            "zone": zone,
            "time": ends,
        }


def begin(request: HttpRequest, look: Look, now: datetime) -> None:
    request.session[KEY] = {
        "path": str(look.path.pk),
        "by": str(request.user.pk),
        "role": look.role.value,
        "person": None if look.is_nobody else str(look.reader.pk),
        "since": now.timestamp(),
    }


def end(request: HttpRequest) -> None:
    request.session.pop(KEY, None)
    request.seeing = None  # type: ignore[attr-defined]


def is_begun(request: HttpRequest) -> bool:
    return KEY in request.session


def find(request: HttpRequest, now: datetime) -> Seeing | None:
    """What goes on still; None once half an hour is over, or the admin or the person is not what they were."""
    kept = request.session[KEY]
    since = datetime.fromtimestamp(kept["since"], tz=UTC)
    # A clock that was put back does not make it longer.
    by = cast("User", request.user)
    if not since <= now < since + LASTS or kept["by"] != str(by.pk):
        return None
    person = UUID(kept["person"]) if kept["person"] else None
    look = seeing_as.look(path=UUID(kept["path"]), by=by, role=Role(kept["role"]), person=person)
    return Seeing(look, by, since + LASTS) if look else None
