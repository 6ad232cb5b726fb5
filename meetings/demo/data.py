"""Who and what the demo is made of. Plain data: days are counted from today, hours are the expert's own."""

from typing import NamedTuple

from paths.enums import Role

PASSWORD = "everwise-demo"  # noqa: S105 - printed by the command, and only a demo has it
DOMAIN = "demo.example"

PROGRAM = "Drop-in sessions"
PROGRAM_TEXT = "Single sessions, on demand, with an expert who is free when you are."

LEAD = "Leading your first team"
DATA = "Getting more from your data"


class PathData(NamedTuple):
    name: str
    description: str
    zone: str
    admin: str
    opens: int | None = None
    closes: int | None = None
    sessions: int | None = None
    policy: dict = {}


class ThemeData(NamedTuple):
    path: str
    name: str
    minutes: int
    description: str
    # Names of the experts who take it; empty: all of the path's.
    experts: tuple[str, ...] = ()


class DemoPerson(NamedTuple):
    name: str
    zone: str
    # The part of the address before the @; empty: first.last.
    mailbox: str = ""
    twelve_hour: bool | None = None


class ExpertData(NamedTuple):
    person: DemoPerson
    paths: tuple[str, ...]
    title: str
    bio: str
    languages: str
    # (recurrence, windows)
    hours: tuple[tuple[str, str], ...]
    # (working days from today, windows); no windows is a day off
    overrides: tuple[tuple[int, str], ...] = ()
    # (working days from today, local hour, minutes)
    busy: tuple[tuple[int, int, int], ...] = ()
    limits: dict = {}


class Sessions(NamedTuple):
    """How many drop-ins a participant has on a path, and what became of the oldest of them."""

    participant: str
    path: str
    past: int
    upcoming: int
    fate: str = ""
    # Who booked them, where it was not the participant.
    by: str = ""


class AdHoc(NamedTuple):
    path: str
    title: str
    expert: str
    participants: tuple[str, ...]
    organizer: str
    by: str
    day: int
    minutes: int
    agenda: str = ""
    place: str = ""
    fate: str = ""
    # In UTC, whatever the expert's hours say; None: a time that they offer.
    hour: int | None = None


MAYA = "Maya Lindqvist"
HELEN = "Helen Castillo"
JONAS = "Jonas Weber"
RUTH = "Ruth Abara"
ISABEL = "Isabel Fontaine"

PATHS = (
    PathData(
        LEAD,
        "For everybody who leads people for the first time. Talk a single question through with a coach: the"
        " feedback you owe somebody, the talk you put off, the quarter ahead.",
        "Europe/Stockholm",
        RUTH,
        opens=-49,
        closes=56,
        sessions=6,
    ),
    PathData(
        DATA,
        "Bring your own numbers. A consultant looks at them with you and helps you ask, show and decide.",
        "America/New_York",
        ISABEL,
        sessions=4,
        policy={"start_interval_minutes": 15, "notice_minutes": 120, "change_until_minutes": 1440},
    ),
)

THEMES = (
    ThemeData(LEAD, "Giving feedback that lands", 45, "Say what you saw, what it did, and what you ask for."),
    ThemeData(LEAD, "Running better one-to-ones", 30, "Half an hour that both of you look forward to."),
    ThemeData(
        LEAD,
        "Handling a hard conversation",
        45,
        "Prepare the talk you keep putting off, and try it out.",
        (HELEN, "Oliver Hawthorne", "Priya Raghunathan", "Marcus Bellamy"),
    ),
    ThemeData(LEAD, "Planning my next 90 days", 60, "Leave with three things that matter and what to drop for them."),
    ThemeData(DATA, "Dashboards people read", 30, "From forty charts to the four that somebody acts on."),
    ThemeData(DATA, "Asking better questions of data", 45, "Turn a hunch into something your data can answer."),
)

WORKING_DAYS = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"

EXPERTS = (
    ExpertData(
        DemoPerson(HELEN, "America/Chicago", "expert", twelve_hour=True),
        (LEAD,),
        "Torch coach",
        "Led support teams for fifteen years. Helps new leaders find words that are both kind and clear.",
        "English, Spanish",
        (("FREQ=WEEKLY;BYDAY=MO,TU,TH", "08:00-12:00, 13:00-16:30"), ("FREQ=WEEKLY;BYDAY=WE,FR", "07:30-13:00")),
        overrides=((7, ""),),
        busy=((2, 10, 60), (9, 13, 90)),
        limits={"buffer_after_minutes": 15},
    ),
    ExpertData(
        DemoPerson("Marcus Bellamy", "America/New_York", twelve_hour=True),
        (LEAD,),
        "Torch coach",
        "Was an orchestra conductor first. Good at the moment before a hard conversation.",
        "English, French",
        ((WORKING_DAYS, "09:00-12:30, 14:00-17:00"),),
        overrides=((4, "12:00-19:00"),),
        busy=((1, 9, 45), (3, 15, 60), (6, 11, 30)),
    ),
    ExpertData(
        DemoPerson("Oliver Hawthorne", "Europe/London"),
        (LEAD, DATA),
        "Torch coach",
        "Engineer turned head of people. Likes plans that fit on one page.",
        "English",
        ((WORKING_DAYS, "08:30-12:00, 13:00-17:00"),),
        busy=((2, 14, 60), (5, 9, 120)),
        limits={"cap_per_day": 3, "cap_per_week": 10, "buffer_before_minutes": 10},
    ),
    ExpertData(
        DemoPerson("Priya Raghunathan", "Asia/Kolkata"),
        (LEAD, DATA),
        "Customer consultant",
        "Ten years beside customers of every size. Asks the question under the question.",
        "English, Tamil, Hindi",
        # After midnight their evening is still the day before.
        (("FREQ=WEEKLY;BYDAY=MO,WE,FR", "10:00-13:00, 20:30-00:30"), ("FREQ=WEEKLY;BYDAY=TU,TH", "13:00-21:00")),
        overrides=((10, ""), (11, "")),
    ),
    ExpertData(
        DemoPerson("Tui Parata", "Australia/Lord_Howe"),
        (LEAD,),
        "Torch coach",
        "Ran a field station with a crew of six. Calm, direct, and awake when Europe has its morning.",
        "English, Māori",
        (
            ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH", "09:00-12:00, 19:00-23:30"),
            ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SA", "09:00-13:00"),
        ),
        limits={"notice_minutes": 1440},
    ),
    ExpertData(
        DemoPerson("Elin Sandberg", "Europe/Stockholm"),
        (DATA,),
        "Customer consultant",
        "Built reporting for hospitals. Believes in short tables and long coffee breaks.",
        "Swedish, English, German",
        ((WORKING_DAYS, "08:00-11:30, 12:30-16:00"),),
        busy=((1, 13, 60), (8, 9, 60)),
    ),
    ExpertData(
        DemoPerson("Haruto Nishimura", "Asia/Tokyo"),
        (DATA,),
        "Customer consultant",
        "Statistician who draws everything by hand before opening a tool.",
        "Japanese, English",
        (("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "10:00-12:00, 15:00-20:00"),),
        limits={"horizon_days": 30},
    ),
    ExpertData(
        DemoPerson("Beatriz Moura", "America/Sao_Paulo"),
        (DATA,),
        "Customer consultant",
        "Journalist by training. Finds the one sentence in a dashboard.",
        "Portuguese, Spanish, English",
        (("FREQ=WEEKLY;BYDAY=TU,WE,TH,FR", "09:00-18:00"),),
        overrides=((3, "09:00-11:00"),),
        limits={"buffer_before_minutes": 5, "buffer_after_minutes": 5},
    ),
)

ADMINS = (DemoPerson(RUTH, "Europe/London", "admin"), DemoPerson(ISABEL, "Europe/Lisbon"))
PROGRAM_ADMIN = DemoPerson("Grace Whitfield", "Europe/London", "program-admin")
STAFF = DemoPerson("Tomas Novak", "Europe/Prague", "staff")
# Added by the path's admin so many days ago, and not answered: the second one's invitation has run out.
INVITED = (("Nadia Petrov", 4), ("Henrik Lund", 20))

PARTICIPANTS = (
    DemoPerson(MAYA, "Europe/Stockholm", "participant"),
    DemoPerson("Amara Okafor", "Africa/Lagos"),
    DemoPerson(JONAS, "Europe/Berlin"),
    DemoPerson("Leila Haddad", "Europe/Paris"),
    DemoPerson("Diego Fuentes", "America/New_York", twelve_hour=True),
    DemoPerson("Aino Korhonen", "Europe/Helsinki"),
    DemoPerson("Mei Tanaka", "Asia/Singapore"),
    DemoPerson("Kwame Mensah", "Europe/London"),
    DemoPerson("Sofia Rossi", "Europe/Rome"),
    DemoPerson("Noah Tremblay", "America/Toronto", twelve_hour=True),
    DemoPerson("Zanele Dube", "Africa/Johannesburg"),
    DemoPerson("Arjun Mehta", "Asia/Kolkata"),
)

NO_SHOW = "no-show"
CANCELLED_EARLY = "cancelled in time by the participant"
CANCELLED_LATE = "cancelled late by the participant"
CANCELLED_BY_EXPERT = "cancelled by the expert"

SESSIONS = (
    Sessions(MAYA, LEAD, 2, 2),
    Sessions("Amara Okafor", LEAD, 4, 1, CANCELLED_EARLY),
    Sessions(JONAS, LEAD, 3, 1, NO_SHOW),
    Sessions("Leila Haddad", LEAD, 4, 2),
    Sessions("Diego Fuentes", LEAD, 3, 1, CANCELLED_LATE),
    Sessions("Aino Korhonen", LEAD, 3, 1),
    Sessions("Mei Tanaka", LEAD, 2, 1, by=RUTH),
    Sessions("Kwame Mensah", LEAD, 3, 1, CANCELLED_BY_EXPERT),
    Sessions("Sofia Rossi", LEAD, 2, 2),
    Sessions("Zanele Dube", LEAD, 0, 0),
    Sessions("Arjun Mehta", LEAD, 0, 0),
    Sessions(MAYA, DATA, 0, 0),
    Sessions("Amara Okafor", DATA, 2, 1),
    Sessions("Leila Haddad", DATA, 1, 1),
    Sessions("Sofia Rossi", DATA, 2, 1),
    Sessions("Noah Tremblay", DATA, 2, 2),
    Sessions("Zanele Dube", DATA, 3, 1, CANCELLED_EARLY),
    Sessions("Arjun Mehta", DATA, 1, 1),
)

EDITED = "moved to another day and into a room by its organizer"
DELETED = "deleted by its organizer"
NEW_PLACE = "Room 4, second floor; Oliver dials in"
DELETE_MESSAGE = "We will do this in the whole group instead. Look out for the workshop invitation."

AD_HOC = (
    AdHoc(
        LEAD,
        "Looking back on your first month",
        HELEN,
        (MAYA,),
        organizer=MAYA,
        by=HELEN,
        day=8,
        minutes=50,
        agenda="1. What went better than you feared\n2. The one-to-one that didn’t\n3. What to try next month",
    ),
    AdHoc(
        LEAD,
        "Two new leads compare notes",
        "Oliver Hawthorne",
        (JONAS, "Kwame Mensah"),
        organizer="Oliver Hawthorne",
        by="Oliver Hawthorne",
        day=12,
        minutes=60,
        agenda="Each of you brings one thing that worked and one that didn’t.\nNo slides, please.",
        fate=EDITED,
    ),
    AdHoc(
        LEAD,
        "Welcome to the path",
        "Marcus Bellamy",
        ("Sofia Rossi",),
        organizer=RUTH,
        by=RUTH,
        day=-30,
        minutes=30,
        agenda="How the sessions work, and which theme to begin with.",
    ),
    AdHoc(
        LEAD,
        "Halfway through the path",
        "Marcus Bellamy",
        ("Aino Korhonen", "Leila Haddad"),
        organizer=RUTH,
        by=RUTH,
        day=15,
        minutes=45,
        agenda="What you use already\nWhat is still missing\nWhich sessions to book next",
        place="Lake room, Stockholm office",
    ),
    AdHoc(
        LEAD,
        "Practising a difficult opening",
        "Priya Raghunathan",
        ("Diego Fuentes",),
        organizer=RUTH,
        by=RUTH,
        day=10,
        minutes=30,
        agenda="Three openings, said aloud.",
        fate=DELETED,
    ),
    AdHoc(
        LEAD,
        "A short look at your first talk",
        HELEN,
        ("Amara Okafor",),
        organizer=HELEN,
        by=HELEN,
        day=-1,
        minutes=30,
        agenda="How it began, how it ended, what you would do again.",
        hour=15,
    ),
    AdHoc(
        DATA,
        "Going through the quarterly report",
        "Elin Sandberg",
        ("Noah Tremblay",),
        organizer="Noah Tremblay",
        by=ISABEL,
        day=5,
        minutes=40,
        agenda="Page 3 (churn) first, then the two charts that contradict each other.",
    ),
)

# Stars and words, given in turn to the sessions that were held; None: that one was not rated.
RATINGS = (
    (5, "I went in with a knot and came out with two sentences I could say."),
    None,
    (4, ""),
    (4, "Good questions. Ten more minutes would have been welcome."),
    None,
    (5, ""),
    (3, "Helpful, but the connection kept breaking."),
)
# By whom, whether shared, and what; to the latest session that the participant had on the path.
WRITTEN = (
    (MAYA, LEAD, Role.PARTICIPANT, False, "Ask about the pay talk next time. Not ready for it yet."),
    (MAYA, LEAD, Role.PARTICIPANT, True, "I will try the opening sentence on Thursday and tell you how it went."),
    (MAYA, LEAD, Role.EXPERT, False, "Holds back when it gets concrete. Slow down there."),
    (MAYA, LEAD, Role.EXPERT, True, "Next step: write down what you saw, without a single adjective."),
    ("Leila Haddad", LEAD, Role.PARTICIPANT, True, "The template we drew is on our team’s board now."),
)

# Whose session its expert gave to another one, and in how many days it takes place.
GIVEN = (("Sofia Rossi", 11),)
GIVE_MESSAGE = "I am travelling that day. You are in good hands."
# A session so many days ahead that its expert cancelled while somebody else could hold it; whether that was taken.
LOST = ((MAYA, 2, False), ("Aino Korhonen", 5, True))

NOTES = (
    "I have to tell a colleague that their reports come too late. I don’t want them to stop asking me things.",
    "My one-to-ones turn into status meetings after five minutes.",
    "Could we start with what to do in the first week?",
    "I will bring the draft; please be blunt.",
    "Two people in my team don’t talk to each other any more.",
    "Nobody opens the dashboard we built in spring. I’d like to know why.",
)
CANCEL_MESSAGES = {
    CANCELLED_EARLY: "We moved the workshop to that afternoon. I will book another time.",
    CANCELLED_LATE: "My train is stuck. Sorry for the short notice.",
    CANCELLED_BY_EXPERT: "I have lost my voice. Please book any other time, this session is not counted.",
}

SIGN_INS = (
    ("participant", f"{MAYA}, participant in Stockholm"),
    ("expert", f"{HELEN}, expert in Chicago"),
    ("admin", f"{RUTH}, admin of “{LEAD}”"),
    ("program-admin", f"{PROGRAM_ADMIN.name}, admin of every path of “{PROGRAM}”"),
    ("staff", f"{STAFF.name}, staff: only the Django admin at /admin/"),
)
