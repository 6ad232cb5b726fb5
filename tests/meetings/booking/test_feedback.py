"""Notes and ratings: who may write and who may read them, for every kind of person, and what two tabs make of them."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from meetings import booking
from meetings.booking.feedback import FeedbackRefused, rate, seen_note, seen_rating, write_note
from meetings.enums import Kind, Status
from meetings.models import Meeting, Note, Rating
from tests.gate_world import PEOPLE, a_world, call_off, signed_in
from tests.scene import NOW, a_participant, a_theme, an_admin, an_expert, at, book, leave
from tests.snapshot import everything

pytestmark = pytest.mark.django_db

# GET and POST, without a body, of each address, after the start. w: may write; -: refused in words; 0: is not there.
TABLE = """
                          anon. part. other exp. other org. sched. admin elsew. staff left
dropin begun      rating  login -     0     -    0     -    0      -     0      0     -
dropin over       rating  login w     0     -    0     w    0      -     0      0     -
dropin held       rating  login w     0     -    0     w    0      -     0      0     -
dropin no-show    rating  login -     0     -    0     -    0      -     0      0     -
dropin called-off rating  login -     0     -    0     -    0      -     0      0     -
adhoc  over       rating  login w     0     -    0     -    -      -     0      0     -
adhoc  called-off rating  login 0     0     0    0     0    0      -     0      0     0
dropin begun      notes   login w     0     w    0     w    0      -     0      0     -
dropin over       notes   login w     0     w    0     w    0      -     0      0     -
dropin no-show    notes   login w     0     w    0     w    0      -     0      0     -
dropin called-off notes   login w     0     w    0     w    0      -     0      0     -
adhoc  over       notes   login w     0     w    0     w    -      -     0      0     -
adhoc  called-off notes   login 0     0     0    0     0    0      -     0      0     0
dropin begun      outcome login -     0     w    0     -    0      w     0      0     -
dropin over       outcome login -     0     w    0     -    0      w     0      0     -
dropin called-off outcome login -     0     -    0     -    0      -     0      0     -
adhoc  over       outcome login -     0     w    0     w    -      w     0      0     -
adhoc  called-off outcome login 0     0     0    0     0    0      -     0      0     0
"""
ROWS = [line.split() for line in TABLE.strip().splitlines()[1:]]
ANSWERS = {"login": (302, 302), "w": (200, 400), "-": (403, 403), "0": (404, 404)}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: "-".join(row[:3]))
def test_address_answers_as_its_row_says(clock, row):
    kind, state, part, *cells = row
    world = a_world()
    if state == "called-off":
        call_off(world)
    if state in {"held", "no-show"}:
        Meeting.objects.update(status=Status.HELD if state == "held" else Status.NO_SHOW_EXPERT)
    found = {}

    for name, meeting in world.meetings[Kind(kind)].items():
        clock.move_to(meeting.starts_at if state == "begun" else meeting.ends_at)
        client, address = signed_in(world.person(name, Kind(kind))), reverse(f"meetings:{part}", args=[meeting.pk])
        before = everything()
        found[name] = client.get(address).status_code, client.post(address).status_code
        assert everything() == before

    assert found == {name: ANSWERS[cell] for name, cell in zip(PEOPLE, cells, strict=True)}


PRIVATE, SHARED, COMMENT = "Only-for-me-7741", "For-all-of-us-7742", "For-the-program-7743"

# Which of the expert's private and shared note, and of the participant's comment, stand on a page of each person.
READS = {
    "anonymous": "",
    "participant": "shared comment",
    "other participant": "",
    "expert": "private shared",
    "other expert": "",
    "organizer": "shared comment",
    "scheduler": "",
    "admin": "shared comment",
    "admin elsewhere": "",
    "staff": "",
    "left": "",
}


def test_what_is_written_is_read_by_exactly_those_it_is_for(clock):
    world = a_world()
    meeting = world.meetings[Kind.DROP_IN]["participant"]
    clock.move_to(meeting.ends_at)
    expert, participant = world.people["expert"], world.people["participant"]
    for shared, text in ((False, PRIVATE), (True, SHARED)):
        write_note(meeting=meeting, shared=shared, text=text, seen="", by=expert, now=meeting.ends_at)
    rate(meeting=meeting, stars=2, comment=COMMENT, seen="", by=participant, now=meeting.ends_at)
    pages = [reverse(f"meetings:{part}", args=[meeting.pk]) for part in ("detail", "outcome", "rating", "notes")]
    pages += ["/", reverse("paths:detail", args=[world.path.pk]), reverse("paths:meetings", args=[world.path.pk])]

    found = {}
    for name in PEOPLE:
        client = signed_in(world.person(name, Kind.DROP_IN))
        text = "".join(client.get(page).content.decode() for page in pages)
        words = {"private": PRIVATE, "shared": SHARED, "comment": COMMENT}
        found[name] = " ".join(word for word, secret in words.items() if secret in text)

    assert found == READS


def test_django_admin_shows_no_private_note_anywhere(client):
    world = a_world()
    meeting = world.meetings[Kind.DROP_IN]["participant"]
    for shared, text in ((False, PRIVATE), (True, SHARED)):
        write_note(meeting=meeting, shared=shared, text=text, seen="", by=world.people["expert"], now=NOW)
    staff = signed_in(world.people["staff"])
    lists = ["admin:meetings_note_changelist", "admin:meetings_meeting_changelist"]
    rows = [reverse("admin:meetings_note_change", args=[note.pk]) for note in Note.objects.all()]
    rows += [reverse("admin:meetings_meeting_change", args=[meeting.pk])]

    text = "".join(staff.get(page).content.decode() for page in [*map(reverse, lists), *rows])

    assert PRIVATE not in text
    assert PRIVATE in signed_in(world.people["expert"]).get(meeting.get_absolute_url()).content.decode()
    assert SHARED in text
    assert "only its author can read it" in text
    # A search that finds it would tell what it says.
    assert "0 notes" in staff.get(reverse(lists[0]), {"q": PRIVATE}).content.decode()
    for page, query in ((0, "text"), (0, "text__contains"), (0, "meeting__notes__text"), (1, "notes__text")):
        assert staff.get(reverse(lists[page]), {query: PRIVATE}).status_code == 400


@pytest.fixture
def eva(path):
    return an_expert(path)


@pytest.fixture
def session(path, eva, pia):
    return book(a_theme(path, eva), pia, at(10))


@pytest.fixture
def send(session, clock):
    clock.move_to(session.ends_at)

    def send(user, part, **fields):
        return signed_in(user).post(reverse(f"meetings:{part}", args=[session.pk]), fields)

    return send


def note_of(user, *, shared=False):
    return Note.objects.filter(author=user, shared=shared).first()


@pytest.mark.parametrize("sort", ["private", "shared"])
def test_note_is_saved_changed_and_emptied(send, session, pia, sort):
    for text in ("Be kind", "Be kind\nBe clear", ""):
        seen = seen_note(note_of(pia, shared=sort == "shared"))
        assert send(pia, "notes", sort=sort, text=text, seen=seen).url == session.get_absolute_url()
        note = Note.objects.get()
        assert (note.text, note.shared, note.author, note.written_at) == (text, sort == "shared", pia, session.ends_at)


def test_everybody_has_two_notes_of_her_own(send, pia, eva):
    for user in (pia, eva.user):
        for sort in ("private", "shared"):
            send(user, "notes", sort=sort, text=f"{user} {sort}", seen="")

    assert sorted(Note.objects.values_list("text", flat=True)) == [
        "Eva private",
        "Eva shared",
        "Pia private",
        "Pia shared",
    ]


def test_note_saved_in_another_tab_is_shown_and_not_overwritten(send, pia):
    send(pia, "notes", sort="private", text="First tab", seen="")

    answer = send(pia, "notes", sort="private", text="Second tab", seen="")

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "First tab" in page
    assert "Second tab</textarea>" in page
    assert note_of(pia).text == "First tab"
    assert f'value="{seen_note(note_of(pia))}"' in page
    # Having seen it, they may put theirs in its place.
    send(pia, "notes", sort="private", text="Second tab", seen=seen_note(note_of(pia)))
    assert note_of(pia).text == "Second tab"


def test_double_click_is_one_change(send, pia):
    for _ in range(2):
        assert send(pia, "notes", sort="private", text="Once", seen="").status_code == 302
        assert send(pia, "rating", stars=4, comment="Fine", seen="").status_code == 302

    assert (Note.objects.count(), Rating.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ({"sort": "private", "text": "x" * 4001}, "x" * 4001),
        ({"sort": "shared", "text": "nul \0 byte"}, "nul"),
        ({"sort": "public", "text": "Kept all the same"}, "Kept all the same"),
        ({"text": "Kept all the same"}, "Kept all the same"),
        ({"sort": "private"}, "damaged"),
        ({"sort": "private", "text": "Kept", "seen": "\0"}, "Kept"),
    ],
)
def test_hostile_note_is_refused_and_what_was_typed_kept(send, pia, fields, kept):
    answer = send(pia, "notes", **fields)

    assert answer.status_code == 400
    assert kept in answer.content.decode()
    assert not Note.objects.exists()
    send(pia, "notes", sort="private", text="A good one", seen="")
    assert Note.objects.exists()


def test_markup_in_a_note_is_text(send, session, pia, eva):
    send(pia, "notes", sort="shared", text="<script>alert(1)</script>", seen="")

    page = signed_in(eva.user).get(session.get_absolute_url()).content.decode()

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page


def test_rating_is_saved_and_changed(send, session, pia):
    assert send(pia, "rating", stars=4, comment="Good", seen="").url == session.get_absolute_url()
    send(pia, "rating", stars=5, comment="Very good", seen=seen_rating(Rating.objects.get()))

    rating = Rating.objects.get()
    assert (rating.meeting, rating.user, rating.stars, rating.comment) == (session, pia, 5, "Very good")


def test_rating_saved_in_another_tab_is_shown_and_not_overwritten(send, pia):
    send(pia, "rating", stars=4, comment="First tab", seen="")

    answer = send(pia, "rating", stars=1, comment="Second tab", seen="")

    assert answer.status_code == 409
    assert "4 of 5. First tab" in answer.content.decode()
    assert "Second tab</textarea>" in answer.content.decode()
    assert Rating.objects.get().stars == 4


@pytest.mark.parametrize("stars", ["", "0", "6", "-1", "3.5", "five", "9" * 40, "\0"])
def test_odd_stars_are_refused_and_the_comment_kept(send, pia, stars):
    answer = send(pia, "rating", stars=stars, comment="What I said")

    assert answer.status_code == 400
    assert "Choose from 1 to 5 stars." in answer.content.decode()
    assert "What I said</textarea>" in answer.content.decode()
    assert not Rating.objects.exists()
    send(pia, "rating", stars="5", comment="What I said")
    assert Rating.objects.exists()


def test_rating_stays_when_the_meeting_is_marked_otherwise_and_can_be_changed_no_more(send, path, session, pia):
    send(pia, "rating", stars=4, comment="I was there", seen="")
    ada = an_admin(path)
    fields = {"was": "scheduled", "token": uuid4(), "now": session.ends_at}
    booking.mark_outcome(meeting=session, outcome=Status.NO_SHOW_PARTICIPANT, by=ada, **fields)

    assert send(pia, "rating", stars=1, seen="").status_code == 403
    assert "I was there" in signed_in(ada).get(session.get_absolute_url()).content.decode()


def test_admin_who_held_the_session_reads_no_rating_of_it(send, path, session, pia, eva):
    an_admin_too = eva.user
    path.memberships.create(user=an_admin_too, role="admin")
    send(pia, "rating", stars=1, comment=COMMENT, seen="")

    assert COMMENT not in signed_in(an_admin_too).get(session.get_absolute_url()).content.decode()
    assert COMMENT in signed_in(an_admin(path)).get(session.get_absolute_url()).content.decode()


def test_who_left_the_path_reads_her_notes_and_writes_no_more(path, session, pia):
    write_note(meeting=session, shared=False, text=PRIVATE, seen="", by=pia, now=NOW)
    leave(pia, path)

    assert PRIVATE in signed_in(pia).get(session.get_absolute_url()).content.decode()
    with pytest.raises(FeedbackRefused):
        write_note(meeting=session, shared=False, text="More", seen="", by=pia, now=NOW)


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({"was": "held"}, 409, "Nobody has marked this meeting yet. Save again to mark it."),
        ({"was": ""}, 409, "Nobody has marked this meeting yet. Save again to mark it."),
        ({"outcome": "cancelled"}, 400, "Say how it went."),
        ({"outcome": "\0"}, 400, "Say how it went."),
        ({"token": "x"}, 400, "This form is damaged."),
    ],
)
def test_odd_outcome_is_refused_and_a_good_one_saved(send, session, eva, fields, status, words):
    good = {"outcome": "held", "was": "scheduled", "token": uuid4()}

    answer = send(eva.user, "outcome", **{**good, **fields})

    session.refresh_from_db()
    assert (answer.status_code, session.status) == (status, "scheduled")
    assert words in answer.content.decode()
    assert send(eva.user, "outcome", **good).status_code == 302
    session.refresh_from_db()
    assert session.status == "held"


def test_second_click_after_the_two_days_leads_to_what_the_first_did(send, session, eva, clock):
    token = uuid4()
    send(eva.user, "outcome", outcome="held", was="scheduled", token=token)
    clock.move_to(session.ends_at + timedelta(days=2))

    again = send(eva.user, "outcome", outcome="held", was="scheduled", token=token)

    assert (again.status_code, again.url) == (302, session.get_absolute_url())
    assert session.events.filter(happening="outcome").count() == 1
    fresh = send(eva.user, "outcome", outcome="no-show-expert", was="held", token=uuid4())
    assert (fresh.status_code, session.events.filter(happening="outcome").count()) == (403, 1)


def test_home_asks_for_outcomes_in_as_many_queries_for_one_as_for_four(path, eva, clock, django_assert_max_num_queries):
    theme, client = a_theme(path, eva), signed_in(eva.user)
    sessions = [book(theme, a_participant(path), at(hour)) for hour in (9, 10, 11, 12, 13)]

    clock.move_to(sessions[0].ends_at)
    assert client.get("/").content.decode().count("/outcome/") == 1
    with django_assert_max_num_queries(100) as one:
        client.get("/")
    budget = len(one)
    clock.move_to(sessions[-1].ends_at)
    # Once in a while a visit writes down that there was one.
    client.get("/")
    with django_assert_max_num_queries(budget) as many:
        page = client.get("/").content.decode()

    assert page.count("/outcome/") == 4
    assert "How did it go?" in page
    assert 0 < len(many) <= budget
    clock.move_to(sessions[-1].ends_at + timedelta(days=2))
    assert "How did it go?" not in client.get("/").content.decode()


def test_room_stays_open_to_who_comes_after_she_was_given_up(send, session, eva, pia, clock):
    clock.move_to(at(10, 5))
    send(eva.user, "outcome", outcome="no-show-participant", was="scheduled", token=uuid4())

    page = signed_in(pia).get(session.get_absolute_url()).content.decode()

    assert "Participant did not come" in page
    assert reverse("meetings:join", args=[session.pk]) in page
    assert "Join meeting" in page
    clock.move_to(session.ends_at + timedelta(minutes=25))
    assert "Join meeting" not in signed_in(pia).get(session.get_absolute_url()).content.decode()


def test_before_the_end_only_a_no_show_is_offered(send, session, eva, clock):
    clock.move_to(at(10, 5))
    address = session.get_absolute_url()

    page = signed_in(eva.user).get(address).content.decode()

    assert "Once it is over, it can be marked as completed." in page
    assert 'value="held"' not in page
    answer = send(eva.user, "outcome", outcome="held", was="scheduled", token=uuid4())
    assert (answer.status_code, "It can be marked as completed once it is over." in answer.content.decode()) == (
        400,
        True,
    )
    clock.move_to(session.ends_at)
    assert 'value="held"' in signed_in(eva.user).get(address).content.decode()
