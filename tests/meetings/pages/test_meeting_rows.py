"""A meeting in the words of lists and cards: who is in it, which day ahead, how many were rescued."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils.functional import Promise

from everwise.timefmt import Reader
from meetings.models import Meeting
from meetings.pages import meeting_rows
from meetings.pages.meeting_rows import BESIDE, INSIDE, LINE, Company, DayAhead
from paths.enums import Role
from tests.factories import AttendeeFactory
from tests.scene import NOW, a_meeting, a_participant, a_path, a_person, an_admin, an_expert, at

READER = Reader(ZoneInfo("UTC"))


@pytest.mark.parametrize(
    ("moment", "kind", "day"),
    [
        ("2026-11-02 23:59", DayAhead.TODAY, ""),
        ("2026-11-03 00:00", DayAhead.TOMORROW, ""),
        ("2026-11-04 00:00", DayAhead.DAY, "Wednesday"),
        ("2026-11-08 23:59", DayAhead.DAY, "Sunday"),
        ("2026-11-09 00:00", DayAhead.DAY, "Monday 9 November"),
        ("2027-01-04 00:00", DayAhead.DAY, "Monday 4 January 2027"),
    ],
)
def test_day_ahead(moment, kind, day):
    now = datetime(2026, 11, 2, 8, tzinfo=UTC)

    assert meeting_rows.day_ahead(datetime.fromisoformat(f"{moment}+00:00"), READER, now) == (kind, day)


@pytest.mark.parametrize("words", [INSIDE, LINE, BESIDE])
def test_every_company_has_its_words_in_any_language(words):
    assert set(words) == set(Company)
    # Only what has no words of its own is the same everywhere.
    same = {company for company, text in words.items() if not isinstance(text, Promise)}
    assert same <= {Company.ALONE, Company.ONE_SIDE}


@pytest.mark.parametrize(
    ("lost", "rescued", "words"),
    [
        (0, 0, ""),
        (1, 0, "Experts and admins cancelled 1 session. It was not rescued."),
        (2, 0, "Experts and admins cancelled 2 sessions. None of them was rescued."),
    ],
)
def test_rescues(lost, rescued, words):
    assert meeting_rows.rescues(lost, rescued) == words


@pytest.mark.parametrize(
    ("lost", "rescued", "words"),
    [
        (1, 1, "Experts and admins cancelled 1 session. It was rescued"),
        (3, 1, "Experts and admins cancelled 3 sessions. 1 of them was rescued"),
        (3, 2, "Experts and admins cancelled 3 sessions. 2 of them were rescued"),
    ],
)
def test_rescues_say_how(lost, rescued, words):
    how = ": the participant took the same time with another expert."

    assert meeting_rows.rescues(lost, rescued) == f"{words}{how}"


@pytest.mark.django_db
class TestCompany:
    @pytest.fixture
    def people(self):
        path = a_path()
        eva = an_expert(path, user=a_person("Eva Lind")).user
        pia = a_participant(path, "Pia Holm")
        return path, eva, pia, a_meeting(path, eva, pia, at(10))

    def row(self, meeting, user):
        meeting = Meeting.objects.with_people().get(pk=meeting.pk)
        [heading] = meeting_rows.day_rows([meeting], user, NOW)
        return (
            meeting_rows.with_whom(meeting, user),
            heading["company"],
            meeting_rows.coming_row(meeting, user, NOW)["text"],
        )

    def test_of_a_reader_in_it(self, people):
        _, _, pia, meeting = people

        assert self.row(meeting, pia) == ("with Eva Lind", "With Eva Lind", "10:00 to 10:30 with Eva Lind")

    def test_to_an_onlooker(self, people):
        path, _, _, meeting = people
        both = "Pia Holm with Eva Lind"

        assert self.row(meeting, an_admin(path)) == (both, both, f"10:00 to 10:30, {both}")

    def test_of_one_side_alone(self, people):
        path, _, pia, meeting = people
        meeting.attendees.filter(user=pia).delete()

        assert self.row(meeting, an_admin(path)) == ("Eva Lind", "Eva Lind", "10:00 to 10:30, Eva Lind")

    def test_of_many(self, people):
        path, eva, _, meeting = people
        for name in ("Per", "Ola"):
            AttendeeFactory(meeting=meeting, user=a_participant(path, name), role=Role.PARTICIPANT)
        many = f"4 people, organized by {meeting.organizer}"

        assert self.row(meeting, an_admin(path)) == (many, many, f"10:00 to 10:30, {many}")
        assert self.row(meeting, eva)[0] == "with Ola, Per and Pia Holm"
