"""Our own meetings, come back in a foreign calendar that somebody subscribed to ours."""

from collections.abc import Collection

from meetings.models import Meeting


def own_meetings(uids: Collection[str]) -> set[str]:
    """Of some UUIDs, in their plain spelling, those that are meetings of ours, whatever became of them."""
    uids = list(uids)
    found: set[str] = set()
    for first in range(0, len(uids), 500):
        some = Meeting.objects.filter(pk__in=uids[first : first + 500])
        found |= {str(pk) for pk in some.values_list("pk", flat=True)}
    return found
