"""What Django's log of its admin says, in the language of who reads it.

The log is in English. Django translates the names in it as they stand there: fields with a capital, without the context
that tells two words apart. So they are looked up here, among the fields and the models that they are the names of.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.utils.text import capfirst
from django.utils.translation import gettext, override


def translated(message: str, model: type[Model]) -> str:
    """A log entry's message about a row of this model, with its names translated; for Django to make sentences of."""
    try:
        said = json.loads(message)
    except ValueError:
        said = None
    if not isinstance(said, list):
        # A sentence of ours, which is marked for translation where it is written.
        return gettext(message) if message else message
    kinds = _in_english((each._meta.verbose_name, each) for each in apps.get_models())
    for change in said:
        for facts in change.values():
            about = kinds.get(facts["name"]) if "name" in facts else model
            if about is None:
                continue
            if "name" in facts:
                facts["name"] = str(about._meta.verbose_name)
            if "fields" in facts:
                labels = _in_english(_labels(about))
                facts["fields"] = [str(labels.get(label, label)) for label in facts["fields"]]
    return json.dumps(said)


def _labels(model: type[Model]) -> Iterator[tuple[Any, Any]]:
    for field in [*model._meta.concrete_fields, *model._meta.many_to_many]:
        label = capfirst(field.verbose_name)
        yield label, label


def _in_english(pairs: Iterable[tuple[Any, Any]]) -> dict[str, Any]:
    with override(None):
        return {str(name): value for name, value in pairs}
