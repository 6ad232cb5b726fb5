"""What the pages that open and close a path send. Shape only."""

from django import forms

from meetings.pages.form_tokens import DAMAGED

CLOSE, OPEN_AGAIN = "close", "open-again"


class OpenForm(forms.Form):
    """`shown` is how many people the page has said would hear of it."""

    shown = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput, error_messages=DAMAGED)


class CloseForm(forms.Form):
    do = forms.ChoiceField(
        choices=[(CLOSE, CLOSE), (OPEN_AGAIN, OPEN_AGAIN)],
        widget=forms.HiddenInput,
        error_messages={**DAMAGED, "invalid_choice": DAMAGED["invalid"]},
    )
