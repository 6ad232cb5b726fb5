"""A plan that suits the people of the path, and a world to change all in."""

from types import SimpleNamespace

import pytest

from meetings import booking
from tests.scene import NOW, a_meeting, a_participant, a_path, a_theme, an_admin, an_expert, at, book


@pytest.fixture
def plan(eva, pia):
    return booking.MeetingPlan(
        title="First 90 days",
        starts_at=at(10),
        ends_at=at(11),
        experts=(eva,),
        participants=(pia,),
        agenda="What went well\nWhat next",
        place="Lake room",
        video_link="https://video.example.test/lake",
    )


@pytest.fixture
def world(db, clock):
    """A session to come and one that its expert called off, and ad-hoc meetings to come and over."""
    path = a_path()
    eva, ines = an_expert(path, name="Eva"), an_expert(path, name="Ines")
    theme, pia = a_theme(path, eva, ines, minutes=60), a_participant(path)
    lost = book(theme, pia, at(11), expert=eva)
    booking.cancel(meeting=lost, by=eva.user, now=NOW)
    return SimpleNamespace(
        path=path,
        eva=eva,
        ines=ines,
        theme=theme,
        pia=pia,
        admin=an_admin(path),
        session=book(theme, pia, at(10), expert=eva),
        lost=lost,
        talk=a_meeting(path, eva.user, pia, at(15)),
        over=a_meeting(path, eva.user, pia, at(9, day=-1)),
    )
