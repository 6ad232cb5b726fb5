"""Leaves out of a style sheet the rules for classes that nothing here ever names.

Careful on purpose: a class counts as used if its name stands anywhere in the sources as a word, and all classes of a
prefix do where a source puts a name together ("btn-{{ kind }}").
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

WORD = re.compile(r"[A-Za-z][\w-]*")
PREFIX = re.compile(r"([A-Za-z][\w-]*-)(?:\{|%[sd(]|[\"']\s*[+|%])")
CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
NOT = re.compile(r":not\([^()]*\)")


class Used(NamedTuple):
    words: frozenset[str]
    prefixes: tuple[str, ...]

    def __contains__(self, name: object) -> bool:
        return name in self.words or str(name).startswith(self.prefixes)


def used_in(sources: Iterable[str]) -> Used:
    words: set[str] = set()
    prefixes: set[str] = set()
    for text in sources:
        words.update(WORD.findall(text))
        prefixes.update(PREFIX.findall(text))
    return Used(frozenset(words), tuple(sorted(prefixes)))


def reduced(css: str, used: Used) -> str:
    """The style sheet (minified, without comments) without the rules that can apply to nothing."""
    kept, at = [], 0
    while at < len(css):
        head, end = _until_brace(css, at)
        if end >= len(css) or css[end] == ";":
            kept.append(css[at : end + 1])
            at = end + 1
            continue
        close = _closing(css, end)
        kept.append(_rule(head, css[end + 1 : close], used))
        at = close + 1
    return "".join(kept)


def _rule(head: str, body: str, used: Used) -> str:
    if head.startswith(("@media", "@supports")):
        inner = reduced(body, used)
        return f"{head}{{{inner}}}" if inner else ""
    if head.startswith("@"):
        return f"{head}{{{body}}}"
    # A class in :not() is no condition for a rule to apply.
    selectors = [each for each in _selectors(head) if all(name in used for name in CLASS.findall(NOT.sub("", each)))]
    return f"{','.join(selectors)}{{{body}}}" if selectors else ""


def _selectors(head: str) -> list[str]:
    """Split at commas, but not at those of :is(), :not() and the like."""
    parts, depth = [""], 0
    for sign in head:
        depth += (sign == "(") - (sign == ")")
        if sign == "," and not depth:
            parts.append("")
        else:
            parts[-1] += sign
    return parts


def _until_brace(css: str, at: int) -> tuple[str, int]:
    end = at
    while end < len(css) and css[end] not in "{;":
        end += 1
    return css[at:end], end


def _closing(css: str, opening: int) -> int:
    """Where the block that opens here ends; braces in quotes are text."""
    depth, quote = 0, ""
    for at in range(opening, len(css)):
        sign = css[at]
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign
        elif sign == "{":
            depth += 1
        elif sign == "}":
            depth -= 1
            if not depth:
                return at
    raise ValueError("A block of the style sheet does not end.")
