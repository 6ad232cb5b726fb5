"""Files made to hurt: each is ended within the limits, and none leaves a trace in the process that asked."""

import resource
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from everwise.intervals import merge
from experts.feeds import sandbox
from experts.feeds.ics import UnreadableCalendar
from experts.feeds.sandbox import busy_times
from tests.experts.feeds.refusals import refused
from tests.experts.feeds.test_parse import ZONE, event, file

TOO_MUCH = "takes too long or too much memory"

# Processes that are awaited with a time limit: libfaketime refuses Python's sleep in it now and then (EINVAL).
pytestmark = [pytest.mark.any_database, pytest.mark.real_clock]

START, END = datetime(2026, 11, 1, tzinfo=UTC), datetime(2028, 11, 1, tzinfo=UTC)


@pytest.fixture
def patient(monkeypatch):
    """Time enough for what ends by being counted, however busy the machine is."""
    monkeypatch.setattr(sandbox, "CPU_SECONDS", 120)
    monkeypatch.setattr(sandbox, "WALL_SECONDS", 240)


def read(data, zone="Europe/Stockholm"):
    return busy_times(data, zone=zone, start=START, end=END)


def hour(*lines, uid="one"):
    return event("DURATION:PT1H", *lines, uid=uid)


HOSTILE = {
    "secondly for ever": (file(hour("DTSTART:20261101T000000Z", "RRULE:FREQ=SECONDLY")), "more often than daily"),
    "count from year 1": (file(hour("DTSTART:00010101T000000Z", "RRULE:FREQ=DAILY;COUNT=999999999")), "too often"),
    "1,000 dense series": (
        file(*(hour("DTSTART:20261101T000000Z", "RRULE:FREQ=DAILY", uid=n) for n in range(1000))),
        "repeat too often",
    ),
    "series that never come": (
        file(
            *(
                hour("DTSTART:00010101T000000Z", "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=9", uid=n)
                for n in range(49_000)
            )
        ),
        TOO_MUCH,
    ),
    "700,000 events": (file(*["BEGIN:VEVENT\r\nEND:VEVENT"] * 700_000), "more than 50,000 events"),
    "more than 20 MB": (file(*["BEGIN:VEVENT\r\nEND:VEVENT"] * 800_000), "larger than 20 MB"),
    "impossible date": (file(hour("DTSTART:20261131T090000Z")), "does not exist"),
    "absurd offset": (file(ZONE.format(name="x", offset="+9900"), hour("DTSTART;TZID=x:20261101T090000")), "no offset"),
    "nested components": (file(*["BEGIN:VEVENT"] * 700_000, *["END:VEVENT"] * 700_000), "too deep"),
    "100,000 zones": (file(*(ZONE.format(name=n, offset="+0100").strip() for n in range(100_000))), "2,000 time zones"),
    "one line of 20 MB in pieces of a character": (
        file(hour("DTSTART:" + "\r\n 2" * 4_900_000)),
        f"{TOO_MUCH}|neither a date nor a time",
    ),
    "a million excluded dates": (
        file(hour("DTSTART:20261101T090000Z", "EXDATE:" + "20261102T090000Z," * 1_100_000, "RRULE:FREQ=HOURLY")),
        f"{TOO_MUCH}|more often than daily",
    ),
    "20 MB that end in the middle": (file("X-LONG:" + "a" * 19_000_000, hour())[:-15], "in the middle"),
    "8 MB of an UNTIL": (
        file(hour("DTSTART:20261101T000000Z", "RRULE:FREQ=DAILY;UNTIL=" + "2" * 8_000_000)),
        "neither a date nor a time",
    ),
    "zone that changes daily": (
        file(
            ZONE.format(name="x", offset="+0000").replace("END:STANDARD", "RRULE:FREQ=DAILY\nEND:STANDARD"),
            hour("DTSTART;TZID=x:20261101T090000"),
        ),
        "changes too often",
    ),
}


def weekly(number, name):
    start = f"202401{number % 28 + 1:02}T{number % 24:02}{number % 60:02}00"
    return hour(f"DTSTART;TZID=Europe/Stockholm:{start}", "RRULE:FREQ=WEEKLY", uid=name.format(number))


@pytest.mark.parametrize("name", ["{}", "00000000-0000-4000-8000-{:012}@example.com"])
@pytest.mark.usefixtures("patient")
def test_as_many_weekly_events_as_a_file_may_hold_are_read(name):
    found = read(file(*(weekly(number, name) for number in range(1990))))

    # Around the clock, but for the hours in which nothing begins on the first and last days.
    assert 1 <= len(merge([*found.intervals, *(each for some in found.named.values() for each in some)])) < 100


@pytest.mark.parametrize("name", [name for name in HOSTILE if HOSTILE[name][1] != TOO_MUCH])
@pytest.mark.usefixtures("patient")
def test_hostile_file_is_ended_in_words(name):
    data, words = HOSTILE[name]

    with refused(UnreadableCalendar, words):
        read(data)


@pytest.mark.parametrize("name", [name for name in HOSTILE if HOSTILE[name][1] == TOO_MUCH])
def test_file_that_only_takes_time_is_ended_by_the_limit_of_processor_time(name, monkeypatch):
    """A second is too little on any machine; that the limit holds, and none of the wall clock, is what is shown."""
    data, words = HOSTILE[name]
    monkeypatch.setattr(sandbox, "CPU_SECONDS", 1)
    monkeypatch.setattr(sandbox, "WALL_SECONDS", 240)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)

    with refused(UnreadableCalendar, words):
        read(data)

    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 3


@pytest.mark.parametrize(
    ("data", "count"),
    [
        # A charset that nobody named: names of zones are compared as they stand.
        (file(hour("DTSTART;TZID=Zürich:20261101T090000", "SUMMARY:Größe")).decode().encode("latin-1"), 1),
        (file(hour("DTSTART:20261101T090000Z", "SUMMARY:" + "\x00\x1b[2J" * 1000)), 1),
        (file("X-LONG:" + "a" * 900_000, hour("DTSTART:20261101T090000Z")), 1),
        (file("DTSTART" + ";A=b" * 200_000 + ":x", hour("DTSTART:20261101T090000Z")), 1),
        (file("X-LONG:" + "ä" * 9_900_000, hour("DTSTART:20261101T090000Z")), 1),
        (file("DTSTART" + ";A=b" * 1_500_000 + ":x", hour("DTSTART:20261101T090000Z")), 1),
        (file(hour("DTSTART:20261101T090000Z", "EXDATE:" + "20261102T090000Z," * 100_000)), 1),
        (file(hour("DTSTART:20261101T090000Z", *["ATTENDEE;PARTSTAT=DECLINED:mailto:a@b.example"] * 300_000)), 1),
        # Names of zones that nobody knows, each another.
        (file(*(hour(f"DTSTART;TZID=Zone {n}/b/c:20261101T090000", uid=n) for n in range(20_000))), 1),
        (file(event("DTSTART:00010101T000000", "DTEND:99991231T000000")), 1),
        (file(event("DTSTART:99991231T235959", "DURATION:P999999W")), 0),
    ],
)
@pytest.mark.usefixtures("patient")
def test_odd_file_is_read(data, count):
    assert len(read(data).intervals) == count


def test_memory_is_limited(monkeypatch, tmp_path):
    """The real limits around a reader that takes as many megabytes as its file says."""
    greedy = """
from collections import namedtuple
class Unreadable(ValueError): pass
def parse(data, zone, start, end, own):
    held = b"x" * (int(data) * 1024 * 1024)
    return namedtuple("Busy", "intervals named left_out left unknown")([], {}, 0, [], [])
"""
    (tmp_path / "experts" / "feeds").mkdir(parents=True)
    for name in ("__init__", "feeds/__init__"):
        (tmp_path / "experts" / f"{name}.py").write_text("")
    (tmp_path / "experts" / "feeds" / "parse.py").write_text(greedy)
    for name in ("limited.py", "limits.py"):
        (tmp_path / "experts" / "feeds" / name).write_text((sandbox.ROOT / "experts" / "feeds" / name).read_text())
    monkeypatch.setattr(sandbox, "ROOT", tmp_path)

    assert read(b"100").intervals == []
    with refused(UnreadableCalendar, TOO_MUCH):
        read(b"300")


def test_process_writes_no_file(tmp_path):
    code = """
import sys
from experts.feeds import limited, parse
parse.parse = lambda *_: open(sys.argv[2], "w").write("x" * 9999)
limited.main()
"""

    done = subprocess.run(
        [sys.executable, "-c", code, "60", str(tmp_path / "file")],
        cwd=sandbox.ROOT,
        input=b'{"zone": "UTC", "start": 0, "end": 1, "own": []}\n',
        capture_output=True,
    )

    assert b"File too large" in done.stderr
    assert (tmp_path / "file").stat().st_size == 0


def test_process_loads_no_django():
    code = "import sys, experts.feeds.limited; print([name for name in sys.modules if 'django' in name])"

    done = subprocess.run([sys.executable, "-c", code], cwd=sandbox.ROOT, capture_output=True)

    assert done.stdout == b"[]\n"


def test_process_that_only_waits_is_ended(monkeypatch, tmp_path):
    waiting = tmp_path / "waiting"
    waiting.write_text(f"#!{sys.executable}\nimport time\ntime.sleep(60)\n")
    waiting.chmod(0o755)
    monkeypatch.setattr(sandbox.sys, "executable", str(waiting))
    monkeypatch.setattr(sandbox, "WALL_SECONDS", 0.2)

    with refused(UnreadableCalendar, TOO_MUCH):
        read(file())


def test_process_knows_nothing_of_ours(monkeypatch, tmp_path):
    (tmp_path / "experts" / "feeds").mkdir(parents=True)
    for name in ("__init__", "feeds/__init__"):
        (tmp_path / "experts" / f"{name}.py").write_text("")
    told = 'import json, os\nprint(json.dumps({"error": " ".join(sorted(os.environ))}))\n'
    (tmp_path / "experts" / "feeds" / "limited.py").write_text(told)
    monkeypatch.setattr(sandbox, "ROOT", tmp_path)
    monkeypatch.setenv("SECRET_KEY", "secret")

    with pytest.raises(UnreadableCalendar) as caught:
        read(file())

    assert set(str(caught.value).split()) <= {"PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "LC_CTYPE"}


def test_two_files_that_mean_different_zones_by_one_name():
    lines = ("DTSTART;TZID=Customized Time Zone:20261102T090000",)
    files = [
        file(ZONE.format(name="Customized Time Zone", offset=offset), hour(*lines)) for offset in ("+0100", "-0500")
    ]

    first, second, again = read(files[0]), read(files[1]), read(files[0])

    nine = int(datetime(2026, 11, 2, 9, tzinfo=UTC).timestamp())
    assert first.intervals == [(nine - 3600, nine)]
    assert second.intervals == [(nine + 5 * 3600, nine + 6 * 3600)]
    assert again == first
