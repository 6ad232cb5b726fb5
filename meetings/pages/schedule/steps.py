"""The steps of a booking and of a move, as the head of each of their pages draws them."""

from typing import NamedTuple

from django.utils.translation import pgettext


class StepMark(NamedTuple):
    """One step: done steps lead back by their address, the present one is where the reader is."""

    number: int
    name: str
    url: str
    state: str  # done, now, ahead


def booking(theme_url: str = "", time_url: str = "") -> list[StepMark]:
    """The steps of a booking, with the addresses of those that are done."""
    return _marks(
        (pgettext("step", "Theme"), theme_url), (pgettext("step", "Time"), time_url), (pgettext("step", "Confirm"), "")
    )


def moving(times_url: str = "") -> list[StepMark]:
    """The steps of moving a meeting, as `booking` has its own."""
    return _marks((pgettext("step", "New time"), times_url), (pgettext("step", "Save"), ""))


def _marks(*steps: tuple[str, str]) -> list[StepMark]:
    done = sum(bool(url) for _, url in steps)
    return [
        StepMark(number + 1, name, url, "done" if url else "now" if number == done else "ahead")
        for number, (name, url) in enumerate(steps)
    ]
