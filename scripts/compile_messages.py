"""Compiles the texts of every language, locale*/*/LC_MESSAGES/*.po, to the .mo files that the site reads.

By Babel, so that no machine needs the programs of gettext to run Everwise. Without languages there is nothing to do.
"""

import os
import sys
import tempfile
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent


def compile_all(folder: Path) -> list[str]:
    """Compile every catalogue below the folder; gives what is wrong in them, a line each."""
    return [fault for source in sorted(folder.glob("*/LC_MESSAGES/*.po")) for fault in compile_one(source)]


def compile_one(source: Path) -> list[str]:
    """Nothing is written of a catalogue with a fault, such as a placeholder that its English does not have."""
    with source.open("rb") as file:
        catalogue = read_po(file, locale=source.parent.parent.name)
    faults = [f"{source}:{message.lineno}: {error}" for message, errors in catalogue.check() for error in errors]
    if not faults:
        # Renamed into place, so that a process that starts just now never reads half a catalogue.
        handle, written = tempfile.mkstemp(dir=source.parent)
        with os.fdopen(handle, "wb") as file:
            write_mo(file, catalogue)
        Path(written).chmod(0o644)
        Path(written).replace(source.with_suffix(".mo"))
    return faults


if __name__ == "__main__":
    sys.exit("\n".join(fault for folder in sorted(ROOT.glob("locale*")) for fault in compile_all(folder)) or 0)
