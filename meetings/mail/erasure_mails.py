"""What the e-mail says to whoever may erase somebody that asks for it (paths/erasure.py)."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from everwise.absolute_urls import absolute
from everwise.plaintext import one_line
from everwise.wording import phrase
from meetings.enums import AccountMail
from meetings.mail.arrival_mails import ArrivalText
from meetings.models import Notice
from paths.models import ErasureRequest

KINDS = {AccountMail.ERASURE_ASKED}
LOOK = gettext_lazy("See what it means")


def told(notice: Notice, now: datetime) -> ArrivalText | None:
    """None where it was withdrawn or carried out."""
    asked = ErasureRequest.objects.open().select_related("user").filter(pk=notice.facts.get("request")).first()
    if asked is None:
        return None
    person = asked.user
    context: dict[str, Any] = {
        "name": phrase(str(person)),
        "their_address": one_line(person.email),
        "their_words": one_line(asked.words),
    }
    why = _("You get this e-mail because you may erase this person’s account.")
    link = absolute(reverse("staff:erase", args=[person.pk]))
    return ArrivalText(context, link, LOOK, why, [person.email])
