"""An expert's foreign calendars: see, add, upload, name one's addresses in one, have read again, remove."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from everwise import wording
from experts import faults
from experts.feeds import calendars, limits
from experts.feeds.forms import AddressesForm, AddressForm, UploadForm
from experts.feeds.ics import UnreadableCalendar
from experts.models import BusyCalendar
from meetings.calendars.own_meetings import own_meetings
from paths.expert_paths import own_expert


def own_calendar(user, calendar_id) -> BusyCalendar:
    """A calendar of the person's own; for everybody else it does not exist."""
    rows = BusyCalendar.objects.select_related("expert__user")
    return get_object_or_404(rows, pk=calendar_id, expert=own_expert(user))


@require_safe
def index(request) -> HttpResponse:
    request.now = timezone.now()
    return _page(request, own_expert(request.user))


@require_POST
def add(request) -> HttpResponse:
    now = request.now = timezone.now()
    expert = own_expert(request.user)
    form = AddressForm(request.POST, auto_id="address_%s")
    if form.is_valid():
        try:
            added = calendars.add_address(expert=expert, by=request.user, now=now, **form.cleaned_data)
        except calendars.CalendarRefused as error:
            form.add_error("address", str(error))
        else:
            messages.success(request, _("“%(calendar)s” is added. It will be read in a moment.") % {"calendar": added})
            return redirect("calendars:list")
    return _page(request, expert, address_form=form)


@require_POST
def upload(request) -> HttpResponse:
    now = request.now = timezone.now()
    expert = own_expert(request.user)
    form = UploadForm(request.POST, request.FILES, auto_id="upload_%s")
    if form.is_valid():
        try:
            added = calendars.add_upload(
                expert=expert,
                label=form.cleaned_data["label"],
                addresses=form.cleaned_data["addresses"],
                data=form.cleaned_data["file"].read(),
                by=request.user,
                now=now,
                ours=own_meetings,
            )
        except calendars.CalendarRefused as error:
            form.add_error("file", str(error))
        except UnreadableCalendar as error:
            form.add_error("file", faults.in_words(error))
        else:
            messages.success(request, _read_in_words(added))
            return redirect("calendars:list")
    return _page(request, expert, upload_form=form)


@require_POST
def read(request, calendar_id) -> HttpResponse:
    calendar = own_calendar(request.user, calendar_id)
    try:
        calendars.read_again(calendar=calendar, by=request.user, now=timezone.now())
    except calendars.CalendarRefused as error:
        messages.info(request, str(error))
    else:
        messages.success(request, _("“%(calendar)s” will be read in a moment.") % {"calendar": calendar})
    return redirect("calendars:list")


@require_http_methods(["GET", "HEAD", "POST"])
def addresses(request, calendar_id) -> HttpResponse:
    now = request.now = timezone.now()
    calendar = own_calendar(request.user, calendar_id)
    form = AddressesForm(initial={"addresses": calendar.addresses})
    if request.method == "POST":
        form = AddressesForm(request.POST)
        if form.is_valid():
            try:
                calendars.name_addresses(
                    calendar=calendar, addresses=form.cleaned_data["addresses"], by=request.user, now=now
                )
            except calendars.CalendarRefused as error:
                form.add_error("addresses", str(error))
            else:
                text = _("Your addresses in “%(calendar)s” are saved. It will be read in a moment.")
                messages.success(request, text % {"calendar": calendar})
                return redirect("calendars:list")
    context = {"nav": "availability", "calendar": calendar, "form": form}
    return render(request, "experts/calendar_addresses.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request, calendar_id) -> HttpResponse:
    now = request.now = timezone.now()
    calendar = own_calendar(request.user, calendar_id)
    if request.method == "POST":
        calendars.remove(calendar=calendar, by=request.user, now=now)
        text = _("“%(calendar)s” is removed, and its busy times with it.")
        messages.success(request, text % {"calendar": calendar})
        return redirect("calendars:list")
    return render(request, "experts/calendar_remove.html", {"nav": "availability", "calendar": calendar})


def _read_in_words(calendar: BusyCalendar) -> str:
    if calendar.left_out:
        text = ngettext(
            "“%(calendar)s” is read: %(number)s busy time. Events left out: %(left_out)s.",
            "“%(calendar)s” is read: %(number)s busy times. Events left out: %(left_out)s.",
            calendar.busy_count,
        )
    else:
        text = ngettext(
            "“%(calendar)s” is read: %(number)s busy time.",
            "“%(calendar)s” is read: %(number)s busy times.",
            calendar.busy_count,
        )
    return text % {"calendar": calendar, "number": calendar.busy_count, "left_out": calendar.left_out}


def _unknown_zones(calendar: BusyCalendar) -> str:
    """“Eastern” and “Western”: the zones in it that nobody knows."""
    return wording.listed(
        [_("“%(name)s”") % {"name": wording.isolated(name)} for name in calendar.notes.get("unknown", [])]
    )


def _page(request, expert, *, address_form=None, upload_form=None):
    bound = address_form or upload_form
    context = {
        "nav": "availability",
        "now": request.now,
        "expert": expert,
        "calendars": [(calendar, _unknown_zones(calendar)) for calendar in expert.busy_calendars.all()],
        "most": limits.MAX_CALENDARS,
        "address_form": address_form or AddressForm(auto_id="address_%s"),
        "upload_form": upload_form or UploadForm(auto_id="upload_%s"),
        "failed_form": bound,
    }
    return render(request, "experts/calendars.html", context, status=400 if bound else 200)
