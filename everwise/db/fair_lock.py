"""A lock that is handed on in the order in which it was asked for."""

import threading
from collections import deque


class FairLock:
    """For `with`. Python's own lock may be taken again and again by the quickest while the others wait."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._taken = False
        self._waiting: deque[threading.Lock] = deque()

    def __enter__(self) -> None:
        with self._guard:
            if not self._taken:
                self._taken = True
                return
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        turn.acquire()

    def __exit__(self, *error) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False

    @property
    def waiting(self) -> int:
        """How many are in the queue."""
        return len(self._waiting)
