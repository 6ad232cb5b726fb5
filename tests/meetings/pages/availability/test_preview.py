"""The coming two weeks on the availability page, and the sessions that new hours leave outside."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils.translation import override

from experts.models import DateOverride, Expert
from meetings.models import Meeting
from meetings.pages.availability.preview import AvailabilityPreview
from meetings.slots.openings import Openings
from tests.meetings.pages.availability.scene import NOW, URL, change, text_of
from tests.scene import a_dropin, a_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def engine_starts(world):
    """What participants find, by the reader of openings that serves their pages."""
    # Fourteen local dates, and an hour more, as clocks go back on one of them.
    since, until = datetime(2026, 10, 19, 22, tzinfo=UTC), datetime(2026, 11, 2, 23, tzinfo=UTC)
    openings = Openings(world.path, since=since, until=until, now=NOW, theme=world.theme)
    return list(openings.starts(world.theme.duration_minutes, experts=[world.expert.pk]))


def preview_of(response) -> AvailabilityPreview:
    return response.context["preview"]


def test_preview_equals_what_participants_find(own, world):
    world.expert.cap_per_day, world.expert.buffer_after_minutes = 3, 15
    world.expert.save()
    for hour, day in ((8, 1), (12, 1), (7, 6)):
        start = NOW.replace(hour=hour, minute=0) + timedelta(days=day)
        a_dropin(world.theme, world.participant, world.expert, start)
    world.expert.busy_times.create(starts_at=NOW + timedelta(days=2), ends_at=NOW + timedelta(days=2, hours=1))
    DateOverride.objects.create(expert=world.expert, date=date(2026, 10, 23), windows="20:00-02:00")

    preview = preview_of(own.get(URL))

    assert preview.starts == engine_starts(world)
    assert len(preview.starts) > 50
    assert sum(len(line.starts) for line in preview.lines) == len(preview.starts)


def test_preview_of_typed_hours_equals_the_engine_once_saved(own, world):
    typed = {"p0-d0-from": ["07:30", "20:00"], "p0-d0-to": ["11:00", "01:00"], "notice_minutes": "2880"}
    block = {"block": "0", "x0-first": "2026-10-28", "x0-kind": "hours", "x0-from": "10:00", "x0-to": "12:00"}

    shown = change(own, preview="1", **typed, **block)
    before = engine_starts(world)
    change(own, **typed, **block)

    assert "Preview, not saved" in text_of(shown)
    assert preview_of(shown).starts == engine_starts(world) != before


def test_preview_for_one_who_is_not_accepting_yet_equals_the_engine_once_saved(own, world):
    Expert.objects.filter(pk=world.expert.pk).update(accepting=False)

    shown = change(own, preview="1", accepting="on")
    change(own, accepting="on")

    assert preview_of(shown).starts == engine_starts(world) != []


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/St_Johns"])
def test_preview_is_told_in_the_zone_of_a_participant(own, world, zone):
    response = own.get(URL, {"seen_zone": zone})

    preview = preview_of(response)
    assert preview.reader.zone.key == zone
    lines = {line.day: line.starts for line in preview.lines}
    first = preview.starts[0].astimezone(preview.reader.zone)
    assert lines[first.date()][0] == f"{first:%H:%M}"


def test_preview_in_words_tells_each_day(own, world):
    a_dropin(world.theme, world.participant, world.expert, datetime(2026, 10, 21, 8, tzinfo=UTC))
    world.expert.busy_times.create(
        starts_at=datetime(2026, 10, 21, 12, tzinfo=UTC), ends_at=datetime(2026, 10, 21, 13, tzinfo=UTC)
    )
    DateOverride.objects.create(expert=world.expert, date=date(2026, 10, 22), windows="20:00-02:00")
    DateOverride.objects.create(expert=world.expert, date=date(2026, 10, 26), windows="")

    lines = {line.day.day: line.facts for line in preview_of(own.get(URL)).lines}

    assert [lines[day] for day in (21, 22, 23, 24, 25, 26)] == [
        ["Open 09:00 to 12:00 and 13:00 to 17:00.", "Booked 10:00 to 10:45.", "Busy elsewhere 14:00 to 15:00."],
        ["Open 20:00 to 24:00, different from usual."],
        ["Open 00:00 to 02:00, 09:00 to 12:00 and 13:00 to 17:00, different from usual."],
        ["Not available."],
        ["Not available.", "Clocks go back 1 hour at 03:00. Times are GMT+1 from here."],
        ["Time off."],
    ]


def test_preview_that_cannot_be_made_says_why(own, world):
    response = change(own, preview="1", **{"p0-first": "tomorrow"})

    assert response.status_code == 200
    assert "What is typed can’t be previewed yet:" in text_of(response)


def test_sessions_outside_new_hours_are_listed_and_stay(own, world):
    kept = a_dropin(world.theme, world.participant, world.expert, datetime(2026, 10, 26, 9, tzinfo=UTC))
    left = a_dropin(world.theme, world.participant, world.expert, datetime(2026, 10, 26, 14, tzinfo=UTC))
    a_dropin(world.theme, world.participant, world.expert, datetime(2026, 10, 19, 14, tzinfo=UTC))
    gone = a_dropin(world.theme, a_person(), world.expert, datetime(2026, 10, 27, 14, tzinfo=UTC), status="cancelled")
    assert "outside" not in text_of(own.get(URL))
    typed = {f"p0-d{day}-from": "09:00" for day in range(5)} | {f"p0-d{day}-to": "12:00" for day in range(5)}

    shown = change(own, preview="1", **typed)
    change(own, **typed)
    after = own.get(URL)

    for response in (shown, after):
        assert response.context["outside"] == [left]
        assert f'href="/meetings/{left.pk}/">Mon 26 October, 15:00 to 15:45</a>' in text_of(response)
    assert "1 meeting lies outside your hours now. Nothing was cancelled" in text_of(after)
    assert [Meeting.objects.get(pk=each.pk).status for each in (kept, left, gone)] == [
        "scheduled",
        "scheduled",
        "cancelled",
    ]


def test_day_off_leaves_its_sessions_and_lists_them(own, world):
    left = a_dropin(world.theme, world.participant, world.expert, datetime(2026, 10, 26, 9, tzinfo=UTC))

    shown = change(own, preview="1", **{"block": "0", "x0-first": "2026-10-26", "x0-kind": "off"})

    assert shown.context["outside"] == [left]


def test_drawing_has_points_where_a_language_has_commas(own, world):
    context = own.get(URL).context[0].flatten()

    with override("de"):
        drawn = render_to_string("experts/_preview.html", context)
        elsewhere = Template("{{ number }}").render(Context({"number": 10.5}))

    numbers = re.findall(r'\b(?:x|y|x1|x2|y1|y2|width|height)="([^"]+)"', drawn)
    assert any("." in number for number in numbers)
    assert not any("," in number for number in numbers)
    assert elsewhere == "10,5"
