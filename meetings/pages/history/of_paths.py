"""What happened to a path and its people, in a sentence for its history."""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from everwise.accounts.models import User
from meetings.booking.settling import Way
from meetings.enums import NudgeKind
from meetings.pages import policy_words
from meetings.pages.history import of_themes
from meetings.pages.history.saying import Said, say
from meetings.pages.invited import Invited
from paths import policy
from paths.enums import Happened, Role
from paths.models import PathEvent


def said(event: PathEvent, reader: User, known: Invited) -> Said:
    """`known`: the invitations of those whom the path's events are about."""
    yours, theirs, words = SENTENCES[Happened(event.what)](event)
    sentence = say(yours, theirs, by=event.by, reader=reader, via=event.via, about=_about(event, known), **words)
    return Said(sentence, _detail(event))


def _about(event: PathEvent, known: Invited) -> str:
    return known.name(event.about) if event.about else pgettext("instead of a name", "somebody")


def _detail(event: PathEvent) -> str:
    """What was before, and why: in the words of whoever did it."""
    if event.what in of_themes.SENTENCES:
        return of_themes.detail(event)
    before = event.facts.get("before", {})
    parts = []
    if event.what == Happened.ROLE_CHANGED and event.facts.get("roles"):
        roles = ", ".join(str(Role(role).label) for role in event.facts["roles"])
        parts.append(_("Before: %(roles)s.") % {"roles": roles})
    if event.what == Happened.EXTRA_SESSIONS:
        text = ngettext(
            "%(total)d in all, %(before)d before.", "%(total)d in all, %(before)d before.", event.facts["total"]
        )
        parts.append(text % {"total": event.facts["total"], "before": before["total"]})
    if event.what == Happened.LET_BOOK:
        missed = event.facts["missed"]
        text = ngettext(
            "%(number)d missed session counts no more.", "%(number)d missed sessions count no more.", missed
        )
        parts.append(text % {"number": missed})
    if event.what == Happened.OPENED and (number := event.facts["participants"]):
        text = ngettext("%(number)d participant was told.", "%(number)d participants were told.", number)
        parts.append(text % {"number": number})
    if event.what == Happened.SETTINGS_CHANGED:
        parts += _settings(event.facts)
    if event.what == Happened.ROOM_CHANGED:
        parts += _room(event.facts)
    if event.facts.get("provider"):
        words = {"provider": event.facts["provider"], "group": event.facts["group"]}
        parts.append(_("By sign-in at %(provider)s: group %(group)s.") % words)
    parts += _settled(event.facts.get("meetings", {}))
    if hasattr(event, "words") and event.words.text:
        parts.append(_("“%(text)s”") % {"text": event.words.text})
    return " ".join(parts)


def _settings(facts: dict) -> list[str]:
    """Each value that was changed, with what it was."""
    said = []
    for name in facts["changed"]:
        label = policy_words.LABELS[name]
        if name not in facts["after"]:
            said.append(_("%(setting)s: another one.") % {"setting": label})
            continue
        now, before = (policy_words.value(name, facts[when][name]) for when in ("after", "before"))
        said.append(_("%(setting)s: %(now)s, before %(before)s.") % {"setting": label, "now": now, "before": before})
    if policy.TEXT in facts["changed"]:
        said.append(_("The text before:"))
    return said


def _room(facts: dict) -> list[str]:
    words = {when: policy_words.room(facts[when]) for when in ("before", "after")}
    said = [_("Now: %(after)s. Before: %(before)s.") % words]
    if facts["secret"]:
        said.append(_("With a new secret."))
    return said


def _settled(tally: dict[str, int]) -> list[str]:
    """What became of the meetings of somebody who left, by the ways of booking.settling."""
    said = []
    if number := tally.get(Way.GIVE, 0) + tally.get(Way.HAND, 0):
        text = ngettext(
            "%(number)d meeting was given to somebody else.", "%(number)d meetings were given to others.", number
        )
        said.append(text % {"number": number})
    if number := tally.get(Way.CANCEL, 0):
        text = ngettext("%(number)d meeting was cancelled.", "%(number)d meetings were cancelled.", number)
        said.append(text % {"number": number})
    if number := tally.get(Way.REMOVE, 0):
        text = ngettext(
            "They were taken out of %(number)d meeting.", "They were taken out of %(number)d meetings.", number
        )
        said.append(text % {"number": number})
    if number := tally.get(Way.KEEP, 0):
        text = ngettext("They stay in %(number)d meeting.", "They stay in %(number)d meetings.", number)
        said.append(text % {"number": number})
    return said


def _by_role(event: PathEvent) -> str:
    return event.facts.get("role", "")


def _created(event):
    if event.facts.get("source"):
        return (
            _("<b>You</b> made this path as a copy of another one"),
            _("%(person)s made this path as a copy of another one"),
            {},
        )
    return _("<b>You</b> made this path"), _("%(person)s made this path"), {}


def _added(event):
    match _by_role(event):
        case Role.PARTICIPANT:
            return (
                _("<b>You</b> added %(about)s as a participant"),
                _("%(person)s added %(about)s as a participant"),
                {},
            )
        case Role.EXPERT:
            return _("<b>You</b> added %(about)s as an expert"), _("%(person)s added %(about)s as an expert"), {}
        case Role.ADMIN:
            return _("<b>You</b> made %(about)s an admin"), _("%(person)s made %(about)s an admin"), {}
        case _:
            return _("<b>You</b> added %(about)s"), _("%(person)s added %(about)s"), {}


def _invited(event):
    match _by_role(event):
        case Role.PARTICIPANT:
            return (
                _("<b>You</b> invited %(about)s as a participant"),
                _("%(person)s invited %(about)s as a participant"),
                {},
            )
        case Role.EXPERT:
            return _("<b>You</b> invited %(about)s as an expert"), _("%(person)s invited %(about)s as an expert"), {}
        case Role.ADMIN:
            return _("<b>You</b> invited %(about)s as an admin"), _("%(person)s invited %(about)s as an admin"), {}
        case _:
            return _("<b>You</b> invited %(about)s"), _("%(person)s invited %(about)s"), {}


def _invited_again(event):
    return _("<b>You</b> invited %(about)s again"), _("%(person)s invited %(about)s again"), {}


def _withdrawn(event):
    return (
        _("<b>You</b> withdrew the invitation of %(about)s"),
        _("%(person)s withdrew the invitation of %(about)s"),
        {},
    )


def _accepted(event):
    return _("<b>You</b> accepted the invitation"), _("%(person)s accepted the invitation"), {}


def _declined(event):
    return _("<b>You</b> declined the invitation"), _("%(person)s declined the invitation"), {}


def _role_changed(event):
    match _by_role(event):
        case Role.PARTICIPANT:
            return _("<b>You</b> made %(about)s a participant"), _("%(person)s made %(about)s a participant"), {}
        case Role.EXPERT:
            return _("<b>You</b> made %(about)s an expert"), _("%(person)s made %(about)s an expert"), {}
        case Role.ADMIN:
            return _("<b>You</b> made %(about)s an admin"), _("%(person)s made %(about)s an admin"), {}
        case _:
            return _("<b>You</b> changed the role of %(about)s"), _("%(person)s changed the role of %(about)s"), {}


def _described(event):
    match event.facts.get("what"):
        case ["name"]:
            return _("<b>You</b> changed the name of %(about)s"), _("%(person)s changed the name of %(about)s"), {}
        case ["time_zone"]:
            return (
                _("<b>You</b> changed the time zone of %(about)s"),
                _("%(person)s changed the time zone of %(about)s"),
                {},
            )
        case _:
            return (
                _("<b>You</b> changed the name and the time zone of %(about)s"),
                _("%(person)s changed the name and the time zone of %(about)s"),
                {},
            )


def _extra_sessions(event):
    number = event.facts["number"]
    words = {"number": abs(number)}
    if number > 0:
        yours = ngettext(
            "<b>You</b> gave %(about)s %(number)d extra session",
            "<b>You</b> gave %(about)s %(number)d extra sessions",
            number,
        )
        theirs = ngettext(
            "%(person)s gave %(about)s %(number)d extra session",
            "%(person)s gave %(about)s %(number)d extra sessions",
            number,
        )
    else:
        yours = ngettext(
            "<b>You</b> took %(number)d session back from %(about)s",
            "<b>You</b> took %(number)d sessions back from %(about)s",
            -number,
        )
        theirs = ngettext(
            "%(person)s took %(number)d session back from %(about)s",
            "%(person)s took %(number)d sessions back from %(about)s",
            -number,
        )
    return yours, theirs, words


def _asked_to_book(event):
    return _("<b>You</b> asked to book again"), _("%(person)s asked to book again"), {}


def _let_book(event):
    return _("<b>You</b> let %(about)s book again"), _("%(person)s let %(about)s book again"), {}


def _let_book_no_more(event):
    return (
        _("<b>You</b> took back that %(about)s can book again"),
        _("%(person)s took back that %(about)s can book again"),
        {},
    )


def _settings_changed(event):
    return _("<b>You</b> changed the settings"), _("%(person)s changed the settings"), {}


def _room_changed(event):
    return _("<b>You</b> changed the video room"), _("%(person)s changed the video room"), {}


def _ended(event):
    if event.about_id is not None and event.by_id == event.about_id:
        return _("<b>You</b> left this path"), _("%(person)s left this path"), {}
    return _("<b>You</b> ended the membership of %(about)s"), _("%(person)s ended the membership of %(about)s"), {}


def _opened(event):
    return _("<b>You</b> opened this path"), _("%(person)s opened this path"), {}


def _closed(event):
    return _("<b>You</b> closed this path early"), _("%(person)s closed this path early"), {}


def _opened_again(event):
    return _("<b>You</b> opened this path again"), _("%(person)s opened this path again"), {}


def _deactivated(event):
    return _("<b>You</b> deactivated %(about)s"), _("%(person)s deactivated %(about)s"), {}


def _reminded(event):
    return _("<b>You</b> asked %(about)s for their hours"), _("%(person)s asked %(about)s for their hours"), {}


def _told(event):
    return (
        _("<b>You</b> told %(about)s that their calendar can’t be read"),
        _("%(person)s told %(about)s that their calendar can’t be read"),
        {},
    )


def _nudged(event):
    number, kind = event.facts.get("number", 0), event.facts["kind"]
    if kind == NudgeKind.LAST_CALL:
        return _("<b>You</b> sent the last call"), _("%(person)s sent the last call"), {}
    if kind == NudgeKind.NEVER_BOOKED:
        yours = ngettext(
            "<b>You</b> wrote to %(number)d participant who has never booked",
            "<b>You</b> wrote to %(number)d participants who have never booked",
            number,
        )
        theirs = ngettext(
            "%(person)s wrote to %(number)d participant who has never booked",
            "%(person)s wrote to %(number)d participants who have never booked",
            number,
        )
    else:
        yours = ngettext(
            "<b>You</b> wrote to %(number)d participant with sessions left",
            "<b>You</b> wrote to %(number)d participants with sessions left",
            number,
        )
        theirs = ngettext(
            "%(person)s wrote to %(number)d participant with sessions left",
            "%(person)s wrote to %(number)d participants with sessions left",
            number,
        )
    return yours, theirs, {"number": number}


def _seen_as(event):
    if event.about_id is not None:
        return (
            _("<b>You</b> looked at this path as %(about)s would"),
            _("%(person)s looked at this path as %(about)s would"),
            {},
        )
    if _by_role(event) == Role.EXPERT:
        return (
            _("<b>You</b> looked at this path as an expert would"),
            _("%(person)s looked at this path as an expert would"),
            {},
        )
    return (
        _("<b>You</b> looked at this path as a participant would"),
        _("%(person)s looked at this path as a participant would"),
        {},
    )


def _erased(event):
    return _("<b>You</b> erased what was known of %(about)s"), _("%(person)s erased what was known of %(about)s"), {}


SENTENCES: dict[Happened, Callable[[PathEvent], tuple[str, str, Mapping[str, str | int]]]] = {
    Happened.CREATED: _created,
    Happened.ADDED: _added,
    Happened.INVITED: _invited,
    Happened.INVITED_AGAIN: _invited_again,
    Happened.WITHDRAWN: _withdrawn,
    Happened.ACCEPTED: _accepted,
    Happened.DECLINED: _declined,
    Happened.ROLE_CHANGED: _role_changed,
    Happened.DESCRIBED: _described,
    Happened.EXTRA_SESSIONS: _extra_sessions,
    Happened.ASKED_TO_BOOK: _asked_to_book,
    Happened.LET_BOOK: _let_book,
    Happened.LET_BOOK_NO_MORE: _let_book_no_more,
    Happened.SETTINGS_CHANGED: _settings_changed,
    Happened.ROOM_CHANGED: _room_changed,
    Happened.ENDED: _ended,
    Happened.OPENED: _opened,
    Happened.CLOSED: _closed,
    Happened.OPENED_AGAIN: _opened_again,
    Happened.DEACTIVATED: _deactivated,
    Happened.ERASED: _erased,
    Happened.REMINDED: _reminded,
    Happened.TOLD: _told,
    Happened.NUDGED: _nudged,
    Happened.SEEN_AS: _seen_as,
    **of_themes.SENTENCES,
}
