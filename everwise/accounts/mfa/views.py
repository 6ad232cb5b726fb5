"""Recovery codes to read and to keep, where allauth would note that they were looked at: no GET changes a row."""

from allauth.account.decorators import reauthentication_required
from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_safe


@require_safe
@reauthentication_required(app="allauth.mfa")
@sensitive_variables()
def recovery_codes(request) -> HttpResponse:
    unused = _unused(request.user)
    context = {"nav": "account", "unused_codes": unused, "total_count": app_settings.RECOVERY_CODE_COUNT}
    answer = render(request, "mfa/recovery_codes/index.html", context)
    add_never_cache_headers(answer)
    return answer


@require_safe
@reauthentication_required(app="allauth.mfa")
@sensitive_variables()
def download_recovery_codes(request) -> HttpResponse:
    text = "".join(f"{code}\n" for code in _unused(request.user))
    answer = HttpResponse(text, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="everwise-recovery-codes.txt"'
    add_never_cache_headers(answer)
    return answer


def _unused(user) -> list[str]:
    row = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    if row is None:
        raise Http404
    return row.wrap().get_unused_codes()
