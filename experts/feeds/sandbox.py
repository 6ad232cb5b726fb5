"""Reads a foreign calendar in a fresh process with limits: whatever is in it, the worker lives and forgets it.

The process gets the file, the owner's zone and addresses, and nothing of ours: no database, no secret, no environment.
"""

import json
import subprocess
import sys
from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from experts.feeds.ics import TOO_LARGE, UnreadableCalendar
from experts.feeds.limits import CPU_SECONDS, MAX_BYTES, WALL_SECONDS
from experts.feeds.parse import Left, ParsedCalendar

ROOT = Path(__file__).resolve().parent.parent.parent
TOO_MUCH = "too-heavy"


def busy_times(data: bytes, *, zone: str, start: datetime, end: datetime, own: Collection[str] = ()) -> ParsedCalendar:
    """The busy times of a file between two instants, for an owner in the IANA `zone` with these addresses.

    Raises Unreadable.
    """
    if len(data) > MAX_BYTES:
        raise UnreadableCalendar(TOO_LARGE)
    asked = {"zone": zone, "start": int(start.timestamp()), "end": int(end.timestamp()), "own": sorted(own)}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "experts.feeds.limited", str(CPU_SECONDS)],
            input=json.dumps(asked).encode() + b"\n" + data,
            capture_output=True,
            cwd=ROOT,
            env={"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
            timeout=WALL_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise UnreadableCalendar(TOO_MUCH) from None
    if done.returncode:
        # Killed by a limit, or out of memory; what it last said may quote the calendar, so nobody sees it.
        raise UnreadableCalendar(TOO_MUCH)
    answer = json.loads(done.stdout)
    if "error" in answer:
        raise UnreadableCalendar(answer["error"])
    named = {uid: _pairs(intervals) for uid, intervals in answer["named"].items()}
    left = tuple(Left(*each) for each in answer["left"])
    unknown = tuple((name, count) for name, count in answer["unknown"])
    return ParsedCalendar(_pairs(answer["intervals"]), named, answer["left_out"], left, unknown)


def _pairs(intervals) -> list[tuple[int, int]]:
    return [(start, end) for start, end in intervals]
