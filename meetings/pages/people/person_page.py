"""The page of one person on a path, which more than one form leads back to."""

from uuid import uuid4

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from meetings.booking import fresh_starts
from meetings.pages.path.frame import frame
from meetings.pages.people import waitlist
from meetings.pages.people.forms import ExtraSessionsForm, FreshStartForm
from meetings.pages.people.person import sessions_words


def person_page(request, shown, form=None, status=200, *, letting=None) -> HttpResponse:
    """`letting` is the form by which they may book again, where it has problems."""
    tally = shown.credits()
    page, meetings = shown.meetings(request.GET.get("page"))
    context = {
        **frame(shown.path, request.user, shown.now, "people"),
        "person": shown,
        "credits": tally,
        "words": sessions_words(tally) if tally else None,
        "form": form or ExtraSessionsForm(initial={"token": uuid4(), "number": 1}),
        "letting": letting or FreshStartForm(initial={"token": uuid4(), "shown": fresh_starts.version(shown.missed)}),
        "facts": shown.facts(),
        "page": page,
        "meetings": meetings,
        "coming": _coming_words(shown),
        "lines": shown.history(),
        "waits": waitlist.places(shown.user, shown.path, request.user.reader, shown.now),
        "waited": waitlist.lines(shown.user, shown.path, request.user.reader, shown.now),
    }
    return render(request, "paths/people/person.html", context, status=status)


def _coming_words(shown):
    """What ending their membership asks."""
    if not shown.is_here:
        return ""
    number = shown.coming()
    if not number:
        return _("They have no meetings to come here. Their past meetings stay.")
    text = ngettext(
        "Ending the membership asks what becomes of their %(number)d coming meeting. Their past meetings stay.",
        "Ending the membership asks what becomes of their %(number)d coming meetings. Their past meetings stay.",
        number,
    )
    return text % {"number": number}
