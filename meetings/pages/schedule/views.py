"""Booking a drop-in session: choose a theme, choose a time; confirm_views has the last step."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from meetings.pages.schedule.step import BookingStep
from meetings.pages.schedule.step_pages import incomplete, theme_page, time_page, used_up_page


@require_safe
def choose_theme(request, path_id) -> HttpResponse:
    return theme_page(request, BookingStep(request, path_id))


@require_safe
def choose_time(request, path_id) -> HttpResponse:
    step = BookingStep(request, path_id)
    if answer := incomplete(request, step):
        return answer
    if step.spent:
        return used_up_page(request, step)
    return time_page(request, step)
