"""Ending a membership, changing a role, and leaving a path oneself: one page, whoever opens it."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from everwise.accounts.kept_posts import take
from everwise.accounts.models import User
from everwise.wording import isolated
from meetings.booking import BookingRefused, leaving
from meetings.booking.settling import Leaving
from meetings.pages.leaving import words
from meetings.pages.leaving.forms import LeavingForm, uuid_of
from meetings.pages.leaving.page import SettlePage, ending_roles
from meetings.pages.leaving.successors import Successors, are_needed
from meetings.pages.path.frame import frame
from meetings.permissions import gates, standings
from paths.enums import Role
from paths.models import Membership, Path


@require_http_methods(["GET", "HEAD", "POST"])
def end_membership(request, path_id, user_id) -> HttpResponse:
    now = request.now = timezone.now()
    path = gates.open_path(request.user, path_id)
    is_admin = Role.ADMIN in standings.roles_on(request.user, path)
    if not is_admin and user_id != request.user.pk:
        raise PermissionDenied(_("Only an admin of this path can see this."))
    person = get_object_or_404(User.objects.filter(memberships__path=path).distinct(), pk=user_id)
    return _answer(request, path, person, is_admin, now)


def _answer(request, path, person, is_admin, now):
    held = _held(path, person)
    if not held:
        messages.info(request, _("%(name)s is not on this path any more.") % {"name": isolated(person)})
        return redirect("paths:detail", path.pk)
    going = _asked(request, path, person, held)
    if going.new_role and person == request.user:
        raise PermissionDenied(_("Nobody changes their own role. Another admin of this path can do it."))
    form = LeavingForm(request.POST or take(request) or None)
    page = SettlePage(going, by=request.user, now=now, data=form.data if form.is_bound else None)
    error, status = "", 200
    came_from = _came_from(path, person, is_admin)
    if request.method == "POST" and not page.asks_again:
        error, status = _end(request, page, form, now)
        if not error:
            return _next(request, page, came_from)
    context = {
        "nav": "paths",
        "path": path,
        "page": page,
        "form": form,
        "error": error,
        "is_self": person == request.user,
        "heading": words.heading(going, request.user, page.left),
        "how_many": words.how_many(page.number),
        "button": words.button(going, request.user, page.number),
        "way_back": words.way_back(going, request.user),
        "came_from": came_from,
        "successors": _successors(request, path, going, form, now),
    }
    if is_admin:
        context |= frame(path, request.user, now, "people")
    return render(request, "paths/leaving.html", context, status=status)


def _held(path: Path, person: User) -> set[Role]:
    rows = Membership.objects.live().filter(path=path, user=person).order_by()
    return {Role(role) for role in rows.values_list("role", flat=True)}


def _asked(request, path, person, held) -> Leaving:
    """By the address: ?role= is what they become, ?of= which of several roles ends."""
    new_role, of = (_role(request.GET.get(name)) for name in ("role", "of"))
    ends = ending_roles(held, new_role, of)
    if not ends or new_role in held:
        raise Http404("No such role of this person")
    return Leaving(person, path, ends, new_role)


def _role(text: str | None) -> Role | None:
    if text is None:
        return None
    if text not in Role.values:
        raise Http404("No such role")
    return Role(text)


def _end(request, page: SettlePage, form: LeavingForm, now) -> tuple[str, int]:
    """Do it; or what is wrong, and the answer's status."""
    if not form.is_valid():
        return _("Nothing has been changed."), 400
    if page.unchosen:
        page.take_problems(dict.fromkeys(page.unchosen, str(leaving.CHOOSE)))
        return _("Nothing has been changed."), 400
    if page.is_long and form.cleaned_data["number"] != page.number:
        return _("The meetings changed while you read this. There are %(number)d now.") % {"number": page.number}, 409
    successor = _person(form.cleaned_data["successor"])
    try:
        leaving.end(
            leaving=page.leaving,
            decisions=page.decisions(),
            by=request.user,
            now=now,
            message=form.cleaned_data["message"],
            successor=successor,
        )
    except BookingRefused as error:
        raise PermissionDenied(str(error)) from error
    except leaving.NoAdminLeft as error:
        form.add_error("successor", _("Choose who becomes admin in your place.") if not successor else str(error))
        return _("Nothing has been changed."), 409
    except leaving.Unsettled as error:
        page.take_problems(error.problems)
        return _("Nothing has been changed. %(why)s") % {"why": error}, 409
    except leaving.BookingError as error:
        return _("Nothing has been changed. %(why)s") % {"why": error}, 409
    return "", 302


def _person(pk: UUID | None) -> User | None:
    return User.objects.filter(pk=pk).first() if pk else None


def _came_from(path: Path, person: User, is_admin: bool) -> str:
    """An admin's way here is the person's page."""
    if is_admin:
        return reverse("paths:person", args=[path.pk, person.pk])
    return reverse("paths:detail", args=[path.pk])


def _next(request, page: SettlePage, came_from: str):
    path = cast("Path", page.leaving.path)
    messages.success(request, words.done(page.leaving, request.user, page.number))
    roles = standings.roles_on(request.user, path)
    if Role.ADMIN in roles:
        return redirect(came_from)
    return redirect("paths:detail", path.pk) if roles else redirect("paths:list")


def _successors(request, path: Path, going: Leaving, form: LeavingForm, now) -> Successors | None:
    """None where nobody needs to take over."""
    if not are_needed(path, going.user, going):
        return None
    data = QueryDict(mutable=True)
    data.update(form.data)
    return Successors(path, going, chosen=uuid_of(data.get("successor", "")), by=request.user, now=now, data=data)
