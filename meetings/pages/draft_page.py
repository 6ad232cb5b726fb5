"""What stands in place of every page on which something is booked or added, while a path is a draft."""

from django.http import HttpResponse
from django.shortcuts import render

from paths import states
from paths.models import Path


def draft_page(request, path: Path) -> HttpResponse:
    """For those who know of the draft. Whoever has sent a form reads that nothing was made of it."""
    context = {"nav": "paths", "path": path, "text": states.draft_words()}
    return render(request, "paths/draft.html", context, status=409 if request.method == "POST" else 200)
