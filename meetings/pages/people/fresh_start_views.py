"""The yes to somebody who has missed too many sessions: asked for on the path's page, given on the person's."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from meetings.booking import fresh_starts
from meetings.pages.form_tokens import mend
from meetings.pages.people.forms import FreshStartForm
from meetings.pages.people.person import PersonOnPath
from meetings.pages.people.person_page import person_page
from meetings.permissions import gates
from paths.models import FreshStart


@require_POST
def let_book(request, path_id, user_id) -> HttpResponse:
    now = request.now = timezone.now()
    path = gates.open_path_as_admin(request.user, path_id)
    shown = PersonOnPath(path, user_id, request.user, now)
    form = FreshStartForm(request.POST)
    if not form.is_valid():
        mend(form)
        return person_page(request, shown, letting=form, status=400)
    try:
        fresh_starts.let_book(path=path, user=shown.user, by=request.user, now=now, **form.cleaned_data)
    except fresh_starts.FreshStartRefused as error:
        raise PermissionDenied(str(error)) from error
    except fresh_starts.StaleFreshStart as error:
        return _stale(request, shown, form, str(error))
    except fresh_starts.FreshStartError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("%(name)s can book again and gets an e-mail.") % {"name": shown.name})
    return redirect("paths:person", path.pk, shown.user.pk)


def _stale(request, shown, form, text):
    """The form once more, on what counts as missed now."""
    form.data = form.data.dict() | {"shown": fresh_starts.version(shown.missed)}
    form.add_error(None, text)
    return person_page(request, shown, letting=form, status=409)


@require_POST
def take_back(request, path_id, user_id) -> HttpResponse:
    now = request.now = timezone.now()
    path = gates.open_path_as_admin(request.user, path_id)
    number = request.POST.get("fresh", "")
    if not number.isdecimal() or len(number) > 18:
        raise Http404("No such yes")
    known = FreshStart.objects.select_related("path", "user")
    fresh = get_object_or_404(known, pk=number, path=path, user=user_id)
    try:
        fresh_starts.take_back(fresh=fresh, by=request.user, now=now)
    except fresh_starts.FreshStartRefused as error:
        raise PermissionDenied(str(error)) from error
    except fresh_starts.FreshStartError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("It was taken back."))
    return redirect("paths:person", path.pk, user_id)


@require_POST
def ask(request, path_id) -> HttpResponse:
    now = request.now = timezone.now()
    path = gates.open_path(request.user, path_id)
    try:
        fresh_starts.ask(path=path, by=request.user, now=now)
    except fresh_starts.FreshStartRefused as error:
        raise PermissionDenied(str(error)) from error
    except fresh_starts.FreshStartError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("The admins of this path get an e-mail that you would like to book again."))
    return redirect("paths:detail", path.pk)
