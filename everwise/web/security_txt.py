"""Where to report a weakness, as RFC 9116 has it at /.well-known/security.txt."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from everwise.absolute_urls import absolute

# The RFC recommends less than a year. Whoever reads it later asks again.
VALID_FOR = timedelta(days=180)
DAY_SECONDS = 86_400


@login_not_required
@require_safe
@cache_control(public=True, max_age=DAY_SECONDS)
def security_txt(request) -> HttpResponse:
    if not settings.SECURITY_CONTACT:
        raise Http404("This installation names no contact")
    expires = (timezone.now() + VALID_FOR).replace(hour=0, minute=0, second=0, microsecond=0)
    languages = ", ".join(code for code, _name in settings.LANGUAGES)
    lines = [
        *(f"Contact: {contact}" for contact in settings.SECURITY_CONTACT),
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {languages}",
        f"Canonical: {absolute(reverse('security-txt'))}",
    ]
    return HttpResponse("".join(f"{line}\n" for line in lines), content_type="text/plain; charset=utf-8")
