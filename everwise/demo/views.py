"""The demo's mail in the browser. Open to all: sign-up and password reset write before anybody is signed in."""

import functools

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from everwise.demo import mailbox

PER_PAGE = 20


def in_demo(view):
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
def mail_list(request):
    page = Paginator(mailbox.names(), PER_PAGE).get_page(request.GET.get("page"))
    letters = [letter for name in page if (letter := mailbox.read(name))]
    return render(request, "demo/mail_list.html", {"page": page, "letters": letters})


@login_not_required
@require_safe
@in_demo
def mail_page(request, name):
    letter = mailbox.read(name)
    if letter is None:
        raise Http404("No such message")
    return render(request, "demo/mail_page.html", {"letter": letter})
