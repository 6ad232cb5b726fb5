"""The writer of a path's settings: the booking policy, its dates, and what it says of itself."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from everwise.accounts.models import User
from everwise.errors import Refused, Stale
from paths import history, policy
from paths.enrolment import EnrolmentRefused, check_right, lock
from paths.enums import Happened, Via
from paths.models import Path, PathEvent


class SettingsError(Exception):
    """Nothing was saved. Its text says why, for the person who asked."""


class SettingsRefused(SettingsError, Refused):
    """Only a live admin of the path changes its settings."""


class StaleSettings(SettingsError, Stale):
    """Somebody else has saved other settings since the page was opened."""


class Nonsense(SettingsError):
    """The values can't be meant together. `problems` has a sentence by field."""

    def __init__(self, problems: dict[str, str]):
        super().__init__(" ".join(problems.values()))
        self.problems = problems


def save(*, path: Path, values: policy.Values, version: str, by: User, now: datetime) -> Path:
    """Save what differs, if the path still stands as in the `version` that the form showed. Raises a SettingsError.

    Sessions that are booked stay as they are. The same values once more change nothing.
    """
    with transaction.atomic():
        lock([], by=by.pk)
        try:
            check_right(by, path)
        except EnrolmentRefused as error:
            raise SettingsRefused(_("Only an admin of this path can change its settings.")) from error
        current = Path.objects.select_for_update(no_key=True).get(pk=path.pk)
        before = policy.values_of(current)
        changed = [name for name in policy.FIELDS if values[name] != before[name]]
        if not changed:
            return current
        if version != policy.version(current):
            raise StaleSettings(_("The settings were changed while you had them open."))
        if problems := policy.problems(values):
            raise Nonsense(problems)
        for name in changed:
            setattr(current, name, values[name])
        current.save(update_fields=changed)
        write(path=current, before=before, by=by, now=now)
    return current


def write(*, path: Path, before: policy.Values, by: User, now: datetime, via: Via = Via.WEB) -> PathEvent | None:
    """Tell the path's history what has changed since `before`, in the transaction that changes it; nothing if nothing.

    Facts are the old and new values of what differs. Of the path's text they only say that it was changed: what it was
    stands beside them.
    """
    was, now_is = policy.plain(before), policy.plain(policy.values_of(path))
    changed = [name for name in policy.FIELDS if was[name] != now_is[name]]
    if not changed:
        return None
    told = [name for name in changed if name != policy.TEXT]
    facts = {
        "changed": changed,
        "before": {name: was[name] for name in told},
        "after": {name: now_is[name] for name in told},
    }
    text = was[policy.TEXT] if policy.TEXT in changed else ""
    return history.write(path=path, what=Happened.SETTINGS_CHANGED, by=by, now=now, via=via, facts=facts, text=text)


def last_change(path: Path) -> PathEvent | None:
    """Who has changed the settings last, and when."""
    changes = path.events.filter(what=Happened.SETTINGS_CHANGED).select_related("by")
    return changes.order_by("-at", "-pk").first()
