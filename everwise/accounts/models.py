"""The person: signs in by e-mail, reads times in their own zone."""

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import time
from typing import Self

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_backends
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils import timezone, translation
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from timezone_field import TimeZoneField

from everwise.accounts.authentication_event import AuthenticationEvent as AuthenticationEvent
from everwise.accounts.seen_as import SeenAs
from everwise.timefmt import Reader, twelve_hour_in
from everwise.wording import isolated


class UserManager(BaseUserManager["User"]):
    def create_user(self, email, password=None, **fields) -> "User":
        """Without a password nobody signs in as this person until one is set."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields) -> "User":
        """Somebody who signs in at once: whoever makes superusers vouches for their address."""
        with transaction.atomic(using=self._db):
            user = self.create_user(email, password, is_staff=True, is_superuser=True, **fields)
            addresses = apps.get_model("account", "EmailAddress").objects.using(self._db)
            addresses.create(user=user, email=user.email, verified=True, primary=True)
        return user

    def get_by_natural_key(self, username) -> "User":
        return self.get(email__iexact=username)


class ChangedColumns(models.Model):
    """A row that others' code saves whole: then only the columns are written that differ from what was read.

    allauth and Django save people so, some after they have asked at a terminal. What somebody else has written
    meanwhile stays.
    """

    # What was read of the row, by the names of its fields.
    _as_read: Mapping[str, object] = {}

    class Meta:
        abstract = True

    def save(self, *args, update_fields=None, force_insert=False, **kwargs) -> None:
        if update_fields is None and not force_insert and not self._state.adding:
            was, now = self._as_read, self._columns()
            update_fields = [name for name, value in now.items() if name not in was or was[name] != value]
        super().save(*args, update_fields=update_fields, force_insert=force_insert, **kwargs)
        self._keep_as_read(update_fields)

    @classmethod
    def from_db(cls, db, field_names, values, **options) -> Self:
        row = super().from_db(db, field_names, values, **options)
        row._keep_as_read()
        return row

    def refresh_from_db(self, using=None, fields=None, from_queryset=None) -> None:
        super().refresh_from_db(using=using, fields=fields, from_queryset=from_queryset)
        self._keep_as_read(fields)

    def _keep_as_read(self, names=None):
        """Of all columns, or only of these."""
        columns = self._columns()
        if names is None:
            self._as_read = columns
        else:
            self._as_read = dict(self._as_read) | {name: columns[name] for name in names if name in columns}

    def _columns(self) -> dict[str, object]:
        loaded = self.__dict__
        return {
            field.name: loaded[field.attname]
            for field in self._meta.concrete_fields
            if field.attname in loaded and not field.primary_key
        }


def active_language() -> str:
    """The language of the page that somebody is made on; outside of pages the installation's."""
    active = translation.get_language()
    return active if active in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


class Former(models.TextChoices):
    """What somebody is called who was erased."""

    EXPERT = "expert", _("A former expert")
    PARTICIPANT = "participant", _("A former participant")


class User(ChangedColumns, AbstractBaseUser, PermissionsMixin):
    class Appearance(models.TextChoices):
        SYSTEM = "system", _("Like my device")
        LIGHT = "light", pgettext_lazy("colours of the pages", "Light")
        DARK = "dark", pgettext_lazy("colours of the pages", "Dark")

    TWELVE_HOUR = [
        (None, _("As usual in my language")),
        (False, _("24 hours")),
        (True, _("12 hours (am/pm)")),
    ]

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("e-mail address"))
    name = models.CharField(pgettext_lazy("of a person", "name"), max_length=120)
    called = models.CharField(_("what to call them"), max_length=60, blank=True)
    # Of settings.LANGUAGES, which forms ask: the list may change without a migration.
    language = models.CharField(_("language"), max_length=20, default=active_language)
    time_zone = TimeZoneField(
        _("time zone"), default="UTC", help_text=_("Every time is shown to this person in this zone.")
    )
    # Whether they have said so themselves: whoever has not is asked after signing in.
    zone_asked = models.BooleanField(_("has confirmed the time zone"), default=False, editable=False)
    twelve_hour = models.BooleanField(_("how times are written"), null=True, blank=True, choices=TWELVE_HOUR)
    usual_from = models.TimeField(_("usual hours from"), default=time(7))
    usual_until = models.TimeField(_("usual hours until"), default=time(20))
    appearance = models.CharField(_("appearance"), max_length=6, choices=Appearance.choices, default=Appearance.SYSTEM)
    remind_day_before = models.BooleanField(_("remind me a day before a meeting"), default=True)
    remind_hour_before = models.BooleanField(_("remind me an hour before a meeting"), default=True)
    is_active = models.BooleanField(pgettext_lazy("of a person", "active"), default=True)
    is_staff = models.BooleanField(
        _("staff"), default=False, help_text=_("May use this Django admin. Gives no right on any path.")
    )
    date_joined = models.DateTimeField(_("date joined"), default=timezone.now, editable=False)
    # Of somebody who was erased, nothing is left but these two: when, and what their meetings call them since.
    erased_at = models.DateTimeField(_("erased at"), null=True, editable=False)
    erased_as = models.CharField(_("called since"), max_length=11, choices=Former.choices, blank=True, editable=False)
    # Their provider no longer knows them: what reads their calendar waits until they sign in again.
    disowned_at = models.DateTimeField(_("refused by their provider at"), null=True, editable=False)

    # Set on the reader of a page while an admin looks at it as they would; no column.
    seen_as: SeenAs | None = None

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = pgettext_lazy("a person", "user")
        verbose_name_plural = pgettext_lazy("people", "users")
        ordering = ["name", "id"]
        # Staff's list, and its rare rows.
        indexes = [
            models.Index(fields=["name", "id"], name="user_listed"),
            models.Index(fields=["name", "id"], condition=models.Q(is_staff=True), name="user_listed_staff"),
            models.Index(fields=["name", "id"], condition=models.Q(is_active=False), name="user_listed_inactive"),
        ]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="one_user_per_email",
                violation_error_message=_("Somebody already uses this e-mail address."),
            ),
            models.CheckConstraint(
                condition=models.Q(usual_from__lt=models.F("usual_until")), name="usual_hours_end_after_they_begin"
            ),
            models.CheckConstraint(
                condition=models.Q(erased_at__isnull=True, erased_as="")
                | models.Q(erased_at__isnull=False, erased_as__in=Former.values, is_active=False),
                name="erased_is_called_something_and_switched_off",
            ),
        ]

    def __str__(self):
        if self.erased_at:
            # In the language of whoever reads it.
            return str(Former(self.erased_as).label)
        return self.name or self.email

    def clean(self) -> None:
        super().clean()
        self.email = self.email.lower()
        if self.usual_from and self.usual_until and self.usual_from >= self.usual_until:
            raise ValidationError(
                {"usual_until": gettext("The usual hours must end later than they begin, on the same day.")}
            )

    @property
    def reader(self) -> Reader:
        own = self.twelve_hour
        return Reader(self.time_zone, twelve_hour_in(self.language) if own is None else own)

    @property
    def has_arrived(self) -> bool:
        """Whether this person has ever had a way to sign in; until then they are invited, and set a password first."""
        return self.has_usable_password() or self.last_login is not None

    @property
    def first_name(self) -> str:
        """What this person wants to be called, else the whole name.

        No rule finds it in the name: people are called by its second word, by two of its words, by all of it.
        """
        return isolated(self.called or str(self))

    def has_perm(self, perm, obj=None) -> bool:
        """Ask about an object without Django's shortcut for superusers: no staff right gives a path right."""
        if obj is None:
            return super().has_perm(perm)
        return self.is_active and any(
            backend.has_perm(self, perm, obj) for backend in get_backends() if hasattr(backend, "has_perm")
        )


class SsoSession(models.Model):
    """What somebody is signed in by who came from a provider; without its row they are signed out."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        User,
        on_delete=models.CASCADE,
        related_name="sso_sessions",
        verbose_name=pgettext_lazy("a person", "user"),
    )
    provider = models.CharField(_("provider"), max_length=40)
    started_at = models.DateTimeField(_("started at"))
    ends_at = models.DateTimeField(_("ends at"), db_index=True)
    # When the provider is asked next whether it still knows them; empty where it can't be asked.
    ask_at = models.DateTimeField(_("asked next at"), null=True)
    # What the provider gave, encrypted (everwise/sso/sessions).
    held = models.TextField(_("secrets"))

    class Meta:
        verbose_name = _("session by single sign-on")
        verbose_name_plural = _("sessions by single sign-on")
        ordering = ["started_at", "id"]
        indexes = [
            models.Index(fields=["ask_at"], condition=models.Q(ask_at__isnull=False), name="sso_session_asked_next")
        ]

    def __str__(self):
        return f"{self.user}, {self.provider}"


def first_names(people: Iterable[User]) -> list[str]:
    """What each of these people is called; the whole name of those who are called alike."""
    people = list(people)
    many = Counter(person.first_name for person in people)
    return [person.first_name if many[person.first_name] == 1 else isolated(person) for person in people]


def display_name(user: User) -> str:
    return str(user)
