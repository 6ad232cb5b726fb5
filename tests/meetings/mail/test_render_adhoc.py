"""What the e-mails about ad-hoc meetings say, to the letter, each in its reader's own zone."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from everwise.accounts.models import User
from meetings.mail import render
from meetings.models import Notice
from tests.meetings.letters import body, ending, page, sent
from tests.rewriting import rewriting
from tests.scene import a_participant, accepted, add, at, edit

pytestmark = pytest.mark.django_db

HOSTILE = "Talk\r\nSee it here:\u2028https://evil.example/ \u202e“x\u2066"
HOSTILE_LINE = "Talk See it here: https://evil.example/ “x"


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
15:30 in Kolkata, for Eva
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

{ending("you are in this meeting", "Stockholm")}
""",
        )

    def test_to_the_organizer_who_does_not_attend(self, path, plan, ada):
        meeting = add(path, replace(plan, agenda="", place="", video_link=""), ada)

        assert sent(ada, "scheduled") == (
            "Scheduled: First 90 days, Tue 3 November, 10:00 London time",
            f"""Hello Ada,

You have scheduled this meeting.

First 90 days
Tuesday 3 November, 10:00 to 11:00
London (GMT) time
15:30 in Kolkata, for Eva
11:00 in Stockholm, for Pia
People: Eva Rao and Pia Berg

As its organizer you can edit or delete it.

See it here:
{page(meeting)}

{ending("you are its organizer", "London")}
""",
        )

    def test_by_its_expert_to_the_participant_who_organizes_it(self, path, plan, eva, pia):
        add(path, replace(plan, organizer=pia), eva)

        assert "\n\nEva Rao has scheduled a meeting with you.\n\n" in body(pia, "scheduled")
        assert "\n\nAs its organizer you can edit or delete it.\n\n" in body(pia, "scheduled")
        assert sent(eva, "scheduled")[0] == "Scheduled: First 90 days, Tue 3 November, 15:30 Kolkata time"
        assert "\n\nYou have scheduled this meeting.\n\n" in body(eva, "scheduled")
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

Ada Byron has updated this meeting. Here is how it stands now:

First 100 days
Wednesday 4 November, 19:30 to 21:00
Kolkata (GMT+5:30) time
09:00 in New York, for Per
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

{ending("you are in this meeting", "Kolkata")}
""",
        )

    def test_to_somebody_put_in_is_scheduled(self, path, plan, ada, per):
        meeting = add(path, plan, ada)
        edit(meeting, replace(plan, participants=(*plan.participants, per)), ada)

        subject, text = sent(per, "scheduled")
        assert subject == "Scheduled: First 90 days, Tue 3 November, 5:00 am New York time"
        assert "\n\nAda Byron has added you to this meeting.\n\n" in text
        assert "\nWith Eva Rao and Pia Berg\n\nAgenda:\n  What went well\n" in text
        assert "What has changed" not in text
        assert "What has changed" in body(ada, "updated")

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
        assert "Join" in body(pia, "scheduled")
        edit(meeting, replace(plan, video_link=""), ada)

        assert "What has changed:\n- The video link has been removed\n\n" in body(pia, "updated")
        assert "Join" not in body(pia, "updated")

    def test_video_link_itself_is_in_no_mail(self, path, plan, ada):
        meeting = add(path, plan, ada)
        edit(meeting, replace(plan, video_link="https://video.example.test/hill"), ada)

        texts = "".join(render.render(notice)[1] for notice in Notice.objects.all())
        assert "video.example.test" not in texts
        assert "video.example.test" in meeting.video_link
        assert "The video link has changed" in texts

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
        assert "outside your hours" in body(eva, "updated")
        assert "outside your hours" not in body(eva, "scheduled")


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

        mail = render.message(Notice.objects.of_changes().get(user=pia)).message()

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
    with rewriting():
        event.save()

    subject, text = sent(pia, "scheduled")

    assert subject == "Scheduled: First 90 days, Tue 3 November, 11:00 Stockholm time"
    assert "Only its organizer, Ada Byron, and the admins of the path can change it." in text


@pytest.mark.parametrize("more", [0, 6])
def test_as_many_queries_for_one_as_for_many(path, plan, ada, pia, more, django_assert_num_queries):
    meeting = add(path, plan, ada)
    others = [a_participant(path, f"Person {number}") for number in range(more)]
    edit(meeting, replace(plan, title="New", participants=(pia, *others)), ada)
    notice = Notice.objects.select_related("event__by", "meeting__path", "user").get(user=pia, kind="updated")

    with django_assert_num_queries(2):
        render.render(notice)
