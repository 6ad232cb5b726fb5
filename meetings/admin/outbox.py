"""The outbox for staff: what waits, what was sent, and what failed for good, to be sent again."""

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext, gettext_noop, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from everwise.accounts.models import User
from everwise.admin.filters import AutocompleteFilter, AutocompleteFilterMedia, DateFilter
from everwise.admin.pages import StaffAdmin, ViewOnly
from meetings.admin.search import MeetingRowAdmin, people, titled
from meetings.mail import heartbeat, outbox
from meetings.models import Notice, Worker

# Of an e-mail in the outbox, by what the address of the list has for it.
STATES = {
    "waiting": pgettext_lazy("of an e-mail", "Waiting"),
    "later": pgettext_lazy("of an e-mail", "Later"),
    "parked": pgettext_lazy("of an e-mail", "Parked"),
    "sent": pgettext_lazy("of an e-mail", "Sent"),
}
# Written into Django's log of its admin, whose pages translate it.
PUT_BACK = gettext_noop("Put back to be sent again.")
# Of the reminders to come; what was tried in vain waits, however long.
LATER = Q(attempts=0)


class NoticeInline(ViewOnly, admin.TabularInline):
    model = Notice
    verbose_name_plural = _("e-mails about it")
    fields = ["kind", "user", "due_at", "sent_at", "parked_at", "attempts", "last_error"]
    show_change_link = True

    def get_queryset(self, request) -> QuerySet[Notice]:
        return super().get_queryset(request).select_related("user")


class MessageStateFilter(admin.SimpleListFilter):
    title = pgettext_lazy("of an e-mail", "state")
    parameter_name = "state"

    def lookups(self, request, model_admin) -> list[tuple[str, str]]:
        return [(state, str(words)) for state, words in STATES.items()]

    def queryset(self, request, queryset) -> QuerySet[Notice]:
        match self.value():
            case "waiting":
                # Two sets, each with an index: reminders to come may be many.
                waits = queryset.model.objects.waiting().order_by().values("pk")
                due = waits.filter(due_at__lte=timezone.now())
                return queryset.filter(pk__in=due.union(waits.exclude(LATER)))
            case "later":
                return queryset.waiting().filter(LATER, due_at__gt=timezone.now())
            case "parked":
                return queryset.parked()
            case "sent":
                return queryset.sent()
        return queryset


@admin.register(Notice)
class NoticeAdmin(AutocompleteFilterMedia, MeetingRowAdmin):
    list_display = ["meeting", "kind", "recipient", "state", "last_error", "due_at", "sent_at", "attempts"]
    list_filter = [MessageStateFilter, "kind", ("user", AutocompleteFilter), ("due_at", DateFilter)]
    list_select_related = ["meeting", "user"]
    search_fields = ["meeting", "user"]
    ordering = ["-due_at", "-id"]
    sortable_by = ["due_at"]
    actions = ["send_again"]

    def places(self, word) -> list[Q]:
        # The indexes have no empty texts.
        error = Q(last_error__icontains=word) & ~Q(last_error="")
        address = Q(address__icontains=word) & ~Q(address="")
        return [Q(meeting__in=titled(word)), error, address, Q(user__in=people(word))]

    @admin.display(ordering="user", description=_("recipient"))
    def recipient(self, notice) -> User | str:
        return notice.user or notice.address

    @admin.display(description=pgettext_lazy("of an e-mail", "state"))
    def state(self, notice) -> str:
        if notice.sent_at:
            return str(STATES["sent"])
        if notice.parked_at:
            return str(STATES["parked"])
        return str(STATES["waiting" if notice.attempts or notice.due_at <= timezone.now() else "later"])

    def changelist_view(self, request, extra_context=None) -> HttpResponse:
        if request.method == "GET" and not heartbeat.living(timezone.now()).exists():
            text = gettext("No worker is running, so nothing is sent: start “%(command)s”.")
            messages.warning(request, text % {"command": "manage.py worker"})
        return super().changelist_view(request, extra_context)

    def has_send_again_permission(self, request) -> bool:
        # Asked of the person: the rows themselves are nobody's to edit.
        return request.user.has_perm("meetings.change_notice")

    @admin.action(permissions=["send_again"], description=_("Send again (only parked ones)"))
    def send_again(self, request, queryset) -> None:
        chosen = queryset.count()
        with transaction.atomic():
            parked = outbox.send_again(notices=queryset, by=request.user, now=timezone.now())
            LogEntry.objects.log_actions(request.user.pk, parked, CHANGE, PUT_BACK)
        if parked:
            text = ngettext(
                "%(number)s e-mail was put back, to be sent now.",
                "%(number)s e-mails were put back, to be sent now.",
                len(parked),
            )
            self.message_user(request, text % {"number": _written(len(parked))}, messages.SUCCESS)
        if others := chosen - len(parked):
            text = ngettext(
                "%(number)s e-mail was not parked, and stays as it was.",
                "%(number)s e-mails were not parked, and stay as they were.",
                others,
            )
            self.message_user(request, text % {"number": _written(others)}, messages.WARNING)


@admin.register(Worker)
class WorkerAdmin(ViewOnly, StaffAdmin):
    list_display = ["name", "alive", "started_at", "beat_at"]
    search_fields = ["name"]
    ordering = ["-beat_at", "id"]

    @admin.display(boolean=True, description=pgettext_lazy("of a worker", "alive"))
    def alive(self, worker) -> bool:
        return worker.lives(timezone.now())


def _written(count: int) -> str:
    return number_format(count, force_grouping=True)
