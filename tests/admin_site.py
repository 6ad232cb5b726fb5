"""What the tests of Django's admin share: a sign-in, rows of everything, forms as a browser sends them."""

from datetime import timedelta
from html.parser import HTMLParser

from allauth.socialaccount.models import SocialAccount
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from everwise.accounts.models import AuthenticationEvent
from experts.models import BusyTime, DateOverride
from meetings.models import MeetingAnswer, Note, Notice, Rating, Subscription, Worker
from paths.models import ErasureRequest, ProgramAdmin, RoleMapping, ThemeQuestion
from tests.scene import a_dropin, a_participant, a_path, a_person, a_theme, an_expert, at

NOON = at(12)
# Every model that has pages: one added tomorrow is in the tests that go through all.
MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
REMOVED = [SocialAccount, Subscription]  # looked at and deleted, never edited
VIEWED = [
    model
    for model in MODELS
    if (model._meta.app_label == "meetings" or model in {AuthenticationEvent, BusyTime, ErasureRequest, ThemeQuestion})
    and model not in REMOVED
]
EDITED = [model for model in MODELS if model not in [*VIEWED, *REMOVED]]


def staff_on(client):
    """The client with a superuser signed in."""
    sign_in(client, a_person("Sue", is_staff=True, is_superuser=True))
    return client


def limited_staff_on(client, *rights):
    """The client with a staff member signed in who has only these rights, like "view_path"."""
    user = a_person("Stig", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    sign_in(client, user)
    return client


def sign_in(client, user):
    # The first backend of the settings only knows rights on meetings.
    client.force_login(user)


def a_world(day=0):
    """One row of everything that the admin shows."""
    Group.objects.create(name=f"Coaches {day}")
    path = a_path(name=f"Path {day}")
    expert, participant = an_expert(path), a_participant(path)
    theme = a_theme(path, expert, name=f"Theme {day}")
    start = NOON + timedelta(days=day)
    DateOverride.objects.create(expert=expert, date=start.date(), windows="")
    BusyTime.objects.create(expert=expert, starts_at=start, ends_at=start + timedelta(hours=1))
    meeting = a_dropin(theme, participant, expert, start)
    event = meeting.events.get()
    Notice.objects.create(
        event=event, meeting=meeting, user=participant, kind=event.happening, sequence=0, due_at=event.at
    )
    ThemeQuestion.objects.create(theme=theme, position=1, text="What is your goal?", required=True)
    MeetingAnswer.objects.create(meeting=meeting, position=1, question="What is your goal?", text="To be heard")
    Note.objects.create(meeting=meeting, author=participant, text="To myself", written_at=start)
    Note.objects.create(meeting=meeting, author=participant, shared=True, text="To all", written_at=start)
    Rating.objects.create(meeting=meeting, user=participant, stars=4, rated_at=start)
    ProgramAdmin.objects.create(program=path.program, user=participant, started_at=NOON)
    AuthenticationEvent.objects.create(person=participant, what="signed-in", at=NOON, address="192.0.2.1")
    ErasureRequest.objects.create(user=participant, asked_at=NOON)
    RoleMapping.objects.create(provider="acme", claim="groups", value=f"G{day}", path=path, role="participant")
    SocialAccount.objects.create(user=participant, provider="acme", uid=f"there-{day}")
    Worker.objects.create(name=f"host {day}", started_at=NOON, beat_at=NOON)
    Subscription.objects.create(user=participant, digest=f"{day:064x}", made_at=NOON)
    return theme


def address(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


class FormFields(HTMLParser):
    """Reads what a browser would send of all forms on a page."""

    def __init__(self):
        super().__init__()
        self.sent, self.select, self.text = {}, None, None

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        name = attrs.get("name")
        if tag == "option" and self.select and "selected" in attrs:
            self.sent.setdefault(self.select, []).append(attrs.get("value", ""))
        elif not name or "disabled" in attrs:
            return
        elif tag == "select":
            self.select = name
        elif tag == "textarea":
            self.text = name
            self.sent[name] = [""]
        elif tag == "input" and attrs.get("type") not in {"submit", "button"}:
            ticked = attrs.get("type") in {"checkbox", "radio"}
            if not ticked or "checked" in attrs:
                self.sent.setdefault(name, []).append(attrs.get("value", "on" if ticked else ""))

    def handle_endtag(self, tag):
        if tag == "select":
            self.select = None
        elif tag == "textarea":
            # A browser drops the line break right behind the tag.
            self.sent[self.text][0] = self.sent[self.text][0].removeprefix("\n")
            self.text = None

    def handle_data(self, data):
        if self.text:
            self.sent[self.text][0] += data


def as_sent(page, **changes):
    """What a browser sends back of the form on a page, as it is but for the changes."""
    fields = FormFields()
    fields.feed(page.text)
    return {**fields.sent, **changes}


def filled(form):
    """What a browser would send back of a form left as it is."""
    return {
        name: value
        for name, field in form.fields.items()
        # Not `in (None, False)`: 0 equals False, and a browser sends zeros.
        if (value := form.get_initial_for_field(field, name)) is not None and value is not False and not field.disabled
    }


def inline(prefix, *rows, old=0):
    fields = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": old}
    for number, row in enumerate(rows):
        fields |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return fields
