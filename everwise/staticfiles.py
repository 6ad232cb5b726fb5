"""Static files as production serves them: our own style sheets without comments and indentation, hashed, compressed."""

import re
from pathlib import Path

from whitenoise.storage import CompressedManifestStaticFilesStorage

OWN_STYLES = "css/"
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
SPACES = re.compile(r"\s+")


class SmallStaticFilesStorage(CompressedManifestStaticFilesStorage):
    def post_process(self, paths, dry_run=False, **options):
        for name in paths:
            if name.startswith(OWN_STYLES) and name.endswith(".css") and not dry_run:
                copy = Path(self.path(name))
                copy.write_text(small(copy.read_text(encoding="utf-8")), encoding="utf-8")
                # Hashed and compressed from the collected copy, not from the source.
                paths[name] = (self, name)
        yield from super().post_process(paths, dry_run, **options)


def small(css: str) -> str:
    """A style sheet that means the same. No text in quotes may hold a comment's signs or two spaces."""
    return SPACES.sub(" ", COMMENT.sub("", css)).strip()
