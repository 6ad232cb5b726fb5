"""Finds where a text, a comment or a test says “she” or “he” of anybody: a person is “they”, whoever it is.

Part of `make lint`. It reads every tracked file but the languages' own texts in locale/.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# In quotes alone, "he" is the code of Hebrew.
PRONOUN = re.compile(r"""\b(?:she|hers?|herself|(?<!")he|he(?!")|him|his|himself)\b""", re.IGNORECASE)
# Files that may: what they hold is data, or these very words to look for.
LEFT_OUT = re.compile(
    r"""locale(?:_of_libraries)?/
    | .*/migrations/                         # as models were called when they were made
    | tests/experts/feeds/samples.*/         # calendars of others, as they wrote them
    | tests/meetings/pages/test_names\.py$   # looks for the words in pages
    | (?:tests/scripts/test_|scripts/)check_pronouns\.py$
    | requirements/""",
    re.VERBOSE,
)


def found_in(text: str) -> list[int]:
    """Numbers of the lines with one of these words."""
    return [number for number, line in enumerate(text.splitlines(), 1) if PRONOUN.search(line)]


def main() -> int:
    listed = ["git", "ls-files", "-z"]
    names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    wrong = []
    for name in filter(None, names.split("\0")):
        path = ROOT / name
        if LEFT_OUT.match(name) or not path.is_file():
            continue
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            # A picture.
            continue
        lines = text.splitlines()
        wrong += [f"{name}:{number}: {lines[number - 1].strip()[:120]}" for number in found_in(text)]
    print("\n".join(wrong))
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
