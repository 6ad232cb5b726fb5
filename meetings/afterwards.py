"""Where a person goes after a change she has made, also when she sends the same form once more."""

from django.urls import reverse

from everwise.accounts.models import User
from meetings import booking
from meetings.enums import Status
from meetings.forms_marks import sending
from meetings.models import Meeting
from paths.models import Path


def next_page(user: User, meeting: Meeting) -> str:
    """The meeting's page, or what is nearest to it: a change may take away the right to see it."""
    if meeting.status != Status.DELETED and Meeting.objects.filter(pk=meeting.pk).visible_to(user).exists():
        return meeting.get_absolute_url()
    if Path.objects.visible_to(user).filter(pk=meeting.path_id).exists():
        return reverse("paths:detail", args=[meeting.path_id])
    return reverse("home")


def made_by_form(user: User, data) -> Meeting | None:
    """The meeting that this very form has changed before. Asked first, for the change may have taken the right away."""
    token = sending(data)
    return booking.made_by(user, token) if token else None
