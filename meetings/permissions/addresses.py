"""Whose e-mail address a reader may know from a meeting, and how those are named whose address is withheld."""

from django.utils.translation import gettext as _

from everwise.accounts.models import User
from everwise.plaintext import one_line
from meetings.models.versions import Version


def shows_address(version: Version, reader: str, other: str) -> bool:
    """Whether a reader may know another's e-mail address from this meeting; both are ids.

    A participant knows the experts' alone: not another participant's, nor that of an organizer who only leads it.
    Its experts, an organizer who is no participant, and the path's admins know everybody's.
    """
    return reader not in version.participants or other == reader or other in version.experts


def named_without_address(version: Version, others: list[User]) -> str:
    """By name those whose address is withheld: “Also in this meeting: Per, Ola (organizer)”."""
    inside, leads = [], []
    for user in others:
        name, key = one_line(str(user)), str(user.pk)
        if key not in version.people:
            leads.append(name)
        elif key == version.organizer:
            inside.append(_("%(name)s (organizer)") % {"name": name})
        else:
            inside.append(name)
    lines = []
    if inside:
        lines.append(_("Also in this meeting: %(names)s") % {"names": ", ".join(inside)})
    if leads:
        lines.append(_("Organizer: %(names)s") % {"names": ", ".join(leads)})
    return "\n".join(lines)
