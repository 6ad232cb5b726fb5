"""A person's own account page."""

from allauth.account.adapter import get_adapter
from allauth.account.views import EmailView
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.html import format_html_join
from django.utils.translation import gettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from everwise import languages, timefmt
from everwise.accounts.authentication_log import note_limited
from everwise.accounts.forms import ProfileForm
from everwise.accounts.kept_posts import take
from everwise.accounts.models import User
from everwise.changelog import note_change
from everwise.seeing.requests import view_name
from everwise.timefmt import QUARTER_SECONDS

# The longest that a limit lasts, of those in settings and allauth's own.
RETRY_AFTER_SECONDS = 300


class Addresses(EmailView):
    """A person's e-mail addresses."""

    def dispatch(self, request, *args, **kwargs) -> HttpResponseBase:
        # allauth would write down an address that is missing here: no GET changes a row.
        if request.method in {"GET", "HEAD"}:
            self._did_send_verification_email = False
            return super(EmailView, self).dispatch(request, *args, **kwargs)
        if not {"action_primary", "action_remove"} & request.POST.keys():
            return super().dispatch(request, *args, **kwargs)
        # It saves addresses whole, so it must read them with their person locked.
        with transaction.atomic():
            person = User.objects.select_for_update(no_key=True).get(pk=request.user.pk)
            answer = super().dispatch(request, *args, **kwargs)
            if User.objects.get(pk=person.pk).email != person.email:
                # Staff who have this person's page open are shown whose change it was.
                note_change(person, by=person, fields=["email"])
            return answer

    def get_initial(self) -> dict:
        """What was typed before they showed that it is them."""
        sent = take(self.request)
        return {**super().get_initial(), **({"email": sent.get("email", "")} if sent else {})}

    def form_valid(self, form) -> HttpResponse:
        """Say so to the address that was there before, which allauth leaves out."""
        answer = super().form_valid(form)
        added = form.cleaned_data["email"].lower()
        if self.request.user.emailaddress_set.filter(email=added).exists():
            adapter = get_adapter(self.request)
            adapter.send_notification_mail("account/email/email_added", self.request.user, {"added_email": added})
        return answer


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request) -> HttpResponse:
    if not request.POST:
        return _profile_page(request, ProfileForm(take(request), instance=request.user))
    with transaction.atomic():
        # As it stands: staff may be changing the same person, who may have another tab, too.
        person = User.objects.select_for_update(no_key=True).get(pk=request.user.pk)
        form = ProfileForm(request.POST, instance=person)
        if form.is_valid():
            note_change(person, by=person, fields=[name for name in form.changed_columns() if name in form.fields])
            form.save()
            # In the language that the page comes back in.
            with translation.override(person.language):
                messages.success(request, gettext("Your profile is saved."))
            return redirect("profile")
    form.renew_mark()
    return _profile_page(request, form, status=409 if form.conflicts else 400)


def _profile_page(request, form, status=200):
    return render(request, "accounts/profile.html", {"nav": "account", "form": form}, status=status)


@login_not_required
@require_safe
@cache_control(public=True, max_age=QUARTER_SECONDS)
def zones(request) -> HttpResponse:
    """The options of a field that chooses a zone; or what one zone is called that a browser knows by its key.

    Offsets change at quarters of an hour, and nothing in it is anybody's: it is kept by browsers, so the language is in
    its address.
    """
    with languages.reading(request.GET.get("language", "")):
        if key := request.GET.get("zone"):
            zone = timefmt.find_zone(key)
            return HttpResponse(timefmt.city(zone) if zone else "", content_type="text/plain")
        labels = [(label,) for _, label in timefmt.zone_choices(timezone.now())]
    return HttpResponse(format_html_join("", '<option value="{}"></option>', labels))


def too_many_requests(request) -> HttpResponse:
    """What every limit answers; allauth asks for it by the name handler429 in everwise.urls."""
    note_limited(request, view_name(request))
    response = render(request, "429.html", status=429)
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response
