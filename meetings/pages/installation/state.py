"""What makes an empty installation one in which people book, in order, and what of it is done: computed, never kept.

Staff see no path and no person here: only whether there is any.
"""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from everwise import timefmt
from everwise.accounts.models import User
from everwise.plaintext import one_line
from everwise.wording import count, isolated
from meetings.enums import AccountMail
from meetings.models import Meeting, Notice, Worker
from paths.enums import Role
from paths.making_rights import making
from paths.models import Membership, Path

EMAIL, WORKER, PATH, ADMIN = "email", "worker", "path", "admin"
TITLES: dict[str, Promise] = {
    EMAIL: gettext_lazy("E-mail goes out"),
    WORKER: gettext_lazy("Reminders and invitations are sent"),
    PATH: gettext_lazy("First path"),
    ADMIN: gettext_lazy("Somebody to run it"),
}


@dataclass(frozen=True, slots=True)
class InstallationStep:
    """`text` is a sentence or two, `fault` what is wrong. `action` leads to `url`; "" where there is nothing to do."""

    key: str
    done: bool
    text: str
    fault: str = ""
    action: str = ""
    url: str = ""

    @property
    def title(self) -> str:
        return str(TITLES[self.key])


def has_begun() -> bool:
    """Whether a session was ever booked."""
    return Meeting.objects.exists()


def checklist(user: User, now: datetime) -> dict[str, object]:
    """What templates/meetings/installation/_checklist.html asks for."""
    steps = [_email(user, now), _worker(now), _path(user), _admin(user)]
    done = sum(step.done for step in steps)
    return {
        "setup_steps": steps,
        "setup_now": next((step.key for step in steps if not step.done), ""),
        "setup_done": done,
        "setup_number": len(steps),
    }


def _email(user, now) -> InstallationStep:
    tests = Notice.objects.filter(kind=AccountMail.TEST)
    last, sent = tests.order_by("-pk").first(), Notice.objects.sent().exists()
    sender = _("From %(address)s.") % {"address": settings.DEFAULT_FROM_EMAIL}
    fault = ""
    if last is None:
        said = _("E-mail has gone out.") if sent else _("Nothing has gone out yet. Send one to yourself.")
    elif last.sent_at:
        words = {"address": isolated(last.address), "when": timefmt.when(last.sent_at, user.reader, now)}
        said = _("The last test was sent to %(address)s: %(when)s.") % words
    else:
        words = {"address": isolated(last.address)}
        if last.parked_at:
            said = _("The last test to %(address)s was not sent.") % words
        else:
            said = _("A test to %(address)s waits to be sent.") % words
        if last.last_error:
            fault = _("It failed: %(error)s") % {"error": one_line(last.last_error)}
    done = sent if last is None else last.sent_at is not None
    action = _("Send another test") if last else _("Send a test e-mail")
    return InstallationStep(EMAIL, done, f"{sender} {said}", fault, action, reverse("staff:test-mail"))


def _worker(now) -> InstallationStep:
    last = Worker.objects.order_by("-beat_at").first()
    again = {"action": _("Look again"), "url": reverse("staff:installation")}
    if last is not None and last.lives(now):
        seconds = max(0, int((now - last.beat_at).total_seconds()))
        said = ngettext(
            "The background worker is running. It was last seen %(number)s second ago.",
            "The background worker is running. It was last seen %(number)s seconds ago.",
            seconds,
        )
        return InstallationStep(WORKER, True, said % {"number": count(seconds)}, **again)
    fault = _("No background worker. Start it with “%(command)s”.") % {"command": "python manage.py worker"}
    return InstallationStep(WORKER, False, _("Without it no e-mail goes out and no calendar is read."), fault, **again)


def _path(user) -> InstallationStep:
    number = Path.objects.count()
    may = making(user).anything
    text = _("A path has themes, experts and participants. You can make somebody else its admin.")
    if number:
        text = ngettext("There is %(number)s path.", "There are %(number)s paths.", number) % {"number": count(number)}
    action = (_("Create another path") if number else _("Create a path")) if may else ""
    return InstallationStep(PATH, bool(number), text, "", action, reverse("paths:new"))


def _admin(user) -> InstallationStep:
    admins = Membership.objects.live().filter(role=Role.ADMIN, user__is_active=True)
    url = reverse("admin:paths_programadmin_add")
    action = _("Add an admin") if user.has_perm("paths.change_program") else ""
    if not admins.exists():
        text = _("Name the path’s admin by e-mail. From then on they need nothing from you.")
        return InstallationStep(ADMIN, False, text, "", action, url)
    arrived = Q(user__last_login__isnull=False) | ~Q(user__password__startswith=UNUSABLE_PASSWORD_PREFIX)
    if admins.filter(arrived).exists():
        return InstallationStep(ADMIN, True, _("There is an admin, who needs nothing from you."))
    return InstallationStep(ADMIN, True, _("An admin is invited, and has not answered yet."))
