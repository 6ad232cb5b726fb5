"""The list of a path's people."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from meetings.pages.path.frame import frame
from meetings.pages.people.directory import Directory, Sort, State
from meetings.pages.people.rows import rows
from meetings.permissions import gates
from paths.enums import Role


@require_safe
def people(request, path_id) -> HttpResponse:
    now = request.now = timezone.now()
    path = gates.open_path_as_admin(request.user, path_id)
    directory = Directory(path, request.GET, now)
    counts = directory.counts
    context = {
        **frame(path, request.user, now, "people"),
        "directory": directory,
        "roles": [
            ("", _("Everyone"), counts["all"]),
            (Role.PARTICIPANT.value, _("Participants"), counts[Role.PARTICIPANT]),
            (Role.EXPERT.value, _("Experts"), counts[Role.EXPERT]),
            (Role.ADMIN.value, pgettext("of a path", "Admins"), counts[Role.ADMIN]),
        ],
        "states": [
            (each.value, each.label, each == directory.state)
            for each in State
            if each != State.NEEDS_YES or path.no_shows_allowed is not None
        ],
        "heads": _heads(directory),
        "page": directory.page,
        "rows": rows(directory, request.user.reader, now),
        "nudge_url": _nudge_url(directory),
    }
    return render(request, "paths/people/list.html", context)


def _nudge_url(directory):
    """Where an admin writes to those who have never booked, if these are listed and there are any."""
    if directory.state != State.NEVER_BOOKED or not directory.counts["all"] or directory.path.is_draft:
        return ""
    return reverse("paths:nudge", args=[directory.path.pk])


def _heads(directory):
    """The columns that can be sorted by: (label, value of `sort` that a press asks for, aria-sort)."""
    found = {}
    for sort in Sort:
        chosen = sort == directory.sort
        down = chosen and not directory.descending
        how = ("descending" if directory.descending else "ascending") if chosen else ""
        found[sort.value] = {"label": sort.label, "ask": f"-{sort.value}" if down else sort.value, "how": how}
    return found
