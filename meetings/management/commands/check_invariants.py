"""`manage.py check_invariants`: counts what must never be, and ends with 1 if anything is; and what is odd."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from meetings.integrity import invariants


class Command(BaseCommand):
    help = "Count the rows that break what must always hold of meetings. Ends with 1 if there are any."

    def handle(self, **options) -> None:
        now = timezone.now()
        broken = invariants.count_broken(now)
        for words, count in (broken | invariants.count_odd(now)).items():
            self.stdout.write(f"{count:6}  {words}")
        if any(broken.values()):
            raise CommandError("Something that must always hold does not; see the counts above.")
