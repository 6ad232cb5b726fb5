"""The page “Your data”, the archive that it gives, and the wish to be erased."""

from allauth.account.decorators import reauthentication_required
from allauth.core.internal.ratelimit import consume
from allauth.core.ratelimit import respond_429
from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from everwise import timefmt
from everwise.accounts import kept_posts
from meetings.pages.own_data.archive import made
from meetings.pages.own_data.forms import ErasureForm
from meetings.pages.own_data.rows import Whose
from paths import erasure

# Each person: an archive reads all that there is of them.
RATE = "5/h/user"


@require_safe
def page(request) -> HttpResponse:
    return _page(request, ErasureForm(), timezone.now())


@require_http_methods(["GET", "HEAD", "POST"])
def archive(request) -> HttpResponse | FileResponse:
    """A GET is where somebody comes back to who had to show first that it is them."""
    if request.method == "POST":
        return _archive(request)
    messages.info(request, _("Thank you. Now press “Download my data” once more."))
    return redirect("own-data:page")


@reauthentication_required
def _archive(request) -> HttpResponse | FileResponse:
    if not consume(request, app="everwise", action="archive", config={"archive": RATE}, user=request.user):
        return respond_429(request)
    now = timezone.now()
    name = f"everwise-{now.astimezone(request.user.time_zone).date().isoformat()}.zip"
    response = FileResponse(made(Whose(request.user, now)), as_attachment=True, filename=name)
    add_never_cache_headers(response)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request) -> HttpResponse:
    """A GET is where somebody comes back to who had to show first that it is them: with what they had written."""
    if request.method == "POST":
        return _ask(request)
    kept = kept_posts.take(request)
    if kept is None:
        return redirect("own-data:page")
    return _page(request, ErasureForm(initial={"words": kept.get("words", "")}), timezone.now())


@reauthentication_required
def _ask(request) -> HttpResponse:
    now, form = timezone.now(), ErasureForm(request.POST)
    if not form.is_valid():
        return _page(request, form, now, status=400)
    try:
        erasure.ask(by=request.user, words=form.cleaned_data["words"], now=now)
    except erasure.ErasureAskedAlready as error:
        messages.info(request, str(error))
    else:
        messages.success(request, _("Your request is on its way to those who can carry it out."))
    return redirect("own-data:page")


@require_POST
def withdraw(request) -> HttpResponse:
    try:
        erasure.withdraw(by=request.user, now=timezone.now())
    except erasure.NothingToWithdraw as error:
        messages.info(request, str(error))
    else:
        messages.success(request, _("Your request is withdrawn. Nothing was deleted."))
    return redirect("own-data:page")


def _page(request, form, now, status=200):
    request.now = now
    asked = erasure.open_request(request.user)
    context = {
        "nav": "account",
        "form": form,
        "asked": asked,
        "asked_at": timefmt.long_day(asked.asked_at, request.user.reader, now) if asked else "",
    }
    return render(request, "own_data/page.html", context, status=status)
