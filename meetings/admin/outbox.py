"""The outbox for staff: what waits, what was sent, and what failed for good, to be sent again."""

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.utils import timezone

from everwise.accounts.models import User
from everwise.admin.filters import AutocompleteFilter, AutocompleteFilterMedia, DateFilter
from everwise.admin.pages import StaffAdmin, ViewOnly
from meetings.admin.search import MeetingRowAdmin, people, titled
from meetings.mail import heartbeat, outbox
from meetings.models import Notice, Worker

# Of the reminders to come; what was tried in vain waits, however long.
LATER = Q(attempts=0)


class NoticeInline(ViewOnly, admin.TabularInline):
    model = Notice
    verbose_name_plural = "e-mails about it"
    fields = ["kind", "user", "due_at", "sent_at", "parked_at", "attempts", "last_error"]
    show_change_link = True

    def get_queryset(self, request) -> QuerySet[Notice]:
        return super().get_queryset(request).select_related("user")


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request, model_admin) -> list[tuple[str, str]]:
        return [("waiting", "Waiting"), ("later", "Later"), ("parked", "Parked"), ("sent", "Sent")]

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
    list_filter = [StateFilter, "kind", ("user", AutocompleteFilter), ("due_at", DateFilter)]
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

    @admin.display(ordering="user")
    def recipient(self, notice) -> User | str:
        return notice.user or notice.address

    @admin.display
    def state(self, notice) -> str:
        if notice.sent_at:
            return "Sent"
        if notice.parked_at:
            return "Parked"
        return "Waiting" if notice.attempts or notice.due_at <= timezone.now() else "Later"

    def changelist_view(self, request, extra_context=None) -> HttpResponse:
        if request.method == "GET" and not heartbeat.living(timezone.now()).exists():
            messages.warning(request, "No worker is running, so nothing is sent: start “manage.py worker”.")
        return super().changelist_view(request, extra_context)

    def has_send_again_permission(self, request) -> bool:
        # Asked of the person: the rows themselves are nobody's to edit.
        return request.user.has_perm("meetings.change_notice")

    @admin.action(permissions=["send_again"], description="Send again (only parked ones)")
    def send_again(self, request, queryset) -> None:
        chosen = queryset.count()
        with transaction.atomic():
            parked = outbox.send_again(notices=queryset, by=request.user, now=timezone.now())
            LogEntry.objects.log_actions(request.user.pk, parked, CHANGE, "Put back to be sent again.")
        if parked:
            self.message_user(request, f"{_emails(len(parked))} put back, to be sent now.", messages.SUCCESS)
        if others := chosen - len(parked):
            self.message_user(request, f"{_emails(others)} not parked and left as before.", messages.WARNING)


@admin.register(Worker)
class WorkerAdmin(ViewOnly, StaffAdmin):
    list_display = ["name", "alive", "started_at", "beat_at"]
    search_fields = ["name"]
    ordering = ["-beat_at", "id"]

    @admin.display(boolean=True)
    def alive(self, worker) -> bool:
        return worker.lives(timezone.now())


def _emails(count: int) -> str:
    return "1 e-mail was" if count == 1 else f"{count:,} e-mails were"
