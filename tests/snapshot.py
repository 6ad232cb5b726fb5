"""All rows of the domain, to hold against each other before and after what must not write."""

from django.apps import apps

# Sessions are not the domain's.
BESIDE = {"Session"}


def everything() -> dict[str, list[str]]:
    """Each row of each table, by value."""
    return {
        model.__name__: sorted(map(str, model.objects.values_list()))
        for model in apps.get_models()
        if model.__name__ not in BESIDE
    }
