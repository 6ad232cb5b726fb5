"""The forms of a meeting's page after it: their words are those of whoever reads them."""

from meetings.pages.meeting import feedback_forms
from meetings.pages.meeting.feedback_forms import RatingForm


def stars_of(form):
    return list(form.fields["stars"].choices)


def test_stars():
    assert stars_of(RatingForm())[0] == (1, "1 star")
    assert stars_of(RatingForm())[4] == (5, "5 stars")


def test_stars_are_asked_for_by_each_form(monkeypatch):
    monkeypatch.setattr(feedback_forms, "ngettext", lambda one, many, number: "Stern %(count)s")

    assert stars_of(RatingForm()) == [(number, f"Stern {number}") for number in range(1, 6)]
