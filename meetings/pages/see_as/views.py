"""As whom an admin wants to see a path: chosen, begun, stopped."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from meetings.pages.path.frame import frame
from meetings.pages.people_listing import listing, page_number
from meetings.pages.see_as import session
from meetings.pages.see_as.forms import SeeAsForm
from meetings.permissions import gates
from paths import seeing_as
from paths.enums import Role


@require_http_methods(["GET", "HEAD", "POST"])
def see_as(request, path_id) -> HttpResponse:
    """The page; by POST it begins."""
    now = request.now = timezone.now()
    path = gates.open_path_as_admin(request.user, path_id)
    if request.method != "POST":
        return _page(request, path, SeeAsForm(initial={"who": request.GET.get("person", "")}))
    form = SeeAsForm(request.POST)
    if not form.is_valid():
        return _page(request, path, form, status=400)
    who = form.cleaned_data["who"]
    role, person = (who, None) if isinstance(who, Role) else (None, who)
    try:
        look = seeing_as.start(path=path, by=request.user, role=role, person=person, now=now)
    except seeing_as.SeeingRefused as refused:
        form.add_error("who", str(refused))
        return _page(request, path, form, status=409)
    session.begin(request, look, now)
    return redirect("paths:detail", path.pk)


@require_POST
def stop(request, path_id) -> HttpResponse:
    """Whether or not it has ended by itself meanwhile, or in another tab."""
    session.end(request)
    path = gates.open_path_as_admin(request.user, path_id)
    messages.success(request, _("You see this path as yourself again."))
    return redirect("paths:detail", path.pk)


def _page(request, path, form, status=200):
    find, number = request.GET.get("find", ""), page_number(request.GET.get("page", ""))
    people = seeing_as.people(path.pk)
    found = listing(people, path, text=find, number=number, by=request.user, now=request.now)
    chosen = form["who"].value()
    person = people.filter(pk=chosen).first() if _is_id(chosen) else None
    context = {
        **frame(path, request.user, request.now, "see-as"),
        "form": form,
        "chosen": chosen,
        "find": find,
        "listing": found,
        "rows": found.choices(person),
        "minutes": int(seeing_as.LASTS.total_seconds() // 60),
    }
    return render(request, "paths/see_as/page.html", context, status=status)


def _is_id(text):
    try:
        UUID(text)
    except (TypeError, ValueError):
        return False
    return True
