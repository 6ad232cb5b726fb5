"""People, for staff: found by name or e-mail address, added with a password."""

from contextlib import suppress
from ipaddress import ip_address
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.admin import EmailAddress
from allauth.mfa.admin import Authenticator
from allauth.socialaccount.admin import SocialAccount, SocialApp
from allauth.socialaccount.models import SocialToken
from allauth.usersessions.admin import UserSession
from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from everwise.accounts.authentication_event import AuthenticationEvent, AuthenticationKind
from everwise.accounts.authentication_log import hash_of, note
from everwise.accounts.forms import LanguageField, languages
from everwise.accounts.mfa.admin_views import take_off
from everwise.accounts.models import User
from everwise.accounts.sessions import devices
from everwise.admin.filters import AutocompleteFilter, AutocompleteFilterMedia
from everwise.admin.forms import StaffForm
from everwise.admin.pages import StaffAdmin, ViewOnly

# A person's addresses are shown with them. allauth's own page would let staff give an address to two people.
admin.site.unregister(EmailAddress)
admin.site.unregister(Group)
# Providers and their secrets come from the settings; links are made by signing in, and can be undone here.
admin.site.unregister([SocialApp, SocialToken, SocialAccount])


@admin.register(SocialAccount)
class LinkAdmin(StaffAdmin):
    """By which account at their organisation somebody signs in: undone here where they have got another one there."""

    fields = ["user", "provider", "uid", "date_joined"]
    list_display = ["user", "provider", "uid", "date_joined"]
    list_select_related = ["user"]
    search_fields = ["user__name", "user__email", "uid"]
    ordering = ["-id"]
    sortable_by = ()

    def has_add_permission(self, request) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False


# Secrets, and keys of sessions: nobody has to read them. A second step is taken off on a page of its own.
admin.site.unregister(Authenticator)
admin.site.unregister(UserSession)


@admin.register(Group)
class GroupAdmin(StaffAdmin, DjangoGroupAdmin):
    """For superusers to change: whoever may change a group of their own gives themselves every right."""

    def has_add_permission(self, request) -> bool:
        return request.user.is_superuser

    def has_change_permission(self, request, obj=None) -> bool:
        return request.user.is_superuser

    def has_delete_permission(self, request, obj=None) -> bool:
        return request.user.is_superuser


class AddressMixin:
    cleaned_data: dict[str, Any]
    instance: User

    def clean_email(self) -> str:
        """Refuse an address by which somebody else signs in, be it their second one."""
        email = self.cleaned_data["email"].lower()
        if EmailAddress.objects.filter(email=email, verified=True).exclude(user=self.instance.pk).exists():
            raise ValidationError(gettext("Somebody already uses this e-mail address."))
        return email


class UserAddForm(AddressMixin, AdminUserCreationForm):
    class Meta:
        model = User
        fields = ["email", "name", "called", "language", "time_zone"]
        field_classes = {"language": LanguageField}


class UserEditForm(AddressMixin, StaffForm, UserChangeForm):
    class Meta:
        model = User
        fields = "__all__"
        field_classes = {"email": forms.EmailField, "language": LanguageField}


@admin.register(User)
class UserAdmin(StaffAdmin, DjangoUserAdmin):
    add_form = UserAddForm
    form = UserEditForm
    list_display = ["name", "email", "time_zone", "is_active", "is_staff", "last_login"]
    list_filter = ["is_active", "is_staff"]
    search_fields = ["name", "email"]
    ordering = ["name", "id"]
    sortable_by = ["name"]
    filter_horizontal = ["groups", "user_permissions"]
    readonly_fields = ["last_login", "date_joined", "addresses", "second_step", "ways_out"]
    fieldsets = [
        (None, {"fields": ["email", "addresses", "password", "second_step", "name", "called"]}),
        (
            _("How they read times"),
            {"fields": ["language", "time_zone", "twelve_hour", "usual_from", "usual_until", "appearance"]},
        ),
        (_("Reminders"), {"fields": ["remind_day_before", "remind_hour_before"]}),
        (pgettext_lazy("heading", "Account"), {"fields": ["is_active", "ways_out"]}),
        (_("This Django admin"), {"fields": ["is_staff", "is_superuser", "groups", "user_permissions"]}),
        (pgettext_lazy("heading", "Dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (None, {"fields": [*UserAddForm.Meta.fields, "usable_password", "password1", "password2"]}),
    ]

    def get_fieldsets(self, request, obj=None) -> list:
        """With one language there is none to choose."""
        left_out = {"language"} if len(languages()) < 2 else set()
        return [
            (head, {**rest, "fields": [name for name in rest["fields"] if name not in left_out]})
            for head, rest in super().get_fieldsets(request, obj)
        ]

    def get_readonly_fields(self, request, obj=None) -> list[str]:
        """Only superusers hand out rights: others could give themselves every one."""
        rights = [] if request.user.is_superuser else ["is_staff", "is_superuser", "groups", "user_permissions"]
        # Switching somebody off asks what becomes of their meetings, on a page of its own; switching on needs none.
        active = ["is_active"] if obj is not None and obj.is_active else []
        return [*self.readonly_fields, *rights, *active]

    def has_change_permission(self, request, obj=None) -> bool:
        """Only superusers change staff: by their address or password, one takes over somebody's rights. Of somebody who
        was erased nothing is left to change.
        """
        protected = obj is not None and (obj.is_staff or obj.is_superuser) and not request.user.is_superuser
        erased = obj is not None and obj.erased_at is not None
        return super().has_change_permission(request, obj) and not protected and not erased

    @admin.display(description=_("end the account"))
    def ways_out(self, user) -> SafeString | str:
        """The pages that ask what becomes of the person's meetings: nothing else switches off or erases anybody."""
        if user.erased_at:
            return gettext("This account is erased.")
        words = {
            "deactivate": reverse("staff:deactivate", args=[user.pk]),
            "erase": reverse("staff:erase", args=[user.pk]),
        }
        if not user.is_active:
            return format_html(gettext('<a href="{erase}">Erase the account</a>'), **words)
        text = gettext('<a href="{deactivate}">Deactivate the account</a>, or <a href="{erase}">erase it</a>')
        return format_html(text, **words)

    def get_urls(self) -> list:
        page = self.admin_site.admin_view(lambda request, user_id: take_off(request, self, unquote(user_id)))
        return [path("<path:user_id>/second-step/", page, name="accounts_user_second_step"), *super().get_urls()]

    @admin.display(description=_("two-step sign-in"))
    def second_step(self, user) -> SafeString | str:
        if not Authenticator.objects.filter(user=user).exists():
            return gettext("Not set up")
        text = gettext('On. Only if they have lost everything: <a href="{url}">take it off</a>')
        return format_html(text, url=reverse("admin:accounts_user_second_step", args=[user.pk]))

    @admin.display(description=_("signs in by"))
    def addresses(self, user) -> str:
        addresses = user.emailaddress_set.order_by("-primary", "email")
        unverified = gettext("%(address)s (not verified)")
        shown = [each.email if each.verified else unverified % {"address": each.email} for each in addresses]
        return ", ".join(shown) or "–"

    def save_model(self, request, obj, form, change) -> None:
        before = EmailAddress.objects.get_primary_email(obj) if change else None
        super().save_model(request, obj, form, change)
        if before and before.lower() != obj.email:
            note(AuthenticationKind.EMAIL_CHANGED, request, person=obj, detail=f"by {request.user.pk}")
            _tell(request, obj, "email_changed", before, from_email=before, to_email=obj.email)
        if not obj.has_arrived:
            # They set a password and verify their address by the invitation, which goes to where they are now.
            if not change:
                get_adapter(request).invite(obj, request.user, timezone.now())
            elif "email" in form.changed_data:
                get_adapter(request).invite_again(obj, request.user, timezone.now())
            return
        # Sign-in goes by verified addresses, and staff vouch for the one they type in.
        addresses = EmailAddress.objects.filter(user=obj)
        if not addresses.filter(email=obj.email, verified=True, primary=True).exists():
            addresses.delete()
            EmailAddress.objects.create(user=obj, email=obj.email, verified=True, primary=True)

    def user_change_password(self, request, id, form_url="") -> HttpResponse:
        """Whoever's password staff change hears of it, as of a change of their own."""
        user = self.get_object(request, unquote(id))
        before = user and user.password
        answer = super().user_change_password(request, id, form_url)
        after = user and self.get_object(request, unquote(id))
        if user and after and after.password != before:
            if not EmailAddress.objects.filter(user=user).exists():
                # Of somebody who was invited, and need not accept any more.
                EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
            note(AuthenticationKind.PASSWORD_CHANGED, request, person=user, detail=f"by {request.user.pk}")
            _tell(request, user, "password_changed", EmailAddress.objects.get_primary_email(user))
        return answer

    def has_delete_permission(self, request, obj=None) -> bool:
        """Nobody is deleted: meetings keep who was in them. Deactivate or erase the account instead."""
        return False


@admin.register(AuthenticationEvent)
class AuthenticationEventAdmin(AutocompleteFilterMedia, ViewOnly, StaffAdmin):
    """The log of sign-ins. Searched by what is whole and has an index: an address of the network, a code, or the e-mail
    address that was typed, whose code is made here.
    """

    list_display = ["at", "what", "person", "address", "named_device", "detail"]
    list_filter = ["what", ("person", AutocompleteFilter)]
    list_select_related = ["person"]
    search_fields = ["typed"]
    search_help_text = _("A whole e-mail address that was typed and has no account, its code, or where it came from.")
    ordering = ["-at", "-id"]
    sortable_by = ["at"]

    @admin.display(description=_("device"))
    def named_device(self, event) -> str:
        """In a few words; the page of the event has all that the browser said."""
        return devices.in_words(event.device) if event.device else ""

    def places(self, word) -> list[Q]:
        found = [Q(typed__in=[word, hash_of(word)])]
        with suppress(ValueError):
            found.append(Q(address=str(ip_address(word))))
        return found


def _tell(request, user, template, address, **facts):
    """Write to the address that an account had before staff changed how its owner signs in; not from where they did."""
    adapter = get_adapter(request)
    adapter.send_notification_mail(f"account/email/{template}", user, {"ip": "", **facts}, email=address)
