"""The history of a path, for its admins."""

from datetime import UTC, datetime, time, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from experts.availability import to_instant
from meetings.pages.history import log
from meetings.pages.history.forms import FilterForm
from meetings.pages.history.lines import lines
from meetings.pages.path.frame import frame
from meetings.permissions import gates


@require_safe
def history(request, path_id) -> HttpResponse:
    now = request.now = timezone.now()
    path = gates.open_path_as_admin(request.user, path_id)
    form = FilterForm(request.GET)
    form.is_valid()
    page = log.page(
        path,
        _filters(form.cleaned_data, request.user.reader),
        older_than=log.EventMark.read(request.GET.get("before", "")),
        newer_than=log.EventMark.read(request.GET.get("after", "")),
    )
    context = {
        **frame(path, request.user, now, "history"),
        "form": form,
        "choices": [form["who"], form["what"]],
        "dates": [form["since"], form["until"]],
        "page": page,
        "lines": lines(path, page.events, request.user, now),
        "filtered": any(form.cleaned_data.values()),
    }
    return render(request, "paths/history.html", context)


def _filters(asked, reader):
    """What could not be read narrows nothing: the page says so at its field."""
    since, until = asked.get("since"), asked.get("until")
    return log.Filters(
        text=asked.get("q", ""),
        who=asked.get("who", ""),
        what=asked.get("what", ""),
        since=_midnight(since, reader) if since else None,
        until=_midnight(until + timedelta(days=1), reader) if until else None,
    )


def _midnight(day, reader):
    return datetime.fromtimestamp(to_instant(datetime.combine(day, time.min), reader.zone.key), tz=UTC)
