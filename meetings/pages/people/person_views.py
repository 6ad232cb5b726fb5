"""One person of a path, and the sessions that an admin gives them."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from everwise.accounts.kept_posts import take
from meetings.booking import extra_sessions
from meetings.pages.form_tokens import mend
from meetings.pages.people.forms import ExtraSessionsForm
from meetings.pages.people.person import PersonOnPath
from meetings.pages.people.person_page import person_page
from meetings.permissions import gates


@require_http_methods(["GET", "HEAD", "POST"])
def person(request, path_id, user_id) -> HttpResponse:
    """A POST gives extra sessions."""
    now = request.now = timezone.now()
    path = gates.open_path_as_admin(request.user, path_id)
    shown = PersonOnPath(path, user_id, request.user, now)
    if request.method == "POST":
        return _give(request, shown)
    kept = take(request)
    return person_page(request, shown, ExtraSessionsForm(kept) if kept else None)


def _give(request, shown):
    form = ExtraSessionsForm(request.POST)
    if not form.is_valid():
        mend(form)
        return person_page(request, shown, form, status=400)
    try:
        tally = extra_sessions.give(
            path=shown.path, user=shown.user, by=request.user, now=shown.now, **form.cleaned_data
        )
    except extra_sessions.ExtraSessionsRefused as error:
        raise PermissionDenied(str(error)) from error
    except extra_sessions.ExtraSessionsError as error:
        form.add_error("number", str(error))
        return person_page(request, shown, form, status=409)
    text = ngettext(
        "%(name)s has %(left)d of %(total)d session left now.",
        "%(name)s has %(left)d of %(total)d sessions left now.",
        tally.total or 0,
    )
    messages.success(request, text % {"name": shown.user, "left": tally.left, "total": tally.total})
    return redirect("paths:person", shown.path.pk, shown.user.pk)
