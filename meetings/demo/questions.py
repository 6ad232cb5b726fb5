"""What two themes of the demo ask, what is answered, and what Maya shows the next expert of earlier sessions."""

from datetime import datetime, timedelta

from everwise.accounts.models import User
from meetings import booking
from meetings.booking import brief
from meetings.enums import Kind
from meetings.models import Meeting
from paths import questions
from paths.models import Theme
from paths.questions import Asking

# By the name of the theme: each question, whether it must be answered, and what people answer in turn.
ASKED: dict[str, tuple[tuple[str, bool, tuple[str, ...]], ...]] = {
    "Giving feedback that lands": (
        (
            "What would you like to be different afterwards?",
            False,
            (
                "That we can talk about late reports without anybody falling silent.",
                "I want to say it once, and be understood.",
                "That I stop rewriting what others hand in.",
            ),
        ),
        ("When do you plan to talk to them?", False, ("Next Thursday, in our one-to-one.", "", "As soon as I dare.")),
    ),
    "Dashboards people read": (
        ("Which decision should the dashboard help with?", True, ("Where to put the two new people.",)),
        ("What have you tried so far?", False, ("A page with forty charts.", "")),
    ),
}


def put(theme: Theme) -> None:
    """On a theme that was just made."""
    questions.put(theme, [Asking(text, required) for text, required, _said in ASKED.get(theme.name, ())])


def given(theme: Theme, number: int) -> booking.GivenAnswers:
    """What somebody answers to the theme; another number, other answers."""
    texts = {Asking(text, required).key: said[number % len(said)] for text, required, said in ASKED.get(theme.name, ())}
    return booking.GivenAnswers(None, texts)


def choose(participant: User, path: str, now: datetime) -> None:
    """For their next session there, all that they wrote for others to read in the one before."""
    moment = now - timedelta(minutes=10)
    ahead = Meeting.objects.of(participant).upcoming(now).filter(path__name=path, kind=Kind.DROP_IN)
    meeting = ahead.filter(starts_at__gt=now).first()
    offered = brief.earlier(participant, meeting.path_id, moment) if meeting else []
    if meeting and offered:
        latest = offered[0].session
        keys = [text.key for text in offered if text.session == latest and not (text.note and not text.note.shared)]
        booking.change_brief(meeting=meeting, by=participant, keys=keys, seen="", now=moment)
