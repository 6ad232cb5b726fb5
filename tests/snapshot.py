"""All rows of the domain, to hold against each other before and after what must not write."""

from django.apps import apps

# Sessions are not the domain's; searches that found no time are counted where they happen, without whoever searched.
BESIDE = {"Session", "UserSession", "UnmetSearch"}


def everything() -> dict[str, list[str]]:
    """Each row of each table, by value."""
    return {
        model.__name__: sorted(map(str, model.objects.values_list()))
        for model in apps.get_models()
        if model.__name__ not in BESIDE
    }
