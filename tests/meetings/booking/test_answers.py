"""Answers to a theme's questions, and what an expert sees of earlier sessions: the writers' rules."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from meetings import booking
from meetings.booking import brief, leaving, old_words
from meetings.booking.answers import seen_answers
from meetings.booking.brief import seen_brief
from meetings.booking.feedback import write_note
from meetings.booking.settling import Decision, Way
from meetings.enums import Happening
from meetings.mail import render
from meetings.models import BriefPart, Meeting, MeetingAnswer, Note, Notice
from paths import questions
from paths.questions import Asking
from tests.scene import NOW, a_dropin, a_participant, a_path, a_person, a_theme, an_admin, an_expert, at, book

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

GOAL, WHEN = Asking("What is your goal?", True), Asking("By when?", False)


class Scene:
    """Two experts take a theme that asks two things; Pia has had one session of it."""

    def __init__(self):
        self.path = a_path()
        self.ada, self.pia = an_admin(self.path), a_participant(self.path)
        self.eva, self.ines = an_expert(self.path), an_expert(self.path, name="Ines")
        self.theme = a_theme(self.path, self.eva, self.ines)
        questions.put(self.theme, [GOAL, WHEN])
        self.old = a_dropin(self.theme, self.pia, self.ines, at(10, day=-3), note="Old booking note")
        MeetingAnswer.objects.create(meeting=self.old, position=1, question=GOAL.text, text="Old goal")
        for author, shared, text in (
            (self.pia, False, "Pia’s own"),
            (self.pia, True, "Pia’s shared"),
            (self.ines.user, False, "Never Pia’s"),
            (self.ines.user, True, "Shared by Ines"),
        ):
            Note.objects.create(meeting=self.old, author=author, shared=shared, text=text, written_at=NOW)

    def given(self, goal="To be heard", when="", version=None):
        return booking.GivenAnswers(version, {GOAL.key: goal, WHEN.key: when})

    def book(self, start=None, **fields):
        return book(self.theme, self.pia, start or at(10), **{"given": self.given(), "expert": self.eva, **fields})

    def offered(self):
        return {text.text: text.key for text in brief.earlier(self.pia, self.path.pk, NOW)}

    def keys(self, *texts):
        return [self.offered()[text] for text in texts]

    def choose(self, meeting, *texts, by=None, now=NOW, seen=None):
        seen = seen_brief(brief.chosen_for(meeting)) if seen is None else seen
        return booking.change_brief(meeting=meeting, by=by or self.pia, keys=self.keys(*texts), seen=seen, now=now)

    def answer(self, meeting, goal, when="", by=None, now=NOW, seen=None):
        seen = seen_answers(meeting.answers.all()) if seen is None else seen
        texts = {1: goal, 2: when}
        return booking.change_answers(meeting=meeting, by=by or self.pia, texts=texts, seen=seen, now=now)


def said(meeting):
    return list(meeting.answers.values_list("question", "required", "text"))


def shown(meeting):
    return {text.text for text in brief.chosen_for(meeting)}


def texts_of_mails(meeting):
    """By who gets which."""
    rows = Notice.objects.select_related("event__by", "meeting__path", "user").filter(meeting=meeting)
    letters = {(row.user.name, row.kind): render.render(row) for row in rows}
    return {key: letter.text + letter.html for key, letter in letters.items()}


def test_answers_stay_with_the_words_they_answered():
    scene = Scene()
    meeting = scene.book()
    was = [(GOAL.text, True, "To be heard"), (WHEN.text, False, "")]
    assert said(meeting) == was

    questions.put(scene.theme, [Asking("Something else?", True)])

    assert said(meeting) == was
    # Of whoever books now.
    with pytest.raises(booking.Unanswered, match="Something else"):
        scene.book(at(12))
    assert Meeting.objects.count() == 2


def test_a_required_question_binds_a_participant_alone_until_they_answer():
    scene = Scene()
    for given in (scene.given(goal=" "), booking.GivenAnswers(None, {})):
        with pytest.raises(booking.Unanswered, match="What is your goal"):
            scene.book(given=given)

    by_admin = scene.book(by=scene.ada, given=scene.given(goal=""))

    assert said(by_admin) == [(GOAL.text, True, ""), (WHEN.text, False, "")]
    with pytest.raises(booking.Unanswered):
        scene.answer(by_admin, "", "Today")
    scene.answer(by_admin, "To listen", "Today")
    assert said(by_admin) == [(GOAL.text, True, "To listen"), (WHEN.text, False, "Today")]


def test_questions_that_were_not_shown_are_not_answered():
    scene = Scene()
    version = questions.version([GOAL])
    with pytest.raises(booking.Changed, match="The questions of this theme have changed"):
        scene.book(given=scene.given(version=version))
    assert scene.book(given=scene.given(version=questions.version([GOAL, WHEN])))


def test_changing_answers_is_the_participants_before_the_start_and_in_the_history():
    scene = Scene()
    meeting = scene.book()
    seen = seen_answers(meeting.answers.all())
    for by, now in ((scene.ada, NOW), (scene.eva.user, NOW), (scene.pia, meeting.starts_at)):
        with pytest.raises(booking.BookingRefused):
            scene.answer(meeting, "No", by=by, now=now)
    scene.answer(meeting, "To speak", seen=seen)
    scene.answer(meeting, "To speak", seen="long ago")
    with pytest.raises(booking.StaleMeeting):
        scene.answer(meeting, "To sing", seen=seen)

    assert said(meeting)[0][2] == "To speak"
    (event,) = meeting.events.filter(happening=Happening.ANSWERS_CHANGED)
    assert (event.message, event.by) == ("To be heard", scene.pia)
    # Nobody is mailed about it.
    assert not event.notices.exists()


def test_expert_reads_the_answers_in_their_mails_alone():
    scene = Scene()
    meeting = scene.book(given=scene.given("To be <b>heard</b>", "Today"))
    mails = texts_of_mails(meeting)

    assert {key for key, text in mails.items() if GOAL.text in text} == {
        ("Eva", "booked"),
        ("Eva", "reminder-day"),
        ("Eva", "reminder-hour"),
    }
    assert "To be <b>heard</b>" in mails["Eva", "booked"]
    assert "To be &lt;b&gt;heard" in mails["Eva", "booked"]
    # What is not answered is not asked of the expert.
    assert WHEN.text not in texts_of_mails(scene.book(at(12)))["Eva", "booked"]


def test_only_what_the_participant_wrote_can_be_chosen_and_nothing_is_by_itself():
    scene = Scene()
    meeting = scene.book()
    assert shown(meeting) == set()
    own = {"Old booking note", "Old goal", "Pia’s own", "Pia’s shared"}
    assert scene.offered().keys() == own
    # Of others, on another path, and of what has not begun: nothing.
    other = a_path()
    a_dropin(a_theme(other, scene.eva), scene.pia, scene.eva, at(8, day=-5), note="Elsewhere")
    a_dropin(scene.theme, a_participant(scene.path, "Otto"), scene.eva, at(8, day=-6), note="Otto’s")
    Meeting.objects.filter(pk=meeting.pk).update(note="Not begun")
    assert scene.offered().keys() == own
    # Keys of an expert's notes, by whoever knows how they are made.
    for note in Note.objects.filter(author=scene.ines.user):
        key = brief.EarlierText(scene.old, note.text, note=note).key
        with pytest.raises(booking.Unfit, match="changed or is gone"):
            booking.change_brief(meeting=meeting, by=scene.pia, keys=[key], seen="", now=NOW)

    scene.choose(meeting, "Pia’s own", "Old goal")

    assert shown(meeting) == {"Pia’s own", "Old goal"}


def test_choosing_is_the_participants_until_the_start():
    scene = Scene()
    meeting = scene.book(by=scene.ada, brief=scene.keys("Pia’s own"))
    # Whoever books for somebody chooses nothing for them.
    assert shown(meeting) == set()
    for by, now in ((scene.ada, NOW), (scene.eva.user, NOW), (scene.pia, meeting.starts_at)):
        with pytest.raises(booking.BookingRefused):
            scene.choose(meeting, "Pia’s own", by=by, now=now)
    mine = scene.book(at(12), brief=scene.keys("Pia’s own"))
    assert shown(mine) == {"Pia’s own"}
    with pytest.raises(booking.StaleMeeting):
        scene.choose(mine, "Old goal", seen="long ago")
    with pytest.raises(booking.Changed, match="changed or is gone"):
        scene.book(at(14), brief=["note-1-x"])

    scene.choose(mine)

    assert shown(mine) == set()
    assert mine.events.filter(happening=Happening.BRIEF_CHANGED).count() == 1


def test_a_note_that_was_changed_afterwards_is_not_shown_and_does_not_come_back_by_itself():
    scene = Scene()
    meeting = scene.book(brief=scene.keys("Pia’s own", "Old goal"))
    note = Note.objects.get(text="Pia’s own")

    def write(text):
        seen = brief.digest(Note.objects.get(pk=note.pk).text)
        write_note(meeting=scene.old, shared=False, text=text, seen=seen, by=scene.pia, now=NOW)

    write("Not for Eva")
    assert shown(meeting) == {"Old goal"}
    # Seen as not ticked, and saved so.
    scene.choose(meeting, "Old goal")
    write("Pia’s own")
    assert shown(meeting) == {"Old goal"}
    scene.choose(meeting, "Pia’s own", "Old goal")
    assert shown(meeting) == {"Old goal", "Pia’s own"}


def test_the_next_expert_of_a_session_sees_the_same_whichever_way_it_came_to_them():
    scene = Scene()
    chosen = {"Pia’s own", "Old booking note"}
    given = scene.book(brief=scene.keys(*chosen))
    booking.reassign(meeting=given, to=scene.ines, by=scene.ada, token=uuid4(), now=NOW)
    lost = scene.book(at(12), brief=scene.keys(*chosen))
    booking.cancel(meeting=lost, by=scene.eva.user, now=NOW)
    rescued = booking.rescue(meeting=lost, by=scene.pia, token=uuid4(), now=NOW)

    for meeting in (given, rescued):
        current = Meeting.objects.with_people().get(pk=meeting.pk)
        assert [each.name for each in current.experts] == ["Ines"]
        assert shown(current) == chosen
        assert said(current)[0][2] == "To be heard"
        assert "To be heard" in texts_of_mails(current)["Ines", "booked"]


def test_queries_do_not_grow_with_earlier_sessions(django_assert_num_queries):
    scene = Scene()
    for day in range(4, 50):
        session = a_dropin(scene.theme, scene.pia, scene.eva, at(10, day=-day), note=f"Note {day}")
        Note.objects.create(meeting=session, author=scene.pia, text=f"Own {day}", written_at=NOW)
    meeting = scene.book(brief=[text.key for text in brief.earlier(scene.pia, scene.path.pk, NOW)])

    with django_assert_num_queries(4):
        found = brief.offered_for(meeting, scene.pia, NOW)
    assert len({text.session.pk for text in found}) == brief.MOST_SESSIONS


def test_erased_with_the_person_and_gone_with_old_words(settings):
    scene = Scene()
    meeting = scene.book(brief=scene.keys("Pia’s own", "Old booking note", "Old goal"))
    scene.answer(meeting, "To speak")
    settings.NOTES_KEPT_DAYS = 90
    # Of the old session: its answer, and what was chosen of its words.
    assert old_words.sweep(scene.old.ends_at) == 0
    old_words.sweep(scene.old.ends_at + 91 * (at(1, day=2) - at(1)))
    assert shown(meeting) == set()
    assert MeetingAnswer.objects.filter(meeting=scene.old).count() == 0

    kept = MeetingAnswer.objects.create(meeting=meeting, position=3, question="x", text="y")
    BriefPart.objects.create(meeting=meeting, answer=kept, digest="z")
    decisions = {meeting.pk: Decision(Way.CANCEL)}
    leaving.erase(user=scene.pia, decisions=decisions, by=a_person("Sue", is_staff=True, is_superuser=True), now=NOW)

    assert (MeetingAnswer.objects.count(), BriefPart.objects.count()) == (0, 0)
    assert set(meeting.events.values_list("message", flat=True)) == {""}


def test_the_database_keeps_a_part_to_one_text():
    scene = Scene()
    meeting = scene.book()
    note, answer = Note.objects.first(), MeetingAnswer.objects.first()
    for wrong in ({}, {"note": note, "answer": answer}, {"note": note, "session": scene.old}):
        with pytest.raises(IntegrityError), transaction.atomic():
            BriefPart.objects.create(meeting=meeting, digest="x", **wrong)
