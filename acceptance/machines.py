"""Machines of a test's own: network namespaces, each with one link to ours. Only root may make them."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import pytest


class Machine(NamedTuple):
    """`here` is our end of its link: by that address it reaches whatever of ours listens there."""

    name: str
    address: str
    here: str

    @property
    def run(self) -> list[str]:
        """What a command begins with that is to run there."""
        return ["ip", "netns", "exec", self.name]

    def cut_off(self) -> None:
        """Whatever is sent to it is lost; nothing is refused."""
        _ip("-n", self.name, "link", "set", "inside", "down")

    def reconnect(self) -> None:
        _ip("-n", self.name, "link", "set", "inside", "up")


@contextmanager
def machine(number: int = 0) -> Iterator[Machine]:
    """One while it is needed, told from others of the same test by its number."""
    if os.geteuid():
        pytest.skip("root alone may make a network")
    process = os.getpid()
    link, subnet = f"ew{process}-{number}", f"10.{231 + number}.{process % 250}"
    made = Machine(f"everwise-{process}-{number}", f"{subnet}.2", f"{subnet}.1")
    _ip("netns", "add", made.name)
    try:
        _ip("link", "add", link, "type", "veth", "peer", "name", "inside", "netns", made.name)
        _ip("address", "add", f"{made.here}/24", "dev", link)
        _ip("link", "set", link, "up")
        _ip("-n", made.name, "address", "add", f"{made.address}/24", "dev", "inside")
        _ip("-n", made.name, "link", "set", "inside", "up")
        _ip("-n", made.name, "link", "set", "lo", "up")
        # To the addresses that we have on other links.
        _ip("-n", made.name, "route", "add", "default", "via", made.here)
        yield made
    finally:
        _ip("netns", "delete", made.name)


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)
