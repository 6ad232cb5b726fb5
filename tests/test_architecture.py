"""Holds the import order of docs/architecture.md. Reads the source; imports none of it."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ["everwise", "experts", "paths", "meetings"]

# Modules without Django: anything may use them, they use each other and the standard library.
PURE = {
    "everwise.environment",
    "everwise.faces",
    "everwise.intervals",
    "everwise.plaintext",
    "everwise.senders",
    "everwise.timefmt",
    "everwise.walltime",
    "experts.availability",
    "experts.feeds",
    "experts.feeds.events",
    "experts.feeds.fetch",
    "experts.feeds.ics",
    "experts.feeds.limited",
    "experts.feeds.parse",
    "experts.feeds.recurrence",
    "experts.feeds.sandbox",
    "experts.feeds.windows_zones",
    "experts.feeds.zones",
    "experts.patterns",
    "experts.typed",
    "meetings.bitmaps",
    "meetings.mail.ical",
    "meetings.slots",
    "meetings.why",
}
FOUNDATIONS, MODELS, READS, MAIL, WRITERS, ROOF, VIEWS, URLS = range(8)
LAYER_OF_MODULE = {
    **dict.fromkeys([*FLOORS, *PURE], FOUNDATIONS),
    "meetings.mail.notices": MAIL,
    "meetings.mail.letters": MAIL,
    "meetings.mail.invitations": MAIL,
    "meetings.mail.mailparts": MAIL,
    "meetings.mail.changes": MAIL,
    "meetings.mail.carrier": MAIL,
    "meetings.mail.accounts": MAIL,
    "meetings.calendars.links": MAIL,
    "meetings.calendars.feed": MAIL,
    "meetings.booking": WRITERS,
    "meetings.feedback": WRITERS,
    "meetings.mail.failing_calendars": WRITERS,
    "meetings.mail.outbox": WRITERS,
    "meetings.mail.reminders": WRITERS,
    "meetings.mail.retention": WRITERS,
    "meetings.mail.workers": WRITERS,
    "meetings.calendars.subscriptions": WRITERS,
    # Display shared by several views: they know forms, but no request.
    "meetings.timepage": ROOF,
    "meetings.cancelling": ROOF,
    "meetings.manual_page": ROOF,
    "meetings.afterwards": ROOF,
    "meetings.aftermath": ROOF,
    "meetings.comparison": ROOF,
    "meetings.rescue_page": ROOF,
    "everwise.changelog": WRITERS,
    # What forms share.
    "everwise.shown": ROOF,
    "everwise.admin_forms": ROOF,
    "paths.enrolment": WRITERS,
    "experts.feeds.reader": WRITERS,
    "experts.feeds.calendars": WRITERS,
    "experts.hours": WRITERS,
    # What is typed on a page, before it is a plan that a writer takes.
    "experts.editor": ROOF,
    "experts.comparison": ROOF,
    "meetings.preview": ROOF,
    "meetings.whypage": ROOF,
}
LAYER_OF_NAME = {
    "enums": FOUNDATIONS,
    "fields": FOUNDATIONS,
    "permissions": FOUNDATIONS,
    "models": MODELS,
    "querysets": MODELS,
    "validators": MODELS,
    # The roof: what the framework calls. It may use models, reads and writers of every app.
    "adapter": ROOF,
    "admin": ROOF,
    "apps": ROOF,
    "checks": ROOF,
    "backends": ROOF,
    "context": ROOF,
    "demo": ROOF,
    "health": VIEWS,
    "forms": ROOF,
    "management": ROOF,
    "middleware": ROOF,
    "migrations": ROOF,
    "settings": ROOF,
    "templatetags": ROOF,
    "views": VIEWS,
    "asgi": URLS,
    "urls": URLS,
    "wsgi": URLS,
}
# Imports inside a function, each with the reason that docs/architecture.md gives.
INLINE_ALLOWED: set[tuple[str, str]] = set()
MAX_LINES = 400


def module_name(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


SOURCES = {module_name(path): path for floor in FLOORS for path in sorted((ROOT / floor).rglob("*.py"))}


def floor_of(module):
    return FLOORS.index(module.split(".")[0])


def layer_of(module):
    if module in LAYER_OF_MODULE:
        return LAYER_OF_MODULE[module]
    # The modules of a package stand where it stands; an app itself is no layer.
    package = module.rpartition(".")[0]
    if package in LAYER_OF_MODULE and package not in FLOORS:
        return LAYER_OF_MODULE[package]
    for part in module.split(".")[1:]:
        # meetings/views_home.py is a view as much as meetings/views.py is.
        for name in (part, part.partition("_")[0]):
            if name in LAYER_OF_NAME:
                return LAYER_OF_NAME[name]
    return READS


def package_of(module):
    path = SOURCES.get(module)
    return module if path and path.name == "__init__.py" else module.rpartition(".")[0]


def imports_of(module, source):
    """Yield (imported name, line, inside a function?) for every import statement."""

    def walk(node, inline):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import):
                for alias in child.names:
                    yield alias.name, child.lineno, inline
            elif isinstance(child, ast.ImportFrom):
                base = child.module or ""
                if child.level:
                    package = package_of(module).split(".")
                    package = package[: len(package) - child.level + 1]
                    base = ".".join([*package, base] if base else package)
                for alias in child.names:
                    deeper = f"{base}.{alias.name}"
                    yield (deeper if deeper in SOURCES else base), child.lineno, inline
            yield from walk(child, inline or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef))

    yield from walk(ast.parse(source), False)


def complaint(module, target):
    """Say why `module` may not import `target`, or return None."""
    top = target.split(".")[0]
    if module in PURE and top == "django":
        return "is pure and imports no Django"
    if top not in FLOORS:
        return None
    if module == "meetings.permissions" and target != "meetings.enums":
        return "knows only meetings.enums"
    if module in PURE and target not in PURE:
        return "is pure and imports only pure modules"
    own, other = layer_of(module), layer_of(target)
    # A package's __init__ may gather its own modules.
    gathers = target.startswith(f"{module}.")
    if other == VIEWS and own != URLS and not gathers:
        return "imports a view, which only urls may"
    if own >= ROOF:
        return "imports urls" if other == URLS and own != URLS else None
    if other >= ROOF:
        return "is below the roof and imports from it"
    if floor_of(target) > floor_of(module):
        return "imports from a floor above its own"
    if floor_of(target) == floor_of(module) and other > own:
        return "imports from a layer above its own"
    return None


def complaints(module, source):
    found = []
    for target, line, inline in imports_of(module, source):
        reason = complaint(module, target)
        if not reason and inline and target.split(".")[0] in FLOORS and layer_of(module) < ROOF:
            reason = None if (module, target) in INLINE_ALLOWED else "imports inside a function"
        if reason:
            found.append(f"{module}:{line} {reason} ({target})")
    return found


def test_imports_keep_the_order():
    found = [line for module, path in SOURCES.items() for line in complaints(module, path.read_text())]

    assert found == []


def test_inline_imports_allowed_are_still_there():
    present = {
        (module, target)
        for module, path in SOURCES.items()
        for target, _, inline in imports_of(module, path.read_text())
        if inline
    }

    assert INLINE_ALLOWED - present == set()


def test_files_stay_short():
    files = [*SOURCES.values(), *sorted((ROOT / "tests").rglob("*.py"))]
    long = {
        str(path.relative_to(ROOT)): lines
        for path in files
        if path.parent.name != "migrations" and (lines := len(path.read_text().splitlines())) > MAX_LINES
    }

    assert long == {}


@pytest.mark.parametrize(
    ("module", "source", "reason"),
    [
        ("paths.models", "from meetings.models import Meeting", "floor above"),
        ("everwise.accounts.models", "import experts.models", "floor above"),
        ("paths.enums", "from paths.models import Path", "layer above"),
        ("meetings.openings", "from .booking import schedule", "layer above"),
        ("meetings.mail.notices", "from meetings.booking import cancel", "layer above"),
        ("meetings.booking", "from meetings.forms import EditForm", "below the roof"),
        ("meetings.openings", "from meetings.booking.errors import Stale", "layer above"),
        ("meetings.views", "from paths.views import overview", "only urls may"),
        ("meetings.permissions", "from paths.enums import Role", "knows only"),
        ("meetings.slots", "from django.utils import timezone", "no Django"),
        ("meetings.slots", "from meetings.enums import Status", "only pure modules"),
        ("paths.enrolment", "def add():\n    from experts.models import Expert", "inside a function"),
    ],
)
def test_order_refuses(module, source, reason):
    (found,) = complaints(module, source)

    assert reason in found


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("meetings.booking", "from paths.models import Path"),
        ("meetings.booking", "from meetings.mail import notices"),
        ("meetings.mail.outbox", "from paths.enrolment import end\nfrom ..booking import cancel"),
        ("paths.views", "from meetings.openings import openings\nfrom paths.forms import PathForm"),
        ("meetings.permissions", "from meetings.enums import Action"),
        ("meetings.slots", "from experts.availability import windows"),
        ("experts.models", "from experts.availability import parse_rrule"),
        ("meetings.urls", "from meetings import views"),
    ],
)
def test_order_allows(module, source):
    assert complaints(module, source) == []
