"""The days that the demo counts in."""

from datetime import date, timedelta


def working_day(today: date, days: int) -> date:
    """The date so many days from Monday to Friday ahead."""
    day = today
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < 5
    return day
