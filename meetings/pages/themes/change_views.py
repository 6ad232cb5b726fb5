"""Adding a theme and changing one; “Count again” looks at what it would offer and saves nothing."""

import re
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from everwise.accounts.kept_posts import take
from everwise.wording import isolated, listed
from meetings.pages import invited
from meetings.pages.form_tokens import mend
from meetings.pages.path.frame import frame
from meetings.pages.themes import question_fields
from meetings.pages.themes.forms import ThemeForm
from meetings.pages.themes.offer import ThemeOffer
from meetings.pages.themes.words import booked_words, kept_words, path_theme
from meetings.permissions import gates
from paths import themes as writer

USUAL_MINUTES = 45
# The button that lets a question and the one above it change places.
UP = re.compile("up-([2-5])")


@require_http_methods(["GET", "HEAD", "POST"])
def add(request, path_id) -> HttpResponse:
    now = request.now = timezone.now()
    path = gates.open_path_as_admin(request.user, path_id)
    experts = invited.veiled_experts(path, writer.experts_on(path))
    ids = [expert.pk for expert in experts]
    if request.method != "POST":
        kept = take(request)
        usual = {"token": uuid4(), "minutes": USUAL_MINUTES, "experts": ids}
        form = ThemeForm(kept, experts=ids) if kept else ThemeForm(experts=ids, initial=usual)
        return _page(request, path, experts, form)
    if looked := _unjudged(request.POST, ids):
        return _page(request, path, experts, looked)
    form = ThemeForm(request.POST, experts=ids)
    if not form.is_valid():
        mend(form)
        return _page(request, path, experts, form, status=400)
    try:
        theme = writer.add(path=path, plan=form.plan, by=request.user, now=now, token=form.cleaned_data["token"])
    except writer.ThemeRefused as error:
        raise PermissionDenied(str(error)) from error
    except writer.ThemeError as error:
        _add_error(form, error)
        return _page(request, path, experts, form, status=409)
    _say_saved(request, form.plan, writer.Saved(theme, 0), path)
    return redirect("paths:themes", path.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, path_id, theme_id) -> HttpResponse:
    now = request.now = timezone.now()
    path = gates.open_path_as_admin(request.user, path_id)
    theme = path_theme(path, theme_id)
    experts = invited.veiled_experts(path, writer.experts_on(path))
    ids = [expert.pk for expert in experts]
    if request.method != "POST":
        kept = take(request)
        stands = writer.plan_of(theme, ids)
        form = ThemeForm(kept, experts=ids) if kept else ThemeForm.of(theme, stands, experts=ids, token=uuid4())
        return _page(request, path, experts, form, theme)
    if looked := _unjudged(request.POST, ids):
        return _page(request, path, experts, looked, theme)
    form = ThemeForm(request.POST, experts=ids)
    if not form.is_valid():
        mend(form)
        return _page(request, path, experts, form, theme, status=400)
    try:
        saved = writer.change(
            theme=theme, plan=form.plan, version=form.cleaned_data["version"], by=request.user, now=now
        )
    except writer.ThemeRefused as error:
        raise PermissionDenied(str(error)) from error
    except writer.ThemeStale as error:
        return _stale(request, path, experts, form, theme, str(error))
    except writer.ThemeError as error:
        _add_error(form, error)
        return _page(request, path, experts, form, theme, status=409)
    _say_saved(request, form.plan, saved, path)
    return redirect("paths:themes", path.pk)


def _add_error(form, error):
    field = "question_1" if error.field == "questions" else error.field
    form.add_error(field, str(error))


def _stale(request, path, experts, form, theme, why):
    """What was typed stays; what is saved now stands beside it, and is what the form is sent against next."""
    theme.refresh_from_db()
    stands = writer.plan_of(theme, [expert.pk for expert in experts])
    form.add_error(None, why)
    form.data = form.data.copy()
    form.data["version"] = stands.version
    taking = [str(expert) for expert in experts if expert.pk in stands.experts]
    saved = {"name": theme.name, "text": theme.description, "length": theme.length, "experts": listed(taking)}
    saved["questions"] = stands.questions
    return _page(request, path, experts, form, theme, saved=saved, status=409)


def _unjudged(data, ids):
    """A form with what was typed, before it is time to say what is wrong with it, of a button that saves nothing:
    “Count again”, and “Move up” of a question. None for the one that saves.
    """
    do = data.get("do", "")
    up = UP.fullmatch(do)
    if do != "count" and not up:
        return None
    typed = {name: data.get(name, "") for name in ("token", "version", "name", "text", "minutes")}
    typed |= question_fields.moved_up(data, int(up[1])) if up else question_fields.kept(data)
    return ThemeForm(experts=ids, initial={**typed, "experts": data.getlist("experts")})


def _say_saved(request, plan, saved, path):
    messages.success(request, _("“%(theme)s” is saved.") % {"theme": isolated(saved.theme.name)})
    if not plan.experts:
        messages.warning(request, _("Nobody takes this theme: it is not offered."))
    if saved.taken_off:
        text = ngettext(
            "%(number)d booked session stays with an expert who no longer takes this theme.",
            "%(number)d booked sessions stay with experts who no longer take this theme.",
            saved.taken_off,
        ) % {"number": saved.taken_off}
        # Of several experts, the theme alone leads to their sessions.
        asked = {"show": "coming", "theme": saved.theme.pk} | ({"expert": saved.off[0]} if len(saved.off) == 1 else {})
        address = reverse("paths:meetings", args=[path.pk], query=asked)
        messages.info(request, format_html('{} <a href="{}">{}</a>', text, address, _("Look at the meetings")))


def _page(request, path, experts, form, theme=None, *, saved=None, status=200):
    offer = ThemeOffer(path, experts, minutes=form.length, chosen=form.picked, user=request.user, now=request.now)
    number = writer.booked(theme, request.now).count() if theme else 0
    context = {
        **frame(path, request.user, request.now, "themes"),
        "form": form,
        "theme": theme,
        "offer": offer,
        "picks": offer.picks(),
        "saved": saved,
        "kept": kept_words(number, theme.duration_minutes) if theme else "",
        "booked": booked_words(number),
    }
    return render(request, "paths/themes/edit.html", context, status=status)
