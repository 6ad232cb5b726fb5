"""Who asks to be erased, for staff to see. A person's own page in the Django admin leads on to erasing them."""

from django.contrib import admin

from everwise.admin.pages import StaffAdmin
from paths.models import ErasureRequest


@admin.register(ErasureRequest)
class ErasureRequestPage(StaffAdmin):
    list_display = ["user", "asked_at", "withdrawn_at", "carried_out_at"]
    list_select_related = ["user"]
    search_fields = ["user__name", "user__email"]
    ordering = ["-asked_at", "id"]
    sortable_by = ["asked_at"]
    fields = ["user", "asked_at", "words", "withdrawn_at", "carried_out_at"]

    def has_add_permission(self, request) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False
