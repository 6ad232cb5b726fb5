"""Choosing a file, looking at what it would do, importing it, watching the worker, stopping it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from everwise import wording
from meetings.booking.credits import taken_by
from meetings.pages.form_tokens import DAMAGED
from meetings.pages.path.frame import frame
from meetings.pages.people_import.forms import CHECK, FileForm, ImportForm, most_lines
from meetings.pages.people_import.preview import PARTS, ImportPreview, typed
from meetings.permissions import gates
from paths.enrolment import EnrolmentRefused
from paths.enums import ImportState, Role
from paths.importing import limits, reading, stored, words
from paths.importing.faults import UnreadableFile
from paths.importing.writer import ChangedMeanwhile, HasProblems
from paths.models import PeopleImport

TEMPLATE = "\ufeffemail,name,role,time_zone,sessions\r\n"


@require_http_methods(["GET", "HEAD", "POST"])
def choose(request, path_id) -> HttpResponse:
    now = request.now = timezone.now()
    path = gates.open_path_as_admin(request.user, path_id)
    if request.method != "POST":
        return _choose_page(request, path, FileForm())
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _choose_page(request, path, form, status=400)
    file = form.cleaned_data["file"]
    try:
        table = reading.read(file.read(), file.name) if file else reading.read_text(form.cleaned_data["text"])
    except UnreadableFile as error:
        form.add_error("file" if file else "text", words.fault(error))
        return _choose_page(request, path, form, status=400)
    name = file.name if file else ""
    kept, _plan = stored.keep(path=path, table=table, file=name, by=request.user, now=now, taken=taken_by)
    return redirect("paths:import", path.pk, kept.pk)


@require_safe
def template(request, path_id) -> HttpResponse:
    gates.open_path_as_admin(request.user, path_id)
    response = HttpResponse(TEMPLATE, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="people.csv"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def look(request, path_id, import_id) -> HttpResponse:
    """What it would do, and the word to do so; then how far it is, and what became of it."""
    now = request.now = timezone.now()
    path = gates.open_path_as_admin(request.user, path_id)
    kept = _find(path, import_id)
    if not kept.is_open:
        # Also whoever presses twice.
        return _ending(request, kept) if request.method == "POST" else _progress_page(request, kept)
    if request.method != "POST":
        return _preview_page(request, kept, now)
    form = ImportForm(request.POST)
    if not form.is_valid():
        return _preview_page(request, kept, now, problem=str(DAMAGED["required"]), status=400)
    leave = form.cleaned_data["leave"]
    try:
        if mended := typed(request.POST.items(), kept):
            stored.mend(kept=kept, mended=mended, taken=taken_by, now=now)
            if form.cleaned_data["do"] != CHECK:
                text = ngettext(
                    "You have mended %(number)d line. This is what the file does now.",
                    "You have mended %(number)d lines. This is what the file does now.",
                    len(mended),
                )
                messages.info(request, text % {"number": len(mended)})
            return _again(request, kept, leave)
        if form.cleaned_data["do"] == CHECK:
            return _again(request, kept, leave)
        kept = stored.begin(
            kept=kept,
            digest=form.cleaned_data["digest"],
            leaves_out=leave,
            by=request.user,
            now=now,
            taken=taken_by,
        )
    except HasProblems as error:
        return _preview_page(request, kept, now, problem=str(error), status=400)
    except ChangedMeanwhile as error:
        stored.show_again(kept=kept, taken=taken_by, now=now)
        messages.warning(request, _("%(what)s Nothing has been written. Look at it again.") % {"what": error})
        return _again(request, kept, leave)
    except stored.ImportNotOpen:
        return redirect("paths:import", path.pk, import_id)
    except EnrolmentRefused as error:
        raise PermissionDenied(str(error)) from error
    return _ending(request, kept)


@require_POST
def stop(request, path_id, import_id) -> HttpResponse:
    """Stop what the worker has in hand, or discard what was only looked at."""
    request.now = timezone.now()
    path = gates.open_path_as_admin(request.user, path_id)
    kept = _find(path, import_id)
    if kept.is_open:
        stored.discard(kept=kept)
        messages.info(request, _("The file is discarded. Nothing has been written."))
        return redirect("paths:people", path.pk)
    if not stored.stop(kept=kept):
        messages.warning(request, _("It was over before it could be stopped."))
    return redirect("paths:import", path.pk, import_id)


def _find(path, import_id) -> PeopleImport:
    kept = stored.find(path, import_id)
    if kept is None:
        raise Http404("No such import of this path")
    return kept


def _ending(request, kept):
    """Where a press of Import ends: on the people, or beside the worker."""
    if kept.state != ImportState.DONE:
        return redirect("paths:import", kept.path_id, kept.pk)
    messages.success(request, _done(kept))
    return redirect("paths:people", kept.path_id)


def _again(request, kept, leave):
    """The page as it was looked at, with what is stored now."""
    asked = {part: request.GET[part] for part in PARTS if part in request.GET} | ({"leave": "1"} if leave else {})
    return redirect(reverse("paths:import", args=[kept.path_id, kept.pk], query=asked or None))


def _done(kept) -> str:
    """“124 people imported. 118 invitations are on their way.”"""
    total, invited, told = kept.total, kept.invited, kept.told
    said = [ngettext("%(n)s person imported.", "%(n)s people imported.", total) % {"n": wording.count(total)}]
    if invited:
        text = ngettext("%(n)s invitation is on its way.", "%(n)s invitations are on their way.", invited)
        said.append(text % {"n": wording.count(invited)})
    if told:
        text = ngettext("%(n)s person hears of it by e-mail.", "%(n)s people hear of it by e-mail.", told)
        said.append(text % {"n": wording.count(told)})
    return " ".join(said)


def _choose_page(request, path, form, status=200):
    context = {
        **frame(path, request.user, request.now, "people"),
        "form": form,
        "most_lines": most_lines(),
        "most_mb": limits.FILE_BYTES // 1_000_000,
        "has_limit": path.sessions_per_participant is not None,
        "roles": words.roles(),
        "usual_role": Role.PARTICIPANT.label,
    }
    return render(request, "paths/people_import/choose.html", context, status=status)


def _preview_page(request, kept, now, problem="", status=200):
    path = kept.path
    query = request.GET.dict()
    if request.method == "POST":
        query["leave"] = request.POST.get("leave", "")
    preview = ImportPreview(kept, stored.plan_of(kept, taken=taken_by, now=now), query)
    lines = stored.lines_of(kept)
    context = {
        **frame(path, request.user, now, "people"),
        "kept": kept,
        "preview": preview,
        "problem": problem,
        # Sessions have no limit here, so that the column says nothing.
        "ignores_sessions": path.sessions_per_participant is None and any(line.sessions for line in lines),
    }
    return render(request, "paths/people_import/preview.html", context, status=status)


def _progress_page(request, kept):
    context = {
        **frame(kept.path, request.user, request.now, "people"),
        "kept": kept,
        "said": _done(kept) if kept.state == ImportState.DONE else "",
        "by_you": kept.by_id == request.user.pk,
    }
    return render(request, "paths/people_import/progress.html", context)
