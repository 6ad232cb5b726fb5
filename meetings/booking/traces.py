"""Where somebody's name and addresses stand beside their own rows: logs, imports, the outbox. Part of erasing them.

Django's log calls rows by what they were called then, in others' entries, too: there the name gives way to an id.
"""

import json
import re
from collections.abc import Collection
from itertools import compress

from allauth.account.models import EmailAddress
from django.contrib.admin.models import LogEntry
from django.db import transaction
from django.db.models import Q

from everwise.accounts.models import User
from everwise.demo import mailbox
from meetings.models import Notice
from paths.models import PeopleImport


def forget(user: User) -> None:
    """While their row still says who they are."""
    person = User.objects.get(pk=user.pk)
    addresses = {person.email.lower()}
    addresses |= {each.lower() for each in EmailAddress.objects.filter(user=person).values_list("email", flat=True)}
    _forget_in_log(person, addresses)
    _forget_in_imports(person, addresses)
    # What mail servers said of their address, and what was sent to it while it had no account.
    Notice.objects.of_meetings().filter(user=person).exclude(last_error="").update(last_error=Notice.SWITCHED_OFF)
    Notice.objects.of_accounts().filter(user=None, address__in=addresses).delete()
    transaction.on_commit(lambda: mailbox.forget(addresses))


def _forget_in_log(person: User, addresses: Collection[str]) -> None:
    plain = {*addresses, *filter(None, (person.name, person.called))}
    # Messages are JSON, in which other letters than those of ASCII are escaped.
    words = plain | {json.dumps(word)[1:-1] for word in plain}
    named = Q()
    for word in words:
        named |= Q(object_repr__icontains=word) | Q(change_message__icontains=word)
    either = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    whole = re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE)
    gone = str(person.pk)
    for entry in LogEntry.objects.filter(named).iterator():
        called, said = whole.sub(gone, entry.object_repr)[:200], whole.sub(gone, entry.change_message)
        LogEntry.objects.filter(pk=entry.pk).update(object_repr=called, change_message=said)


def _forget_in_imports(person: User, addresses: set[str]) -> None:
    """Their line in files that are still looked at or written, and what the files were called that they sent."""
    for row in PeopleImport.objects.exclude(lines=[]).iterator():
        stays = [not addresses & {str(cell).strip().lower() for cell in line} for line in row.lines]
        if not all(stays):
            lines, shown = (list(compress(each, stays)) for each in (row.lines, row.shown))
            PeopleImport.objects.filter(pk=row.pk).update(lines=lines, shown=shown)
    PeopleImport.objects.filter(by=person).exclude(file="").update(file="")
