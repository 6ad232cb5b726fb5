"""What somebody reads whom a change has taken out of an ad-hoc meeting, or whose place another now has."""

from dataclasses import replace
from uuid import uuid4

import pytest

from everwise.accounts.models import User
from meetings import booking
from tests.meetings.letters import body, ending, living_in, page, sent
from tests.scene import NOW, a_participant, add, an_admin, an_expert, at, edit, leave

pytestmark = pytest.mark.django_db


class TestTakenOut:
    def test_reads_of_the_meeting_as_she_knew_it(self, path, plan, ada, pia, per):
        meeting = add(path, plan, ada)
        new = {"title": "Secret", "agenda": "Secret", "place": "Secret", "starts_at": at(14), "ends_at": at(15)}
        edit(meeting, replace(plan, participants=(per,), **new), ada)

        assert sent(pia, "removed") == (
            "You are no longer in: First 90 days, Tue 3 November, 11:00 Stockholm time",
            f"""Hello Pia,

Ada Byron has taken you out of this meeting. Your time is free again.

First 90 days
Tuesday 3 November, 11:00 to 12:00
Stockholm (GMT+1) time
15:30 in Kolkata, for Eva
Place: Lake room
With Eva Rao

{ending("you were in this meeting", "Stockholm")}
""",
        )

    def test_organizer_who_takes_herself_out(self, path, plan, ada, eva, pia, per):
        meeting = add(path, replace(plan, participants=(pia, per), organizer=pia), ada)
        edit(meeting, replace(plan, participants=(per,), organizer=per), pia)

        opening = (
            "You have taken yourself out of this meeting. Your time is free again. You are no longer its organizer"
            " either.\n"
        )
        assert opening in body(pia, "removed")
        assert page(meeting) not in body(pia, "removed")
        assert page(meeting) in body(eva, "updated")

    def test_admin_of_the_path_can_still_open_it(self, path, plan, ada, pia, per):
        boss = an_admin(path, "Bo")
        path.memberships.create(user=boss, role="participant")
        meeting = add(path, replace(plan, participants=(boss, pia)), ada)
        edit(meeting, plan, ada)

        assert f"\nSee it here:\n{page(meeting)}\n" in body(boss, "removed")
        assert "join/" not in body(boss, "removed")
        assert "join/" in body(pia, "updated")

    def test_late_mail_about_before_gives_nothing_away(self, path, plan, ada, pia, per):
        meeting = add(path, plan, ada)
        second = edit(meeting, replace(plan, agenda="Secret", participants=(pia, per)), ada)
        edit(second, replace(plan, participants=(per,)), ada)

        assert body(pia, "updated") == (
            f"""Hello Pia,

Ada Byron has updated this meeting. Here is how it stands now:

First 90 days
Tuesday 3 November, 11:00 to 12:00
Stockholm (GMT+1) time
Place: Lake room

This meeting has changed again since; another e-mail tells you how.

{ending("you were in this meeting", "Stockholm")}
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
11:00 in Stockholm, for Pia
Place: Lake room
With Pia Berg

As its organizer you can edit or delete it.

Join from 15 minutes before the start:
{page(meeting)}join/

See it here:
{page(meeting)}

{ending("you are in this meeting", "Kolkata")}
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
            f"""Hello Ines,

You have handed this meeting over to Pia Berg.

First 90 days
Tuesday 3 November, 11:00 to 12:00
Stockholm (GMT+1) time
15:30 in Kolkata, for Eva
Place: Lake room
People: Eva Rao and Pia Berg

You are not in this meeting yourself, so you get no more e-mails about it.

{ending("you were its organizer", "Stockholm")}
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
        new = ["Secret", "Per", page(meeting)]
        assert [word for word in new if word in text] == []
        assert [word for word in new if word in body(per, "scheduled")] == new

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
        assert "\nYou have handed this meeting over to Per Holm.\n" in text
        assert "\nPeople: Eva Rao and Per Holm\n" in text

    def test_former_organizer_who_is_an_admin_can_still_open_it(self, path, plan, ada, eva):
        meeting = add(path, plan, ada)
        self.hand_over(meeting, eva, ada)

        assert f"\nSee it here:\n{page(meeting)}\n" in body(ada, "handed-over")


class TestDeleted:
    @pytest.fixture
    def meeting(self, path, plan, ada):
        return self.delete(add(path, plan, ada), ada)

    def delete(self, meeting, by):
        message = "Eva is ill.\r\nSorry!"
        return booking.delete(meeting=meeting, by=by, sequence=0, token=uuid4(), now=NOW, message=message)

    def test_to_an_attendee(self, meeting, pia):
        assert sent(pia, "deleted") == (
            "Deleted: First 90 days, Tue 3 November, 11:00 Stockholm time",
            f"""Hello Pia,

Ada Byron has deleted this meeting. The time is free again.

First 90 days
Tuesday 3 November, 11:00 to 12:00
Stockholm (GMT+1) time
15:30 in Kolkata, for Eva
Place: Lake room
With Eva Rao

Ada writes:
Eva is ill.
Sorry!

{ending("you were in this meeting", "Stockholm")}
""",
        )

    def test_admin_of_the_path_can_still_see_it(self, meeting, ada):
        assert body(ada, "deleted").endswith(
            f"""
As an admin of the path you can still see it here:
{page(meeting)}

{ending("you were its organizer", "London")}
"""
        )

    def test_former_admin_cannot(self, path, meeting, ada):
        assert page(meeting) in body(ada, "deleted")
        leave(ada, path)

        assert page(meeting) not in body(ada, "deleted")

    def test_late_mail_about_before_opens_nothing(self, path, plan, ada, pia):
        meeting = add(path, plan, ada)
        told = ["What next", "Eva", page(meeting), "organizer"]
        assert [word for word in told if word in body(pia, "scheduled")] == told
        self.delete(meeting, ada)

        text = body(pia, "scheduled")

        assert [word for word in told if word in text] == []
        assert "This meeting has changed again since; another e-mail tells you how." in text
