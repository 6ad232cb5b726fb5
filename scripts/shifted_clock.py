"""Runs the tests on other days than today: `python scripts/shifted_clock.py`.

Needs Debian's faketime. Four processes at a time work through the dates below, each with a database of its own. With
`--beside` the whole suite, browser included, runs at the real clock meanwhile: they are the busy machine that it has to
stand. That takes half an hour.

On SQLite only: a PostgreSQL server keeps the real clock, and would disagree with its client about every default.
"""

import argparse
import itertools
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
AT_ONCE = 4
# Minutes after which a run counts as hanging.
PATIENCE = 40
# Of a run that fails, so many lines are shown.
SHOWN = 200


class Moment(NamedTuple):
    """When the tests begin, in UTC, on a machine in the zone; and what is special about it."""

    starts: str
    zone: str
    words: str


# These always: the farthest, a clock that changes by half an hour, and the day that most years lack.
USUAL = (
    # The first, as it takes longest.
    Moment("2036-11-28 17:00:00", "UTC", "ten years on"),
    Moment("2027-04-03 14:55:00", "Australia/Lord_Howe", "minutes before Lord Howe's clocks go back by half an hour"),
    Moment("2028-02-29 12:00:00", "Asia/Tokyo", "29 February"),
)
MOMENTS = (
    *USUAL,
    Moment("2026-11-28 01:30:00", "UTC", "a Saturday"),
    Moment("2026-11-29 12:00:00", "Asia/Kolkata", "a Sunday"),
    Moment("2026-12-31 23:50:00", "UTC", "the last minutes of a year"),
    Moment("2027-01-01 00:10:00", "America/Los_Angeles", "the first minutes of a year"),
    Moment("2027-03-14 06:55:00", "America/New_York", "minutes before America's clocks go forward"),
    Moment("2027-03-28 00:30:00", "Europe/Stockholm", "minutes before Europe's clocks go forward"),
)

# A test that takes these marks is not run at a shifted clock: nothing in a browser knows of it, races are about the
# order of writes, and real_clock says its reason where it stands. The date of the machine never reaches stopped_clock.
MARKS = "not browser and not race and not real_clock and not stopped_clock"
# The domain is given the time and reads no clock. What only calls it, and gives it the scene's NOW, is run once, on the
# date farthest from it: were a clock read after all, it would show there.
GIVEN = re.compile(r"scene import (?:[^\n(]*|\([^)]*)\bNOW\b")
# Every test of such a file has the mark stopped_clock: it need not even be collected.
STOPPED = re.compile(r'^pytestmark = .*usefixtures\("clock"', re.MULTILINE)
READS = re.compile(r"\bclient\b|\bClient\(|call_command|timezone\.now")
FARTHEST = "2036"
# Nor these, which are given the time, or have nothing to do with it.
LEFT_OUT = {
    "tests/bench": "plain data in, ranges out",
    "tests/browser": "marked so",
    "tests/paths/importing/test_reading.py": "texts of files",
    "tests/everwise/db/test_fair_lock.py": "a queue",
    "tests/everwise/test_intervals.py": "intervals of numbers",
    "tests/everwise/test_plaintext.py": "text",
    "tests/everwise/db/test_prepared.py": "the text of queries",
    "tests/everwise/config/test_environment.py": "what the environment says",
    "tests/scripts": "words",
    "tests/everwise/assets": "files",
    "tests/everwise/templatetags/test_ui.py": "markup",
    "tests/everwise/test_walltime.py": "a table of clock changes",
    "tests/experts/feeds": "the reader is given the range of time that it reads, and meets addresses and connections",
    "tests/experts/test_availability.py": "hours as tables",
    "tests/experts/hours/test_editor.py": "what is typed",
    "tests/experts/hours/test_patterns.py": "generated texts of hours",
    "tests/meetings/calendars/test_ical_injection.py": "generated texts",
    "tests/meetings/calendars/test_invitations_played.py": "histories with a clock of their own",
    "tests/meetings/slots/test_bitmaps.py": "bits",
    "tests/meetings/integrity/test_constraints.py": "rows that the database refuses whenever they come",
    "tests/meetings/test_demo.py": "stops the clock at days of its own, which are these and more",
    "tests/meetings/integrity/test_locks.py": "the order of locks",
    "tests/meetings/mail/test_delivery.py": "conversations with a server",
    "tests/meetings/permissions/test_matrix.py": "a table of rights",
    "tests/meetings/slots/test_engine.py": "the engine is given the time",
    "tests/meetings/slots/test_engine_grid.py": "the same",
    "tests/meetings/slots/test_engine_model.py": "the same, generated",
    "tests/meetings/slots/test_reasons.py": "the same, generated",
    "tests/meetings/admin/test_many.py": "how many queries a list takes",
    "tests/meetings/pages/schedule/test_time_page_size.py": "how many queries and bytes a page takes",
    "tests/meetings/admin/test_search.py::test_row_that_is_not_there_is_given": "what is written into an address",
    "tests/meetings/admin/test_search.py::test_whatever_is": "what is sent, searched for or written into an address",
    "tests/everwise/admin/test_stale.py": "which columns are written",
    "tests/test_architecture.py": "imports and sizes of files",
    "tests/test_whole_rows.py": "which columns are written",
}


def without(moment: Moment) -> list[str]:
    """The options that leave out what this date can't reach."""
    left_out = list(LEFT_OUT)
    for path in ROOT.glob("tests/**/test_*.py"):
        text = path.read_text()
        is_given = GIVEN.search(text) and not READS.search(text)
        if STOPPED.search(text) or (is_given and not moment.starts.startswith(FARTHEST)):
            left_out.append(str(path.relative_to(ROOT)))
    return [f"{'--deselect' if '::' in one else '--ignore'}={one}" for one in left_out]


class Run:
    """One pytest in a process group of its own, its output in a file."""

    def __init__(self, name: str, moment: Moment | None, folder: Path):
        self.name, self.begun = name, time.monotonic()
        folder.mkdir()
        self.output: IO[str] = (folder / "output").open("w+")
        pytest = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"]
        env = {**os.environ, "DATA_DIR": str(folder), "HYPOTHESIS_STORAGE_DIRECTORY": str(folder / "hypothesis")}
        # More rounds of races than usual are for a machine that has nothing else to do.
        for name in ("DATABASE_URL", "EVERWISE_RACE_ROUNDS"):
            env.pop(name, None)
        if moment:
            env |= {"TZ": moment.zone, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
            pytest = ["faketime", f"{moment.starts} UTC", *pytest, "-m", MARKS, *without(moment)]
        else:
            env["EVERWISE_BROWSER"] = "required"
        self.process = subprocess.Popen(
            pytest, cwd=ROOT, env=env, stdout=self.output, stderr=subprocess.STDOUT, start_new_session=True
        )

    @property
    def is_over(self) -> bool:
        if self.process.poll() is None and time.monotonic() - self.begun > PATIENCE * 60:
            self.end()
        return self.process.poll() is not None

    def end(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def tell(self) -> bool:
        """Print its closing line, and what it said if it failed. Returns whether it is well."""
        self.output.seek(0)
        lines = self.output.read().splitlines()
        self.output.close()
        fine = self.process.returncode == 0
        minutes, seconds = divmod(round(time.monotonic() - self.begun), 60)
        # "3 failed, 2492 passed in 1100.55s (0:18:20)"; warnings at the very end may follow it.
        sums = [line for line in lines if re.search(r"\d+ (passed|failed|error).* in [\d.]+s", line)]
        counts = re.sub(r" in [\d.]+s.*|=", "", sums[-1]).strip() if sums else "broke off"
        print(f"{'ok    ' if fine else 'FAILED'}  {self.name}: {counts}, {minutes}:{seconds:02}", flush=True)
        if not fine:
            print("\n".join(lines[-SHOWN:]), flush=True)
        return fine


def work(moments: list[tuple[str, Moment]], suite: bool, folder: Path) -> bool:
    """Run the moments in this order, four at a time, and the whole suite beside them."""
    began, numbers = time.monotonic(), itertools.count()
    waiting, fine = list(moments), True
    shifted: list[Run] = []
    beside = [Run("the whole suite at the real clock, beside them", None, folder / "suite")] if suite else []
    try:
        while waiting or shifted or beside:
            while waiting and len(shifted) < AT_ONCE:
                name, moment = waiting.pop(0)
                shifted.append(Run(name, moment, folder / str(next(numbers))))
            for running in (shifted, beside):
                for run in [run for run in running if run.is_over]:
                    running.remove(run)
                    fine &= run.tell()
            time.sleep(0.2)
    finally:
        for run in (*shifted, *beside):
            run.end()
    minutes, seconds = divmod(round(time.monotonic() - began), 60)
    usage = os.times()
    print(f"{minutes}:{seconds:02} in all, {usage.children_user + usage.children_system:.0f} s of CPU")
    return fine


def main() -> int:
    parser = argparse.ArgumentParser(description="Run the tests at shifted clocks.")
    parser.add_argument("--beside", action="store_true", help="with the whole suite at the real clock beside them")
    parser.add_argument("--all", action="store_true", help="all dates, instead of the usual three")
    parser.add_argument("--only", metavar="TEXT", help="only the moments whose date or description has this text")
    wanted = parser.parse_args()
    if not shutil.which("faketime"):
        print("Shifted clocks need faketime: apt-get install faketime", file=sys.stderr)
        return 1
    some = MOMENTS if wanted.all or wanted.only else USUAL
    moments = [(f"{one.starts[:16]} UTC, {one.words}", one) for one in some]
    moments = [row for row in moments if (wanted.only or "") in row[0]]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with tempfile.TemporaryDirectory(prefix="everwise-clock-") as folder:
        return 0 if work(moments, wanted.beside, Path(folder)) else 1


if __name__ == "__main__":
    sys.exit(main())
