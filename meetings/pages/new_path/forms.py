"""What “Create a path” asks for. Shape only: forms never save."""

from datetime import date
from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from everwise.place_fields import PlaceField
from everwise.plaintext import one_line
from meetings.pages.fields import TOO_LONG
from meetings.pages.form_tokens import DAMAGED, sending
from paths import adding, theme_lines
from paths.making_rights import Making
from paths.setting_up import Copy, NewPath

EMPTY, COPY, NEW = "empty", "copy", "new"
# Only what belongs to the choice is read: what was typed for the other one is wrong in no way.
ONLY = {
    EMPTY: ("time_zone", "themes", "experts"),
    COPY: ("source", "with_settings", "with_experts", "with_participants"),
}
MOST_SESSIONS = 1_000
EARLIEST, LATEST = date(1970, 1, 2), date(8999, 12, 31)
LONGEST_THEMES = theme_lines.MOST_LINES * (theme_lines.LONGEST_NAME + 20)
LONGEST_EXPERTS = adding.MOST_LINES * (adding.LONGEST_NAME + adding.LONGEST_ADDRESS + 10)
EXPERT_FAULTS = {
    adding.WrongPart.ADDRESS: gettext_lazy("Line %(line)d of the experts is not a full e-mail address."),
    adding.WrongPart.NAME: gettext_lazy("Line %(line)d of the experts: the name is too long."),
    adding.WrongPart.TWICE: gettext_lazy("Line %(line)d of the experts: this person stands there twice."),
}
LINES = {"rows": 3, "autocomplete": "off", "spellcheck": "false"}


def _date_field(label) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": _("That is not a date. Write it like 2026-10-28.")},
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )


class NewPathForm(forms.Form):
    token = forms.UUIDField(widget=forms.HiddenInput, error_messages=DAMAGED)
    start = forms.ChoiceField(
        label=_("Start from"),
        choices=[(EMPTY, ""), (COPY, "")],
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one of the two.")},
    )
    source = forms.ChoiceField(
        label=_("Path to copy"),
        help_text=_("Paths of which you are an admin."),
        required=False,
        error_messages={"invalid_choice": _("You are not an admin of this path, or no longer. Choose another one.")},
    )
    with_settings = forms.BooleanField(
        label=_("Themes and settings"),
        help_text=_(
            "Lengths and order of the themes; description, time zone and language; how many sessions, notice, how long"
            " they can be changed."
        ),
        required=False,
    )
    with_experts = forms.BooleanField(
        label=_("Experts"),
        help_text=_("With the themes they take and the hours they already have. They are told at once."),
        required=False,
    )
    with_participants = forms.BooleanField(
        label=_("Participants"),
        help_text=_("Each with new sessions. They hear of it when you open the path."),
        required=False,
    )
    name = forms.CharField(
        label=pgettext_lazy("of a thing", "Name"),
        help_text=_("Participants read it on every page and in every e-mail."),
        max_length=120,
        error_messages={"required": _("Type a name."), **TOO_LONG},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    program = forms.ChoiceField(
        label=_("Program"),
        error_messages={
            "required": _("Choose a program."),
            "invalid_choice": _("You can’t make a path in this program. Choose another one."),
        },
    )
    new_program = forms.CharField(
        label=_("Name of the new program"),
        required=False,
        max_length=120,
        error_messages=TOO_LONG,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    opens_on = _date_field(_("First date"))
    closes_on = _date_field(_("Last date"))
    sessions = forms.IntegerField(
        label=_("Sessions each"),
        required=False,
        min_value=1,
        max_value=MOST_SESSIONS,
        error_messages={"invalid": _("Type a whole number.")},
    )
    time_zone = PlaceField(
        label=_("Time zone"),
        help_text=_("The two dates are dates in this zone. Everybody still sees each time in their own."),
    )
    themes = forms.CharField(
        label=_("Themes"),
        help_text=_("One on each line. 45 minutes, unless a length follows the comma."),
        required=False,
        max_length=LONGEST_THEMES,
        error_messages=TOO_LONG,
        strip=False,
        widget=forms.Textarea(attrs=LINES),
    )
    experts = forms.CharField(
        label=_("Experts"),
        help_text=_(
            "One e-mail address on each line. They take all themes until you choose otherwise, and are asked for their"
            " hours at once."
        ),
        required=False,
        max_length=LONGEST_EXPERTS,
        error_messages=TOO_LONG,
        strip=False,
        widget=forms.Textarea(attrs=LINES),
    )
    admin = forms.CharField(
        label=pgettext_lazy("of a path", "Its admin"),
        required=False,
        max_length=adding.LONGEST_ADDRESS,
        error_messages=TOO_LONG,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def __init__(
        self,
        *args,
        may: Making,
        programs: list[tuple[int, str]],
        sources: list[tuple[str, str]],
        zone: ZoneInfo,
        **kwargs,
    ):
        """`programs` and `sources` are what the person may choose; `zone` is theirs."""
        super().__init__(*args, **kwargs)
        self.zone = zone
        fields = cast("dict[str, Any]", self.fields)
        choices: list[tuple[str, Any]] = [(str(pk), name) for pk, name in programs]
        if may.new_programs:
            choices.append((NEW, _("New program…")))
        else:
            del fields["new_program"]
        if len(choices) > 1:
            choices.insert(0, ("", _("Choose a program")))
        fields["program"].choices = choices
        if may.as_staff:
            fields["admin"].help_text = (
                _("An e-mail address. They are told at once. Empty: you, or the admins of the program.")
                if may.as_admin
                else _("An e-mail address. They are told at once. Empty: the admins of the program.")
            )
        else:
            del fields["admin"]
        self.can_copy = bool(sources)
        fields["source"].choices = sources
        for name in {"source", "new_program"} & set(fields):
            # Asked for where it is shown: not called optional.
            fields[name].empty = True

    def _unread(self) -> set[str]:
        start = self.data.get("start")
        return set(ONLY[EMPTY] if start == COPY else ONLY[COPY])

    def clean_token(self) -> UUID | None:
        return sending(cast("QueryDict", self.data))

    def clean_name(self) -> str:
        return self._named("name")

    def clean_new_program(self) -> str:
        return self._named("new_program")

    def _named(self, field) -> str:
        """On one line, without what can't be seen: a name stands in subjects."""
        name = one_line(self.cleaned_data[field])
        if not name and self.cleaned_data[field]:
            raise ValidationError(gettext("Type a name."))
        return name

    def clean_opens_on(self) -> date | None:
        return self._dated("opens_on")

    def clean_closes_on(self) -> date | None:
        return self._dated("closes_on")

    def _dated(self, field) -> date | None:
        day = self.cleaned_data[field]
        if day and not EARLIEST <= day <= LATEST:
            raise ValidationError(gettext("That is not a date. Write it like 2026-10-28."))
        return day

    def clean_themes(self) -> tuple[theme_lines.NewTheme, ...]:
        try:
            return tuple(theme_lines.read(self.cleaned_data["themes"]))
        except theme_lines.ThemesRefused as error:
            raise ValidationError(error.faults) from error

    def clean_experts(self) -> tuple[adding.PersonLine, ...]:
        text = self.cleaned_data["experts"]
        if not text.strip():
            return ()
        try:
            return tuple(adding.read(text))
        except adding.LinesRefused as error:
            raise ValidationError([self._said(fault) for fault in error.faults]) from error

    def _said(self, fault) -> str:
        text = EXPERT_FAULTS.get(fault.what)
        return str(text) % {"line": fault.line} if text else fault.text

    def clean_admin(self) -> str:
        address = self.cleaned_data["admin"].strip().lower()
        if address and not adding.is_address(address):
            raise ValidationError(gettext("That is not a full e-mail address."))
        return address

    def clean(self) -> dict[str, Any] | None:
        for name in self._unread():
            self.errors.pop(name, None)
        given = self.cleaned_data
        if given.get("start") == COPY and not given.get("source") and "source" not in self.errors:
            self.add_error("source", gettext("Choose the path to copy."))
        if given.get("program") == NEW and not given.get("new_program") and "new_program" not in self.errors:
            self.add_error("new_program", gettext("Type a name for the new program."))
        opens, closes = given.get("opens_on"), given.get("closes_on")
        if opens and closes and closes < opens:
            self.add_error("closes_on", gettext("The path can’t close before it opens."))
        return given

    def plan(self) -> NewPath:
        """What is asked for, of a form that is valid."""
        given = self.cleaned_data
        copies = given["start"] == COPY
        is_new = given["program"] == NEW
        return NewPath(
            name=given["name"],
            program=None if is_new else int(given["program"]),
            new_program=given["new_program"] if is_new else "",
            opens_on=given["opens_on"],
            closes_on=given["closes_on"],
            sessions=given["sessions"],
            time_zone=self.zone if copies else given["time_zone"],
            themes=() if copies else given["themes"],
            experts=() if copies else given["experts"],
            admin=given.get("admin", ""),
            copy=Copy(
                source=UUID(given["source"]),
                settings=given["with_settings"],
                experts=given["with_experts"],
                participants=given["with_participants"],
            )
            if copies
            else None,
        )
