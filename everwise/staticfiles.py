"""Static files as production serves them: our own style sheets without comments and indentation, Bootstrap without what
no page uses, hashed, compressed."""

import re
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings
from whitenoise.storage import CompressedManifestStaticFilesStorage

from everwise.usedcss import reduced, used_in

OWN_STYLES = "css/"
BOOTSTRAP = "bootstrap/css/bootstrap.min.css"
SOURCES = (".html", ".py", ".js", ".svg")
# Their pages have style sheets of their own.
OTHERS = "django.contrib."
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
SPACES = re.compile(r"\s+")


class SmallStaticFilesStorage(CompressedManifestStaticFilesStorage):
    def post_process(self, paths, dry_run=False, **options):
        for name in paths:
            own = name.startswith(OWN_STYLES) and name.endswith(".css")
            if (own or name == BOOTSTRAP) and not dry_run:
                copy = Path(self.path(name))
                css = small(copy.read_text(encoding="utf-8"))
                copy.write_text(css if own else reduced(css, used_in(sources())), encoding="utf-8")
                # Hashed and compressed from the collected copy, not from the source.
                paths[name] = (self, name)
        yield from super().post_process(paths, dry_run, **options)


def sources() -> Iterator[str]:
    """Every text that may write a class into a page that loads Bootstrap."""
    folders = [config.path for config in apps.get_app_configs() if not config.name.startswith(OTHERS)]
    folders += [str(folder) for folder in (settings.BASE_DIR / "templates", settings.BASE_DIR / "static")]
    for folder in folders:
        for path in Path(folder).rglob("*"):
            if path.suffix in SOURCES:
                yield path.read_text(encoding="utf-8")


def small(css: str) -> str:
    """A style sheet that means the same. No text in quotes may hold a comment's signs or two spaces."""
    return SPACES.sub(" ", COMMENT.sub("", css)).strip()
