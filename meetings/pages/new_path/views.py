"""“Create a path”: for admins of paths, in their programs, and for staff, who name somebody else its admin."""

from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from everwise.accounts.kept_posts import take
from everwise.wording import isolated
from meetings.pages.form_tokens import mend
from meetings.pages.new_path.choices import programs, sources
from meetings.pages.new_path.forms import EMPTY, NewPathForm
from meetings.permissions import gates
from paths import setting_up
from paths.models import Path


@require_http_methods(["GET", "HEAD", "POST"])
def create(request) -> HttpResponse:
    now = request.now = timezone.now()
    user = request.user
    may = gates.open_new_path(user)
    given = {"may": may, "programs": programs(user, may), "sources": sources(user, now), "zone": user.time_zone}
    if request.method != "POST":
        kept = take(request)
        form = NewPathForm(kept, **given) if kept else NewPathForm(initial=_initial(user, given["programs"]), **given)
        return _page(request, may, form)
    form = NewPathForm(request.POST, **given)
    if not form.is_valid():
        mend(form)
        return _page(request, may, form, status=400)
    try:
        path = setting_up.create(plan=form.plan(), by=user, now=now, token=form.cleaned_data["token"])
    except setting_up.NewPathFaults as error:
        for field, text in error.faults:
            form.add_error(field, text)
        return _page(request, may, form, status=400)
    except setting_up.SettingUpRefused as error:
        raise PermissionDenied(str(error)) from error
    text = _("“%(path)s” is a draft. Participants hear nothing until it is opened.")
    messages.success(request, text % {"path": isolated(path)})
    if Path.objects.visible_to(user).filter(pk=path.pk).exists():
        return redirect("paths:detail", path.pk)
    # Staff who made it for somebody else don't see it.
    return redirect("staff:installation")


def _initial(user, offered):
    return {
        "token": uuid4(),
        "start": EMPTY,
        "program": offered[0][0] if len(offered) == 1 else "",
        "time_zone": user.time_zone,
        "with_settings": True,
        "with_experts": True,
    }


def _page(request, may, form, status=200):
    context = {"nav": "paths", "form": form, "may": may, "start": form["start"].value()}
    return render(request, "paths/new/page.html", context, status=status)
