"""`manage.py demo`: fills an empty database with a program in full swing, and says who can sign in."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from everwise.accounts.models import User
from meetings.demo import build, data


class Command(BaseCommand):
    help = "Load the demo program into an empty database and print its sign-ins. Needs DEMO=1."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="leave a database with people as it is")

    def handle(self, *, if_empty=False, **options) -> None:
        if not settings.DEMO:
            raise CommandError("The demo has known passwords. Set DEMO=1 to load it, never in production.")
        if not User.objects.exists():
            build.demo(timezone.now())
        elif not if_empty:
            raise CommandError(
                "There are people in this database already. The demo only goes into an empty one: choose another"
                " DATA_DIR, or use --if-empty to keep what is there."
            )
        self._print_sign_ins()

    def _print_sign_ins(self):
        """Of the demo's people who are there: none in a database with people of its own."""
        sign_ins = {f"{mailbox}@{data.DOMAIN}": words for mailbox, words in data.SIGN_INS}
        there = set(User.objects.filter(email__in=sign_ins).values_list("email", flat=True))
        if there:
            self.stdout.write(f"Sign in with the password {data.PASSWORD} as")
        for email, words in sign_ins.items():
            if email in there:
                self.stdout.write(f"  {email:<28}{words}")
