"""One path of the demo has a room for each meeting; on the others experts have their own links."""

from datetime import datetime

from everwise.accounts.models import User
from meetings.demo import data
from paths import rooms
from paths.enums import RoomKind
from paths.models import Path


def own_rooms(path: Path, admin: User, now: datetime) -> None:
    plan = rooms.RoomPlan(RoomKind.TEMPLATE, f"https://meet.{data.DOMAIN}/{rooms.PLACEHOLDER}")
    rooms.save(path=path, plan=plan, version=rooms.version(path), by=admin, now=now)
