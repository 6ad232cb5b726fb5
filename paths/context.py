"""Whether the person has an availability to look after, for the navigation."""

from django.utils.functional import SimpleLazyObject

from paths.expert_paths import is_expert_somewhere


def expertise(request) -> dict[str, object]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"is_expert": False}
    # Lazy: pages without the navigation ask no question.
    return {"is_expert": SimpleLazyObject(lambda: is_expert_somewhere(user))}
