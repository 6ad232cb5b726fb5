"""What the pages of an ad-hoc meeting ask for. Shape only: forms never save."""

import unicodedata
from collections.abc import Callable
from datetime import date as calendar_date
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from everwise import plaintext, timefmt, walltime, wording
from everwise.accounts.models import User
from meetings.booking import MeetingPlan
from meetings.constants import LONGEST_ADHOC, SHORTEST_ADHOC
from meetings.models import AGENDA_LENGTH, LINK_LENGTH, PLACE_LENGTH, TITLE_LENGTH, Meeting
from meetings.pages.adhoc.pickers import ids_of
from meetings.pages.fields import TOO_LONG, ClosingMessageForm, ZoneField
from meetings.pages.form_tokens import MarkedForm

DURATIONS = (5, 10, 15, 20, 25, 30, 40, 45, 50, 60, 75, 90, 120, 150, 180, 240, 300, 360, 420, 480)
USUAL_DURATION = 60
LAST_YEAR = 2100
TOO_SHORT_OR_LONG = _("A meeting lasts from 5 minutes to 8 hours.")
UNTITLED = _("Give the meeting a title.")


class PersonField(forms.ModelChoiceField):
    """One of the people offered. What is no id at all is answered like the id of somebody else."""

    def to_python(self, value) -> User | None:
        try:
            return super().to_python(value)
        except forms.ValidationError as error:
            raise forms.ValidationError(self.error_messages["invalid_choice"]) from error


class PeopleField(forms.ModelMultipleChoiceField):
    """Some of the people offered, who may be thousands: only those who were sent are read.

    `gone` finds the people of some ids who may be named as no longer on the path.
    """

    gone: Callable[[set[UUID]], list[User]] | None = None

    def _check_values(self, value):
        ids = ids_of(value)
        found = self.queryset.filter(pk__in=ids)
        missing = set(ids) - {user.pk for user in found}
        if not missing and len(ids) == len(value):
            return found
        names = [str(user) for user in self.gone(missing)] if self.gone and missing else []
        if len(names) != len(missing) or len(ids) != len(value):
            raise forms.ValidationError(self.error_messages["invalid_choice"])
        left = gettext("%(name)s is no longer on this path.")
        raise forms.ValidationError([left % {"name": wording.isolated(name)} for name in names])


class ManualForm(MarkedForm):
    """All parameters of an ad-hoc meeting. `cleaned_data` gains starts_at, in UTC, when its parts are in order."""

    title = forms.CharField(
        label=_("Title"), max_length=TITLE_LENGTH, error_messages={"required": UNTITLED, **TOO_LONG}
    )
    agenda = forms.CharField(
        label=_("Agenda"),
        required=False,
        max_length=AGENDA_LENGTH,
        error_messages=TOO_LONG,
        help_text=_("One item per line works well."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    date = forms.DateField(
        label=_("Date"),
        input_formats=["%Y-%m-%d"],
        error_messages={
            "required": _("Choose a date."),
            "invalid": _("That is not a date. Write it like 2026-10-28."),
        },
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    start = forms.TimeField(
        label=pgettext_lazy("of a meeting", "Start"),
        input_formats=["%H:%M"],
        error_messages={"required": _("Choose a start."), "invalid": _("That is not a time. Write it like 16:00.")},
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )
    # Of a start that the clocks show twice.
    which = forms.ChoiceField(choices=[("first", ""), ("second", "")], required=False)
    duration = forms.IntegerField(
        min_value=int(SHORTEST_ADHOC.total_seconds()) // 60,
        max_value=int(LONGEST_ADHOC.total_seconds()) // 60,
        error_messages=dict.fromkeys(["required", "invalid", "min_value", "max_value"], TOO_SHORT_OR_LONG),
    )
    zone = ZoneField(
        label=_("Time zone"),
        error_messages={
            "required": _("Choose a time zone."),
            "invalid": _("That is not a time zone we know. Choose one."),
        },
    )
    experts = PeopleField(
        queryset=User.objects.none(),
        error_messages={
            "required": _("Choose at least one expert."),
            "invalid_choice": _("Somebody you chose is not an expert of this path any more. Please choose again."),
        },
    )
    participants = PeopleField(
        queryset=User.objects.none(),
        error_messages={
            "required": _("Choose at least one participant."),
            "invalid_choice": _("Somebody you chose is not a participant of this path any more. Please choose again."),
        },
    )
    organizer = PersonField(
        queryset=User.objects.none(),
        required=False,
        error_messages={"invalid_choice": _("That person can’t organize this meeting. Choose one of its people.")},
    )
    # The keys of the doubts (meetings/booking/conflicts.py) that are overridden.
    accept = forms.Field(required=False, widget=forms.CheckboxSelectMultiple)
    place = forms.CharField(label=_("Place"), required=False, max_length=PLACE_LENGTH, error_messages=TOO_LONG)
    video_link = forms.CharField(
        label=_("Video link"),
        required=False,
        max_length=LINK_LENGTH,
        error_messages=TOO_LONG,
        validators=[URLValidator(["http", "https"], message=_("Enter the full video link, starting with https://"))],
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )

    def __init__(self, *args, experts, participants, organizers, gone=None, editing=False, kept_link=None, **kwargs):
        """`kept_link` is a video link that whoever edits may read and not change."""
        super().__init__(*args, **kwargs)
        self.fields["sequence"].required = editing
        for name, people in (("experts", experts), ("participants", participants)):
            self.fields[name].queryset = people
            self.fields[name].gone = gone
        self.fields["organizer"].queryset = organizers
        if kept_link is not None:
            self.fields["video_link"].disabled = True
            self.initial["video_link"] = kept_link

    def clean_title(self) -> str:
        title = plaintext.one_line(self.cleaned_data["title"])
        # Marks of direction, spaces without width: nothing of it would be seen.
        if all(unicodedata.category(each) in {"Cf", "Cc", "Zs"} for each in title):
            raise forms.ValidationError(UNTITLED)
        return title

    def clean_agenda(self) -> str:
        # Browsers end lines with CR LF: an agenda that was only looked at must not count as changed.
        return "\n".join(self.cleaned_data["agenda"].splitlines())

    def clean_date(self) -> calendar_date:
        # Here and not beside the start: near the ends of the calendar no range can be put around a day.
        if not 1970 < self.cleaned_data["date"].year < LAST_YEAR:
            raise forms.ValidationError(gettext("Choose a date before the year %(year)s.") % {"year": LAST_YEAR})
        return self.cleaned_data["date"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if {"date", "start", "zone"} <= cleaned.keys():
            self._find_start(cleaned)
        return cleaned

    def _find_start(self, cleaned):
        date, start, zone = cleaned["date"], cleaned["start"], cleaned["zone"]
        found = walltime.instants(datetime.combine(date, start), zone)
        shown = {"time": timefmt.time_of_day(start.hour * 60 + start.minute), "city": timefmt.city(zone)}
        if not found:
            skipped = gettext("The clocks skip %(time)s in %(city)s on that date. Choose another start.")
            self.add_error("start", skipped % shown)
        elif len(found) == 1:
            cleaned["starts_at"] = found[0]
        elif cleaned.get("which"):
            cleaned["starts_at"] = found[cleaned["which"] == "second"]
        else:
            twice = gettext("The clocks show %(time)s twice in %(city)s on that date. Say which you mean.")
            self.add_error("which", twice % shown)

    def plan(self) -> MeetingPlan:
        """What a valid form asks for."""
        cleaned = self.cleaned_data
        return MeetingPlan(
            title=cleaned["title"],
            agenda=cleaned["agenda"],
            starts_at=cleaned["starts_at"],
            ends_at=cleaned["starts_at"] + timedelta(minutes=cleaned["duration"]),
            experts=tuple(cleaned["experts"]),
            participants=tuple(cleaned["participants"]),
            organizer=cleaned["organizer"],
            place=cleaned["place"],
            video_link=cleaned["video_link"],
        )


def initial_of(meeting: Meeting, zone) -> dict[str, object]:
    """The form's fields as a meeting fills them, on the wall clock of a zone."""
    local = meeting.starts_at.astimezone(zone)
    return {
        "token": uuid4(),
        "sequence": meeting.sequence,
        "title": meeting.title,
        "agenda": meeting.agenda,
        "date": local.date(),
        "start": local.time(),
        "which": "second" if local.fold else "first",
        "duration": meeting.duration_minutes,
        "zone": str(zone),
        "experts": [user.pk for user in meeting.experts],
        "participants": [user.pk for user in meeting.participants],
        "organizer": meeting.organizer_id,
        "place": meeting.place,
        "video_link": meeting.video_link,
    }


class HandOverForm(MarkedForm):
    to = PersonField(
        queryset=User.objects.none(),
        error_messages={
            "required": _("Choose who should organize the meeting."),
            "invalid_choice": _("Only somebody who is in the meeting can become its organizer."),
        },
    )

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = people


class DeleteForm(MarkedForm, ClosingMessageForm):
    """As for cancelling a drop-in: a message to everybody."""


class AddExpertForm(forms.Form):
    """An expert who is known here already, or anybody by the address they sign in with."""

    expert = PersonField(
        queryset=User.objects.none(),
        required=False,
        error_messages={"invalid_choice": _("That person is not an expert here any more, or is on this path already.")},
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        error_messages={"invalid": _("That is not an e-mail address. Write it like name@example.com.")},
    )

    def __init__(self, *args, experts, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["expert"].queryset = experts

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.errors or cleaned["expert"]:
            return cleaned
        if not cleaned["email"]:
            self.add_error("email", gettext("Choose an expert, or write their e-mail address."))
            return cleaned
        cleaned["expert"] = User.objects.filter(email__iexact=cleaned["email"], is_active=True).first()
        if cleaned["expert"] is None:
            self.add_error("email", gettext("Nobody signs in here with this address. Staff can add them first."))
        return cleaned
