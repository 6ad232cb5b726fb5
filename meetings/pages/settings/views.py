"""The settings of a path: looked at, counted again, and saved."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from everwise import timefmt
from everwise.accounts.kept_posts import take
from meetings.enums import Kind
from meetings.models import Meeting
from meetings.pages import policy_words
from meetings.pages.path.frame import frame
from meetings.pages.settings import offer
from meetings.pages.settings.forms import PathSettingsForm, shown
from meetings.pages.settings.rows import newly_kept, sections, warnings
from meetings.permissions import gates
from paths import policy, rooms
from paths import settings as writer
from paths.models import Path


@dataclass
class Shown:
    """What a page of settings says beside the form."""

    path: Path
    now: datetime
    takers: offer.Takers
    stored: offer.PolicyOffer
    would: offer.PolicyOffer | None = None
    warnings: dict[str, str] = field(default_factory=dict)
    versions: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def of(cls, path, now) -> Self:
        takers = offer.takers(path)
        return cls(path, now, takers, offer.offer(path, takers, now))

    def count(self, values: policy.Values) -> None:
        """What the path would offer by these values, and what should be known of them."""
        self.would = offer.offer(offer.with_values(self.path, values), self.takers, self.now)
        self.warnings = warnings(self.path, values, offer.shortest(self.takers))

    @property
    def empties(self) -> bool:
        """Whether nothing could be booked any more. Where nothing can be now, these settings are not the reason."""
        return self.would is not None and self.would.first is None and self.stored.first is not None


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request, path_id) -> HttpResponse:
    """A POST with `count` saves nothing."""
    now = request.now = timezone.now()
    path = gates.open_path_as_admin(request.user, path_id)
    page = Shown.of(path, now)
    if request.method != "POST":
        kept = take(request)
        return _page(request, page, PathSettingsForm(kept) if kept else PathSettingsForm(initial=shown(path)))
    form = PathSettingsForm(request.POST)
    if not form.is_valid():
        return _page(request, page, form, status=400)
    page.count(form.values)
    held_back = str(newly_kept(path, form.values))
    known = form.cleaned_data["kept_from_booking"] or "0"
    _remember(form, kept_from_booking=held_back)
    if "count" in request.POST:
        return _page(request, page, form)
    if held_back not in {"0", known}:
        # Said before it is saved, also to whoever has not asked for it.
        text = _("%(concerned)s Nothing was saved. Save once more if that is what you want.")
        form.add_error("no_shows_allowed", text % {"concerned": page.warnings.pop("no_shows_allowed")})
        return _page(request, page, form, status=400)
    if page.empties and not form.cleaned_data["anyway"]:
        form.add_error("anyway", _("With these settings nothing can be booked. Nothing was saved."))
        return _page(request, page, form, status=400)
    try:
        saved = writer.save(
            path=path, values=form.values, version=form.cleaned_data["version"], by=request.user, now=now
        )
    except writer.SettingsRefused as error:
        raise PermissionDenied(str(error)) from error
    except writer.StaleSettings:
        return _stale(request, path.pk, form)
    except writer.Nonsense as error:
        for name, text in error.problems.items():
            form.add_error(name, text)
        return _page(request, page, form, status=400)
    messages.success(request, _("Settings saved."))
    return redirect("paths:settings", saved.pk)


def _remember(form, **marks):
    """What the form is to carry when it is sent next."""
    form.data = dict(form.data.items()) | marks


def _stale(request, path_id, form):
    """The form once more, on the version that stands now, with both versions of what differs."""
    path = gates.open_path_as_admin(request.user, path_id)
    page = Shown.of(path, request.now)
    page.count(form.values)
    stored, typed = policy.plain(policy.values_of(path)), policy.plain(form.values)
    page.versions = [
        {
            "name": policy_words.LABELS[name],
            "now": policy_words.value(name, stored[name]),
            "yours": policy_words.value(name, typed[name]),
            "differs": True,
        }
        for name in policy.FIELDS
        if stored[name] != typed[name]
    ]
    _remember(form, version=policy.version(path))
    form.add_error(None, _who_changed(path, request))
    return _page(request, page, form, status=409)


def _who_changed(path, request):
    change = writer.last_change(path)
    if change is None or change.by is None:
        return _("The settings were changed while you had them open. Look at the two versions.")
    when = timefmt.when(change.at, request.user.reader, request.now)
    if change.by == request.user:
        return _("You have saved other settings in the meantime (%(when)s). Look at the two versions.") % {"when": when}
    text = _("%(name)s changed the settings in the meantime (%(when)s). Look at the two versions.")
    return text % {"name": change.by, "when": when}


def _page(request, page, form, status=200):
    number = Meeting.objects.filter(path=page.path, kind=Kind.DROP_IN).upcoming(page.now).count()
    booked = ngettext(
        "%(number)d session is booked. It stays as it is, whatever you change here.",
        "%(number)d sessions are booked. They stay as they are, whatever you change here.",
        number,
    )
    context = {
        **frame(page.path, request.user, page.now, "settings"),
        "form": form,
        "sections": sections(form, page.path, page.warnings),
        "shown": page,
        "offered": _offered(page, form, request.user.reader),
        "room": policy_words.room(rooms.stored(page.path).facts),
        "booked": booked % {"number": number},
    }
    return render(request, "paths/settings/page.html", context, status=status)


def _offered(page, form, reader):
    """The sentence of the bar."""
    if page.would is None and form.errors:
        text = ngettext(
            "Nothing was saved. People still see %(number)d time.",
            "Nothing was saved. People still see %(number)d times.",
            page.stored.number,
        )
        return text % {"number": page.stored.number}
    if page.would is None:
        return _stored_words(page.stored, reader, page.now)
    if page.would.first is None:
        return _("With these settings nothing can be booked.")
    text = ngettext(
        "Would offer %(number)d time in the next two weeks (now %(before)d).",
        "Would offer %(number)d times in the next two weeks (now %(before)d).",
        page.would.number,
    )
    return text % {"number": page.would.number, "before": page.stored.number}


def _stored_words(stored, reader, now):
    if stored.first is None:
        return _("Nothing can be booked now.")
    text = ngettext(
        "Offers %(number)d time in the next two weeks, first %(when)s.",
        "Offers %(number)d times in the next two weeks, first %(when)s.",
        stored.number,
    )
    return text % {"number": stored.number, "when": timefmt.when(stored.first, reader, now)}
