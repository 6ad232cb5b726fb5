"""What nothing else remembers, counted for a path's admins: what was looked for in vain, and which hours there were."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

# The hours from which it is afternoon, and evening.
NOON, EVENING = 12, 17
# A weekday as ISO 8601 counts them; 0 where any day would have done.
ANY_DAY = 0


class DayPart(models.TextChoices):
    MORNING = "morning", _("Morning")
    AFTERNOON = "afternoon", _("Afternoon")
    EVENING = "evening", _("Evening")
    ANY = "any", _("Any time of day")

    @classmethod
    def of(cls, hour: int) -> "DayPart":
        if hour < NOON:
            return cls.MORNING
        return cls.AFTERNOON if hour < EVENING else cls.EVENING


class UnmetSearch(models.Model):
    """How often, on one date, a time of a theme was looked for in vain, on such a weekday and part of the day.

    Of whoever looked there is nothing, and no moment either.
    """

    # No index of their own: the constraint begins with the path.
    path = models.ForeignKey(
        "paths.Path", on_delete=models.CASCADE, related_name="+", db_index=False, verbose_name=_("path")
    )
    theme = models.ForeignKey("paths.Theme", on_delete=models.CASCADE, related_name="+", verbose_name=_("theme"))
    date = models.DateField(_("date"), help_text=_("On which it was looked for, in the path’s zone."))
    weekday = models.PositiveSmallIntegerField(
        _("weekday"), help_text=_("1 is Monday; 0 where any day would have done.")
    )
    part = models.CharField(_("part of the day"), max_length=9, choices=DayPart.choices)
    count = models.PositiveIntegerField(_("searches"), default=0)

    class Meta:
        verbose_name = _("unmet search")
        verbose_name_plural = _("unmet searches")
        ordering = ["date", "weekday", "part", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["path", "date", "theme", "weekday", "part"], name="one_count_of_unmet_searches"
            ),
            models.CheckConstraint(condition=Q(weekday__lte=7), name="unmet_search_weekday_known"),
            models.CheckConstraint(condition=Q(part__in=DayPart.values), name="unmet_search_part_known"),
        ]

    def __str__(self):
        return f"{self.date}: {self.count}"


class OfferedHours(models.Model):
    """For how long an expert could be booked on a path on one date of its zone, as it stood when that day began.

    Hours are changed and calendars forget what is over, so it can't be found out later.
    """

    path = models.ForeignKey(
        "paths.Path", on_delete=models.CASCADE, related_name="+", db_index=False, verbose_name=_("path")
    )
    expert = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("expert"))
    date = models.DateField(_("date"))
    minutes = models.PositiveSmallIntegerField(_("minutes"))

    class Meta:
        verbose_name = _("offered hours")
        verbose_name_plural = _("offered hours")
        ordering = ["date", "id"]
        indexes = [models.Index(fields=["date"], name="offered_hours_by_date")]
        constraints = [
            models.UniqueConstraint(fields=["path", "date", "expert"], name="one_row_of_offered_hours"),
            models.CheckConstraint(condition=Q(minutes__lte=1500), name="offered_hours_of_one_day"),
        ]

    def __str__(self):
        return f"{self.date}: {self.minutes}"
