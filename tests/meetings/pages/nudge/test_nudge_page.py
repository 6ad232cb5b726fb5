"""The page that writes to people with sessions left: who, how many, the e-mail itself, what earlier ones did."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from everwise.accounts.models import User
from meetings.enums import NudgeKind
from meetings.models import Notice, Nudge, NudgeOptOut, NudgeRecipient
from paths.enums import Role
from paths.models import Membership, Path
from tests.gate_world import signed_in
from tests.scene import NOW, a_participant, a_path, a_theme, an_admin, an_expert, at, book

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
DAY = timedelta(days=1)


class Writing:
    def __init__(self, people=3):
        self.path = a_path(name="Leading", sessions_per_participant=6, closes_on=(NOW + 40 * DAY).date())
        self.theme = a_theme(self.path, an_expert(self.path), minutes=45)
        self.ruth = an_admin(self.path, "Ruth Abara")
        self.people = [a_participant(self.path, f"Person {number}") for number in range(people)]
        self.client = signed_in(self.ruth)
        self.address = reverse("paths:nudge", args=[self.path.pk])

    def get(self, query=""):
        return self.client.get(self.address + query)

    def form(self, page, **changes):
        known = {
            "token": page.context["form"]["token"].value(),
            "shown": page.context["shown"],
            "who": "never-booked",
            "since": "2026-10-03",
            "subject": "Half of autumn is left",
            "words": "Bring it.",
        }
        return known | changes

    def post(self, page, follow=False, **changes):
        return self.client.post(self.address, self.form(page, **changes), follow=follow)


@pytest.fixture
def writing():
    return Writing()


def text(response):
    return " ".join(response.content.decode().split())


def test_page_counts_previews_and_sends_once(writing):
    NudgeOptOut.objects.create(path=writing.path, user=writing.people[2], at=NOW)
    page = writing.get()
    said = text(page)
    assert "2 people who have never booked" in said
    assert "1 more asked not to be reminded, and is left out." in said
    assert 'value="Your sessions on Leading, until 12 December 2026"' in said
    assert "Person 0, and 1 other, each alone" in said
    assert "Ruth Abara via " in said
    assert "Hello Person," in said
    assert "You have 6 sessions on “Leading” and have not booked one yet. A session takes 45 minutes" in said
    assert "Next free times for you: " in said
    assert "Send to 2 people" in said
    # What only is looked at opens nothing and ends nothing.
    assert "/reminders/" not in said.replace("/accounts/reminders/", "")

    preview = writing.post(page, preview="1", subject="So & so", words="Bring <b>it</b>")
    assert preview.status_code == 200
    assert "<strong>So &amp; so</strong>" in text(preview)
    assert "<p>Bring &lt;b&gt;it&lt;/b&gt;</p>" in text(preview)
    assert not Nudge.objects.exists()

    done = [writing.post(page, follow=True), writing.post(page, follow=True)]
    assert ["2 e-mails are on their way." in text(each) for each in done] == [True, True]
    assert Nudge.objects.get().recipients.count() == Notice.objects.filter(kind="nudge").count() == 2
    assert "Nobody is left to write to." in text(done[0])
    assert "2 more had a reminder within 14 days." in text(done[0])
    assert "Send to" not in text(done[0])
    assert "Too few people" in text(done[0])
    history = writing.client.get(reverse("paths:history", args=[writing.path.pk]))
    assert "wrote to 2 participants who have never booked" in text(history)


def test_number_that_has_changed_or_other_people_bring_the_page_back(writing):
    page = writing.get()
    book(writing.theme, writing.people[0], at(10))
    back = writing.post(page, subject="Kept <i>", words="These, too")
    assert back.status_code == 409
    assert "They are 2 people now." in text(back)
    assert "Send to 2 people" in text(back)
    assert 'value="Kept &lt;i&gt;"' in text(back)
    assert "These, too" in text(back)

    other = writing.post(back, who="sessions-left")
    assert other.status_code == 409
    assert "These are other people than the page has shown." in text(other)
    damaged = writing.post(back, shown="never-booked - ²")
    assert damaged.status_code == 409
    assert not Nudge.objects.exists()
    # On the page that came back the same button sends.
    assert writing.post(other, who="sessions-left").status_code == 302
    assert Nudge.objects.get().kind == NudgeKind.SESSIONS_LEFT


def test_date_of_the_other_choice_may_be_anything(writing):
    assert writing.post(writing.get(), since="soon").status_code == 302
    assert Nudge.objects.get().since is None


def test_hostile_input_gives_words_beside_the_field_and_sends_nothing(writing):
    page = writing.get()
    left = {"who": "sessions-left"}
    cases = [
        ({"who": "everybody"}, "Choose one of the two."),
        ({"subject": "  "}, "Type a subject."),
        ({"subject": "x" * 151}, "under 150 characters"),
        ({"words": "x" * 2001}, "under 2000 characters"),
        ({**left, "since": ""}, "Type a date."),
        ({**left, "since": "0001-01-01"}, "Choose a day of the last two years"),
        ({**left, "since": "9999-12-31"}, "Choose a day of the last two years"),
        ({**left, "since": "31.10.2026"}, "That is not a date."),
        ({"token": "x"}, "This form is damaged."),
        ({"subject": "a\x00b"}, "Null characters are not allowed."),
    ]
    for changes, words in cases:
        answer = writing.post(page, **changes)
        assert (answer.status_code, words in text(answer)) == (400, True), changes
    assert not Nudge.objects.exists()
    one_line = writing.post(page, subject="Two\r\nBcc: all@example.com", follow=True)
    assert one_line.status_code == 200
    assert Nudge.objects.get().subject == "Two Bcc: all@example.com"


def test_states_say_why_nobody_is_written_to(writing):
    ways = {
        "So nobody is written to.": {"closed_at": NOW},
        "This path is a draft.": {"closed_at": None, "opened_at": None},
        "No time can be booked in the next two weeks.": {"opened_at": NOW, "opens_on": (NOW + 20 * DAY).date()},
    }
    for words, changes in ways.items():
        Path.objects.filter(pk=writing.path.pk).update(**changes)
        assert words in text(writing.get())
        assert "Send to" not in text(writing.get())
    Path.objects.filter(pk=writing.path.pk).update(opens_on=None)
    assert "Send to 3 people" in text(writing.get())
    for person, hour in zip(writing.people, (9, 10, 11), strict=True):
        book(writing.theme, person, at(hour))
    assert "Everybody has booked." in text(writing.get())
    assert "Everybody with sessions left has booked since." in text(writing.get("?who=sessions-left"))
    assert writing.get("?who=nonsense").status_code == 200


def test_effects_are_shown_of_five_people_and_counted_so_far(writing):
    six = [a_participant(writing.path, f"Six {number}") for number in range(6)]
    nudge = Nudge.objects.create(path=writing.path, kind="never-booked", by=writing.ruth, at=NOW - DAY, subject="Hi")
    NudgeRecipient.objects.bulk_create(NudgeRecipient(nudge=nudge, user=each, at=nudge.at) for each in six)
    book(writing.theme, six[0], at(10))
    NudgeRecipient.objects.filter(user=six[1]).update(opted_out_at=NOW)
    said = text(writing.get())
    assert "1 (17%)" in said
    assert "0 (0%)" in said
    assert "so far, until " in said
    assert "Sun 1 November, by you" in said
    NudgeRecipient.objects.filter(user__in=six[:2]).delete()
    assert "Too few people" in text(writing.get())
    assert "(17%)" not in text(writing.get())


def test_people_page_and_overview_lead_here(writing):
    Membership.objects.update(started_at=NOW - 30 * DAY)
    Path.objects.update(opened_at=NOW - 30 * DAY)
    people = reverse("paths:people", args=[writing.path.pk])
    link = f'href="{writing.address}"'
    assert link in text(writing.client.get(f"{people}?state=never-booked"))
    assert link not in text(writing.client.get(people))
    assert link in text(writing.client.get(reverse("paths:detail", args=[writing.path.pk])))


def test_as_many_queries_for_many_people_and_reminders_as_for_few():
    asked = []
    for number, nudges in ((2, 1), (300, 30)):
        writing = Writing(people=1)
        people = [User(name=f"Many {each}", email=f"m{uuid4().hex}@example.com") for each in range(number)]
        User.objects.bulk_create(people)
        Membership.objects.bulk_create(
            Membership(path=writing.path, user=each, role=Role.PARTICIPANT) for each in people
        )
        for each in range(nudges):
            earlier = NOW - (20 + each) * DAY
            nudge = Nudge.objects.create(path=writing.path, kind="never-booked", by=writing.ruth, at=earlier)
            NudgeRecipient.objects.create(nudge=nudge, user=people[0], at=earlier)
        writing.get()
        with CaptureQueriesContext(connection) as queries:
            page = writing.get()
        asked.append(len(queries))
        assert len(page.content) < 60_000
    assert "1 to 10 of 30" in text(page)
    assert "and 251 others" in text(page)
    assert asked[0] == asked[1]
