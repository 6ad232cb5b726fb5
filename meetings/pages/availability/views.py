"""An expert's own availability: one page to see, try out and save it."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from everwise import timefmt, wording
from everwise.accounts.kept_posts import take
from everwise.timefmt import Reader
from experts.hours import words, writer
from experts.hours.comparison import side_by_side
from experts.hours.editor import ACTIONS, MOST_PATTERNS, Editor
from experts.models import Expert
from meetings.pages.availability.preview import AvailabilityPreview
from meetings.slots.one_expert import outside
from paths import expert_paths
from paths.models import Theme

STRETCHES_PER_PAGE = 8
QUARTER = 15


@require_http_methods(["GET", "HEAD", "POST"])
def availability(request) -> HttpResponse:
    now = request.now = timezone.now()
    expert = expert_paths.own_expert(request.user)
    page = AvailabilityPage(request, expert, now)
    if request.method != "POST":
        return page.again(take(request))
    editor, saving = page.editor, not ACTIONS & request.POST.keys()
    editor.read(request.POST)
    # A button may have been pressed in the middle of typing: what is wrong is reported when it matters.
    plan = editor.plan(strict=saving)
    if not saving:
        if plan is None and "preview" not in request.POST:
            editor.forget_errors()
        return page.render(plan=plan, typed=True)
    if plan is None:
        return page.render(typed=True, errors=editor.problems, status=400)
    try:
        writer.save(expert=expert, plan=plan, version=editor.version, by=request.user)
    except writer.HoursError as error:
        # As it stands now, which may be newer than what this request read first.
        editor.present = writer.read_hours(Expert.objects.get(pk=expert.pk))
        editor.version = editor.present.version
        stale = isinstance(error, writer.StaleHours)
        return page.render(plan=plan, typed=True, errors=[("", str(error))], stale=stale, status=409)
    _tell_saved(request, page, plan, now)
    return redirect("availability")


def _tell_saved(request, page, plan, now) -> None:
    """What saving has done, and what it has not."""
    messages.success(request, _("Your availability is saved."))
    for note in [*page.editor.notes, *page.warnings(plan)]:
        messages.info(request, note)
    if left := outside(page.expert, plan.hours(page.editor.present), now):
        text = ngettext(
            "%(number)s meeting lies outside your hours now. Nothing was cancelled: see the list below.",
            "%(number)s meetings lie outside your hours now. Nothing was cancelled: see the list below.",
            len(left),
        )
        messages.warning(request, text % {"number": len(left)})


class AvailabilityPage:
    """What the availability page shows, as stored or as typed."""

    def __init__(self, request, expert: Expert, now):
        self.request, self.expert, self.now = request, expert, now
        self.reader = request.user.reader
        self.paths = [(path, list(path.themes.all())) for path in expert_paths.paths_of(request.user)]
        for path, themes in self.paths:
            for theme in themes:
                theme.path = path
        self.themes = {theme.pk: theme for _, themes in self.paths for theme in themes}
        self.editor = Editor(
            writer.read_hours(expert), offered=self.themes.keys(), now=now, twelve_hour=self.reader.twelve_hour
        )

    def again(self, kept: QueryDict | None) -> HttpResponse:
        """As it is stored, or as it was typed before its expert signed in again."""
        if kept is None:
            return self.render()
        self.editor.read(kept)
        return self.render(plan=self.editor.plan(strict=False), typed=True)

    def render(self, *, plan=None, typed=False, errors=(), stale=False, status=200) -> HttpResponse:
        editor, present = self.editor, self.editor.present
        dirty = typed and (plan is None or plan.changes(present))
        known = plan is not None or not typed
        left = outside(self.expert, plan.hours(present) if plan else present.hours, self.now) if known else []
        context = {
            "nav": "availability",
            "editor": editor,
            "single_pattern": len(editor.patterns) == 1,
            "can_add_pattern": len(editor.patterns) < MOST_PATTERNS,
            "other_rules": [
                (pk, words.rule_words(rule, self.reader.twelve_hour), pk in editor.dropped_rules)
                for pk, rule in present.others
            ],
            "dates_page": self._dates_page(),
            "paths": [(path, [(theme, theme.pk in editor.themes) for theme in themes]) for path, themes in self.paths],
            "taken_themes": self._taken(),
            "calendar_count": self.expert.busy_calendars.count(),
            "clock_times": [
                timefmt.time_of_day(minute, self.reader.twelve_hour) for minute in range(0, 24 * 60 + 1, QUARTER)
            ],
            "clock_example": timefmt.time_of_day(9 * 60, self.reader.twelve_hour),
            "typed": typed,
            "dirty": dirty,
            "errors": errors,
            "stale": stale,
            "versions": side_by_side(present, plan, self.themes, self.reader) if stale else [],
            "notes": [*editor.notes, *self.warnings(plan)] if typed and known else [],
            "preview": self._preview(plan) if known else None,
            "outside": left,
            "outside_rows": [
                (meeting, wording.listed([wording.isolated(each) for each in meeting.participants])) for meeting in left
            ],
        }
        return render(self.request, "experts/availability.html", context, status=status)

    def warnings(self, plan) -> list[str]:
        """What a change brings about that one might not think of."""
        present = self.editor.present
        if plan is None:
            return []
        found = []
        old_zone, new_zone = str(present.settings["time_zone"]), str(plan.settings["time_zone"])
        if old_zone != new_zone:
            text = _(
                "Your hours keep their times of the day, in %(new_zone)s instead of %(old_zone)s. Booked sessions stay"
                " when they are."
            )
            found.append(text % {"new_zone": timefmt.city(new_zone), "old_zone": timefmt.city(old_zone)})
        after = plan.themes_after(present)
        stopped = present.settings["accepting"] and not plan.settings["accepting"]
        gone = present.themes if stopped else present.themes - after
        text = _("Nobody else takes “%(theme)s” on %(path)s, so it can’t be booked then.")
        alone = expert_paths.without_others(self.expert, gone)
        return [
            *found,
            *(text % {"theme": wording.isolated(theme), "path": wording.isolated(theme.path)} for theme in alone),
            *self._retired(),
        ]

    def _retired(self) -> list[str]:
        """What was ticked and can't be any more, since it was retired after the page was opened."""
        ticked = {pk for text in self.request.POST.getlist("themes") if (pk := _uuid(text))}
        unknown = ticked - self.themes.keys()
        if not unknown:
            return []
        paths = [path for path, _themes in self.paths]
        text = _("“%(theme)s” on %(path)s was retired meanwhile: nobody can book it. Who takes it stays as it was.")
        found = Theme.objects.filter(pk__in=unknown, path__in=paths).exclude(retired_at=None).select_related("path")
        return [text % {"theme": wording.isolated(each), "path": wording.isolated(each.path)} for each in found]

    def _dates_page(self):
        editor, reader = self.editor, self.reader
        listed = [
            {
                "first": each.first,
                "value": f"{each.first.isoformat()}/{each.last.isoformat()}",
                "dropped": (each.first, each.last) in editor.dropped,
                **_stretch_words(each, reader, self.now),
            }
            for each in editor.listed
        ]
        return Paginator(listed, STRETCHES_PER_PAGE).get_page(editor.page)

    def _taken(self):
        groups = [(path, [theme for theme in themes if theme.pk in self.editor.themes]) for path, themes in self.paths]
        return [(path, themes) for path, themes in groups if themes]

    def _preview(self, plan) -> AvailabilityPreview:
        present = self.editor.present
        asked = self.request.POST if self.request.method == "POST" else self.request.GET
        taken = [theme for _, themes in self._taken() for theme in themes]
        wanted = _uuid(asked.get("seen_theme", ""))
        theme = next((each for each in taken if each.pk == wanted), taken[0] if taken else None)
        zone = timefmt.find_zone(asked.get("seen_zone", "")) or self.editor.zone
        return AvailabilityPreview(
            self.expert,
            hours=plan.hours(present) if plan else present.hours,
            settings=plan.settings if plan else present.settings,
            theme=theme,
            reader=Reader(zone, self.reader.twelve_hour),
            now=self.now,
        )


def _stretch_words(stretch, reader, now) -> dict[str, str]:
    dates = words.dates_words(stretch.first, stretch.last, reader, now)
    hours = words.windows_words(stretch.windows, reader.twelve_hour)
    if stretch.first == stretch.last:
        text = _("%(hours)s only") if hours else _("All day")
    else:
        text = _("%(dates)s, %(hours)s only") if hours else _("%(dates)s, all day")
    return {
        "title": _("Different hours") if hours else _("Time off"),
        "text": text % {"dates": dates, "hours": hours},
        "dates": dates,
    }


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
