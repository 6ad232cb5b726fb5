"""Static files as production serves them: our style sheets joined into one and minified, all hashed and compressed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lightningcss import bundle_css
from whitenoise.storage import CompressedManifestStaticFilesStorage

STYLES = "css/everwise.css"


class BundledStaticFilesStorage(CompressedManifestStaticFilesStorage):
    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        if STYLES in paths and not dry_run:
            storage, source = paths[STYLES]
            # From the source: a copy that is joined already would hide what has changed in a part.
            Path(self.path(STYLES)).write_text(bundle_css(storage.path(source)), encoding="utf-8")
            # Hashed and compressed is the joined copy.
            paths[STYLES] = (self, STYLES)
        yield from super().post_process(paths, dry_run, **options)
