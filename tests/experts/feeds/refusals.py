"""A refusal of a foreign calendar, held by the words its owner gets for the code."""

import re

import pytest

from experts import faults


class refused:
    """As pytest.raises with `match`, which looks for `words` in what the error says to a person.

    No generator: its frame would keep the error, and with it the open connection, for the garbage collector.
    """

    def __init__(self, kind: type[Exception], words: str):
        self.raises, self.words = pytest.raises(kind), words

    def __enter__(self) -> pytest.ExceptionInfo:
        self.caught = self.raises.__enter__()
        return self.caught

    def __exit__(self, kind, error, traceback) -> bool:
        ended = self.raises.__exit__(kind, error, traceback)
        if ended:
            said = faults.in_words(self.caught.value)
            assert said != str(self.caught.value), f"No words for the code {said}."
            assert re.search(self.words, said)
        return ended
