from pathlib import Path

import pytest

from everwise.staticfiles import small

OWN = sorted((Path(__file__).resolve().parents[2] / "static" / "css").glob("*.css"))


def test_small_leaves_out_comments_and_indentation():
    css = "/* Why\n   so. */\na:hover > b {\n  width: calc(1px + 2px);\n}\n"

    assert small(css) == "a:hover > b { width: calc(1px + 2px); }"


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
def test_own_styles_keep_their_quoted_texts(path):
    css = path.read_text()
    quoted = [part for line in css.splitlines() if "/*" not in line for part in line.split('"')[1::2]]

    assert quoted
    assert all(part in small(css) for part in quoted)
