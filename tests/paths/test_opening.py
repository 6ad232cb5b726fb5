"""A draft is opened once, and only then do its participants hear of it; a path is closed early, and opened again."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from everwise.accounts.models import User
from meetings.enums import AccountMail
from meetings.models import Notice
from paths import adding, enrolment, invitations, opening
from paths.enums import Happened, Role
from paths.models import Invitation, Membership, Path
from tests.scene import NOW, a_participant, a_path, a_person, an_admin, an_expert, join, leave

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def draft():
    return a_path(opened_at=None)


@pytest.fixture
def ada(draft):
    return an_admin(draft)


def nothing_lacks(path):
    return []


def add(path, by, user, role=Role.PARTICIPANT):
    return enrolment.add(path=path, user=user, role=role, by=by, now=NOW)


def somebody_new(address="zanele@example.com"):
    return User.objects.create_user(address, None, name="Zanele")


def mails():
    """(whom, what) of every e-mail about an arrival."""
    return sorted(Notice.objects.of_accounts().values_list("user__email", "kind"))


def happened(path):
    return list(path.events.order_by("at", "pk").values_list("what", flat=True))


def open_it(path, by, shown, now=LATER, lacking=nothing_lacks):
    return opening.open_draft(path=path, by=by, now=now, shown=shown, lacking=lacking)


class TestDraft:
    def test_participants_added_to_it_hear_nothing_and_experts_at_once(self, draft, ada):
        new, known, expert = (
            somebody_new(),
            a_participant(a_path(program=draft.program)),
            somebody_new("ex@example.com"),
        )

        add(draft, ada, new)
        add(draft, ada, known)
        assert mails() == []
        assert not Invitation.objects.exists()

        add(draft, ada, expert, Role.EXPERT)
        assert mails() == [(expert.email, AccountMail.INVITED)]
        assert happened(draft) == [Happened.ADDED, Happened.ADDED, Happened.INVITED]

    def test_the_same_on_an_open_path_is_heard(self):
        path, new = a_path(), somebody_new()

        add(path, an_admin(path), new)

        assert mails() == [(new.email, AccountMail.INVITED)]

    def test_what_is_said_of_people_added_by_their_addresses(self, draft, ada):
        asked = {"path": draft, "lines": "a@example.com\nb@example.com", "by": ada, "now": NOW}
        token = "7b0a3c9e-0f0c-4a51-9a5c-0c8d3f3a9b11"

        said = str(adding.add_people(**asked, role=Role.PARTICIPANT, token=token))

        assert said == "2 people were added. They hear of it when the path is opened."
        assert str(adding.add_people(**asked, role=Role.PARTICIPANT, token=token)) == said
        experts = {**asked, "lines": "c@example.com"}
        other = "7b0a3c9e-0f0c-4a51-9a5c-0c8d3f3a9b12"
        assert str(adding.add_people(**experts, role=Role.EXPERT, token=other)) == "1 person was invited."

    def test_expert_who_becomes_its_participant_has_no_invitation_that_leads_there(self, draft, ada):
        membership = add(draft, ada, new := somebody_new(), Role.EXPERT)
        Membership.objects.filter(pk=membership.pk).update(ended_at=NOW)
        join(new, draft, Role.PARTICIPANT)

        from_link = Invitation.objects.get()

        assert not Path.objects.visible_to(new).exists()
        assert invitations.state_of(from_link, NOW) == "withdrawn"
        open_it(draft, ada, 1)
        assert invitations.state_of(Invitation.objects.open().get(), NOW) == "invited"


class TestOpening:
    def test_tells_each_participant_once(self, draft, ada):
        new, known = somebody_new(), a_participant(a_path(program=draft.program), "Per")
        stranger = a_person("Sol")
        for user in (new, known, stranger):
            add(draft, ada, user)

        event = open_it(draft, ada, 3)

        assert mails() == sorted(
            [
                (new.email, AccountMail.INVITED),
                (known.email, AccountMail.ADDED),
                # Their account is theirs to reveal, by accepting.
                (stranger.email, AccountMail.ADDED),
            ]
        )
        assert set(Invitation.objects.values_list("user", "sent_at")) == {(new.pk, LATER), (stranger.pk, LATER)}
        assert (event.what, event.by, event.at, event.facts) == (Happened.OPENED, ada, LATER, {"participants": 3})
        assert happened(draft) == [Happened.ADDED] * 3 + [Happened.OPENED]
        assert Path.objects.get(pk=draft.pk).opened_at == LATER
        assert draft in Path.objects.visible_to(known)

    def test_second_time_changes_nothing_and_says_who_was_first(self, draft, ada):
        add(draft, ada, somebody_new())
        ben = an_admin(draft, "Ben")
        first = open_it(draft, ada, 1)

        again = open_it(draft, ben, 7, now=LATER + timedelta(hours=1))

        assert again == first
        assert len(mails()) == 1
        assert Path.objects.get(pk=draft.pk).opened_at == LATER

    def test_whoever_opens_it_and_is_a_participant_gets_no_mail(self, draft, ada):
        join(ada, draft, Role.PARTICIPANT)
        add(draft, ada, pia := a_participant(a_path(program=draft.program)))

        open_it(draft, ada, 1)

        assert mails() == [(pia.email, AccountMail.ADDED)]

    def test_neither_who_left_nor_who_is_switched_off_hears_of_it(self, draft, ada):
        for user in (gone := somebody_new("gone@example.com"), off := somebody_new("off@example.com")):
            add(draft, ada, user)
        add(draft, ada, here := somebody_new())
        leave(gone, draft)
        User.objects.filter(pk=off.pk).update(is_active=False)

        open_it(draft, ada, 1)

        assert [whom for whom, _ in mails()] == [here.email]

    @pytest.mark.parametrize("shown", [1, 3])
    def test_not_for_other_people_than_were_shown(self, draft, ada, shown):
        for address in ("a@example.com", "b@example.com"):
            add(draft, ada, somebody_new(address))

        with pytest.raises(opening.OtherPeople) as refused:
            open_it(draft, ada, shown)

        assert refused.value.number == 2
        assert (Path.objects.get(pk=draft.pk).opened_at, mails()) == (None, [])

    def test_not_without_a_participant(self, draft, ada):
        with pytest.raises(opening.NobodyToTell):
            open_it(draft, ada, 0)

        assert Path.objects.get(pk=draft.pk).is_draft

    def test_not_while_something_is_missing_and_says_what(self, draft, ada):
        add(draft, ada, somebody_new())
        asked = []

        def lacking(path):
            asked.append((path.pk, transaction.get_connection().in_atomic_block))
            return ["No theme.", "No time."]

        with pytest.raises(opening.NotReady, match=r"^No theme\. No time\. The path was not opened\.$"):
            open_it(draft, ada, 1, lacking=lacking)

        assert asked == [(draft.pk, True)]
        assert (Path.objects.get(pk=draft.pk).is_draft, mails(), happened(draft)) == (True, [], [Happened.ADDED])

    def test_what_is_open_already_is_not_asked_what_it_lacks(self, draft, ada):
        add(draft, ada, somebody_new())
        first = open_it(draft, ada, 1)

        assert open_it(draft, ada, 1, lacking=lambda path: ["No theme."]) == first

    def test_asks_no_more_queries_for_many_people(self):
        # The first of all in id order, in which people are locked.
        ada = a_person("Ada", pk=UUID(int=1))

        def queries(number):
            path = a_path(opened_at=None)
            join(ada, path, Role.ADMIN)
            for each in range(number):
                # Everybody hears it otherwise: new, known in the program, elsewhere, here for a second time.
                user = somebody_new(f"{number}-{each}@new.example") if each % 2 else a_person(f"Sol {each}")
                add(path, ada, user)
                if each % 4 == 0:
                    join(user, a_path(program=path.program), Role.PARTICIPANT)
                if each % 4 == 1:
                    earlier = Invitation(path=path, user=user, role=Role.PARTICIPANT, by=ada)
                    earlier.send_from(NOW - timedelta(days=30))
                    earlier.save()
            with CaptureQueriesContext(connection) as asked:
                open_it(path, ada, number)
            told = Notice.objects.of_accounts().filter(facts__path=str(path.pk))
            assert told.count() == told.values("user").distinct().count() == number
            return len(asked)

        # Of more, SQLite writes the e-mails in two statements: it takes 999 values in one.
        assert queries(40) == queries(2)

    @pytest.mark.parametrize("who", ["participant", "expert", "ended", "switched off", "elsewhere"])
    @pytest.mark.parametrize("write", ["open_draft", "close", "open_again"])
    def test_by_its_live_admins_alone(self, draft, ada, who, write):
        add(draft, ada, somebody_new())
        by = {
            "participant": lambda: a_participant(draft),
            "expert": lambda: an_expert(draft).user,
            "ended": lambda: an_admin(draft, "Ben"),
            "switched off": lambda: an_admin(draft, "Cy"),
            "elsewhere": lambda: an_admin(a_path(), "Di"),
        }[who]()
        if who == "ended":
            leave(by, draft)
        if who == "switched off":
            User.objects.filter(pk=by.pk).update(is_active=False)
        shown = {"shown": 1, "lacking": nothing_lacks} if write == "open_draft" else {}

        with pytest.raises(opening.OpeningRefused, match="Only an admin of this path"):
            getattr(opening, write)(path=draft, by=by, now=LATER, **shown)

        assert Path.objects.get(pk=draft.pk).is_draft


class TestClosing:
    @pytest.fixture
    def path(self):
        return a_path()

    @pytest.fixture
    def ben(self, path):
        return an_admin(path, "Ben")

    def test_closes_and_opens_again_with_a_line_each(self, path, ben):
        opening.close(path=path, by=ben, now=NOW)
        closed = Path.objects.get(pk=path.pk)
        assert (closed.closed_at, closed.closes_at) == (NOW, NOW)

        opening.open_again(path=path, by=ben, now=LATER)

        assert Path.objects.get(pk=path.pk).closes_at is None
        assert happened(path) == [Happened.CLOSED, Happened.OPENED_AGAIN]
        assert path.events.latest("at").facts == {"before": {"closed_at": NOW.isoformat()}}

    def test_twice_is_once(self, path, ben):
        assert opening.open_again(path=path, by=ben, now=NOW) is None
        opening.close(path=path, by=ben, now=NOW)

        assert opening.close(path=path, by=ben, now=LATER) is None

        assert Path.objects.get(pk=path.pk).closed_at == NOW
        assert happened(path) == [Happened.CLOSED]

    def test_no_draft(self, draft, ada):
        with pytest.raises(opening.NotNow, match="This path is a draft"):
            opening.close(path=draft, by=ada, now=NOW)

    def test_not_what_its_dates_have_closed(self, path, ben):
        Path.objects.filter(pk=path.pk).update(closes_on=NOW.date() - timedelta(days=1))

        with pytest.raises(opening.NotNow, match="This path closed on 1 November"):
            opening.close(path=path, by=ben, now=NOW)

    def test_its_dates_stay(self, path, ben):
        Path.objects.filter(pk=path.pk).update(closes_on=NOW.date() + timedelta(days=9))

        opening.close(path=path, by=ben, now=NOW)

        closed = Path.objects.get(pk=path.pk)
        assert (closed.closes_at, closed.dates_end_at) == (NOW, NOW.replace(hour=0) + timedelta(days=10))
