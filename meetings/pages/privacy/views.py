"""What is kept, and for how long."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from everwise.wording import count


@login_not_required
@require_safe
def page(request) -> HttpResponse:
    request.now = timezone.now()
    contact = settings.PRIVACY_CONTACT
    context = {
        "nav": "",
        "rows": [
            (_("Your name, addresses and settings"), _("Until you are erased")),
            (_("Where you belong: programs, paths and roles, and what has happened there"), _("Until you are erased")),
            (_("Meetings: when, about what, with whom, and what was changed"), _("They stay, without your name")),
            (_("Notes, answers to a theme’s questions, and the words of feedback"), _notes()),
            (_("What you waited for, and the times that were held for you"), _("Until you are erased")),
            (_("Stars that you gave"), _("They stay, without your name")),
            (_("An expert’s hours, and the busy times of calendars they connected"), _("Until they are removed")),
            (_("E-mails that were sent to you"), _days(settings.MAIL_KEPT_DAYS)),
            (_("The log of sign-ins, with the address and the browser of each"), _days(settings.AUTH_LOG_KEPT_DAYS)),
            (_("The log of what you and staff changed"), _days(settings.LOGS_KEPT_DAYS)),
        ],
        "contact": contact,
        "contact_link": contact if urlsplit(contact).scheme else f"mailto:{contact}",
    }
    return render(request, "privacy/page.html", context)


def _notes() -> str:
    days = settings.NOTES_KEPT_DAYS
    if days is None:
        return _("Until you are erased")
    said = ngettext("%(number)s day after the meeting", "%(number)s days after the meeting", days)
    return said % {"number": count(days)}


def _days(days: int | None) -> str:
    if days is None:
        return _("It stays, without your name once you are erased")
    return ngettext("%(number)s day", "%(number)s days", days) % {"number": count(days)}
