"""The Meetings tab of a path: its list, the outcomes that are sent from it, and its file."""

from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from everwise.accounts.kept_posts import take
from meetings import booking
from meetings.booking import lost_sessions
from meetings.enums import Status
from meetings.pages import meeting_rows
from meetings.pages.path.frame import frame
from meetings.pages.path_meetings import words
from meetings.pages.path_meetings.export import export
from meetings.pages.path_meetings.forms import ALL, LEFT, OutcomesForm, answers_of
from meetings.pages.path_meetings.listing import MeetingFilters, Show
from meetings.permissions import gates

# So many outcomes are marked in one transaction: whoever waits for one of their people waits no longer than a moment.
MOST = 1000


@require_http_methods(["GET", "HEAD", "POST"])
def path_meetings(request, path_id) -> HttpResponse:
    """All meetings of a path for its admins, with what was cancelled and deleted. A POST says how some of them went."""
    now = request.now = timezone.now()
    path = gates.open_path_as_admin(request.user, path_id)
    listing = MeetingFilters(path, request.GET, now)
    if request.method == "POST":
        listing.show = Show.NO_OUTCOME
        return _save(request, listing)
    sent = take(request)
    return _page(request, listing, answers=answers_of(sent) if sent else {})


@require_safe
def export_meetings(request, path_id) -> HttpResponseBase:
    path = gates.open_path_as_admin(request.user, path_id)
    return export(MeetingFilters(path, request.GET, timezone.now()))


def _save(request, listing):
    form = OutcomesForm(request.POST)
    if not form.is_valid():
        return _page(request, listing, form=form, answers=answers_of(request.POST), status=400)
    asked, said, gone = form.cleaned_data, form.cleaned_data["answers"], 0
    if asked["do"] == LEFT:
        if listing.page.paginator.num_pages > 1:
            return _confirm(request, listing, said, listing.now)
        said = dict.fromkeys(asked["shown"], Status.HELD) | said
    elif asked["do"] == ALL:
        left = listing.left(asked["until"], but=said)
        number = left.count()
        if number > asked["number"]:
            return _confirm(request, listing, said, listing.now, grown=words.grown(number))
        # What the same form has marked, if it was sent before, is among these: it marks nothing more.
        recent = list(listing.marked_since(asked["until"], by=request.user).values_list("pk", flat=True))
        rest = list(left.values_list("pk", flat=True)[: max(0, MOST - len(recent))])
        said = dict.fromkeys([*recent, *rest], Status.HELD) | said
        gone = max(0, asked["number"] - number - len(recent))
    try:
        marked = booking.mark_outcomes(
            path=listing.path, said=said, by=request.user, token=asked["token"], now=listing.now
        )
    except booking.BookingRefused as error:
        raise PermissionDenied(str(error)) from error
    except booking.BookingError as error:
        form.add_error(None, str(error))
        return _page(request, listing, form=form, answers=asked["answers"], status=409)
    messages.success(request, words.saved(booking.Marked(marked.saved, marked.by_experts, marked.by_others + gone)))
    page = f"&page={listing.page.number}" if listing.page.number > 1 else ""
    return redirect(f"{reverse('paths:meetings', args=[listing.path.pk])}?{listing.query}{page}")


def _page(request, listing, *, form=None, answers, status=200):
    user, now = request.user, listing.now
    asks = listing.show == Show.NO_OUTCOME
    page = listing.page
    lost = lost_sessions.tally(listing.path) if listing.show == Show.CANCELLED else (0, 0)
    context = {
        **frame(listing.path, user, now, "meetings"),
        "listing": listing,
        "sorts": [(show.value, show.label, listing.counts[show], show == listing.show) for show in Show],
        "page": page,
        "rows": words.asking_rows(page, answers, user, now) if asks else _rows(page, user, now),
        "asks": asks,
        "waiting": words.waiting(listing.counts[Show.NO_OUTCOME]),
        "rescues": meeting_rows.rescues(*lost),
        "form": form,
        "token": uuid4(),
    }
    return render(request, "paths/meetings/list.html", context, status=status)


def _rows(page, user, now):
    rows = meeting_rows.rows(page, user, now)
    rescued = _("Rescued: its time was taken with another expert")
    for meeting, row in zip(page, rows, strict=True):
        if hasattr(meeting, "rescued_by"):
            row["second"] = rescued
    return rows


def _confirm(request, listing, answers, until, *, grown=""):
    """Ask once more before more is marked than the page has shown."""
    number = listing.left(until, but=answers).count()
    at_once = min(number, MOST)
    context = {
        **frame(listing.path, request.user, listing.now, "meetings"),
        "listing": listing,
        "question": words.question(at_once),
        "button": words.button(at_once),
        "also": words.also(len(answers)),
        "most": MOST if number > MOST else None,
        "grown": grown,
        "answers": [(pk, outcome.value) for pk, outcome in answers.items()],
        "number": number,
        "until": until.isoformat(),
        "token": uuid4(),
    }
    return render(request, "paths/meetings/confirm.html", context, status=409 if grown else 200)
