"""The writer of where a path's meetings take place, and the only code that opens the secret of its server.

The secret is kept in the database, encrypted, and not in the environment: each path may have a server of its own, and
its admins set it without staff or a restart. It is never shown again, and no error, log or history repeats it.
"""

import json
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256

from cryptography.fernet import InvalidToken
from django.db import transaction
from django.utils.translation import gettext as _

from everwise.accounts.models import User
from everwise.encryption import box
from everwise.errors import Refused, Stale
from paths import history
from paths.enrolment import EnrolmentRefused, check_right, lock
from paths.enums import Happened, RoomKind
from paths.models import Path, RoomServer

PURPOSE = b"everwise.rooms"
# What stands in a template for the name of a meeting's room.
PLACEHOLDER = "{meeting}"
WITH_SECRET = {RoomKind.JITSI, RoomKind.BIGBLUEBUTTON}


class RoomError(Exception):
    """Nothing was saved. Its text says why, for the person who asked."""


class RoomRefused(RoomError, Refused):
    """Only a live admin of the path says where its meetings take place."""


class StaleRoom(RoomError, Stale):
    """Somebody else has saved another room since the page was opened."""


class SecretMissing(RoomError):
    """The server is another than the one whose secret is kept, or none is."""


class SecretLost(Exception):
    """Neither SECRET_KEY nor one of SECRET_KEY_FALLBACKS has encrypted the secret."""


@dataclass(frozen=True, slots=True)
class RoomPlan:
    """Where meetings shall take place. Without a `secret` the one that is kept for this very server stays."""

    kind: RoomKind
    address: str = ""
    app_id: str = ""
    secret: str = field(default="", repr=False)

    @property
    def facts(self) -> dict[str, str]:
        return {"kind": self.kind.value, "address": self.address, "app_id": self.app_id}


def stored(path: Path) -> RoomPlan:
    """Where they take place now, without the secret."""
    return _without_secret(_server(path))


def has_secret(path: Path) -> bool:
    """Whether the secret of its server is kept, and can be read."""
    server = _server(path)
    return server is not None and _opens(server.sealed_secret)


def version(path: Path) -> str:
    """Of the room as it stands: another one after each change."""
    return _version(_server(path))


def opened(path: Path) -> RoomPlan:
    """Where they take place now, with the secret, read at once. Raises SecretLost."""
    server = _server(path)
    plan = _without_secret(server)
    return replace(plan, secret=_open(server.sealed_secret)) if server else plan


def save(*, path: Path, plan: RoomPlan, version: str, by: User, now: datetime) -> Path:
    """Let the path's meetings take place there, those that are booked, too: their room is made when somebody joins.

    `version` is that of what the form showed. The same once more changes nothing. Raises a RoomError.
    """
    with transaction.atomic():
        lock([], by=by.pk)
        try:
            check_right(by, path)
        except EnrolmentRefused as error:
            raise RoomRefused(_("Only an admin of this path can change its settings.")) from error
        current = Path.objects.select_for_update(no_key=True).get(pk=path.pk)
        server = _server(current)
        before = _without_secret(server)
        same = before.facts == plan.facts
        kept = server.sealed_secret if server and same and _opens(server.sealed_secret) else ""
        if same and (not plan.secret or plan.secret == _open(kept)) and (kept or plan.kind not in WITH_SECRET):
            return current
        if version != _version(server):
            raise StaleRoom(_("The video room was changed while you had it open."))
        # Typed again for another server: whoever sets an address of their own must not have old secrets used there.
        if plan.kind in WITH_SECRET and not plan.secret and not kept:
            raise SecretMissing(_("Type the secret of this server."))
        current.room_kind = plan.kind
        current.save(update_fields=["room_kind"])
        _write(current, plan, kept)
        facts = {"before": before.facts, "after": plan.facts, "secret": bool(plan.secret)}
        history.write(path=current, what=Happened.ROOM_CHANGED, by=by, now=now, facts=facts)
    return current


def _write(path: Path, plan: RoomPlan, kept: str) -> None:
    if plan.kind == RoomKind.OWN:
        RoomServer.objects.filter(path=path).delete()
        return
    sealed = ""
    if plan.kind in WITH_SECRET:
        sealed = box(PURPOSE).encrypt(plan.secret.encode()).decode() if plan.secret else kept
    values = {"address": plan.address, "app_id": plan.app_id, "sealed_secret": sealed}
    RoomServer.objects.update_or_create(path=path, defaults=values)


def renew() -> tuple[int, int]:
    """Encrypt every secret anew, by SECRET_KEY; how many were, and how many can't be read any more."""
    renewed = lost = 0
    for pk in RoomServer.objects.exclude(sealed_secret="").order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            for server in RoomServer.objects.select_for_update().filter(pk=pk):
                try:
                    server.sealed_secret = box(PURPOSE).rotate(server.sealed_secret.encode()).decode()
                except InvalidToken:
                    lost += 1
                    continue
                server.save(update_fields=["sealed_secret"])
                renewed += 1
    return renewed, lost


def _open(sealed: str) -> str:
    try:
        return box(PURPOSE).decrypt(sealed.encode()).decode() if sealed else ""
    except InvalidToken as error:
        raise SecretLost from error


def _opens(sealed: str) -> bool:
    try:
        return bool(_open(sealed))
    except SecretLost:
        return False


def _server(path: Path) -> RoomServer | None:
    # With its path, whose kind is then as old as the rest.
    return RoomServer.objects.filter(path=path).select_related("path").first()


def _without_secret(server: RoomServer | None) -> RoomPlan:
    if server is None:
        return RoomPlan(RoomKind.OWN)
    return RoomPlan(RoomKind(server.path.room_kind), server.address, server.app_id)


def _version(server: RoomServer | None) -> str:
    # Of the encrypted secret, which differs each time it is written.
    facts = [*_without_secret(server).facts.values(), server.sealed_secret if server else ""]
    return sha256(json.dumps(facts).encode()).hexdigest()[:32]
