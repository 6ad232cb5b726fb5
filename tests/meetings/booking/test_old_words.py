"""What was written about meetings of long ago goes in small steps, by settings; the rest stays."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.management import call_command

from meetings.booking import old_words
from meetings.enums import Happening
from meetings.models import BriefPart, Meeting, MeetingEvent, Note, Rating
from tests.scene import NOW, a_meeting, a_participant, a_path, an_expert, at

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def meeting():
    """Ended on the tenth of October at 10:30, with all that can be written about it."""
    path = a_path()
    pia, eva = a_participant(path), an_expert(path).user
    meeting = a_meeting(path, eva, pia, at(10, day=-23), note="Before it", status="held")
    for shared in (True, False):
        Note.objects.create(meeting=meeting, author=pia, shared=shared, text="After it", written_at=NOW)
    Rating.objects.create(meeting=meeting, user=pia, stars=4, comment="Fine", rated_at=NOW)
    LogEntry.objects.log_actions(eva.pk, [pia], CHANGE, "x")
    LogEntry.objects.update(action_time=NOW)
    return meeting


def left():
    comments = Rating.objects.exclude(comment="").count()
    notes = Meeting.objects.exclude(note="").count()
    return Note.objects.count(), comments, notes, LogEntry.objects.count()


def test_without_settings_all_is_kept(meeting):
    assert old_words.sweep(NOW + 10_000 * DAY) == 0
    assert left() == (2, 1, 1, 1)


def test_words_go_once_the_meeting_ended_so_long_ago_and_stars_stay(meeting, settings):
    settings.NOTES_KEPT_DAYS = 90

    assert old_words.sweep(meeting.ends_at + 90 * DAY) == 0
    assert left() == (2, 1, 1, 1)
    assert old_words.sweep(meeting.ends_at + 90 * DAY + timedelta(seconds=1)) == 2

    assert left() == (0, 0, 0, 1)
    assert Rating.objects.get().stars == 4
    assert Meeting.objects.get().status == "held"


def test_notes_and_answers_as_they_were_before_go_from_the_history_too(meeting, settings):
    """And nothing else of it: who changed what, and when, stays, as what was said with a cancellation does."""
    settings.NOTES_KEPT_DAYS = 90
    later = a_meeting(meeting.path, meeting.experts[0], meeting.participants[0], at(10, day=-3))
    for each in (meeting, later):
        for happening in (Happening.NOTE_CHANGED, Happening.ANSWERS_CHANGED, Happening.CANCELLED):
            MeetingEvent.objects.create(
                meeting=each, happening=happening, by=meeting.organizer, at=at(9, day=-25), sequence=0, message="Before"
            )

    old_words.sweep(meeting.ends_at + 91 * DAY)

    said = MeetingEvent.objects.exclude(message="").values_list("meeting", "happening")
    assert set(said) == {
        (meeting.pk, Happening.CANCELLED),
        (later.pk, Happening.NOTE_CHANGED),
        (later.pk, Happening.ANSWERS_CHANGED),
        (later.pk, Happening.CANCELLED),
    }
    assert MeetingEvent.objects.filter(at=at(9, day=-25)).count() == 6


def test_log_goes_by_a_setting_of_its_own(meeting, settings):
    settings.LOGS_KEPT_DAYS = 30

    assert old_words.sweep(NOW + 30 * DAY) == 0
    assert old_words.sweep(NOW + 31 * DAY) == 1
    assert left() == (2, 1, 1, 0)


def test_steps_are_small(meeting, settings, monkeypatch):
    settings.NOTES_KEPT_DAYS = 1
    monkeypatch.setattr(old_words, "STEP", 1)

    assert [old_words.sweep(NOW) for _ in range(3)] == [1, 1, 0]


def test_step_that_was_full_is_followed_by_the_next_whatever_went_with_it(meeting, settings, monkeypatch):
    """What the worker asks by the number: else it would rest for an hour with most of the work undone."""
    settings.NOTES_KEPT_DAYS = 1
    monkeypatch.setattr(old_words, "STEP", 1)
    later = a_meeting(meeting.path, meeting.experts[0], meeting.participants[0], at(10, day=3))
    for note in Note.objects.all():
        BriefPart.objects.create(meeting=later, note=note, digest="x")

    assert [old_words.sweep(NOW) for _ in range(3)] == [1, 1, 0]
    assert not BriefPart.objects.exists()


def test_worker_does_it(meeting, settings, clock):
    settings.NOTES_KEPT_DAYS = 1

    call_command("worker", once=True)

    assert left()[:3] == (0, 0, 0)
