"""Who waits for a time in the demo: Maya for an evening on the data path, two others for a talk before work."""

from datetime import datetime, timedelta

from everwise.accounts.models import User
from meetings.booking.errors import BookingError
from meetings.booking.waitlist import joining
from meetings.booking.waitlist.windows import Window
from meetings.models import WEEKDAYS, DayPart
from paths.enums import Role
from paths.models import Membership, Path, Theme

LASTS = timedelta(days=25)
# So many more wait for the path's last theme.
OTHERS = 2


def wait(lead: Path, data: Path, maya: User, now: datetime) -> None:
    _join(data.themes.order_by("-position").first(), maya, DayPart.EVENING, now)
    members = Membership.objects.live().filter(path=lead, role=Role.PARTICIPANT).exclude(user=maya)
    waiting = 0
    for each in members.select_related("user").order_by("user__name"):
        waiting += _join(lead.themes.order_by("-position").first(), each.user, DayPart.MORNING, now)
        if waiting == OTHERS:
            break


def _join(theme: Theme | None, user: User, part: DayPart, now: datetime) -> bool:
    """Whoever has no session left can't."""
    if theme is None:
        return False
    today = now.astimezone(user.time_zone).date()
    window = Window(today, today + LASTS, WEEKDAYS, part, str(user.time_zone))
    try:
        joining.join(theme=theme, window=window, by=user, now=now)
    except BookingError:
        return False
    return True
