"""The list of a path's themes, their order, and which of them can be booked."""

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from everwise.wording import isolated
from meetings.pages.path.frame import frame
from meetings.pages.themes import rows
from meetings.pages.themes.words import booked_words, path_theme
from meetings.permissions import gates
from paths import themes as writer


@require_safe
def themes(request, path_id) -> HttpResponse:
    now = request.now = timezone.now()
    path = gates.open_path_as_admin(request.user, path_id)
    page = rows.page_of(path, request.GET.get("page"))
    context = {
        **frame(path, request.user, now, "themes"),
        "page": page,
        "rows": rows.rows(path, page, request.user, now),
        "retired": rows.retired(path, request.user, now),
    }
    return render(request, "paths/themes/list.html", context)


@require_POST
def move(request, path_id, theme_id) -> HttpResponse:
    """`to` is up or down; anything else is a damaged form."""
    now = request.now = timezone.now()
    path = gates.open_path_as_admin(request.user, path_id)
    theme = path_theme(path, theme_id)
    to = request.POST.get("to")
    if to not in {"up", "down"}:
        raise BadRequest("Neither up nor down")
    try:
        moved = writer.move(theme=theme, up=to == "up", by=request.user, now=now)
    except writer.ThemeRefused as error:
        raise PermissionDenied(str(error)) from error
    if not moved:
        messages.info(request, _("“%(theme)s” can’t be moved further.") % {"theme": isolated(theme.name)})
    place = list(path.themes.bookable().values_list("pk", flat=True))
    page = place.index(theme.pk) // rows.PAGE + 1 if theme.pk in place else 1
    address = redirect("paths:themes", path.pk)
    if page > 1:
        address["Location"] += f"?page={page}"
    return address


@require_http_methods(["GET", "HEAD", "POST"])
def retire(request, path_id, theme_id) -> HttpResponse:
    """GET asks, POST does it."""
    now = request.now = timezone.now()
    path = gates.open_path_as_admin(request.user, path_id)
    theme = path_theme(path, theme_id)
    if request.method == "POST":
        try:
            writer.retire(theme=theme, by=request.user, now=now)
        except writer.ThemeRefused as error:
            raise PermissionDenied(str(error)) from error
        messages.success(
            request, _("“%(theme)s” is retired: nobody can book it any more.") % {"theme": isolated(theme)}
        )
        return redirect("paths:themes", path.pk)
    context = {
        **frame(path, request.user, now, "themes"),
        "theme": theme,
        "booked": booked_words(writer.booked(theme, now).count()),
    }
    return render(request, "paths/themes/retire.html", context)


@require_POST
def bring_back(request, path_id, theme_id) -> HttpResponse:
    now = request.now = timezone.now()
    path = gates.open_path_as_admin(request.user, path_id)
    theme = path_theme(path, theme_id)
    try:
        writer.bring_back(theme=theme, by=request.user, now=now)
    except writer.ThemeRefused as error:
        raise PermissionDenied(str(error)) from error
    messages.success(request, _("“%(theme)s” can be booked again.") % {"theme": isolated(theme)})
    return redirect("paths:themes", path.pk)
