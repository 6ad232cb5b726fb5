"""The two pages on which an admin opens a draft, closes a path early, and opens it again."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from everwise import timefmt
from everwise.wording import isolated
from meetings.models import Meeting
from meetings.pages.opening.forms import CLOSE, OPEN_AGAIN, CloseForm, OpenForm
from meetings.pages.path.checklist import Checklist
from meetings.pages.path.frame import frame
from meetings.pages.path.overview import overviews
from meetings.permissions import gates
from paths import opening, states
from paths.models import Path, PathEvent


@require_http_methods(["GET", "HEAD", "POST"])
def open_path(request, path_id) -> HttpResponse:
    now = request.now = timezone.now()
    path = gates.open_path_as_admin(request.user, path_id)
    if request.method != "POST":
        return _open_page(request, path)
    form = OpenForm(request.POST)
    if not form.is_valid():
        return _open_page(request, path, form, status=400)

    def lacking(held: Path) -> list[str]:
        return _checklist(request, held).lacking

    shown = form.cleaned_data["shown"]
    try:
        event = opening.open_draft(path=path, by=request.user, now=now, shown=shown, lacking=lacking)
    except opening.OpeningRefused as error:
        raise PermissionDenied(str(error)) from error
    except opening.OpeningError as error:
        form.add_error(None, str(error))
        return _open_page(request, path, form, status=409)
    _say_opened(request, event)
    return redirect("paths:detail", path.pk)


def _say_opened(request, event: PathEvent) -> None:
    """Whoever was first reads what they have done, however often they have sent it; another, who it was."""
    if event.by_id == request.user.pk:
        number = event.facts["participants"]
        text = ngettext(
            "The path is open. %(number)d invitation is on its way.",
            "The path is open. %(number)d invitations are on their way.",
            number,
        )
        messages.success(request, text % {"number": number})
        return
    words = {"name": isolated(event.by), "time": timefmt.clock(event.at, request.user.reader)}
    messages.info(request, _("%(name)s has opened this path already, at %(time)s.") % words)


def _open_page(request, path, form=None, status=200):
    # The number is the page's as it is now, whatever was sent.
    number = opening.unheard(path).exclude(user=request.user).count()
    context = {
        **frame(path, request.user, request.now, "open"),
        "form": form or OpenForm(),
        "number": number,
        "is_ready": path.is_draft and not _checklist(request, path).lacking,
    }
    return render(request, "paths/opening/open.html", context, status=status)


def _checklist(request, path) -> Checklist:
    [overview] = overviews([path], request.user, request.now)
    return Checklist(overview)


@require_http_methods(["GET", "HEAD", "POST"])
def close_path(request, path_id) -> HttpResponse:
    """Closes the path early; of one that was closed so, opens it again."""
    now = request.now = timezone.now()
    path = gates.open_path_as_admin(request.user, path_id)
    if request.method != "POST":
        return _close_page(request, path)
    form = CloseForm(request.POST)
    if not form.is_valid():
        return _close_page(request, path, form, status=400)
    closing = form.cleaned_data["do"] == CLOSE
    write = opening.close if closing else opening.open_again
    try:
        event = write(path=path, by=request.user, now=now)
    except opening.OpeningRefused as error:
        raise PermissionDenied(str(error)) from error
    except opening.OpeningError as error:
        form.add_error(None, str(error))
        return _close_page(request, path, form, status=409)
    if event is None:
        messages.info(request, _("This path was closed already.") if closing else _("This path is open already."))
    elif closing:
        messages.success(request, _("The path is closed. What is booked takes place."))
    else:
        messages.success(request, _("The path is open again."))
    return redirect("paths:detail", path.pk)


def _close_page(request, path: Path, form=None, status=200):
    now = request.now
    closed = states.closed_words(path, request.user.reader, now)
    ahead = Meeting.objects.filter(path=path).upcoming(now).count()
    context = {
        # A page of the settings.
        **frame(path, request.user, now, "settings"),
        "form": form or CloseForm(),
        "do": OPEN_AGAIN if path.closed_at else CLOSE,
        "closed": closed,
        # Its dates are over as well: opened again, it still offers nothing.
        "is_over": bool(path.dates_end_at and path.dates_end_at <= now),
        "ahead": ahead,
    }
    return render(request, "paths/opening/close.html", context, status=status)
