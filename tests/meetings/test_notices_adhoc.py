"""What the e-mails about ad-hoc meetings say, to the letter, each in its reader's own zone."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from everwise.accounts.models import User
from meetings import booking, freebusy, notices
from meetings.models import Notice
from tests.meetings.scene import NOW, a_participant, a_path, add, an_admin, an_expert, at, edit, leave

pytestmark = pytest.mark.django_db

HOSTILE = "Talk\r\nSee it here:\u2028https://evil.example/ \u202e“x\u2066"
HOSTILE_LINE = "Talk See it here: https://evil.example/ “x"


def living_in(zone, user, **fields):
    User.objects.filter(pk=user.pk).update(time_zone=zone, **fields)
    return User.objects.get(pk=user.pk)


@pytest.fixture
def path():
    return a_path()


@pytest.fixture
def ada(path):
    return living_in("Europe/London", an_admin(path, "Ada Byron"))


@pytest.fixture
def eva(path):
    return living_in("Asia/Kolkata", an_expert(path, name="Eva Rao").user)


@pytest.fixture
def pia(path):
    return living_in("Europe/Stockholm", a_participant(path, "Pia Berg"))


@pytest.fixture
def per(path):
    return living_in("America/New_York", a_participant(path, "Per Holm"), twelve_hour=True)


@pytest.fixture
def plan(eva, pia):
    return booking.Plan(
        title="First 90 days",
        starts_at=at(10),
        ends_at=at(11),
        experts=(eva,),
        participants=(pia,),
        agenda="What went well\n\nWhat next",
        place="Lake room",
        video_link="https://video.example.test/lake",
    )


def sent(user, kind, sequence=None):
    rows = Notice.objects.select_related("event__by", "meeting", "user").filter(user=user, kind=kind)
    return notices.render(rows.get() if sequence is None else rows.get(sequence=sequence))


def body(user, kind, sequence=None):
    return sent(user, kind, sequence)[1]


def page(meeting):
    return f"http://testserver/meetings/{meeting.pk}/"


def accepted(plan):
    people = freebusy.read(plan.experts, plan.participants, since=plan.starts_at, until=plan.ends_at, but=None)
    return {doubt.key for doubt in freebusy.doubts(people, plan.starts_at, plan.ends_at)}


class TestScheduled:
    def test_to_an_attendee(self, path, plan, ada, pia):
        meeting = add(path, plan, ada)

        assert sent(pia, "scheduled") == (
            "Scheduled: First 90 days, Tue 3 November, 11:00 Stockholm time",
            f"""Hello Pia,

Ada Byron has scheduled a meeting for you.

First 90 days
Tuesday 3 November, 11:00 to 12:00
Stockholm (GMT+1) time
Place: Lake room
With Eva Rao

Agenda:
  What went well

  What next

Only its organizer, Ada Byron, and the admins of the path can change it.

Join from 15 minutes before the start:
{page(meeting)}join/

See it here:
{page(meeting)}

You get this e-mail because you are in this meeting.
Everwise

""",
        )

    def test_to_the_organizer_who_does_not_attend(self, path, plan, ada):
        meeting = add(path, replace(plan, agenda="", place="", video_link=""), ada)

        assert sent(ada, "scheduled") == (
            "Scheduled: First 90 days, Tue 3 November, 10:00 London time",
            f"""Hello Ada,

you have scheduled this meeting.

First 90 days
Tuesday 3 November, 10:00 to 11:00
London (GMT) time
People: Eva Rao, Pia Berg

As its organizer you can edit or delete it.

See it here:
{page(meeting)}

You get this e-mail because you are its organizer.
Everwise

""",
        )

    def test_by_its_expert_to_the_participant_who_organizes_it(self, path, plan, eva, pia):
        add(path, replace(plan, organizer=pia), eva)

        assert "\n\nEva Rao has scheduled a meeting with you.\n\n" in body(pia, "scheduled")
        assert "\n\nAs its organizer you can edit or delete it.\n\n" in body(pia, "scheduled")
        assert sent(eva, "scheduled")[0] == "Scheduled: First 90 days, Tue 3 November, 15:30 Kolkata time"
        assert "\n\nyou have scheduled this meeting.\n\n" in body(eva, "scheduled")
        assert "Only its organizer, Pia Berg, and the admins of the path can change it." in body(eva, "scheduled")

    def test_against_an_experts_hours_is_told_to_her_alone(self, path, plan, ada, eva, pia):
        late = replace(plan, starts_at=at(20), ends_at=at(21))
        add(path, late, ada, accepted=accepted(late))

        words = (
            "\nThis time lies outside your hours or over something in your own calendar;"
            " Ada Byron chose it all the same.\n"
        )
        assert words in body(eva, "scheduled")
        assert "outside your hours" not in body(pia, "scheduled") + body(ada, "scheduled")

    def test_against_her_own_hours(self, path, plan, eva):
        late = replace(plan, starts_at=at(20), ends_at=at(21))
        add(path, late, eva, accepted=accepted(late))

        assert "your own calendar; you chose it all the same.\n" in body(eva, "scheduled")

    def test_next_year_is_named(self, path, plan, ada, pia):
        add(path, replace(plan, starts_at=at(10, day=70), ends_at=at(11, day=70)), ada)

        assert sent(pia, "scheduled")[0] == "Scheduled: First 90 days, Mon 11 January 2027, 11:00 Stockholm time"


class TestUpdated:
    def test_tells_every_change(self, path, plan, ada, eva, pia, per):
        meeting = add(path, plan, ada)
        new = replace(
            plan,
            title="First 100 days",
            starts_at=at(14, day=2),
            ends_at=at(15, 30, day=2),
            place="",
            video_link="https://video.example.test/hill",
            agenda="What next",
            participants=(per,),
            organizer=eva,
        )
        edit(meeting, new, ada)

        assert sent(eva, "updated") == (
            "Updated: First 100 days, now Wed 4 November, 19:30 Kolkata time",
            f"""Hello Eva,

Ada Byron has updated this meeting. It now stands like this:

First 100 days
Wednesday 4 November, 19:30 to 21:00
Kolkata (GMT+5:30) time
With Per Holm

What has changed:
- Title: “First 90 days” → “First 100 days”
- Time: Tue 3 November, 15:30 to 16:30 → Wed 4 November, 19:30 to 21:00
- Place: “Lake room” → none
- The video link has changed; the address to join at stays the same
- The agenda has changed
- Now in it: Per Holm
- No longer in it: Pia Berg
- Organizer: Ada Byron → you

Agenda:
  What next

As its organizer you can edit or delete it.

Join from 15 minutes before the start:
{page(meeting)}join/

See it here:
{page(meeting)}

You get this e-mail because you are in this meeting.
Everwise

""",
        )

    def test_to_somebody_put_in_is_scheduled(self, path, plan, ada, per):
        meeting = add(path, plan, ada)
        edit(meeting, replace(plan, participants=(*plan.participants, per)), ada)

        subject, text = sent(per, "scheduled")
        assert subject == "Scheduled: First 90 days, Tue 3 November, 5:00 am New York time"
        assert "\n\nAda Byron has added you to this meeting.\n\n" in text
        assert "\nWith Eva Rao, Pia Berg\n\nAgenda:\n  What went well\n" in text
        assert "What has changed" not in text

    def test_title_only_keeps_now_out_of_the_subject(self, path, plan, ada, pia):
        meeting = add(path, plan, ada)
        edit(meeting, replace(plan, title="First 100 days"), ada)

        subject, text = sent(pia, "updated")
        assert subject == "Updated: First 100 days, Tue 3 November, 11:00 Stockholm time"
        assert "What has changed:\n- Title: “First 90 days” → “First 100 days”\n\nAgenda:\n" in text

    def test_place_and_video_link_that_were_not_there(self, path, plan, ada, pia):
        meeting = add(path, replace(plan, place="", video_link=""), ada)
        edit(meeting, plan, ada)

        changed = "What has changed:\n- Place: none → “Lake room”\n- A video link has been added\n\n"
        assert changed in body(pia, "updated")

    def test_video_link_taken_away(self, path, plan, ada, pia):
        meeting = add(path, plan, ada)
        edit(meeting, replace(plan, video_link=""), ada)

        assert "What has changed:\n- The video link has been removed\n\n" in body(pia, "updated")
        assert "Join" not in body(pia, "updated")

    def test_video_link_itself_is_in_no_mail(self, path, plan, ada):
        meeting = add(path, plan, ada)
        edit(meeting, replace(plan, video_link="https://video.example.test/hill"), ada)

        assert not [notice for notice in Notice.objects.all() if "video.example.test" in notices.render(notice)[1]]

    def test_move_over_a_clock_change_names_both_offsets(self, path, plan, ada, eva, pia):
        summer = datetime(2027, 3, 30, 10, tzinfo=UTC)
        meeting = add(path, plan, ada)
        edit(meeting, replace(plan, starts_at=summer, ends_at=summer.replace(hour=11)), ada)

        assert (
            "- Time: Tue 3 November, 11:00 to 12:00, Stockholm (GMT+1) time"
            " → Tue 30 March 2027, 12:00 to 13:00, Stockholm (GMT+2) time\n"
        ) in body(pia, "updated")
        assert "- Time: Tue 3 November, 15:30 to 16:30 → Tue 30 March 2027, 15:30 to 16:30\n" in body(eva, "updated")

    def test_new_time_against_an_experts_hours(self, path, plan, ada, eva):
        meeting = add(path, plan, ada)
        late = replace(plan, starts_at=at(20), ends_at=at(21))
        edit(meeting, late, ada, accepted=accepted(late))

        assert "own calendar; Ada Byron chose it all the same.\n" in body(eva, "updated")
        assert "outside your hours" not in body(eva, "scheduled")


class TestTakenOut:
    def test_reads_of_the_meeting_as_she_knew_it(self, path, plan, ada, pia, per):
        meeting = add(path, plan, ada)
        new = {"title": "Secret", "agenda": "Secret", "place": "Secret", "starts_at": at(14), "ends_at": at(15)}
        edit(meeting, replace(plan, participants=(per,), **new), ada)

        assert sent(pia, "removed") == (
            "You are no longer in: First 90 days, Tue 3 November, 11:00 Stockholm time",
            """Hello Pia,

Ada Byron has taken you out of this meeting. Your time is free again.

First 90 days
Tuesday 3 November, 11:00 to 12:00
Stockholm (GMT+1) time
Place: Lake room
With Eva Rao

You get this e-mail because you were in this meeting.
Everwise

""",
        )

    def test_organizer_who_takes_herself_out(self, path, plan, ada, pia, per):
        meeting = add(path, replace(plan, organizer=pia), ada)
        edit(meeting, replace(plan, participants=(per,), organizer=per), pia)

        opening = (
            "you have taken yourself out of this meeting. Your time is free again. You are no longer its organizer"
            " either.\n"
        )
        assert opening in body(pia, "removed")
        assert page(meeting) not in body(pia, "removed")

    def test_admin_of_the_path_can_still_open_it(self, path, plan, ada, pia, per):
        boss = an_admin(path, "Bo")
        path.memberships.create(user=boss, role="participant")
        meeting = add(path, replace(plan, participants=(boss, pia)), ada)
        edit(meeting, plan, ada)

        assert f"\nSee it here:\n{page(meeting)}\n" in body(boss, "removed")
        assert "join/" not in body(boss, "removed")

    def test_late_mail_about_before_gives_nothing_away(self, path, plan, ada, pia, per):
        meeting = add(path, plan, ada)
        second = edit(meeting, replace(plan, agenda="Secret", participants=(pia, per)), ada)
        edit(second, replace(plan, participants=(per,)), ada)

        assert body(pia, "updated") == (
            """Hello Pia,

Ada Byron has updated this meeting. It now stands like this:

First 90 days
Tuesday 3 November, 11:00 to 12:00
Stockholm (GMT+1) time
Place: Lake room

This meeting has changed again since; another e-mail tells you how.

You get this e-mail because you were in this meeting.
Everwise

"""
        )

    def test_late_mail_tells_nothing_of_what_came_after(self, path, plan, ada, pia, per):
        meeting = add(path, plan, ada)
        second = edit(meeting, replace(plan, participants=(per,)), ada)
        before = body(pia, "removed")

        edit(second, replace(plan, title="Secret", participants=(per,)), ada)

        assert body(pia, "removed") == before

    def test_who_is_back_by_the_time_of_a_late_mail_is_told_so(self, path, plan, ada, pia, per):
        meeting = add(path, plan, ada)
        second = edit(meeting, replace(plan, participants=(per,)), ada)
        assert "changed again" not in body(pia, "removed")

        edit(second, plan, ada)

        assert "This meeting has changed again since; its page shows how it stands now." in body(pia, "removed")


class TestHandedOver:
    def hand_over(self, meeting, to, by):
        return booking.hand_over(meeting=meeting, to=to, by=by, sequence=0, token=uuid4(), now=NOW)

    def test_to_the_new_organizer(self, path, plan, ada, eva):
        meeting = add(path, plan, ada)
        self.hand_over(meeting, eva, ada)

        assert sent(eva, "handed-over") == (
            "Handed over: First 90 days, Tue 3 November, 15:30 Kolkata time",
            f"""Hello Eva,

Ada Byron has made you the organizer of this meeting.

First 90 days
Tuesday 3 November, 15:30 to 16:30
Kolkata (GMT+5:30) time
Place: Lake room
With Pia Berg

As its organizer you can edit or delete it.

Join from 15 minutes before the start:
{page(meeting)}join/

See it here:
{page(meeting)}

You get this e-mail because you are in this meeting.
Everwise

""",
        )

    def test_by_an_admin_names_both_to_everybody_else(self, path, plan, ada, eva, pia):
        meeting = add(path, replace(plan, participants=(pia, a_participant(path, "Per")), organizer=eva), ada)
        self.hand_over(meeting, pia, ada)
        per = User.objects.get(name="Per")

        assert "\nAda Byron has handed this meeting over from you to Pia Berg.\n" in body(eva, "handed-over")
        assert "\nAda Byron has handed this meeting over from Eva Rao to Pia Berg.\n" in body(per, "handed-over")
        assert "Only its organizer, Pia Berg, and the admins" in body(eva, "handed-over")

    def test_to_a_former_organizer_who_does_not_attend(self, path, plan, eva, pia):
        ines = living_in("Europe/Stockholm", an_expert(path, name="Ines Sol").user)
        meeting = add(path, plan, ines)
        self.hand_over(meeting, pia, ines)

        text = body(ines, "handed-over")
        assert text == (
            """Hello Ines,

you have handed this meeting over to Pia Berg.

First 90 days
Tuesday 3 November, 11:00 to 12:00
Stockholm (GMT+1) time
Place: Lake room
People: Eva Rao, Pia Berg

You are not in this meeting yourself, so you get no more e-mails about it.

You get this e-mail because you were its organizer.
Everwise

"""
        )
        assert "\nInes Sol has handed this meeting over to Pia Berg.\n" in body(eva, "handed-over")

    def test_by_an_update_names_nobody_new_to_the_former_organizer(self, path, plan, ada, per):
        ines = living_in("Europe/Stockholm", an_expert(path, name="Ines Sol").user)
        meeting = add(path, plan, ines)
        edit(meeting, replace(plan, title="Secret", participants=(per,), organizer=per), ada)

        subject, text = sent(ines, "handed-over")
        assert subject == "Handed over: First 90 days, Tue 3 November, 11:00 Stockholm time"
        assert "\nAda Byron has handed this meeting over from you to somebody else.\n" in text
        assert [word for word in ("Secret", "Per", page(meeting)) if word in text] == []

    def test_by_an_update_names_the_new_organizer_to_an_admin_of_the_path(self, path, plan, ada, per):
        meeting = add(path, plan, ada)
        edit(meeting, replace(plan, participants=(per,), organizer=per), an_admin(path, "Bo"))

        assert "\nBo has handed this meeting over from you to Per Holm.\n" in body(ada, "handed-over")

    def test_by_her_own_update_tells_the_former_organizer_what_she_made_of_it(self, path, plan, ada, per):
        ines = living_in("Europe/Stockholm", an_expert(path, name="Ines Sol").user)
        meeting = add(path, plan, ines)
        edit(meeting, replace(plan, participants=(per,), organizer=per, starts_at=at(14), ends_at=at(15)), ines)

        subject, text = sent(ines, "handed-over")
        assert subject == "Handed over: First 90 days, Tue 3 November, 15:00 Stockholm time"
        assert "\nyou have handed this meeting over to Per Holm.\n" in text
        assert "\nPeople: Eva Rao, Per Holm\n" in text

    def test_former_organizer_who_is_an_admin_can_still_open_it(self, path, plan, ada, eva):
        meeting = add(path, plan, ada)
        self.hand_over(meeting, eva, ada)

        assert f"\nSee it here:\n{page(meeting)}\n" in body(ada, "handed-over")


class TestDeleted:
    @pytest.fixture
    def meeting(self, path, plan, ada):
        meeting = add(path, plan, ada)
        booking.delete(meeting=meeting, by=ada, sequence=0, token=uuid4(), now=NOW, message="Eva is ill.\r\nSorry!")
        return meeting

    def test_to_an_attendee(self, meeting, pia):
        assert sent(pia, "deleted") == (
            "Deleted: First 90 days, Tue 3 November, 11:00 Stockholm time",
            """Hello Pia,

Ada Byron has deleted this meeting. The time is free again.

First 90 days
Tuesday 3 November, 11:00 to 12:00
Stockholm (GMT+1) time
Place: Lake room
With Eva Rao

Ada writes:
Eva is ill.
Sorry!

You get this e-mail because you were in this meeting.
Everwise

""",
        )

    def test_admin_of_the_path_can_still_see_it(self, meeting, ada):
        assert body(ada, "deleted").endswith(
            f"""
As an admin of the path you can still see it here:
{page(meeting)}

You get this e-mail because you were its organizer.
Everwise

"""
        )

    def test_former_admin_cannot(self, path, meeting, ada):
        leave(ada, path)

        assert page(meeting) not in body(ada, "deleted")

    def test_late_mail_about_before_opens_nothing(self, meeting, pia):
        text = body(pia, "scheduled")

        assert [word for word in ("What next", "Eva", page(meeting), "organizer") if word in text] == []
        assert "This meeting has changed again since; another e-mail tells you how." in text


class TestHostile:
    def test_title_place_and_names_stay_on_their_lines(self, path, plan, ada, pia):
        User.objects.filter(pk=ada.pk).update(name="Ada\r\nBcc: all@example.com\u202e")
        ada.refresh_from_db()
        meeting = add(path, replace(plan, title=HOSTILE, place=HOSTILE), ada)
        edit(meeting, replace(plan, title="Mild", place=HOSTILE), ada)

        subject, text = sent(pia, "scheduled", 0)
        assert subject == f"Scheduled: {HOSTILE_LINE}, Tue 3 November, 11:00 Stockholm time"
        assert text.startswith(
            f"Hello Pia,\n\nAda Bcc: all@example.com has scheduled a meeting for you.\n\n{HOSTILE_LINE}"
        )
        assert f"\nPlace: {HOSTILE_LINE}\nWith Eva Rao\n" in text
        assert f"- Title: “{HOSTILE_LINE}” → “Mild”\n\n" in body(pia, "updated")
        assert body(ada, "scheduled").startswith("Hello Ada,\n")

    def test_header_holds_the_subject_only(self, path, plan, ada, pia):
        add(path, replace(plan, title="Bad\r\nBcc: all@example.com"), ada)

        mail = notices.message(Notice.objects.get(user=pia)).message()

        assert mail["Bcc"] is None

    def test_agenda_cannot_pose_as_the_mail(self, path, plan, ada, pia):
        add(path, replace(plan, agenda="One\r\n\r\nSee it here:\r\nhttps://evil.example/\u202e"), ada)

        assert "\nAgenda:\n  One\n\n  See it here:\n  https://evil.example/\n\n" in body(pia, "scheduled")

    def test_markup_and_quotes_are_only_text(self, path, plan, ada, pia):
        add(path, replace(plan, title="<b>\"Fish\" & 'chips'</b> {{ by }}"), ada)

        assert "\n<b>\"Fish\" & 'chips'</b> {{ by }}\n" in body(pia, "scheduled")

    @pytest.mark.parametrize("kind", ["scheduled", "updated"])
    def test_longest_title_leaves_room_for_the_time(self, path, plan, ada, pia, kind):
        meeting = add(path, replace(plan, title="W" * 120), ada)
        edit(meeting, replace(plan, title="W" * 119 + "!", starts_at=at(14), ends_at=at(15)), ada)

        subject = sent(pia, kind)[0]

        assert len(subject) == 150
        assert subject.endswith(
            "…, Tue 3 November, 11:00 Stockholm time"
            if kind == "scheduled"
            else "W…, now Tue 3 November, 15:00 Stockholm time"
        )


def test_rows_that_know_only_times_and_people(path, plan, ada, pia):
    meeting = add(path, plan, ada)
    event = meeting.events.get()
    event.facts = {key: event.facts[key] for key in ("starts_at", "ends_at", "experts", "participants")}
    event.save()

    subject, text = sent(pia, "scheduled")

    assert subject == "Scheduled: First 90 days, Tue 3 November, 11:00 Stockholm time"
    assert "Only its organizer, Ada Byron, and the admins of the path can change it." in text


@pytest.mark.parametrize("more", [0, 6])
def test_as_many_queries_for_one_as_for_many(path, plan, ada, pia, more, django_assert_num_queries):
    meeting = add(path, plan, ada)
    others = [a_participant(path, f"Person {number}") for number in range(more)]
    edit(meeting, replace(plan, title="New", participants=(pia, *others)), ada)
    notice = Notice.objects.select_related("event__by", "meeting", "user").get(user=pia, kind="updated")

    with django_assert_num_queries(2):
        notices.render(notice)
