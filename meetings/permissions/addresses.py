"""Whose e-mail address a reader may know from a meeting, and how those are named whose address is withheld."""

from everwise.accounts.models import User
from everwise.plaintext import one_line
from meetings.models.versions import Version


def shows_address(told: Version, reader: str, other: str) -> bool:
    """Whether a reader may know another's e-mail address from this meeting; both are ids.

    A participant knows the experts' alone: not another participant's, nor that of an organizer who only leads it.
    Its experts, an organizer who is no participant, and the path's admins know everybody's.
    """
    return reader not in told.participants or other == reader or other in told.experts


def named_without_address(told: Version, others: list[User]) -> str:
    """By name those whose address is withheld: “Also in this meeting: Per, Ola (organizer)”."""
    role = {told.organizer: " (organizer)"}
    inside = [f"{one_line(str(user))}{role.get(str(user.pk), '')}" for user in others if str(user.pk) in told.people]
    leads = [one_line(str(user)) for user in others if str(user.pk) not in told.people]
    said = (("Also in this meeting: ", inside), ("Organizer: ", leads))
    return "\n".join(words + ", ".join(names) for words, names in said if names)
