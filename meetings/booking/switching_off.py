"""What switching a person off takes away from them, and what erasing them leaves of them. Their meetings are settled.

Part of the transaction of meetings/booking/leaving, with the person locked.
"""

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType

from everwise.accounts import kept_posts
from everwise.accounts.models import AuthenticationEvent, Former, SsoSession, User
from everwise.accounts.sessions.ending import end_all
from experts.models import BusyCalendar, BusyTime, DateOverride, Expert
from meetings.booking import traces
from meetings.models import (
    Attendee,
    BriefPart,
    CalendarAnswer,
    HeldTime,
    Meeting,
    MeetingAnswer,
    MeetingEvent,
    Note,
    Notice,
    Nudge,
    NudgeOptOut,
    Rating,
    Subscription,
    WaitlistEntry,
)
from paths.enums import Role
from paths.models import ErasureRequest, Membership, PathEventText, UnmappedRole

# Addresses that reach nobody (RFC 2606).
ADDRESS = "erased-{pk}@erased.invalid"


def switch_off(user: User, now: datetime) -> None:
    """They are signed out everywhere, their calendar address ends, and what still waits for them is not sent."""
    User.objects.filter(pk=user.pk).update(is_active=False)
    # Whoever is switched on again signs in anew.
    end_all(user.pk, now)
    SsoSession.objects.filter(user=user).delete()
    Subscription.objects.filter(user=user).delete()
    waiting = Notice.objects.waiting().filter(user=user)
    # That a change was to be told stays on record: it is parked. A reminder or an account's own e-mail is for nobody.
    waiting.reminders().delete()
    waiting.of_accounts().delete()
    waiting.update(parked_at=now, leased_until=None, last_error=Notice.SWITCHED_OFF)


def forget(user: User, now: datetime) -> None:
    """Nothing is left of who they are: rows that others need stay, and call them a former participant or expert."""
    traces.forget(user)
    kept_posts.forget(user.pk)
    expert = Expert.objects.filter(user=user).first()
    fields = {
        "email": ADDRESS.format(pk=user.pk),
        "name": "",
        "called": "",
        "password": "!",
        "is_staff": False,
        "is_superuser": False,
        "last_login": None,
        "disowned_at": None,
        "erased_at": now,
        "erased_as": Former.EXPERT if expert else Former.PARTICIPANT,
    }
    User.objects.filter(pk=user.pk).update(**fields)
    user.groups.clear()
    user.user_permissions.clear()
    _forget_log(user)
    EmailAddress.objects.filter(user=user).delete()
    SocialAccount.objects.filter(user=user).delete()
    UnmappedRole.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    AuthenticationEvent.objects.filter(person=user).delete()
    _forget_words(user)
    NudgeOptOut.objects.filter(user=user).delete()
    CalendarAnswer.objects.filter(attendee__user=user).delete()
    HeldTime.objects.filter(user=user).delete()
    WaitlistEntry.objects.filter(user=user).delete()
    # What was sent to them, and the address it went to.
    Notice.objects.of_accounts().filter(user=user).delete()
    if expert:
        _forget_expert(expert)


def _forget_log(user: User) -> None:
    """Django's log of its admin calls rows by what they were called then."""
    for rows in (
        User.objects.filter(pk=user.pk),
        Expert.objects.filter(user=user),
        Membership.objects.filter(user=user),
        EmailAddress.objects.filter(user=user),
    ):
        entries = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(rows.model))
        entries.filter(object_id__in=[str(row.pk) for row in rows]).update(object_repr=str(user.pk))


def _forget_words(user: User) -> None:
    """Whatever they wrote. A rating's stars stay: they are the program's."""
    Note.objects.filter(author=user).delete()
    Rating.objects.filter(user=user).exclude(comment="").update(comment="")
    Meeting.objects.filter(cancelled_by=user).exclude(cancel_message="").update(cancel_message="")
    MeetingEvent.objects.filter(by=user).exclude(message="").update(message="")
    booked = Attendee.objects.filter(user=user, role=Role.PARTICIPANT).values("meeting")
    Meeting.objects.filter(pk__in=booked).exclude(note="").update(note="")
    # With what was chosen of them for other sessions.
    BriefPart.objects.filter(meeting__in=booked).delete()
    MeetingAnswer.objects.filter(meeting__in=booked).delete()
    PathEventText.objects.filter(event__about=user).delete()
    PathEventText.objects.filter(event__by=user).delete()
    Nudge.objects.filter(by=user).update(subject="", words="")
    ErasureRequest.objects.filter(user=user).exclude(words="").update(words="")


def _forget_expert(expert: Expert) -> None:
    for rows in (BusyTime, BusyCalendar, DateOverride):
        rows.objects.filter(expert=expert).delete()
    expert.rules.all().delete()
    expert.themes.clear()
    Expert.objects.filter(pk=expert.pk).update(title="", bio="", languages="", video_link="", accepting=False)
    if expert.video_link:
        held = Attendee.objects.present().filter(user=expert.user_id, role=Role.EXPERT).values("meeting")
        Meeting.objects.filter(pk__in=held, video_link=expert.video_link).update(video_link="")
