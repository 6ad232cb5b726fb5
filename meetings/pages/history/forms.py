"""What the history can be narrowed to. Shape only."""

from datetime import date

from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from paths import people_search


class Who(TextChoices):
    EVERYBODY = "", _("Everybody")
    ADMINS = "admin", pgettext_lazy("of a path", "Admins")
    EXPERTS = "expert", _("Experts")
    PARTICIPANTS = "participant", _("Participants")
    STAFF = "staff", pgettext_lazy("who did it", "Staff")
    EVERWISE = "everwise", _("Everwise itself")


class What(TextChoices):
    EVERYTHING = "", _("Everything")
    MEETINGS = "meetings", _("Meetings")
    PEOPLE = "people", pgettext_lazy("what a history tells of", "People")


class FilterForm(forms.Form):
    """By GET. `since` and `until` are dates in the reader's zone, both included."""

    q = forms.CharField(required=False, max_length=people_search.LONGEST)
    who = forms.ChoiceField(label=_("Who did it"), required=False, choices=Who.choices)
    what = forms.ChoiceField(label=pgettext_lazy("happened", "What"), required=False, choices=What.choices)
    since = forms.DateField(label=pgettext_lazy("a date", "From"), required=False, input_formats=["%Y-%m-%d"])
    until = forms.DateField(label=pgettext_lazy("a date", "To"), required=False, input_formats=["%Y-%m-%d"])

    def clean_q(self) -> str:
        return people_search.clean(self.cleaned_data["q"])

    def clean_since(self) -> date | None:
        return self._in_reach("since")

    def clean_until(self) -> date | None:
        return self._in_reach("until")

    def _in_reach(self, name):
        """Near the ends of the calendar no range can be put around a date."""
        day = self.cleaned_data[name]
        if day is not None and not 1970 < day.year < 9000:
            raise forms.ValidationError(_("Enter a valid date."))
        return day
