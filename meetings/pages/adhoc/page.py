"""What the form of an ad-hoc meeting shows: who can be chosen, what speaks against the time, and everybody's day."""

from datetime import date, datetime, timedelta
from functools import cached_property
from uuid import uuid4

from django.db.models import Q

from everwise import intervals, timefmt, walltime
from everwise.accounts.models import User
from everwise.timefmt import Reader
from experts.models import Expert
from meetings import booking
from meetings.booking import conflicts
from meetings.models import Meeting
from meetings.pages.adhoc import whos_free
from meetings.pages.adhoc.forms import DURATIONS, USUAL_DURATION, ManualForm, initial_of
from meetings.pages.form_tokens import mend
from paths.enums import Role
from paths.models import Membership, Path

# Of the drawing of everybody's day, in pixels.
LANES_TOP, LANE = 26, 38
LISTS = ("experts", "participants", "accept")
# What the page itself adds to a form, and is not carried to another.
UNTYPED = {"csrfmiddlewaretoken", "do"}


class ManualPage:
    """The form of a new meeting on a path, or of the `meeting` that is edited.

    `data` is what was sent. `quiet` shows it again without a word about its faults: nobody has asked to save it yet.
    """

    def __init__(
        self, *, user: User, path: Path, now: datetime, meeting: Meeting | None = None, data=None, quiet=False
    ):
        self.user, self.path, self.now, self.meeting, self.data = user, path, now, meeting, data
        self.experts = list(self._people(Role.EXPERT))
        self.participants = list(self._people(Role.PARTICIPANT))
        if data is None:
            self.form = self._form(initial=self._fresh())
            self._read({**self.form.initial, "zone": user.time_zone, "starts_at": meeting and meeting.starts_at})
        else:
            sent = self._form(data)
            mend(sent)
            self.data = sent.data
            self.form = self._form(initial=self._typed()) if quiet else sent
            self._read(sent.cleaned_data)

    def _people(self, role: Role):
        """Everybody who can be chosen in this role: live on the path, or in the meeting already."""
        live = Membership.objects.live().filter(path=self.path, role=role).values("user")
        there = [user.pk for user in self.meeting.people(role)] if self.meeting else []
        found = User.objects.filter(Q(pk__in=live, is_active=True) | Q(pk__in=there))
        return found.select_related("expert").order_by("name", "pk")

    def _form(self, *args, **kwargs) -> ManualForm:
        return ManualForm(
            *args,
            experts=self._people(Role.EXPERT),
            participants=self._people(Role.PARTICIPANT),
            editing=self.meeting is not None,
            organizers=User.objects.filter(pk__in=[user.pk for user, _ in self.organizers]),
            **kwargs,
        )

    def _fresh(self) -> dict[str, object]:
        if self.meeting:
            return initial_of(self.meeting, self.user.time_zone)
        own = [self.user] if self.user in self.experts else self.experts if len(self.experts) == 1 else []
        return {
            "token": uuid4(),
            "zone": str(self.user.time_zone),
            "duration": USUAL_DURATION,
            "experts": [user.pk for user in own],
        }

    def _typed(self) -> dict[str, object]:
        return {
            name: self.data.getlist(name) if name in LISTS else self.data[name]
            for name in self.data
            if name not in UNTYPED
        }

    def _read(self, known: dict) -> None:
        """What is known of the time and the people, however much else is missing."""
        self.reader = Reader(known.get("zone") or self.user.time_zone, self.user.twelve_hour)
        self.day: date | None = known.get("date")
        self.minutes: int = known.get("duration") or USUAL_DURATION
        start: datetime | None = known.get("starts_at")
        self.span = (start, start + timedelta(minutes=self.minutes)) if start else None
        self.chosen = {
            getattr(each, "pk", each) for name in ("experts", "participants") for each in known.get(name) or ()
        }
        wall = known.get("start")
        both = walltime.instants(datetime.combine(self.day, wall), self.reader.zone) if self.day and wall else []
        self.twice = [timefmt.clock(each, self.reader) for each in both] if len(both) > 1 else []

    @property
    def organizers(self) -> list[tuple[User, str]]:
        """Who could organize the meeting, and what each is to it: its possible people, and who schedules it."""
        found = [(user, "expert") for user in self.experts] + [(user, "participant") for user in self.participants]
        if self.meeting:
            outside = {self.meeting.created_by: "who scheduled it", self.meeting.organizer: "organizer now"}
            found += [(user, what) for user, what in outside.items() if user not in dict(found)]
        return (
            found
            if self.meeting
            else [(user, what) for user, what in found if user != self.user] + [(self.user, "you")]
        )

    @cached_property
    def people(self) -> list[conflicts.FreeBusy]:
        """The time of everybody who is chosen, for the day and the two weeks after it."""
        if self.day is None:
            return []
        since, until = whos_free.horizon(self.day, self.reader)
        return conflicts.free_busy(
            [user for user in self.experts if user.pk in self.chosen],
            [user for user in self.participants if user.pk in self.chosen],
            since=since,
            until=until,
            but=self.meeting,
        )

    @cached_property
    def clashes(self) -> list[conflicts.Clash]:
        return conflicts.clashes(self.people, *self.span) if self.span else []

    @cached_property
    def doubts(self) -> list[conflicts.Doubt]:
        if not self.span:
            return []
        known = booking.asked_before(self.meeting, *self.span) if self.meeting else set()
        return [doubt for doubt in conflicts.doubts(self.people, *self.span) if doubt.user.pk not in known]

    def check(self) -> bool:
        """Put what speaks against the time beside its fields; whether nothing does and the form is in order."""
        experts = {user.pk for user in self.experts}
        for clash in self.clashes:
            self.form.add_error("experts" if clash.user.pk in experts else "participants", self._clash_words(clash))
        accepted = self.form.cleaned_data.get("accept") or []
        if any(doubt.key not in accepted for doubt in self.doubts):
            what = "Update" if self.meeting else "Schedule"
            self.form.add_error("accept", f"Tick “{what} anyway”, or choose another time.")
        return not self.form.errors

    def _clash_words(self, clash: conflicts.Clash) -> str:
        when, first = self._span_words(clash.start, clash.end), clash.user.first_name
        return f"{clash.user} already has a meeting {when}. Choose another time or take {first} out."

    def _span_words(self, start: datetime, end: datetime) -> str:
        """“from 16:30 to 17:15”, with the day where it is another."""
        other = timefmt.local_day(start, self.reader) != self.day
        day = f"on {timefmt.short_day(start, self.reader)} " if other else ""
        return f"{day}from {timefmt.clock_range(start, end, self.reader)}"

    def _doubt_words(self, doubt: conflicts.Doubt, start: datetime) -> tuple[str, str]:
        """What is the matter, and when it would not be."""
        name, first = str(doubt.user), doubt.user.first_name
        if doubt.busy:
            spans = " and ".join(self._span_words(*span) for span in doubt.busy)
            return f"{name} is busy elsewhere.", f"Her own calendar is taken {spans}."
        hours = next(person.hours or [] for person in self.people if person.user == doubt.user)
        inside = intervals.clip(hours, *whos_free.day_bounds(timefmt.local_day(start, self.reader), self.reader))
        spans = " and ".join(
            timefmt.clock_range(intervals.instant(a), intervals.instant(b), self.reader) for a, b in inside
        )
        available = f"{first} is {'available ' + spans if spans else 'not available'} that day."
        return f"{timefmt.clock(start, self.reader)} is outside {name}’s hours.", available

    def context(self) -> dict:
        clashing = {clash.user.pk for clash in self.clashes}
        doubted = {doubt.user.pk for doubt in self.doubts}
        value = {name: {str(getattr(each, "pk", each)) for each in self.form[name].value() or ()} for name in LISTS}

        def cards(people: list[User], name: str) -> list[dict[str, object]]:
            return [
                {
                    "user": user,
                    "text": user.expert.title if name == "experts" and hasattr(user, "expert") else "",
                    "checked": str(user.pk) in value[name],
                    "state": "danger" if user.pk in clashing else "warn" if user.pk in doubted else "",
                }
                for user in people
            ]

        lengths = sorted({*DURATIONS, self.minutes})
        return {
            "form": self.form,
            "path": self.path,
            "meeting": self.meeting,
            "experts": cards(self.experts, "experts"),
            "participants": cards(self.participants, "participants"),
            "organizers": self.organizers,
            "organizer": str(self.form["organizer"].value() or ""),
            "lengths": [(minutes, timefmt.minutes(minutes)) for minutes in lengths],
            "length": str(self.form["duration"].value()),
            "zones": (zones := self._zones()),
            "zone": (zone := str(self.form["zone"].value())),
            "zone_listed": zone in dict(zones),
            "twice": list(zip(("first", "second"), self.twice, strict=False)),
            "doubts": [
                {
                    "doubt": doubt,
                    "words": self._doubt_words(doubt, self.span[0]),
                    "accepted": doubt.key in value["accept"],
                }
                for doubt in self.doubts
                if self.span
            ],
            "links": self._links(value["experts"]),
            "may_add_experts": Membership.objects.live()
            .filter(path=self.path, user=self.user, role=Role.ADMIN)
            .exists(),
            "page_reader": self.reader,
            **self._drawn_panel(),
        }

    def _zones(self) -> list[tuple[str, str]]:
        """Each place with its offset on the day of the meeting."""
        day = self.day or timefmt.local_day(self.now, self.reader)
        moment = datetime.fromtimestamp(whos_free.day_bounds(day, self.reader)[0], self.reader.zone) + timedelta(
            hours=12
        )
        return timefmt.zone_choices(moment)

    def _links(self, chosen: set[str]) -> list[Expert]:
        """The experts whose own link can be taken: those chosen, or all while nobody is."""
        some = [user for user in self.experts if str(user.pk) in chosen] or self.experts
        return [user.expert for user in some if hasattr(user, "expert") and user.expert.video_link]

    def _drawn_panel(self) -> dict[str, object]:
        """Everybody's day with the heights of its lanes in pixels; nothing while the day or the people are missing."""
        if not self.people or self.day is None:
            return {"panel": None}
        start = self.span and self.span[0]
        panel = whos_free.panel(
            self.people, day=self.day, reader=self.reader, now=self.now, minutes=self.minutes, start=start
        )
        bottom = LANES_TOP + LANE * len(panel.lanes)
        return {
            "panel": panel,
            "panel_day": timefmt.long_day(self.day, self.reader, self.now),
            "clashes": bool(self.clashes),
            "lanes": [
                {"lane": lane, "y": LANES_TOP + LANE * number, "text_y": LANES_TOP + LANE * number + 18}
                for number, lane in enumerate(panel.lanes)
            ],
            "lanes_height": bottom + 4,
            "lanes_bottom": bottom,
            "mark_height": bottom - LANES_TOP + 2,
        }
