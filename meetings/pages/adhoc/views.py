"""Adding an ad-hoc meeting, and editing it; on the way an admin may add an expert to the path."""

from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from everwise.accounts.kept_posts import take
from everwise.accounts.models import User
from everwise.wording import isolated
from meetings import booking
from meetings.enums import Action, Happening, Kind, Standing
from meetings.pages.adhoc.comparison import side_by_side
from meetings.pages.adhoc.forms import AddExpertForm
from meetings.pages.adhoc.page import UNTYPED, ManualPage
from meetings.pages.adhoc.pickers import look, unsearched
from meetings.pages.draft_page import draft_page
from meetings.pages.next_page import next_page, once, said
from meetings.pages.people_listing import PeopleListing, page_number
from meetings.permissions import gates, standings
from paths import enrolment, people_search
from paths.enums import Role
from paths.models import Membership


@require_http_methods(["GET", "HEAD", "POST"])
@once
def add_manually(request, path_id) -> HttpResponse:
    now = request.now = timezone.now()
    path = gates.open_path(request.user, path_id, kind=Kind.AD_HOC)
    if path.is_draft:
        return draft_page(request, path)
    return _answer(request, path, now)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def edit(request, meeting_id) -> HttpResponse:
    now = request.now = timezone.now()
    meeting = gates.open_meeting(request.user, meeting_id, now=now, action=Action.EDIT)
    return _answer(request, meeting.path, now, meeting)


def _answer(request, path, now, meeting=None):
    """The form, or what the pressed button asks for. Only the one without a name saves."""

    def page(data=None, **how):
        return ManualPage(user=request.user, path=path, now=now, meeting=meeting, data=data, **how)

    if request.method != "POST":
        kept = take(request)
        return _show(request, page(kept, quiet=True) if kept else page(presets=request.GET))
    do, _colon, what = request.POST.get("do", "").partition(":")
    if not do and not unsearched(request.POST):
        return _save(request, page)
    if do in {"expert", "add-expert"}:
        # Enter in the field of the address presses the form's first button, which searches.
        typed = request.POST.get("new-email", "").strip() and not request.POST.get("new-find", "").strip()
        return _add_expert(request, page, adding=do == "add-expert" or bool(typed and not what))
    data = request.POST.copy()
    look(data, do, what)
    if do == "suit":
        _take_time(data, what, page(data, quiet=True))
    if do == "link":
        _take_link(data, what, page(data, quiet=True))
    return _show(request, page(data, quiet=True))


def _show(request, page, *, status=200, **more):
    context = {"nav": "paths", "now": page.now, **page.context(), **more}
    return render(request, "meetings/adhoc/form.html", context, status=status)


def _take_time(data, what, page):
    """A time that suits everyone, in place of what was typed."""
    try:
        start = datetime.fromisoformat(what).astimezone(page.reader.zone)
    except (ValueError, OverflowError):
        return
    which = "second" if start.fold else "first"
    data["date"], data["start"], data["which"] = f"{start:%Y-%m-%d}", f"{start:%H:%M}", which


def _take_link(data, what, page):
    """An expert's own link, in place of what was typed."""
    for expert in page.links:
        if str(expert.user_id) == what:
            data["video_link"] = expert.video_link


def _save(request, page):
    shown = page(request.POST)
    if not shown.check():
        return _show(request, shown, status=400)
    form, meeting = shown.form, shown.meeting
    asked = {
        "plan": form.plan(),
        "by": request.user,
        "token": form.cleaned_data["token"],
        "accepted": form.cleaned_data["accept"],
        "now": shown.now,
    }
    try:
        if meeting:
            saved = booking.edit(meeting=meeting, sequence=form.cleaned_data["sequence"], **asked)
        else:
            saved = booking.add_manually(path=shown.path, **asked)
    except booking.BookingRefused as error:
        raise PermissionDenied(str(error)) from error
    except booking.StaleMeeting:
        return _stale(request, shown)
    except booking.Unfit as error:
        form.add_error(error.field, str(error))
        return _show(request, shown, status=400)
    except booking.BookingError as error:
        # Somebody was quicker: what stands in the way now is beside its field, or gone again.
        again = page(request.POST)
        if again.check():
            again.form.add_error(None, str(error))
        return _show(request, again, status=409)
    if meeting and saved.sequence == form.cleaned_data["sequence"]:
        messages.info(request, _("Nothing was changed."))
    else:
        done = Happening.UPDATED if meeting else Happening.SCHEDULED
        messages.success(request, said(saved, done, request.user.reader, shown.now))
    return redirect(next_page(request.user, saved))


def _stale(request, shown):
    """Somebody else has saved in the meantime: both versions, and nothing overwritten."""
    current = gates.open_meeting(request.user, shown.meeting.pk, now=shown.now, action=Action.EDIT)
    last = current.events.select_related("by").order_by("at", "pk").last()
    context = {
        "nav": "paths",
        "meeting": current,
        "last": last,
        "rows": side_by_side(current, shown.form.plan(), shown.reader, shown.called),
        "carried": _carried(request.POST, but="sequence"),
    }
    return render(request, "meetings/adhoc/stale.html", context, status=409)


def _carried(data, *, but=""):
    """What was typed, to be sent on from another page."""
    return [(name, value) for name in data if name not in UNTYPED | {but} for value in data.getlist(name)]


def _found(known, find, data) -> PeopleListing | None:
    """A page of the experts who were searched, who are never all listed: they are on other paths."""
    if not find:
        return None
    found = people_search.search(known, find, number=page_number(data.get("do", "").partition(":")[2]) or 1)
    return PeopleListing(found.people, find, found)


def _add_expert(request, page, *, adding):
    """Just the form that puts an expert on the path, with all that was typed carried along, and back."""
    shown = page(request.POST, quiet=True)
    if Standing.ADMIN not in standings.path_standings(request.user, shown.path):
        raise PermissionDenied(_("Only an admin of this path can add an expert to it."))
    live = Membership.objects.live().filter(path=shown.path, role__in=enrolment.EITHER).values("user")
    known = User.objects.filter(expert__isnull=False, is_active=True).exclude(pk__in=live).select_related("expert")
    form = AddExpertForm(request.POST if adding else None, experts=known, prefix="new")
    find = people_search.clean(request.POST.get("new-find", ""))
    if form.is_valid():
        expert = form.cleaned_data["expert"]
        try:
            enrolment.add(path=shown.path, user=expert, role=Role.EXPERT, by=request.user, now=shown.now)
        except enrolment.EnrolmentRefused as error:
            raise PermissionDenied(str(error)) from error
        except enrolment.AlreadyOnPath:
            pass  # The page was sent twice, or another admin was quicker: they are where they should be.
        except enrolment.EnrolmentError as error:
            form.add_error("expert" if form.cleaned_data["email"] == "" else "email", str(error))
        if not form.errors:
            data = request.POST.copy()
            data.appendlist("experts", str(expert.pk))
            added = _("%(name)s is on this path now.") % {"name": isolated(expert)}
            return _show(request, page(data, quiet=True), added=added)
    context = {
        "nav": "paths",
        "path": shown.path,
        "meeting": shown.meeting,
        "form": form,
        "any_known": known.exists(),
        "find": find,
        "found": _found(known, find, request.POST),
        "carried": [(name, value) for name, value in _carried(request.POST) if not name.startswith("new-")],
    }
    return render(request, "meetings/adhoc/add_expert.html", context, status=400 if form.errors else 200)
