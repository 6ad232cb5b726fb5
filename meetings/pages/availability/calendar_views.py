"""An expert's foreign calendars: see, add, upload, name one's addresses in one, have read again, remove."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from experts.feeds import calendars, limits
from experts.feeds.forms import AddressesForm, AddressForm, UploadForm
from experts.feeds.ics import Unreadable
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
            messages.success(request, f"“{added}” is added. It will be read in a moment.")
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
        except (calendars.CalendarRefused, Unreadable) as error:
            form.add_error("file", str(error))
        else:
            count = added.busy_count
            left = f", {added.left_out} left out" if added.left_out else ""
            messages.success(request, f"“{added}” is read: {count} busy time{'' if count == 1 else 's'}{left}.")
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
        messages.success(request, f"“{calendar}” will be read in a moment.")
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
                messages.success(request, f"Your addresses in “{calendar}” are saved. It will be read in a moment.")
                return redirect("calendars:list")
    context = {"nav": "availability", "calendar": calendar, "form": form}
    return render(request, "experts/calendar_addresses.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request, calendar_id) -> HttpResponse:
    now = request.now = timezone.now()
    calendar = own_calendar(request.user, calendar_id)
    if request.method == "POST":
        calendars.remove(calendar=calendar, by=request.user, now=now)
        messages.success(request, f"“{calendar}” is removed, and its busy times with it.")
        return redirect("calendars:list")
    return render(request, "experts/calendar_remove.html", {"nav": "availability", "calendar": calendar})


def _page(request, expert, *, address_form=None, upload_form=None):
    bound = address_form or upload_form
    context = {
        "nav": "availability",
        "now": request.now,
        "expert": expert,
        "calendars": expert.busy_calendars.all(),
        "most": limits.MAX_CALENDARS,
        "address_form": address_form or AddressForm(auto_id="address_%s"),
        "upload_form": upload_form or UploadForm(auto_id="upload_%s"),
        "failed_form": bound,
    }
    return render(request, "experts/calendars.html", context, status=400 if bound else 200)
