"""The files about the person's meetings: those they attend or organize, and what they wrote there."""

from collections.abc import Iterator

from django.db.models import Q, QuerySet
from django.urls import reverse

from everwise.absolute_urls import absolute
from meetings.models import (
    Attendee,
    BriefPart,
    CalendarAnswer,
    Meeting,
    MeetingAnswer,
    MeetingEvent,
    MeetingQuerySet,
    Note,
    OfferedHours,
    Rating,
)
from meetings.pages.own_data.rows import STEP, File, Row, Whose, named
from paths.enums import Role


def theirs(whose: Whose) -> MeetingQuerySet:
    """As their own list has them: not those that were deleted, nor those they were taken out of."""
    return Meeting.objects.of(whose.user)


def attended(whose: Whose) -> QuerySet:
    return Attendee.objects.present().filter(user=whose.user).order_by().values("meeting")


def meetings(whose: Whose) -> Iterator[Row]:
    found = theirs(whose).select_related("path", "theme", "organizer").order_by("starts_at", "pk")
    for row in found.iterator(STEP):
        yield {
            "id": str(row.pk),
            "path": row.path.name,
            "theme": row.theme.name if row.theme else None,
            "kind": row.kind,
            "state": row.status,
            "title": row.title,
            "agenda": row.agenda,
            "place": row.place,
            # The link of its room is handed out there, when the room opens.
            "join": absolute(reverse("meetings:join", args=[row.pk])) if row.has_room else None,
            "starts_at": whose.moment(row.starts_at),
            "ends_at": whose.moment(row.ends_at),
            "organizer": named(row.organizer),
            "you_organize": row.organizer_id == whose.user.pk,
            "you_booked": row.created_by_id == whose.user.pk,
            "booked_at": whose.moment(row.created_at),
            "cancelled_at": whose.moment(row.cancelled_at),
            "you_cancelled": row.cancelled_by_id == whose.user.pk,
            "closing_message": row.cancel_message,
            "outcome_at": whose.moment(row.outcome_at),
            "you_said_how_it_went": row.outcome_by_id == whose.user.pk,
        }


def meeting_people(whose: Whose) -> Iterator[Row]:
    found = Attendee.objects.present().filter(meeting__in=theirs(whose).order_by().values("pk"))
    for row in found.select_related("user").order_by("starts_at", "meeting_id", "role", "pk").iterator(STEP):
        own = row.user_id == whose.user.pk
        yield {
            "meeting": str(row.meeting_id),
            "name": named(row.user),
            "role": row.role,
            "you": own,
            "added_at": whose.moment(row.added_at) if own else None,
        }


def booking_notes(whose: Whose) -> Iterator[Row]:
    """The participants' notes to the expert, which the people of a meeting read."""
    found = theirs(whose).filter(pk__in=attended(whose)).exclude(note="").order_by("starts_at", "pk")
    for pk, note in found.values_list("pk", "note").iterator(STEP):
        yield {"meeting": str(pk), "text": note}


def answers(whose: Whose) -> Iterator[Row]:
    """What was asked of whoever booked, with the participants' answers, which the people of a meeting read."""
    mine = theirs(whose).filter(pk__in=attended(whose)).order_by().values("pk")
    found = MeetingAnswer.objects.filter(meeting__in=mine).order_by("meeting__starts_at", "meeting", "position")
    for row in found.iterator(STEP):
        yield {"meeting": str(row.meeting_id), "question": row.question, "text": row.text}


def earlier_texts(whose: Whose) -> Iterator[Row]:
    """What they have chosen that the expert of a session sees of their earlier ones."""
    chose = Attendee.objects.present().filter(user=whose.user, role=Role.PARTICIPANT).order_by().values("meeting")
    found = BriefPart.objects.filter(meeting__in=chose).select_related("note", "answer")
    for row in found.order_by("pk").iterator(STEP):
        of = row.note or row.answer
        yield {
            "meeting": str(row.meeting_id),
            "of_meeting": str(of.meeting_id if of else row.session_id),
            "what": "note" if row.note else "answer" if row.answer else "booking note",
            "question": row.answer.question if row.answer else None,
        }


def calendar_answers(whose: Whose) -> Iterator[Row]:
    """What their calendar has answered to invitations, the last time of each meeting."""
    found = CalendarAnswer.objects.filter(attendee__user=whose.user).select_related("attendee")
    for row in found.order_by("pk").iterator(STEP):
        yield {
            "meeting": str(row.attendee.meeting_id),
            "answer": row.participation.lower(),
            "answered_at": whose.moment(row.stamp),
            "received_at": whose.moment(row.received_at),
        }


def notes(whose: Whose) -> Iterator[Row]:
    """Their own, and what others have shared in meetings that they attend."""
    shared = Q(shared=True, meeting__in=theirs(whose).filter(pk__in=attended(whose)).order_by().values("pk"))
    found = Note.objects.filter(Q(author=whose.user) | shared).exclude(text="").select_related("author")
    for row in found.order_by("written_at", "pk").iterator(STEP):
        own = row.author_id == whose.user.pk
        yield {
            "meeting": str(row.meeting_id),
            "by": named(row.author),
            "yours": own,
            "shared": row.shared,
            "written_at": whose.moment(row.written_at),
            "text": row.text,
        }


def ratings(whose: Whose) -> Iterator[Row]:
    """Those they gave. What others gave is read by the admins of the path alone."""
    for row in Rating.objects.filter(user=whose.user).order_by("rated_at", "pk").iterator(STEP):
        yield {
            "meeting": str(row.meeting_id),
            "stars": row.stars,
            "comment": row.comment,
            "rated_at": whose.moment(row.rated_at),
        }


def meeting_history(whose: Whose) -> Iterator[Row]:
    """What has happened to their meetings, as the pages tell it, and whatever they did themselves."""
    seen = Q(meeting__in=theirs(whose).order_by().values("pk"))
    found = MeetingEvent.objects.filter(seen | Q(by=whose.user)).select_related("by").defer("facts")
    for row in found.order_by("at", "pk").iterator(STEP):
        own = row.by_id == whose.user.pk
        yield {
            "meeting": str(row.meeting_id),
            "what": row.happening,
            "at": whose.moment(row.at),
            "by": named(row.by),
            "by_you": own,
            "your_words": row.message if own else "",
        }


def offered_hours(whose: Whose) -> Iterator[Row]:
    """For how long they could be booked, as it is counted for their paths' admins."""
    found = OfferedHours.objects.filter(expert=whose.user).select_related("path").order_by("date", "pk")
    for row in found.iterator(STEP):
        yield {"path": row.path.name, "date": row.date.isoformat(), "minutes": row.minutes}


FILES = [
    File(
        "meetings",
        (
            "meetings.Meeting.organizer",
            "meetings.Meeting.created_by",
            "meetings.Meeting.cancelled_by",
            "meetings.Meeting.outcome_by",
        ),
        meetings,
    ),
    File("meeting_people", ("meetings.Attendee.user",), meeting_people),
    File("booking_notes", (), booking_notes),
    File("answers", (), answers),
    File("earlier_texts_shown", (), earlier_texts),
    File("calendar_answers", (), calendar_answers),
    File("notes", ("meetings.Note.author",), notes),
    File("ratings", ("meetings.Rating.user",), ratings),
    File("offered_hours", ("meetings.OfferedHours.expert",), offered_hours),
    File("meeting_history", ("meetings.MeetingEvent.by",), meeting_history),
]
