"""The program that reads one foreign calendar and ends: `python -m experts.feeds.limited CPU_SECONDS`, see sandbox.

Takes one line of JSON ({"zone", "start", "end", "own"}) and then the file on standard input; answers one JSON object.
It limits itself before it looks at a single byte: the CPU it is given, 256 MiB, no file written, no process started.
"""

import json
import resource
import sys
import zoneinfo

from experts.feeds import parse
from experts.feeds.limits import MEMORY_BYTES


def main() -> None:
    cpu_seconds = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # As everywise.settings does: zone rules come from the tzdata package alone.
    zoneinfo.reset_tzpath(to=())
    asked = json.loads(sys.stdin.buffer.readline())
    try:
        data = sys.stdin.buffer.read()
        busy = parse.parse(data, asked["zone"], asked["start"], asked["end"], asked["own"])
        answer = busy._asdict()
    except parse.UnreadableCalendar as error:
        answer = {"error": str(error)}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
