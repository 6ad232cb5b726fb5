"""What every template needs to show a time."""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from everwise.timefmt import Reader


def reading(request: HttpRequest) -> dict[str, object]:
    # Taken once per request, so that two parts of one page never disagree about what is past.
    now = vars(request).setdefault("now", timezone.now())
    user = getattr(request, "user", None)
    reader = user.reader if user is not None and user.is_authenticated else Reader(ZoneInfo("UTC"))
    return {"reader": reader, "now": now, "demo": settings.DEMO, "csrf_cookie": settings.CSRF_COOKIE_NAME}
