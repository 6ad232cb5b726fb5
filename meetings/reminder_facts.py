"""What a reminder says: the meeting as it stands when the e-mail goes out, for one reader."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from everwise import plaintext, timefmt
from everwise.accounts.models import User
from meetings.enums import Happening
from meetings.models import Meeting, Notice

SUBJECTS = {
    Happening.REMINDER_DAY: "Reminder: {title}, {when}",
    Happening.REMINDER_HOUR: "Starts soon: {title}, {when}",
}
NEARNESS: dict[str, str] = {Happening.REMINDER_DAY: "a day", Happening.REMINDER_HOUR: "an hour"}
ROOM_FOR_TITLE = 90


def subject(notice: Notice) -> str:
    meeting, reader = notice.meeting, notice.user.reader
    day, clock = timefmt.short_day(meeting.starts_at, reader, notice.due_at), timefmt.clock(meeting.starts_at, reader)
    title = plaintext.shortened(plaintext.one_line(meeting.title), ROOM_FOR_TITLE)
    when = f"{day}, {clock} {timefmt.zone_time(reader.zone)}"
    return SUBJECTS[Happening(notice.kind)].format(title=title, when=when)


def context(notice: Notice) -> dict[str, object]:
    """Facts under the names that the other e-mails use. Words like "tomorrow" could be untrue of a late e-mail."""
    user, reader = notice.user, notice.user.reader
    meeting = Meeting.objects.with_people().get(pk=notice.meeting_id)
    others = [each for each in (*meeting.experts, *meeting.participants) if each != user]
    may_open = Meeting.objects.visible_to(user).filter(pk=meeting.pk).exists()
    return {
        "first_name": plaintext.one_line(str(user)).split(" ")[0],
        "attends": True,
        "title": plaintext.one_line(meeting.title),
        "day": timefmt.long_day(meeting.starts_at, reader, notice.due_at),
        "range": timefmt.clock_range(meeting.starts_at, meeting.ends_at, reader),
        "zone": timefmt.zone_time(reader.zone, meeting.starts_at),
        "place": plaintext.one_line(meeting.place),
        "others": [_with_clock(each, reader, meeting.starts_at) for each in others],
        "agenda": plaintext.lines(meeting.agenda),
        "note": plaintext.lines(meeting.note) if user in meeting.experts else [],
        "is_dropin": meeting.is_dropin,
        "link": settings.SITE_URL + meeting.get_absolute_url() if may_open else "",
        "join_link": settings.SITE_URL + reverse("meetings:join", args=[meeting.pk])
        if may_open and meeting.video_link
        else "",
        "why": f"you are in this meeting and your profile asks for a reminder {NEARNESS[notice.kind]} before",
        "settings_link": settings.SITE_URL + reverse("profile"),
    }


def _with_clock(person: User, reader: timefmt.Reader, start: datetime) -> str:
    """With the person's own time where her clock shows another one than the reader's."""
    name = plaintext.one_line(str(person))
    theirs = timefmt.Reader(person.reader.zone, reader.twelve_hour)
    if start.astimezone(theirs.zone).replace(tzinfo=None) == start.astimezone(reader.zone).replace(tzinfo=None):
        return name
    clock, zone = timefmt.clock(start, theirs), timefmt.zone_time(theirs.zone)
    if (day := timefmt.short_day(start, theirs)) != timefmt.short_day(start, reader):
        clock = f"{day}, {clock}"
    return f"{name} ({clock} {zone})"
