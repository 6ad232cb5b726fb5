"""Adding people to a path by their e-mail addresses, and what becomes of invitations."""

from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from everwise.accounts.kept_posts import take
from meetings.pages.form_tokens import mend
from meetings.pages.path.frame import frame
from meetings.pages.people.forms import AddPeopleForm
from meetings.permissions import gates
from paths import adding, invitations
from paths.enrolment import EnrolmentError, EnrolmentRefused
from paths.enums import Role
from paths.models import Invitation


@require_http_methods(["GET", "HEAD", "POST"])
def add(request, path_id) -> HttpResponse:
    """GET may name who is added again: `who` and `role`."""
    now = request.now = timezone.now()
    path = gates.open_path_as_admin(request.user, path_id)
    if request.method != "POST":
        kept = take(request)
        asked = {"token": uuid4(), "lines": request.GET.get("who", ""), "role": _role(request.GET)}
        return _page(request, path, AddPeopleForm(kept) if kept else AddPeopleForm(initial=asked))
    form = AddPeopleForm(request.POST)
    if not form.is_valid():
        mend(form)
        return _page(request, path, form, status=400)
    asked = {**form.cleaned_data, "role": Role(form.cleaned_data["role"])}
    try:
        outcome = adding.add_people(path=path, by=request.user, now=now, **asked)
    except adding.LinesRefused as error:
        for fault in error.faults:
            form.add_error("lines", fault.text)
        return _page(request, path, form, status=400)
    except EnrolmentRefused as error:
        raise PermissionDenied(str(error)) from error
    messages.success(request, str(outcome))
    # A draft's Overview is the checklist on which this was a step.
    return redirect("paths:detail" if path.is_draft else "paths:people", path.pk)


@require_POST
def invite_again(request, path_id, user_id) -> HttpResponse:
    now = request.now = timezone.now()
    path = gates.open_path_as_admin(request.user, path_id)
    invitation = _waiting(path, user_id)
    try:
        sent = invitations.resend(invitation=invitation, by=request.user, now=now)
    except EnrolmentRefused as error:
        raise PermissionDenied(str(error)) from error
    except EnrolmentError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("A new invitation is on its way to %(address)s.") % {"address": sent.user.email})
    return redirect("paths:person", path.pk, user_id)


@require_POST
def withdraw(request, path_id, user_id) -> HttpResponse:
    now = request.now = timezone.now()
    path = gates.open_path_as_admin(request.user, path_id)
    invitation = _waiting(path, user_id)
    try:
        ended = invitations.withdraw(invitation=invitation, by=request.user, now=now)
    except EnrolmentRefused as error:
        raise PermissionDenied(str(error)) from error
    except EnrolmentError as error:
        messages.warning(request, str(error))
        return redirect("paths:person", path.pk, user_id)
    text = _("The invitation of %(address)s is withdrawn: they are not on this path any more.")
    messages.success(request, text % {"address": ended.user.email})
    return redirect("paths:people", path.pk)


def _waiting(path, user_id):
    """The latest of the person, whatever has become of it meanwhile: the writer says so."""
    found = Invitation.objects.filter(path=path, user=user_id).order_by("-sent_at").first()
    if found is None:
        raise Http404("Nobody invited")
    return found


def _role(query):
    return role if (role := query.get("role", "")) in Role.values else Role.PARTICIPANT.value


def _page(request, path, form, status=200):
    number = path.sessions_per_participant
    books = _("Books sessions.")
    if number is not None:
        text = ngettext("Books sessions: %(number)d on this path.", "Books sessions: %(number)d on this path.", number)
        books = text % {"number": number}
    hints = {
        Role.PARTICIPANT: books,
        Role.EXPERT: _("Holds sessions, in the hours they give and on the themes they are chosen for."),
        Role.ADMIN: _("Can do what you can do, also remove you."),
    }
    context = {
        **frame(path, request.user, request.now, "people"),
        "form": form,
        "roles": [
            {"value": role.value, "label": role.label, "hint": hint, "checked": form["role"].value() == role.value}
            for role, hint in hints.items()
        ],
    }
    return render(request, "paths/people/add.html", context, status=status)
