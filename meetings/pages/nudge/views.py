"""An admin writes to participants who have never booked, or have sessions left: read first, then sent."""

from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from everwise.accounts.kept_posts import take
from meetings.enums import NudgeKind
from meetings.mail.nudges import writer
from meetings.pages.form_tokens import mend
from meetings.pages.nudge.forms import KINDS, NudgeForm, mark
from meetings.pages.nudge.page import NudgePage, people_address, usual_since, usual_subject
from meetings.pages.path.frame import frame
from meetings.permissions import gates


@require_http_methods(["GET", "HEAD", "POST"])
def write(request, path_id) -> HttpResponse:
    """A POST with `preview` sends nothing."""
    now = request.now = timezone.now()
    path = gates.open_path_as_admin(request.user, path_id)
    today = now.astimezone(path.time_zone).date()
    if request.method != "POST":
        kept = take(request)
        return _page(request, path, NudgeForm(kept, today=today) if kept else _new(request, path, today))
    form = NudgeForm(request.POST, today=today)
    if not form.is_valid():
        mend(form)
        return _page(request, path, form, status=400)
    if "preview" in request.POST:
        return _page(request, path, form)
    return _send(request, path, form)


def _send(request, path, form):
    asked = {name: form.cleaned_data[name] for name in ("kind", "since", "subject", "words", "token")}
    start, _space, number = form.cleaned_data["shown"].rpartition(" ")
    if not number.isdecimal() or f"{start} 0" != mark(asked["kind"], asked["since"], 0):
        # Other people than those of whom the button spoke.
        form.add_error(None, _("These are other people than the page has shown. Nothing was sent."))
        return _page(request, path, form, status=409)
    try:
        nudge = writer.send(path=path, shown=int(number), by=request.user, now=request.now, **asked)
    except writer.NudgeRefused as error:
        raise PermissionDenied(str(error)) from error
    except writer.NudgeError as error:
        form.add_error(None, str(error))
        return _page(request, path, form, status=409)
    sent = nudge.recipients.count()
    text = ngettext("%(number)d e-mail is on its way.", "%(number)d e-mails are on their way.", sent)
    messages.success(request, text % {"number": sent})
    return redirect("paths:nudge", path.pk)


def _new(request, path, today):
    asked = request.GET.get("who", "")
    initial = {
        "token": uuid4(),
        "who": asked if asked in {kind.value for kind in KINDS} else NudgeKind.NEVER_BOOKED.value,
        "since": usual_since(today),
        "subject": usual_subject(path),
    }
    return NudgeForm(initial=initial, today=today)


def _page(request, path, form, status=200):
    cleaned = getattr(form, "cleaned_data", {})
    who = form["who"].value()
    kind = NudgeKind(who) if who in {kind.value for kind in KINDS} else NudgeKind.NEVER_BOOKED
    since = cleaned.get("since") or usual_since(form.today)
    page = NudgePage(path, request.user, kind, since, request.now)
    if status == 409:
        text = ngettext("It is %(number)d person now.", "They are %(number)d people now.", page.number)
        form.add_error(None, text % {"number": page.number})
    subject = cleaned.get("subject") or form["subject"].value() or ""
    earlier, rows = page.earlier(request.GET.get("page"))
    context = {
        **frame(path, request.user, request.now, "people"),
        "form": form,
        "page": page,
        "shown": page.mark,
        "since": form["since"].value() or since,
        "choices": page.choices(),
        "letter": page.letter(subject, cleaned.get("words", "")),
        "people_url": people_address(path) if kind == NudgeKind.NEVER_BOOKED else "",
        "earlier": earlier,
        "rows": rows,
    }
    return render(request, "paths/nudge/page.html", context, status=status)
