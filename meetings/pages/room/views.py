"""Where a path's meetings take place: looked at, saved, and the server asked whether it would let us in."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from everwise.accounts.kept_posts import take
from meetings.models import Meeting
from meetings.pages import policy_words
from meetings.pages.path.frame import frame
from meetings.pages.room.forms import RoomForm, initial_of
from meetings.permissions import gates
from meetings.rooms import bigbluebutton
from paths import rooms
from paths.enums import RoomKind


@sensitive_post_parameters("jitsi_secret", "bigbluebutton_secret")
@require_http_methods(["GET", "HEAD", "POST"])
def room(request, path_id) -> HttpResponse:
    now = request.now = timezone.now()
    path = gates.open_path_as_admin(request.user, path_id)
    if request.method != "POST":
        kept = take(request)
        initial = initial_of(rooms.stored(path)) | {"version": rooms.version(path)}
        return _page(request, path, _form(path, kept) if kept else _form(path, initial=initial))
    form = _form(path, request.POST)
    if not form.is_valid():
        return _page(request, path, form, status=400)
    plan = form.plan()
    try:
        saved = rooms.save(path=path, plan=plan, version=form.cleaned_data["version"], by=request.user, now=now)
    except rooms.RoomRefused as error:
        raise PermissionDenied(str(error)) from error
    except rooms.SecretMissing as error:
        form.add_error(form.secret_name, str(error))
        return _page(request, path, form, status=400)
    except rooms.StaleRoom as error:
        return _stale(request, path, form, str(error))
    _say_saved(request, saved)
    return redirect("paths:room", saved.pk)


def _form(path, *args, **kwargs):
    return RoomForm(*args, kept=rooms.stored(path).kind.value if rooms.has_secret(path) else "", **kwargs)


def _stale(request, path, form, text):
    """The form once more, on the version that stands now, which is said above it."""
    form.data = form.data.dict() | {"version": rooms.version(path)}
    now = policy_words.room(rooms.stored(gates.open_path_as_admin(request.user, path.pk)).facts)
    form.add_error(None, _("%(text)s It is now: %(room)s.") % {"text": text, "room": now})
    return _page(request, path, form, status=409)


def _say_saved(request, path):
    """A wrong secret should not first be noticed by whoever wants to join."""
    plan = rooms.opened(path)
    if plan.kind != RoomKind.BIGBLUEBUTTON:
        messages.success(request, _("The video room is saved."))
        return
    try:
        bigbluebutton.check(bigbluebutton.ConferenceServer(plan.address, plan.secret))
    except bigbluebutton.NoAnswer:
        messages.warning(
            request, _("The video room is saved, but the server does not answer now. Is its address right?")
        )
    except bigbluebutton.Declined:
        messages.warning(request, _("The video room is saved, but the server does not let us in. Is the secret right?"))
    else:
        messages.success(request, _("The video room is saved, and the server lets us in."))


def _page(request, path, form, status=200):
    context = {
        # A page of the settings.
        **frame(path, request.user, request.now, "settings"),
        "form": form,
        "chosen": form["kind"].value(),
        "ahead": Meeting.objects.filter(path=path).upcoming(request.now).count(),
    }
    return render(request, "paths/room/page.html", context, status=status)
