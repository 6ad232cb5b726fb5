"""What the page asks that explains why a time is not offered. Shape only."""

from datetime import date
from typing import cast

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from everwise.accounts.models import User
from experts.models import Expert
from meetings.pages.fields import ZoneField
from meetings.pages.invited import Invited
from paths import people_search
from paths.enums import Role
from paths.models import Path, Theme

FIRST_YEAR, LAST_YEAR = 2000, 2100


class CalledField(forms.ModelChoiceField):
    """Whoever has an account elsewhere and has not accepted yet is called by their address."""

    known: Invited

    def label_from_instance(self, obj: Expert) -> str:
        return self.known.name(obj.user)


class WhyForm(forms.Form):
    """About one expert, or about all of a theme where none is named. `experts` are those who may be asked about; None
    leaves out who it is about: participants ask for themselves."""

    theme = forms.ModelChoiceField(
        Theme.objects.none(),
        label=_("Theme"),
        error_messages={"invalid_choice": _("This theme is not one of the path’s.")},
    )
    expert = CalledField(
        Expert.objects.none(),
        required=False,
        label=_("Expert"),
        empty_label=_("Any expert of the theme"),
        error_messages={"invalid_choice": _("This expert is not one of the path’s.")},
    )
    day = forms.DateField(
        label=_("Date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), input_formats=["%Y-%m-%d"]
    )
    time = forms.TimeField(
        label=pgettext_lazy("of a meeting", "Start"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        input_formats=["%H:%M"],
    )
    # Drawn by the page, a few at a time (participants.py).
    participant = forms.ModelChoiceField(
        User.objects.none(),
        required=False,
        label=_("Participant"),
        error_messages={"invalid_choice": _("This person is not a participant of the path.")},
    )

    # As the page shows times that the question comes from.
    zone = ZoneField(required=False, widget=forms.HiddenInput)

    def __init__(self, data, *, path: Path, experts, initial=None):
        super().__init__(data, initial=initial)
        if experts is None:
            del self.fields["expert"], self.fields["participant"]
        people = people_search.members(path, Role.PARTICIPANT)
        for name, rows in (("theme", path.themes.bookable()), ("expert", experts), ("participant", people)):
            if name in self.fields:
                cast("forms.ModelChoiceField", self.fields[name]).queryset = rows
        if experts is not None:
            cast("CalledField", self.fields["expert"]).known = Invited(path, experts.values_list("user", flat=True))

    def clean_day(self) -> date:
        day = self.cleaned_data["day"]
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            words = gettext("The date must lie between %(first)s and %(last)s.")
            raise forms.ValidationError(words % {"first": FIRST_YEAR, "last": LAST_YEAR})
        return day
