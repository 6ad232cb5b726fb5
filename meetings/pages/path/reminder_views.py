"""The buttons of the Overview by which a path's admin writes to one of its experts."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from meetings.permissions import gates
from paths import expert_reminders
from paths.enums import Role
from paths.models import Membership


@require_POST
def remind(request, path_id, user_id) -> HttpResponse:
    return _write(request, path_id, user_id, expert_reminders.remind, _("A reminder is on its way."))


@require_POST
def tell(request, path_id, user_id) -> HttpResponse:
    return _write(request, path_id, user_id, expert_reminders.tell, _("An e-mail about it is on its way."))


def _write(request, path_id, user_id, writer, words):
    now = request.now = timezone.now()
    path = gates.open_path_as_admin(request.user, path_id)
    here = Membership.objects.filter(path=path, user=user_id, role=Role.EXPERT).select_related("user").first()
    if here is None:
        raise Http404("No expert of this path")
    try:
        writer(path=path, user=here.user, by=request.user, now=now)
    except expert_reminders.ReminderRefused as error:
        raise PermissionDenied(str(error)) from error
    except expert_reminders.ReminderError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, words)
    return redirect(reverse("paths:detail", args=[path.pk]) + ("?all=1" if request.POST.get("all") else ""))
