"""Django's `blocktranslate`, in which a name keeps its place in a sentence that runs in the other direction."""

from collections.abc import Iterable
from typing import cast

from django import template
from django.template.base import FilterExpression, Token, TokenType
from django.templatetags.i18n import BlockTranslateNode, do_block_translate
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe

from everwise.wording import isolated

register = template.Library()


class Isolated:
    """What stands in a sentence: a text in the other direction is isolated, anything else is what it was."""

    def __init__(self, expression: FilterExpression):
        self.expression = expression

    def resolve(self, context) -> object:
        value = self.expression.resolve(context)
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, SafeString):
            words = strip_tags(value)
            return value if isolated(words) == words else mark_safe(f"\u2068{value}\u2069")
        words = isolated(value)
        return value if words == str(value) else words


@register.tag
def blocktranslate(parser, token) -> BlockTranslateNode:
    node = do_block_translate(parser, token)
    for name in {*_spoken(node.singular), *_spoken(node.plural or [])} - {node.countervar}:
        expression = node.extra_context.get(name) or parser.compile_filter(name)
        # Of an expression only `resolve` is asked.
        node.extra_context[name] = cast("FilterExpression", Isolated(expression))
    return node


def _spoken(tokens: Iterable[Token]) -> list[str]:
    """The placeholders that people read: those outside of tags, where addresses stand."""
    found, inside = [], False
    for token in tokens:
        if token.token_type == TokenType.VAR:
            found += [] if inside else [token.contents]
        elif "<" in token.contents or ">" in token.contents:
            inside = token.contents.rfind("<") > token.contents.rfind(">")
    return found
