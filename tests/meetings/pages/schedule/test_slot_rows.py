"""The HTML of start times: what each kind of slot looks like, and that nothing typed becomes markup."""

from dataclasses import replace

import pytest

from meetings.pages.schedule.slot_rows import Slot, links, rows_of

PLAIN = Slot("/t/?a=1&start=x", 9, "570", True, "9:30", "", "", "Monday, 9:30, with Eva", False)


def html(*slots):
    return links(rows_of(slots))


def test_slots_of_one_hour_stand_in_one_row():
    found = html(replace(PLAIN, late=False, minutes="540"), PLAIN, replace(PLAIN, hour=10, minutes="600"))

    assert found.count("<li ") == 2
    assert found.startswith('<li class="ew-hour ew-at-9"><a class="ew-slot" ')
    assert '</a></li><li class="ew-hour ew-at-10"><a ' in found


@pytest.mark.parametrize(
    ("slot", "markup"),
    [
        (
            PLAIN,
            '<a class="ew-slot ew-slot--late" href="/t/?a=1&amp;start=x" data-minutes="570"'
            ' aria-label="Monday, 9:30, with Eva">9:30</a>',
        ),
        (
            replace(PLAIN, half="am", theirs="16:30 +1", marked=True),
            '<a class="ew-slot ew-slot--late" href="/t/?a=1&amp;start=x" id="start" data-autofocus data-minutes="570"'
            ' aria-label="Monday, 9:30, with Eva"><span>9:30<small> am</small></span><small>16:30 +1</small></a>',
        ),
        (replace(PLAIN, name="", late=False), '<span class="ew-slot ew-slot--now">Now 9:30</span>'),
        (replace(PLAIN, name="", half="am"), '<span class="ew-slot ew-slot--now ew-slot--late">Now 9:30 am</span>'),
    ],
)
def test_each_kind_of_slot(slot, markup):
    assert html(slot) == f'<li class="ew-hour ew-at-9">{markup}</li>'


@pytest.mark.parametrize("field", ["url", "clock", "half", "theirs", "name"])
def test_text_never_becomes_markup(field):
    found = html(replace(PLAIN, **{field: """<b a="1" b='2'>"""}))

    assert "&lt;b a=&quot;1&quot; b=&#x27;2&#x27;&gt;" in found
    assert "<b" not in found
