"""People who go on booking while something breaks, and what each of them was told."""

import http.client
import re
import threading
import time
from collections import Counter
from typing import NamedTuple

from acceptance.processes import wait_for
from acceptance.races import STARTS, Race, meetings_of, nobody_is_in_two

# What a proxy or a page in words may say while something is away. Never 500.
MEANWHILE = {502, 503, 504}
NO_ANSWER = 0


def mailed(mail_server) -> Counter:
    """How often each message has arrived at each address."""
    return Counter(
        (recipient, re.search(r"^Message-ID: *(\S+)", text, re.MULTILINE | re.IGNORECASE)[1])
        for recipient, text in mail_server.letters
    )


class Told(NamedTuple):
    """What somebody was told: when they asked, when they knew, and the meeting they were sent to."""

    asked_at: float
    known_at: float
    status: int
    meeting: str

    @property
    def seconds(self) -> float:
        return self.known_at - self.asked_at


class Writers:
    """Each person of a race, in a thread, booking from their first start on."""

    def __init__(self, race: Race):
        self.race = race
        self.told: list[Told] = []
        self._stopped = threading.Event()
        numbers = range(len(race.people))
        self._threads = [threading.Thread(target=self._go_on, args=[number]) for number in numbers]
        for thread in self._threads:
            thread.start()

    @property
    def confirmed(self) -> list[Told]:
        return [each for each in self.told if each.meeting]

    @property
    def statuses(self) -> set[int]:
        return {each.status for each in self.told}

    def stop(self) -> None:
        self._stopped.set()
        for thread in self._threads:
            thread.join()

    def wait_for_more(self, count: int = 10, seconds: float = 60) -> float:
        """Until so many more, asked for from now on, are confirmed; the seconds until the first of them was."""
        began = time.monotonic()

        def more():
            since = [each for each in self.confirmed if each.asked_at >= began]
            return since if len(since) >= count else None

        return min(each.known_at for each in wait_for(more, f"{count} more are booked", seconds)) - began

    def assert_all_there(self) -> list[dict]:
        """Stops. Every meeting that somebody was sent to is there, nobody is in two, and no count is off."""
        self.stop()
        meetings = meetings_of(self.race)
        assert {each.meeting for each in self.confirmed} <= {each["id"] for each in meetings}
        assert nobody_is_in_two(meetings)
        assert self.race.site.count_broken() == ""
        return meetings

    def _go_on(self, number: int) -> None:
        visitor, first = self.race.people[number], number * STARTS // len(self.race.people)
        for start in self.race.starts[first:] + self.race.starts[:first]:
            if self._stopped.is_set():
                return
            address = self.race.address(start)
            page = self._ask(visitor.get, address)
            if page is not None:
                fields = self.race.shown(page) | {"expert": "any", "note": ""}
                self._ask(visitor.post, address, **fields)

    def _ask(self, ask, address: str, **fields: str) -> str | None:
        """The page, if there is one."""
        began = time.monotonic()
        try:
            answer = ask(address, **fields)
        except (OSError, http.client.HTTPException):
            self.told.append(Told(began, time.monotonic(), NO_ANSWER, ""))
            return None
        sent_to = re.search(r"/meetings/([0-9a-f-]{36})/", answer.location)
        self.told.append(Told(began, time.monotonic(), answer.status, sent_to[1] if sent_to else ""))
        return answer.text if answer.status == 200 else None
