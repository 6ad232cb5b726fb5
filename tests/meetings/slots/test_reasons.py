"""Each rule's answer to one start, and that together they are the engine's."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from experts.availability import Hours, Override, RecurringWindows
from meetings import slots
from meetings.slots import Calendar, Policy, reasons
from tests.meetings.slots.test_engine_model import questions
from tests.scene import NOW, at

HOURS = Hours("UTC", (RecurringWindows("FREQ=DAILY", date(2026, 1, 1), ((540, 720), (780, 1020))),), ())
FREE = Calendar("eva", HOURS)
POLICY = Policy(duration=1800, interval=1800)


def seconds(*moments):
    return tuple(int(moment.timestamp()) for moment in moments)


def refusals(start, calendar=FREE, policy=POLICY, **more):
    return [each.rule.value for each in reasons.answers(calendar, policy, start, now=NOW, **more) if not each.passed]


@st.composite
def starts_and_questions(draw):
    question = draw(questions())
    calendars, policy, clock, range_start, range_end, now, participant_busy = question
    offered = slots.starts(
        calendars,
        policy,
        range_start=clock.origin + timedelta(minutes=range_start),
        range_end=clock.origin + timedelta(minutes=range_end),
        now=clock.origin + timedelta(minutes=now),
        participant_busy=participant_busy,
    )
    anywhere = st.integers(range_start, range_end - 1).map(lambda minute: clock.origin + timedelta(minutes=minute))
    start = draw(st.one_of(st.sampled_from(list(offered)), anywhere) if offered else anywhere)
    start += draw(st.sampled_from([timedelta(0), timedelta(0), timedelta(0), timedelta(milliseconds=1)]))
    moment = clock.origin + timedelta(minutes=now, milliseconds=draw(st.sampled_from([0, 0, 1])))
    return calendars, policy, start, moment, participant_busy


@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(starts_and_questions())
def test_answers_together_are_the_engines(question):
    calendars, policy, start, now, participant_busy = question

    for calendar in calendars:
        answers = reasons.answers(calendar, policy, start, now=now, participant_busy=participant_busy)

        offered = slots.is_offered([calendar], policy, start, now=now, participant_busy=participant_busy)
        assert all(answer.passed for answer in answers) == bool(offered), answers


@pytest.mark.parametrize(
    ("start", "change", "policy", "rules"),
    [
        (at(9), {}, {}, []),
        (at(8, 30), {}, {}, ["hours"]),
        (at(11, 45), {}, {}, ["hours"]),
        (at(9, 10), {}, {}, ["grid"]),
        (at(9), {"hours": HOURS._replace(overrides=(Override(at(9).date(), ()),))}, {}, ["exception"]),
        (at(8), {"hours": HOURS._replace(overrides=(Override(at(9).date(), ()),))}, {}, ["hours"]),
        (at(9), {}, {"opens": seconds(at(10))[0]}, ["path dates"]),
        (at(9), {}, {"closes": seconds(at(9))[0]}, ["path dates"]),
        (at(9), {"notice": 2 * 86400}, {}, ["notice"]),
        (at(9), {}, {"notice": 2 * 86400}, ["notice"]),
        (at(9, day=3), {"horizon_days": 2}, {"horizon_days": 9}, ["horizon"]),
        (at(9, day=3), {"horizon_days": 3}, {"horizon_days": 9}, []),
        (at(9), {"session_starts": seconds(at(14)), "cap_day": 2, "cap_week": 2}, {}, []),
        (at(9), {"meetings": [seconds(at(9, 15), at(10))]}, {}, ["session"]),
        (at(9), {"meetings": [seconds(at(9, 30), at(10))]}, {}, []),
        (at(9), {"meetings": [seconds(at(9, 30), at(10))], "buffer_before": 300}, {}, ["break"]),
        (at(9), {"meetings": [seconds(at(9, 30), at(10))], "buffer_after": 300}, {}, ["break"]),
        (at(9, 30), {"meetings": [seconds(at(9), at(9, 30))], "buffer_before": 300}, {}, ["break"]),
        (at(9), {"foreign": [seconds(at(9, 15), at(10))]}, {}, ["foreign"]),
        (at(9), {"foreign": [seconds(at(9, 30), at(10))], "buffer_before": 300}, {}, []),
        (at(9), {"foreign": [seconds(at(9, 30), at(10))], "buffer_after": 300}, {}, ["foreign break"]),
        (at(9), {"session_starts": seconds(at(14)), "cap_day": 1}, {}, ["cap per day"]),
        (at(9), {"session_starts": seconds(at(14, day=0), at(14, day=3)), "cap_week": 2}, {}, ["cap per week"]),
        (at(9, day=0) - timedelta(days=7), {}, {}, ["notice"]),
    ],
)
def test_answers_name_the_rules_that_refuse(start, change, policy, rules):
    assert refusals(start, replace(FREE, **change), replace(POLICY, **policy)) == rules


def test_answers_count_from_the_second_that_has_not_begun():
    almost_midnight = at(23, 59) + timedelta(seconds=59, milliseconds=500)
    calendar = replace(FREE, horizon_days=0)
    start = at(9, day=2)

    answers = reasons.answers(calendar, POLICY, start, now=almost_midnight)

    assert all(answer.passed for answer in answers)
    assert slots.is_offered([calendar], POLICY, start, now=almost_midnight) == ["eva"]


def test_answers_name_the_participants_own_meeting():
    assert refusals(at(9), participant_busy=[seconds(at(9), at(10))]) == ["participant"]


def test_answers_carry_what_decided():
    calendar = replace(FREE, meetings=[seconds(at(9), at(10))], session_starts=seconds(at(9)), cap_day=3)

    found = {answer.rule: answer for answer in reasons.answers(calendar, POLICY, at(9), now=NOW)}

    assert found[reasons.Question.HOURS].intervals == (seconds(at(9), at(12)), seconds(at(13), at(17)))
    assert found[reasons.Question.SESSION].intervals == (seconds(at(9), at(10)),)
    assert (found[reasons.Question.CAP_DAY].number, found[reasons.Question.CAP_DAY].limit) == (1, 3)
    assert (found[reasons.Question.NOTICE].number, found[reasons.Question.NOTICE].limit) == (25 * 3600, 0)
