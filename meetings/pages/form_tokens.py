"""The hidden marks of a form about a meeting: which sending it is, which version it was opened on, what was shown."""

from typing import Any, cast
from uuid import UUID, uuid4, uuid5

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from meetings.booking.terms import Terms

DAMAGED = {
    "required": gettext_lazy("This form is damaged. Please send it once more."),
    "invalid": gettext_lazy("This form is damaged. Please send it once more."),
}


def sending(data: QueryDict) -> UUID | None:
    """Names one sending: a double click has the same name, another text typed after going back has another.

    So the second post of the same is one change, and nothing that was typed anew is taken for done. None without a
    token to go by.
    """
    try:
        token = UUID(data.get("token", ""))
    except ValueError:
        return None
    typed = sorted((name, *data.getlist(name)) for name in data if name not in {"csrfmiddlewaretoken", "token"})
    return uuid5(token, repr(typed))


def mend(form: forms.Form) -> None:
    """Give a form whose hidden marks are damaged new ones, so that sending it once more can succeed.

    Without its version a form counts as the oldest: if the meeting was ever changed, its sender reads so.
    """
    new = {"token": str(uuid4()), "sequence": "0"}
    if damaged := [name for name in new if name in form.errors]:
        data = cast("QueryDict", form.data).copy()
        for name in damaged:
            data[name] = new[name]
        form.data = data


class TermsField(forms.CharField):
    """The length and policy that the page has shown. A form without them says nothing of what was shown.

    Cleaned they are Terms, or None.
    """

    widget = forms.HiddenInput

    def __init__(self):
        super().__init__(required=False)

    def to_python(self, value) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        try:
            return Terms.read(text)
        except ValueError as error:
            raise forms.ValidationError(DAMAGED["invalid"]) from error


class MarkedForm(forms.Form):
    token = forms.UUIDField(widget=forms.HiddenInput, error_messages=DAMAGED)
    sequence = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput, error_messages=DAMAGED)

    def clean_token(self) -> UUID | None:
        return sending(cast("QueryDict", self.data))
