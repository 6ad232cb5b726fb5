"""Forms of a person's own account."""

from allauth.account import forms as allauth_forms
from django import forms
from django.utils import timezone

from everwise import timefmt
from everwise.accounts.models import User
from everwise.shown import WatchedPage


class SignupForm(allauth_forms.SignupForm):
    name = forms.CharField(max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    field_order = ["name", "email", "password1", "password2"]

    def save(self, request):
        user = super().save(request)
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
        return user


class ProfileForm(WatchedPage):
    time_zone = forms.ChoiceField(help_text="Every time on a page and in an e-mail is shown in this zone.")

    class Meta:
        model = User
        fields = ["name", "time_zone", "twelve_hour", "appearance", "remind_day_before", "remind_hour_before"]
        labels = {
            "remind_day_before": "Remind me by e-mail a day before a meeting",
            "remind_hour_before": "Remind me by e-mail an hour before a meeting",
        }
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.asked_by = self.instance
        zone = str(self.instance.time_zone)
        choices = timefmt.zone_choices(timezone.now())
        if zone not in dict(choices):
            choices = [(zone, zone), *choices]
        self.fields["time_zone"].choices = choices
        self.initial["time_zone"] = zone
