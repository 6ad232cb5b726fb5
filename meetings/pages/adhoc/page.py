"""What the form of an ad-hoc meeting shows: who can be chosen, what speaks against the time, and everybody's day."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cached_property
from uuid import UUID, uuid4

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _

from everwise import intervals, timefmt, walltime, wording
from everwise.accounts.models import User
from experts.models import Expert
from meetings import booking
from meetings.booking import conflicts
from meetings.enums import Standing
from meetings.models import Meeting
from meetings.pages import invited
from meetings.pages.adhoc import whos_free, words
from meetings.pages.adhoc.forms import DURATIONS, USUAL_DURATION, ManualForm, initial_of
from meetings.pages.adhoc.pickers import ROLES, PersonBox, Picker, ids_of
from meetings.pages.form_tokens import mend
from meetings.permissions import standings
from paths import people_search
from paths.enums import Role
from paths.models import Path

# Of the drawing of everybody's day, in pixels.
LANES_TOP, LANE = 26, 38
LISTS = ("experts", "participants", "accept")
# What the page itself adds to a form, and is not carried to another.
UNTYPED = {"csrfmiddlewaretoken", "do"}


class ManualPage:
    """The form of a new meeting on a path, or of the `meeting` that is edited.

    `data` is what was sent. `quiet` shows it again without a word about its faults: nobody has asked to save it yet.
    `presets` are the people that a link to an empty form names.

    An organizer who is neither expert nor admin of the path is `limited`: to the people in the meeting, of whom they
    learn no more than who is free at the time they chose.
    """

    def __init__(
        self,
        *,
        user: User,
        path: Path,
        now: datetime,
        meeting: Meeting | None = None,
        data=None,
        quiet=False,
        presets=None,
    ):
        self.user, self.path, self.now, self.meeting, self.data = user, path, now, meeting, data
        self.notice = ""
        self.standings = standings.path_standings(user, path)
        self.limited = not self.standings & standings.CHANGERS
        self.there: dict[str, list[User]] = {
            name: meeting.people(role) if meeting else [] for name, role in ROLES.items()
        }
        if data is None:
            self.form = self._form(initial=self._fresh(presets or QueryDict()))
            known = {**self.form.initial, "zone": user.time_zone, "starts_at": meeting and meeting.starts_at}
        else:
            sent = self._form(data)
            mend(sent)
            self.data = sent.data
            self.form = self._form(initial=self._typed()) if quiet else sent
            known = sent.cleaned_data
        self.pickers = {name: Picker(name, self.data, chosen=self._boxes(name)) for name in ROLES}
        self._read(known)

    def _people(self, role: Role):
        """Everybody who can be chosen in this role: live on the path, or in the meeting already."""
        there = Q(pk__in=[user.pk for name in ROLES if ROLES[name] == role for user in self.there[name]])
        return User.objects.filter(there if self.limited else there | people_search.is_member(self.path, role))

    def _boxes(self, name: str) -> list[PersonBox]:
        """Who is chosen, and whoever is in the meeting already: they can be taken back in."""
        ids = set(ids_of(self.form[name].value() or ()))
        shown = ids | {user.pk for user in self.there[name]}
        found = self._people(ROLES[name]).filter(pk__in=shown) if shown else User.objects.none()
        people = found.select_related("expert").order_by("name", "pk")
        return [PersonBox(user, user.pk in ids) for user in self._veiled(people)]

    def _veiled(self, people: Iterable[User]) -> list[User]:
        """An organizer who is a participant is shown no addresses."""
        return list(people) if self.limited else invited.veiled(self.path, people)

    def _form(self, *args, **kwargs) -> ManualForm:
        form = ManualForm(
            *args,
            experts=self._people(Role.EXPERT),
            participants=self._people(Role.PARTICIPANT),
            editing=self.meeting is not None,
            organizers=self._possible_organizers(),
            # Somebody who left is named to nobody who could not see them on the path.
            gone=None if self.limited else lambda ids: self._veiled(people_search.left(self.path, ids)),
            kept_link=self.meeting.video_link if self.meeting and self.limited else None,
            **kwargs,
        )
        if self.path.makes_rooms:
            form.fields["video_link"].help_text = _("Empty, and without a place: in a room that the path makes.")
        return form

    def _possible_organizers(self):
        """Everybody who could be chosen: whether they would be in the meeting is asked when it is saved."""
        known = {*self.outside, *(user for name in ROLES for user in self.there[name])}
        possible = Q(pk__in=[user.pk for user in known])
        if not self.limited:
            possible |= people_search.is_member(self.path, Role.EXPERT, Role.PARTICIPANT)
        return User.objects.filter(possible)

    def _fresh(self, presets: QueryDict) -> dict[str, object]:
        if self.meeting:
            return initial_of(self.meeting, self.user.time_zone)
        experts = self._people(Role.EXPERT)
        named = ids_of(presets.getlist("expert"))
        own = list(experts.filter(pk__in=named or [self.user.pk])) or list(experts[:2])
        asked = ids_of(presets.getlist("participant"))
        guests = (
            set(self._people(Role.PARTICIPANT).filter(pk__in=asked).values_list("pk", flat=True)) if asked else set()
        )
        if len(guests) < len(presets.getlist("participant")):
            self.notice = _("Somebody is not a participant of this path any more. Choose who should come.")
        return {
            "token": uuid4(),
            "zone": str(self.user.time_zone),
            "duration": USUAL_DURATION,
            "experts": [user.pk for user in own] if len(own) == 1 else [],
            "participants": list(guests),
            "organizer": next(iter(ids_of(presets.getlist("organizer"))), ""),
        }

    def _typed(self) -> dict[str, object]:
        return {
            name: self.data.getlist(name) if name in LISTS else self.data[name]
            for name in self.data
            if name not in UNTYPED
        }

    def _read(self, known: dict) -> None:
        """What is known of the time and the people, however much else is missing."""
        own = self.user.reader
        self.reader = own._replace(zone=known.get("zone") or own.zone)
        self.day: date | None = known.get("date")
        self.minutes: int = known.get("duration") or USUAL_DURATION
        start: datetime | None = known.get("starts_at")
        self.span = (start, start + timedelta(minutes=self.minutes)) if start else None
        wall = known.get("start")
        both = walltime.instants(datetime.combine(self.day, wall), self.reader.zone) if self.day and wall else []
        self.twice = [timefmt.clock(each, self.reader) for each in both] if len(both) > 1 else []

    def chosen(self, name: str) -> list[User]:
        return [box.user for box in self.pickers[name].chosen if box.checked]

    @property
    def outside(self) -> dict[User, str]:
        """Who may organize the meeting without being in it, and what each is to it (of `words.ORGANIZERS`)."""
        if not self.meeting:
            return {self.user: "you"}
        scheduler = {} if self.limited else {self.meeting.created_by: "scheduler"}
        return scheduler | {self.meeting.organizer: "organizer"}

    @property
    def organizers(self) -> list[tuple[User, str]]:
        """Who could organize the meeting, and what each is to it (of `words.ORGANIZERS`)."""
        inside = {user: name for name in ROLES for user in self.chosen(name)}
        outside = {user: what for user, what in self.outside.items() if user not in inside}
        return [*inside.items(), *outside.items()]

    @property
    def organizer(self) -> str:
        """Whom the form proposes until somebody else is chosen: one of its people, who then need no admin."""
        possible = [str(user.pk) for user, _what in self.organizers]
        if (chosen := str(self.form["organizer"].value() or "")) in possible:
            return chosen
        if self.meeting:
            return str(self.meeting.organizer_id)
        return str(self.user.pk) if self.user in self.chosen("experts") else possible[0]

    @cached_property
    def shared(self) -> set[str]:
        """Names that are not enough to tell who is meant. An organizer who is a participant is shown no addresses."""
        if self.limited:
            return set()
        people = [user for name in ROLES for user in self.chosen(name)]
        twice = {name for name, count in Counter(user.name for user in people).items() if count > 1}
        return twice | people_search.shared_names(self.path, people)

    def called(self, user: User) -> str:
        return f"{user} ({user.email})" if user.name in self.shared else str(user)

    @cached_property
    def people(self) -> list[conflicts.FreeBusy]:
        """The time of everybody who is chosen, for the day and the two weeks after it."""
        if self.day is None:
            return []
        since, until = whos_free.horizon(self.day, self.reader)
        return conflicts.free_busy(
            self.chosen("experts"),
            self.chosen("participants"),
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
        """Put all that speaks against the meeting beside its fields; whether nothing does and the form is in order."""
        cleaned = self.form.cleaned_data
        if over := self._over():
            self.form.add_error(*over)
        else:
            self._check_free(cleaned.get("accept") or [])
        experts, participants = ({user.pk for user in self.chosen(name)} for name in ROLES)
        organizer = cleaned.get("organizer") or (self.meeting and self.meeting.organizer)
        if organizer and organizer.pk not in experts | participants and organizer not in self._may_stay_out():
            self.form.add_error("organizer", booking.not_in_meeting(organizer))
        return not self.form.errors

    def _may_stay_out(self):
        """As the writer has it: not somebody whom this very form takes out."""
        gone = {user for name in ROLES for user in self.there[name]}
        return [user for user in self.outside if user not in gone]

    def _over(self):
        """The field and the words where the time is over already; nobody is asked to agree to such a time."""
        if self.meeting and self.span == (self.meeting.starts_at, self.meeting.ends_at):
            return None
        if self.day and self.day < timefmt.local_day(self.now, self.reader):
            return "date", _("That day is over. Choose a date from today on.")
        return ("start", booking.OVER) if self.span and self.span[0] <= self.now else None

    def _check_free(self, accepted):
        experts = {user.pk for user in self.chosen("experts")}
        for clash in self.clashes:
            self.form.add_error("experts" if clash.user.pk in experts else "participants", self._clash_words(clash))
        if self.limited:
            clashing = {clash.user for clash in self.clashes}
            for user in dict.fromkeys(doubt.user for doubt in self.doubts if doubt.user not in clashing):
                self.form.add_error("experts", words.not_free(user))
        elif any(doubt.key not in accepted for doubt in self.doubts):
            tick = _("Tick “Schedule anyway”, or choose another time.")
            if self.meeting:
                tick = _("Tick “Update anyway”, or choose another time.")
            self.form.add_error("accept", tick)

    def _clash_words(self, clash: conflicts.Clash) -> str:
        if self.limited and clash.user != self.user:
            return words.not_free(clash.user)
        return words.clash(clash, self.day, self.reader, self.called)

    def _doubt_words(self, doubt: conflicts.Doubt, start: datetime) -> tuple[str, str]:
        """What is the matter, and when it would not be."""
        if doubt.busy:
            return words.busy(doubt, self.day, self.reader, self.called)
        hours = next(person.hours or [] for person in self.people if person.user == doubt.user)
        day = whos_free.day_bounds(timefmt.local_day(start, self.reader), self.reader)
        return words.outside_hours(doubt.user, start, intervals.clip(hours, *day), self.reader, self.called)

    def context(self) -> dict:
        clashing = {clash.user.pk for clash in self.clashes}
        doubted = {doubt.user.pk for doubt in self.doubts}
        accepted = set(map(str, self.form["accept"].value() or ()))
        for picker in self.pickers.values():
            for box in picker.chosen:
                # The colour would tell a limited organizer why somebody is not free.
                danger = box.user.pk in clashing and not self.limited
                box.state = "danger" if danger else "warn" if box.user.pk in clashing | doubted else ""
            if not self.limited:
                picker.open(self.path, self.user, self.now, self.span, self.meeting)
        lengths = sorted({*DURATIONS, self.minutes})
        return {
            "form": self.form,
            "path": self.path,
            "meeting": self.meeting,
            "limited": self.limited,
            "notice": self.notice,
            "pickers": self.pickers,
            "shared": self.shared,
            "organizers": [
                (user, words.ORGANIZERS[what] % {"name": wording.isolated(self.called(user))})
                for user, what in self.organizers
            ],
            # The only one possible so far is nobody's choice: when there are people, one of them is proposed.
            "alone": len(self.organizers) == 1 and not self.meeting,
            "organizer": self.organizer,
            "lengths": [(minutes, timefmt.minutes(minutes)) for minutes in lengths],
            "length": str(self.form["duration"].value()),
            "zone": self.form["zone"].value(),
            "zone_moment": self._noon(),
            "twice": list(zip(("first", "second"), self.twice, strict=False)),
            "doubts": [
                {
                    "doubt": doubt,
                    "words": self._doubt_words(doubt, self.span[0]),
                    "accepted": doubt.key in accepted,
                }
                for doubt in self.doubts
                if self.span and not self.limited and not self._over()
            ],
            "links": self.links,
            "may_add_experts": Standing.ADMIN in self.standings,
            "page_reader": self.reader,
            "free": self._free(clashing | doubted) if self.limited else None,
            "span_words": timefmt.clock_range(*self.span, self.reader) if self.span else "",
            "zone_words": timefmt.zone_label(self.span[0] if self.span else self.now, self.reader.zone),
            **({"panel": None} if self.limited else self._drawn_panel()),
        }

    def _free(self, taken: set[UUID]) -> list[tuple[User, bool]]:
        """Of each person whether they are free at the time that was chosen: all that a limited organizer learns."""
        if not self.span:
            return []
        return [(user, user.pk not in taken) for name in ROLES for user in self.chosen(name)]

    def _noon(self) -> datetime:
        """Of the day of the meeting, on which zones have other offsets than today."""
        day = self.day or timefmt.local_day(self.now, self.reader)
        start = whos_free.day_bounds(day, self.reader)[0]
        return datetime.fromtimestamp(start, self.reader.zone) + timedelta(hours=12)

    @property
    def links(self) -> list[Expert]:
        """The chosen experts whose own link can be taken."""
        if self.limited:
            return []
        experts = [user.expert for user in self.chosen("experts") if hasattr(user, "expert")]
        return [expert for expert in experts if expert.video_link]

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
