"""The files about the person: who they are, where they belong, when they have time, what was sent to them."""

from collections.abc import Iterator

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q

from everwise.accounts.models import AuthenticationEvent, User
from experts.models import AvailabilityRule, BusyCalendar, BusyTime, DateOverride, Expert
from meetings.models import Notice, Subscription
from meetings.pages.own_data.rows import STEP, File, Row, Whose
from paths.enums import Role
from paths.models import (
    ErasureRequest,
    ExtraSessions,
    FreshStart,
    Invitation,
    Membership,
    PathEvent,
    PeopleImport,
    ProgramAdmin,
    Theme,
)

# Participants know nothing of a draft.
OF_DRAFT = Q(path__opened_at__isnull=True)


def profile(whose: Whose) -> Iterator[Row]:
    user = whose.user
    yield {
        "id": str(user.pk),
        "name": user.name,
        "called": user.called,
        "email": user.email,
        "language": user.language,
        "time_zone": str(user.time_zone),
        "twelve_hour": user.twelve_hour,
        "usual_from": user.usual_from.isoformat("minutes"),
        "usual_until": user.usual_until.isoformat("minutes"),
        "appearance": user.appearance,
        "remind_day_before": user.remind_day_before,
        "remind_hour_before": user.remind_hour_before,
        "staff": user.is_staff,
        "groups": list(user.groups.order_by("name").values_list("name", flat=True)),
        "rights": list(user.user_permissions.order_by("codename").values_list("codename", flat=True)),
        "joined_at": whose.moment(user.date_joined),
        "last_signed_in_at": whose.moment(user.last_login),
        "unknown_to_their_organisation_since": whose.moment(user.disowned_at),
    }


def addresses(whose: Whose) -> Iterator[Row]:
    for row in EmailAddress.objects.filter(user=whose.user).order_by("pk").iterator(STEP):
        yield {"email": row.email, "confirmed": row.verified, "primary": row.primary}


def memberships(whose: Whose) -> Iterator[Row]:
    found = Membership.objects.filter(user=whose.user).exclude(OF_DRAFT, role=Role.PARTICIPANT)
    for row in found.select_related("path__program").order_by("started_at", "pk").iterator(STEP):
        yield {
            "path": row.path.name,
            "program": row.path.program.name,
            "role": row.role,
            "started_at": whose.moment(row.started_at),
            "ended_at": whose.moment(row.ended_at),
        }


def program_admins(whose: Whose) -> Iterator[Row]:
    found = ProgramAdmin.objects.filter(user=whose.user).select_related("program").order_by("pk")
    for row in found.iterator(STEP):
        started, ended = whose.moment(row.started_at), whose.moment(row.ended_at)
        yield {"program": row.program.name, "started_at": started, "ended_at": ended}


def invitations(whose: Whose) -> Iterator[Row]:
    found = Invitation.objects.filter(user=whose.user).select_related("path").order_by("sent_at", "pk")
    for row in found.iterator(STEP):
        yield {
            "path": row.path.name if row.path else None,
            "role": row.role,
            "sent_at": whose.moment(row.sent_at),
            "runs_out_at": whose.moment(row.expires_at),
            "accepted_at": whose.moment(row.accepted_at),
            "declined_at": whose.moment(row.declined_at),
            "withdrawn_at": whose.moment(row.withdrawn_at),
        }


def extra_sessions(whose: Whose) -> Iterator[Row]:
    found = ExtraSessions.objects.filter(user=whose.user).exclude(OF_DRAFT).select_related("path").order_by("at", "pk")
    for row in found.iterator(STEP):
        yield {"path": row.path.name, "number": row.number, "at": whose.moment(row.at)}


def fresh_starts(whose: Whose) -> Iterator[Row]:
    found = FreshStart.objects.filter(user=whose.user).exclude(OF_DRAFT).select_related("path").order_by("at", "pk")
    for row in found.iterator(STEP):
        back = whose.moment(row.taken_back_at)
        yield {"path": row.path.name, "at": whose.moment(row.at), "taken_back_at": back}


def expert(whose: Whose) -> Iterator[Row]:
    themes = Theme.objects.filter(experts__user=whose.user, path__in=_live_paths(whose)).order_by("path__name", "pk")
    for row in Expert.objects.filter(user=whose.user):
        yield {
            "title": row.title,
            "bio": row.bio,
            "languages": row.languages,
            "time_zone": str(row.time_zone),
            "accepting": row.accepting,
            "video_link": row.video_link,
            "buffer_before_minutes": row.buffer_before_minutes,
            "buffer_after_minutes": row.buffer_after_minutes,
            "notice_minutes": row.notice_minutes,
            "horizon_days": row.horizon_days,
            "cap_per_day": row.cap_per_day,
            "cap_per_week": row.cap_per_week,
            "themes": list(themes.values("path__name", "name")),
        }


def _live_paths(whose: Whose):
    live = Membership.objects.live().filter(user=whose.user, role__in=[Role.EXPERT, Role.ADMIN])
    return live.order_by().values("path")


def hours(whose: Whose) -> Iterator[Row]:
    for row in AvailabilityRule.objects.filter(expert__user=whose.user).order_by("pk").iterator(STEP):
        yield {"recurrence": row.rrule, "first_date": row.first_date.isoformat(), "windows": str(row.windows)}


def other_hours(whose: Whose) -> Iterator[Row]:
    for row in DateOverride.objects.filter(expert__user=whose.user).order_by("date").iterator(STEP):
        yield {"date": row.date.isoformat(), "windows": str(row.windows)}


def calendars(whose: Whose) -> Iterator[Row]:
    """Their addresses are as good as passwords, so they are shown as the pages show them."""
    for row in BusyCalendar.objects.filter(expert__user=whose.user).order_by("pk").iterator(STEP):
        yield {
            "name": row.label,
            "kind": row.kind,
            "address": row.masked,
            "my_addresses": row.addresses,
            "last_read_at": whose.moment(row.last_read_at),
            "error": row.error_in_words,
        }


def busy_times(whose: Whose) -> Iterator[Row]:
    found = BusyTime.objects.filter(expert__user=whose.user).select_related("calendar").order_by("starts_at", "pk")
    for row in found.iterator(STEP):
        yield {
            "starts_at": whose.moment(row.starts_at),
            "ends_at": whose.moment(row.ends_at),
            "calendar": row.calendar.label if row.calendar else None,
        }


def calendar_addresses(whose: Whose) -> Iterator[Row]:
    for row in Subscription.objects.filter(user=whose.user):
        yield {"made_at": whose.moment(row.made_at)}


def emails(whose: Whose) -> Iterator[Row]:
    """Those to them, as far as they are kept; what one said is there once it was sent."""
    for row in Notice.objects.filter(user=whose.user).order_by("due_at", "pk").iterator(STEP):
        yield {
            "what": row.kind,
            "to": row.address or None,
            "meeting": str(row.meeting_id) if row.meeting_id else None,
            "due_at": whose.moment(row.due_at),
            "sent_at": whose.moment(row.sent_at),
            "facts": row.facts if row.sent_at and row.address else {},
        }


def path_history(whose: Whose) -> Iterator[Row]:
    """What they did on paths, with their own words, and what was done about them: not by whom, nor about whom else."""
    theirs = PathEvent.objects.filter(Q(by=whose.user) | Q(about=whose.user)).exclude(OF_DRAFT & ~Q(by=whose.user))
    found = theirs.select_related("path", "words").order_by("at", "pk")
    for row in found.iterator(STEP):
        own = row.by_id == whose.user.pk
        yield {
            "path": row.path.name,
            "what": row.what,
            "at": whose.moment(row.at),
            "by_you": own,
            "about_you": row.about_id == whose.user.pk,
            "your_words": row.words.text if own and hasattr(row, "words") else "",
        }


def imports(whose: Whose) -> Iterator[Row]:
    """Imports that they made; the people in them are others."""
    found = PeopleImport.objects.filter(by=whose.user).select_related("path").defer("lines", "shown")
    for row in found.order_by("made_at", "pk").iterator(STEP):
        made = whose.moment(row.made_at)
        yield {"path": row.path.name, "file": row.file, "made_at": made, "state": row.state, "people": row.written}


def changes(whose: Whose) -> Iterator[Row]:
    """From the log of changes: what they changed, and what was changed about their account. Nobody else is named."""
    account = Q(content_type=ContentType.objects.get_for_model(User), object_id=str(whose.user.pk))
    found = LogEntry.objects.filter(account | Q(user=whose.user)).select_related("content_type")
    for row in found.order_by("action_time", "pk").iterator(STEP):
        yield {
            "at": whose.moment(row.action_time),
            "what": row.get_action_flag_display(),
            "kind": row.content_type.model if row.content_type else "",
            "by_you": row.user_id == whose.user.pk,
            "your_account": row.object_id == str(whose.user.pk),
        }


def erasure_requests(whose: Whose) -> Iterator[Row]:
    for row in ErasureRequest.objects.filter(user=whose.user).order_by("pk").iterator(STEP):
        yield {
            "asked_at": whose.moment(row.asked_at),
            "words": row.words,
            "withdrawn_at": whose.moment(row.withdrawn_at),
        }


def sign_ins(whose: Whose) -> Iterator[Row]:
    """Where they are signed in."""
    for row in UserSession.objects.filter(user=whose.user).order_by("created_at", "pk").iterator(STEP):
        yield {
            "since": whose.moment(row.created_at),
            "last_used_at": whose.moment(row.last_seen_at),
            "address": row.ip,
            "device": row.user_agent,
        }


def sign_in_events(whose: Whose) -> Iterator[Row]:
    found = AuthenticationEvent.objects.filter(person=whose.user).order_by("at", "pk")
    for row in found.iterator(STEP):
        yield {"at": whose.moment(row.at), "what": row.what, "address": row.address, "device": row.device}


def two_steps(whose: Whose) -> Iterator[Row]:
    """That they have them, not the secrets in them."""
    for row in Authenticator.objects.filter(user=whose.user).order_by("pk").iterator(STEP):
        made, used = whose.moment(row.created_at), whose.moment(row.last_used_at)
        yield {"kind": row.type, "made_at": made, "last_used_at": used}


def organisations(whose: Whose) -> Iterator[Row]:
    """By which accounts at their organisations they sign in."""
    for row in SocialAccount.objects.filter(user=whose.user).order_by("pk").iterator(STEP):
        joined, last = whose.moment(row.date_joined), whose.moment(row.last_login)
        yield {"provider": row.provider, "id_there": row.uid, "since": joined, "last_sign_in": last}


FILES = [
    File("profile", ("accounts.User_groups.user", "accounts.User_user_permissions.user"), profile),
    File("sign_ins", ("usersessions.UserSession.user", "accounts.SsoSession.user"), sign_ins),
    File("sign_in_events", ("accounts.AuthenticationEvent.person",), sign_in_events),
    File("two_steps", ("mfa.Authenticator.user",), two_steps),
    File("organisations", ("socialaccount.SocialAccount.user",), organisations),
    File("email_addresses", ("account.EmailAddress.user",), addresses),
    File("memberships", ("paths.Membership.user",), memberships),
    File("program_admins", ("paths.ProgramAdmin.user",), program_admins),
    File("invitations", ("paths.Invitation.user",), invitations),
    File("extra_sessions", ("paths.ExtraSessions.user",), extra_sessions),
    File("fresh_starts", ("paths.FreshStart.user",), fresh_starts),
    File("expert", ("experts.Expert.user",), expert),
    File("hours", (), hours),
    File("other_hours", (), other_hours),
    File("calendars", (), calendars),
    File("busy_times", (), busy_times),
    File("calendar_address", ("meetings.Subscription.user",), calendar_addresses),
    File("emails", ("meetings.Notice.user",), emails),
    File("path_history", ("paths.PathEvent.by", "paths.PathEvent.about"), path_history),
    File("imports", ("paths.PeopleImport.by",), imports),
    File("erasure_requests", ("paths.ErasureRequest.user",), erasure_requests),
    File("changes", ("admin.LogEntry.user",), changes),
]
