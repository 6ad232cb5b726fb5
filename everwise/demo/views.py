"""The demo's mail in the browser. Open to all: sign-up and password reset write before anybody is signed in."""

import functools
from collections.abc import Callable

from csp.constants import NONE, SELF
from csp.decorators import csp_replace, csp_update
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from everwise.demo import mailbox

PER_PAGE = 20
PARTS = {"html": "HTML", "text": pgettext_lazy("part of an e-mail", "Text"), "calendar": _("Calendar")}
# What an e-mail may do in a browser: be styled by itself, and open its links elsewhere.
MAIL_POLICY = {
    **dict.fromkeys(settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]),
    "default-src": [NONE],
    "style-src": ["'unsafe-inline'"],
    "frame-ancestors": [SELF],
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
}


def in_demo(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """404 outside the demo: what lies in the mailbox opens accounts."""

    @functools.wraps(view)
    def guarded(request, *args, **kwargs):
        if not settings.DEMO:
            raise Http404("There is no mailbox outside the demo")
        return view(request, *args, **kwargs)

    return guarded


@login_not_required
@require_safe
@in_demo
def mail_list(request) -> HttpResponse:
    page = Paginator(mailbox.stored_names(), PER_PAGE).get_page(request.GET.get("page"))
    letters = [letter for name in page if (letter := mailbox.read_mail(name))]
    return render(request, "demo/mail_list.html", {"page": page, "letters": letters})


@login_not_required
@require_safe
@in_demo
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]  # its types know views of a request alone
def mail_page(request, name) -> HttpResponse:
    letter = _letter(name)
    parts = {part: label for part, label in PARTS.items() if getattr(letter, part)}
    asked = request.GET.get("part")
    part = asked if asked in parts else next(iter(parts), "text")
    return render(request, "demo/mail_page.html", {"letter": letter, "parts": parts, "part": part})


@login_not_required
@require_safe
@in_demo
@xframe_options_sameorigin
@csp_replace(MAIL_POLICY)  # type: ignore[arg-type]  # as above
def mail_html(request, name) -> HttpResponse:
    """The HTML of an e-mail as it is, for the frame that shows it. Not one of our pages, so it has their rights no more
    than it has in a mail program."""
    letter = _letter(name)
    if not letter.html:
        raise Http404("This message has no HTML")
    # Links open beside the mailbox, as they do from a mail program.
    return HttpResponse(letter.html.replace("<head>", '<head><base target="_blank">', 1))


def _letter(name) -> mailbox.StoredMail:
    letter = mailbox.read_mail(name)
    if letter is None:
        raise Http404("No such message")
    return letter
