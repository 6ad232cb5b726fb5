"""Static files as production serves them: our style sheet joined into one file and minified, all hashed, compressed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lightningcss import bundle_css
from whitenoise.storage import CompressedManifestStaticFilesStorage

STYLES = "css/everwise.css"


class BundledStaticFilesStorage(CompressedManifestStaticFilesStorage):
    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        if STYLES in paths and not dry_run:
            copy = Path(self.path(STYLES))
            copy.write_text(bundle_css(str(copy)), encoding="utf-8")
            # Hashed and compressed from the collected copy, not from the source.
            paths[STYLES] = (self, STYLES)
        yield from super().post_process(paths, dry_run, **options)
