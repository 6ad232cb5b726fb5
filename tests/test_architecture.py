"""What import-linter's contracts in pyproject.toml can't hold: imports stand at the top, and files stay short."""

import ast
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APPS = ("everwise", "experts", "paths", "meetings")
# What the framework calls while it starts, which may import what isn't ready before.
MAY_IMPORT_LATE = {
    "everwise/accounts/apps.py",
    "everwise/apps.py",
    "everwise/urls.py",
    "meetings/apps.py",
    "paths/apps.py",
}
MAX_LINES = 400

SOURCES = [path for app in APPS for path in sorted((ROOT / app).rglob("*.py")) if path.parent.name != "migrations"]
TESTS = sorted((ROOT / "tests").rglob("*.py"))


def late_imports(source: str) -> list[int]:
    """Lines of imports inside functions."""
    functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
    return [n.lineno for each in functions for n in ast.walk(each) if isinstance(n, ast.Import | ast.ImportFrom)]


def test_imports_stand_at_the_top():
    found = {str(path.relative_to(ROOT)): late_imports(path.read_text()) for path in SOURCES}

    assert [name for name, lines in found.items() if lines and name not in MAY_IMPORT_LATE] == []
    assert late_imports("def add():\n    from experts.models import Expert") == [2]


def test_files_stay_short():
    lines = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in [*SOURCES, *TESTS]}

    assert {name: count for name, count in lines.items() if count > MAX_LINES} == {}


# What Django calls every class of its kind.
NAMED_BY_DJANGO = {"Command"}


def public_classes(sources: list[str]) -> Counter[str]:
    """How many modules have a class of each name at their top."""
    nodes = [node for source in sources for node in ast.parse(source).body if isinstance(node, ast.ClassDef)]
    return Counter(node.name for node in nodes if not node.name.startswith("_"))


def test_no_two_public_classes_share_a_name():
    found = public_classes([path.read_text() for path in SOURCES])

    assert {name for name, count in found.items() if count > 1} == NAMED_BY_DJANGO
    assert public_classes(["class Step: ...", "class Step: ...\nclass _Own: ..."]) == {"Step": 2}
