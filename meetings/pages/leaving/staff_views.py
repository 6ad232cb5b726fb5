"""What staff come to from Django's admin: ending a membership, switching a person off, erasing them.

Erasing is open to an admin of the person's program, too, once the person has asked for it.
"""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from everwise.accounts.models import User
from everwise.changelog import note_change
from everwise.wording import count, isolated
from meetings.booking import BookingRefused, leaving
from meetings.booking.settling import Leaving
from meetings.pages.leaving import words
from meetings.pages.leaving.forms import EraseForm, LeavingForm
from meetings.pages.leaving.page import SettlePage
from paths import erasure
from paths.enums import Role, Via
from paths.models import Membership, Path


@require_http_methods(["GET", "HEAD", "POST"])
def end_membership(request, membership_id) -> HttpResponse:
    _check(request.user, "paths.change_membership")
    row = get_object_or_404(Membership.objects.select_related("user", "path"), pk=_key(membership_id))
    back = reverse("admin:paths_membership_change", args=[row.pk])
    if row.ended_at is not None:
        messages.info(request, _("This membership is over already."))
        return redirect(back)
    going = Leaving(row.user, row.path, frozenset({Role(row.role)}))

    def do(page, form):
        leaving.end(leaving=going, via=Via.ADMIN, **_facts(request, page, form))
        note_change(row, by=request.user, fields=["ended_at"])

    page = _page(request, going)
    said = {
        "heading": words.heading(going, request.user, page.left),
        "button": words.button(going, request.user, page.number),
        "way_back": words.way_back(going, request.user),
        "orphans": _orphans([row.path] if row.role == Role.ADMIN else [], row.user),
    }
    done = words.done(going, request.user, page.number)
    return _answer(request, page, LeavingForm(request.POST or None), do, back, done, said)


@require_http_methods(["GET", "HEAD", "POST"])
def deactivate(request, user_id) -> HttpResponse:
    person = _person(request.user, user_id)
    back = reverse("admin:accounts_user_change", args=[person.pk])
    if not person.is_active:
        messages.info(request, _("%(name)s is switched off already.") % {"name": isolated(person)})
        return redirect(back)
    going = Leaving(person)

    def do(page, form):
        leaving.deactivate(user=person, **_facts(request, page, form))
        note_change(person, by=request.user, fields=["is_active"])

    page = _page(request, going)
    button = ngettext(
        "Deactivate and settle %(number)s meeting", "Deactivate and settle %(number)s meetings", page.number
    )
    said = {
        "heading": _("Deactivate %(name)s?") % {"name": isolated(person)},
        "button": button % {"number": count(page.number)} if page.number else _("Deactivate"),
        "way_back": _("Keep the account"),
        "info": _(
            "They are signed out everywhere and can’t sign in again. Their name stays on the meetings they held. An"
            " account can also be erased."
        ),
        "orphans": _orphans(_led(person), person),
    }
    done = _and_who_hears(_("%(name)s has been deactivated.") % {"name": isolated(person)}, page)
    return _answer(request, page, LeavingForm(request.POST or None), do, back, done, said)


@require_http_methods(["GET", "HEAD", "POST"])
def erase(request, user_id) -> HttpResponse:
    person, via = _to_erase(request.user, user_id)
    back = reverse("admin:accounts_user_change", args=[person.pk]) if via == Via.ADMIN else reverse("home")
    if person.erased_at:
        messages.info(request, _("This account is erased already."))
        return redirect(back)
    going = Leaving(person)

    def do(page, form):
        leaving.erase(user=person, via=via, **_facts(request, page, form))
        person.refresh_from_db()
        note_change(person, by=request.user, fields=["erased_at"])

    page = _page(request, going)
    button = ngettext("Erase and settle %(number)s meeting", "Erase and settle %(number)s meetings", page.number)
    said = {
        "heading": _("Erase %(name)s?") % {"name": isolated(person)},
        "button": button % {"number": count(page.number)} if page.number else _("Erase"),
        "way_back": _("Keep the account"),
        "info": _(
            "Nothing brings this back. Their name, addresses, password, hours, calendars and all that they wrote are"
            " gone; the meetings of others stay, with “a former participant” or “a former expert” in their place."
        ),
        "orphans": _orphans(_led(person) if person.is_active else [], person),
        "asks_address": True,
    }
    done = _and_who_hears(_("The account has been erased."), page)
    return _answer(request, page, EraseForm(request.POST or None, address=person.email), do, back, done, said)


def _check(user: User, right: str) -> None:
    """404 for whoever is no staff, 403 for staff without the right."""
    if not user.is_staff:
        raise Http404("Not staff")
    if not user.has_perm(right):
        raise PermissionDenied(str(leaving.NOT_STAFF))


def _person(by: User, user_id) -> User:
    _check(by, "accounts.change_user")
    person = get_object_or_404(User, pk=user_id)
    if person == by:
        raise PermissionDenied(_("Nobody does this to themselves. Another superuser can."))
    if (person.is_staff or person.is_superuser) and not by.is_superuser:
        raise PermissionDenied(_("Only superusers change staff."))
    return person


def _to_erase(by: User, user_id) -> tuple[User, Via]:
    """The person, and by which right: staff's, or that of an admin of their program."""
    if by.is_staff:
        return _person(by, user_id), Via.ADMIN
    person = get_object_or_404(User, pk=user_id)
    if not erasure.runs_a_program_of(by, person):
        raise Http404("Not an admin of a program of theirs")
    if person.erased_at is None and (reason := erasure.refusal(by, person)):
        raise PermissionDenied(str(reason))
    return person, Via.WEB


def _key(number: int) -> int:
    """A number that no row can have is looked for in vain, not an error of the database."""
    return min(number, 2**63 - 1)


def _page(request, going: Leaving) -> SettlePage:
    now = request.now = timezone.now()
    return SettlePage(going, by=request.user, now=now, data=request.POST or None)


def _facts(request, page: SettlePage, form) -> dict:
    """What each of the writers is called with."""
    return {
        "decisions": page.decisions(),
        "by": request.user,
        "now": page.now,
        "message": form.cleaned_data["message"],
        "without_admin": form.cleaned_data["without_admin"],
    }


def _answer(request, page: SettlePage, form, do, back: str, done: str, said: dict) -> HttpResponse:
    error, status = "", 200
    if request.method == "POST" and not page.asks_again:
        error, status = _try(page, form, do)
        if not error:
            messages.success(request, done)
            return redirect(back)
    context = {"nav": "", "page": page, "form": form, "error": error, "back": back, **said}
    context["how_many"] = words.how_many(page.number)
    return render(request, "paths/staff_leaving.html", context, status=status)


def _and_who_hears(done: str, page: SettlePage) -> str:
    if not page.number:
        return done
    hears = _("Everybody concerned gets an e-mail.")
    return f"{done} {hears}"


def _try(page: SettlePage, form, do) -> tuple[str, int]:
    nothing = _("Nothing has been changed.")
    if not form.is_valid():
        return nothing, 400
    if page.unchosen:
        page.take_problems(dict.fromkeys(page.unchosen, str(leaving.CHOOSE)))
        return nothing, 400
    if page.is_long and form.cleaned_data["number"] != page.number:
        return _("The meetings changed while you read this. There are %(number)d now.") % {"number": page.number}, 409
    try:
        do(page, form)
    except BookingRefused as error:
        raise PermissionDenied(str(error)) from error
    except leaving.NoAdminLeft as error:
        form.add_error("without_admin", str(error))
        return nothing, 409
    except leaving.Unsettled as error:
        page.take_problems(error.problems)
        return _("Nothing has been changed. %(why)s") % {"why": error}, 409
    except leaving.BookingError as error:
        return _("Nothing has been changed. %(why)s") % {"why": error}, 409
    return "", 302


def _led(person: User) -> list[Path]:
    rows = Membership.objects.live().filter(user=person, role=Role.ADMIN)
    return list(Path.objects.filter(pk__in=rows.order_by().values("path")))


def _orphans(paths: list[Path], person: User) -> list[Path]:
    """Those of these paths that nobody else looks after."""
    others = Membership.objects.live().filter(path__in=paths, role=Role.ADMIN, user__is_active=True)
    led = set(others.exclude(user=person).values_list("path", flat=True))
    return [path for path in paths if path.pk not in led]
