"""`manage.py demo`: fills an empty database with a program in full swing, and says who can sign in."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from everwise.accounts.models import User
from meetings.demo import build, data


class Command(BaseCommand):
    help = "Load the demo program into an empty database and print its sign-ins. Needs DEMO=1."

    def add_arguments(self, parser):
        parser.add_argument("--if-empty", action="store_true", help="only print the sign-ins if there are people")

    def handle(self, *, if_empty=False, **options):
        if not settings.DEMO:
            raise CommandError("The demo has known passwords. Set DEMO=1 to load it, never in production.")
        if not User.objects.exists():
            build.demo(timezone.now())
        elif not if_empty:
            raise CommandError(
                "There are people in this database already. The demo only goes into an empty one: choose another"
                " DATA_DIR, or use --if-empty to keep what is there."
            )
        self.stdout.write(f"Sign in with the password {data.PASSWORD} as")
        for mailbox, words in data.SIGN_INS:
            self.stdout.write(f"  {f'{mailbox}@{data.DOMAIN}':<26}{words}")
