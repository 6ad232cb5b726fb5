"""What happened to the themes of a path, in a sentence for its history."""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from everwise import timefmt
from everwise.wording import isolated
from paths.enums import Happened
from paths.models import PathEvent

Sentence = tuple[str, str, Mapping[str, str | int]]


def detail(event: PathEvent) -> str:
    """What was before and what is now, as far as it was changed."""
    if event.what == Happened.THEME_MOVED:
        words = {"before": event.facts["before"], "after": event.facts["after"]}
        return _("From place %(before)d to place %(after)d.") % words
    if event.what != Happened.THEME_CHANGED:
        return ""
    before, after = event.facts["before"], event.facts["after"]
    old_name, new_name, old_text, new_text, old_questions, new_questions = _written(event)
    parts = []
    if old_name != new_name:
        parts.append(_("Before: “%(name)s”.") % {"name": isolated(old_name)})
    if before["minutes"] != after["minutes"]:
        words = {"before": timefmt.minutes(before["minutes"]), "after": timefmt.minutes(after["minutes"])}
        parts.append(_("%(after)s instead of %(before)s.") % words)
    if before["experts"] != after["experts"]:
        text = ngettext(
            "%(after)d expert takes it now, %(before)d before.",
            "%(after)d experts take it now, %(before)d before.",
            len(after["experts"]),
        )
        parts.append(text % {"after": len(after["experts"]), "before": len(before["experts"])})
    if old_text != new_text:
        words = {"before": isolated(old_text), "after": isolated(new_text)}
        parts.append(_("Text: “%(after)s”, before: “%(before)s”.") % words)
    if old_questions != new_questions:
        words = {"before": isolated(old_questions), "after": isolated(new_questions)}
        parts.append(_("Questions: “%(after)s”, before: “%(before)s”.") % words)
    return " ".join(parts)


def _written(event: PathEvent) -> list[str]:
    """The lines that paths/themes wrote: old and new name, text and questions; all empty once they were blanked."""
    lines = event.words.text.split("\n") if hasattr(event, "words") else []
    return (lines + [""] * 6)[:6]


def _name(event: PathEvent) -> dict[str, str]:
    old, new, *_rest = _written(event)
    name = new if event.what == Happened.THEME_CHANGED else old
    return {"theme": isolated(name or pgettext("instead of a theme’s name", "a theme"))}


def _added(event: PathEvent) -> Sentence:
    return _("<b>You</b> added the theme “%(theme)s”"), _("%(person)s added the theme “%(theme)s”"), _name(event)


def _changed(event: PathEvent) -> Sentence:
    return _("<b>You</b> changed the theme “%(theme)s”"), _("%(person)s changed the theme “%(theme)s”"), _name(event)


def _moved(event: PathEvent) -> Sentence:
    return (
        _("<b>You</b> moved the theme “%(theme)s” in the list"),
        _("%(person)s moved the theme “%(theme)s” in the list"),
        _name(event),
    )


def _retired(event: PathEvent) -> Sentence:
    return _("<b>You</b> retired the theme “%(theme)s”"), _("%(person)s retired the theme “%(theme)s”"), _name(event)


def _back(event: PathEvent) -> Sentence:
    return (
        _("<b>You</b> brought the theme “%(theme)s” back"),
        _("%(person)s brought the theme “%(theme)s” back"),
        _name(event),
    )


SENTENCES: dict[Happened, Callable[[PathEvent], Sentence]] = {
    Happened.THEME_ADDED: _added,
    Happened.THEME_CHANGED: _changed,
    Happened.THEME_MOVED: _moved,
    Happened.THEME_RETIRED: _retired,
    Happened.THEME_BACK: _back,
}
