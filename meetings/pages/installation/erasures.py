"""Who asks to be erased, on the page “Installation”: the longest waiting first, for staff who may change people."""

from datetime import datetime

from everwise import timefmt
from everwise.accounts.models import User
from paths.erasure import RIGHT
from paths.models import ErasureRequest

MOST = 20


def waiting(user: User, now: datetime) -> dict[str, object]:
    if not user.has_perm(RIGHT):
        return {"erasures": []}
    found = list(ErasureRequest.objects.open().select_related("user").order_by("asked_at", "pk")[: MOST + 1])
    rows = [
        {"user": each.user, "words": each.words, "when": timefmt.long_day(each.asked_at, user.reader, now)}
        for each in found[:MOST]
    ]
    return {"erasures": rows, "erasures_more": len(found) > MOST}
