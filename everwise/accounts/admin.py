"""People, for staff: found by name or e-mail address, added with a password."""

from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.core.exceptions import ValidationError

from everwise.accounts.models import User


class AddressMixin:
    def clean_email(self):
        """Refuse an address by which somebody else signs in, be it her second one."""
        email = self.cleaned_data["email"].lower()
        if EmailAddress.objects.filter(email=email, verified=True).exclude(user=self.instance.pk).exists():
            raise ValidationError("Somebody already uses this e-mail address.")
        return email


class UserAddForm(AddressMixin, AdminUserCreationForm):
    class Meta:
        model = User
        fields = ["email", "name", "time_zone"]


class UserEditForm(AddressMixin, UserChangeForm):
    class Meta:
        model = User
        fields = "__all__"
        field_classes = {"email": forms.EmailField}


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    add_form = UserAddForm
    form = UserEditForm
    list_display = ["name", "email", "time_zone", "is_active", "is_staff", "last_login"]
    list_filter = ["is_active", "is_staff"]
    search_fields = ["name", "email"]
    ordering = ["name", "id"]
    filter_horizontal = ["groups", "user_permissions"]
    readonly_fields = ["last_login", "date_joined"]
    fieldsets = [
        (None, {"fields": ["email", "password", "name"]}),
        ("How she reads times", {"fields": ["time_zone", "twelve_hour", "appearance"]}),
        ("This Django admin", {"fields": ["is_active", "is_staff", "is_superuser", "groups", "user_permissions"]}),
        ("Dates", {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["email", "name", "time_zone", "usable_password", "password1", "password2"]}),
    ]

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        # Sign-in goes by verified addresses, and staff vouch for the one they type in.
        addresses = EmailAddress.objects.filter(user=obj)
        if not addresses.filter(email=obj.email, verified=True, primary=True).exists():
            addresses.delete()
            EmailAddress.objects.create(user=obj, email=obj.email, verified=True, primary=True)

    def has_delete_permission(self, request, obj=None):
        """Nobody is deleted: meetings keep who was in them. Switch “active” off instead."""
        return False
