"""A retired theme at every door: nobody books it, and what is booked takes place, is moved and is given to others."""

import html
import re
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from meetings import booking
from meetings.booking.errors import NotOffered
from meetings.mail import render
from meetings.models import Meeting, Notice
from paths import themes
from paths.models import Path, Theme
from tests.gate_world import a_manual_form, signed_in
from tests.scene import NOW, a_dropin, a_participant, a_path, a_theme, an_admin, an_expert, at, book

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
GONE = "Choose another theme: that one was just taken away."
RETIRED = "This theme can’t be booked any more."


class Scene:
    """Pia has a session of the theme to come, one that is over, and one that Eva has just cancelled."""

    def __init__(self):
        self.path = a_path()
        self.ada, self.pia = an_admin(self.path), a_participant(self.path)
        self.eva, self.ines = an_expert(self.path), an_expert(self.path, name="Ines")
        self.theme = a_theme(self.path, self.eva, self.ines, name="Saying no")
        a_theme(self.path, self.eva, name="Asking", minutes=45)
        self.over = a_dropin(self.theme, self.pia, self.eva, at(10, day=-3))
        self.booked = book(self.theme, self.pia, at(10), expert=self.eva)
        lost = book(self.theme, self.pia, at(12), expert=self.eva)
        self.lost = booking.cancel(meeting=lost, by=self.eva.user, now=NOW)

    def get(self, user, name, *args, **query):
        return signed_in(user).get(reverse(name, args=args), query)

    def post(self, user, address, **form):
        return signed_in(user).post(address, {"token": str(uuid4()), **form})


def words(answer):
    text = answer if isinstance(answer, str) else answer.text
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text)))


def says(answer, *texts):
    """The status, and which of these can be read there."""
    return (answer.status_code, *(text for text in texts if text in words(answer)))


def number_of_meetings(scene, act):
    before = Meeting.objects.count()
    answer = act(scene)
    return answer, Meeting.objects.count() - before


def theme_page(scene):
    return says(scene.get(scene.pia, "schedule:theme", scene.path.pk), "Saying no", "Asking")


def times_page(scene):
    answer = scene.get(scene.pia, "schedule:time", scene.path.pk, theme=scene.theme.pk)
    return says(answer, "Choose a time", GONE)


def last_step(scene):
    query = {"theme": scene.theme.pk, "start": f"{at(14):%Y-%m-%dT%H:%M:%SZ}"}
    return says(scene.get(scene.pia, "schedule:confirm", scene.path.pk, **query), "Note to your expert", GONE)


def _confirm(scene, user, **query):
    query = {"theme": scene.theme.pk, "start": f"{at(14):%Y-%m-%dT%H:%M:%SZ}", **query}
    address = reverse("schedule:confirm", args=[scene.path.pk], query=query)
    answer, made = number_of_meetings(scene, lambda _: scene.post(user, address, expert="any", note=""))
    return (*says(answer, GONE), made)


def confirming(scene):
    return _confirm(scene, scene.pia)


def confirming_for_somebody(scene):
    return _confirm(scene, scene.ada, **{"for": scene.pia.pk})


def confirming_for_somebody_as_expert(scene):
    return _confirm(scene, scene.ines.user, **{"for": scene.pia.pk})


def writer(scene):
    try:
        return book(Theme.objects.get(pk=scene.theme.pk), scene.pia, at(14)).title
    except NotOffered as error:
        return str(error)


def first_page(scene):
    return says(scene.get(scene.pia, "home"), "Take this time with Ines", RETIRED)


def page_of_lost(scene):
    answer = scene.get(scene.pia, "meetings:detail", scene.lost.pk)
    return (*says(answer, RETIRED), reverse("meetings:rescue", args=[scene.lost.pk]) in answer.text)


def taking_the_time(scene):
    address = reverse("meetings:rescue", args=[scene.lost.pk])
    answer, made = number_of_meetings(scene, lambda _: signed_in(scene.pia).post(address, follow=True))
    return (*says(answer, "This theme can’t be booked any more. Nothing was booked."), made)


def book_again(scene):
    answer = scene.get(scene.pia, "meetings:detail", scene.over.pk)
    return (*says(answer, RETIRED), reverse("schedule:time", args=[scene.path.pk]) in answer.text)


def follow_up(scene):
    answer = scene.get(scene.eva.user, "meetings:detail", scene.over.pk)
    address = re.search(rf'href="({reverse("schedule:manually", args=[scene.path.pk])}\?[^"]+)"', answer.text)[1]
    return signed_in(scene.eva.user).get(html.unescape(address)).status_code


def why(scene):
    asked = {"theme": scene.theme.pk, "day": f"{at(14):%Y-%m-%d}", "time": "14:00", "zone": "UTC"}
    answer = scene.get(scene.pia, "why", scene.path.pk, **asked)
    return says(answer, "Offered", "This theme is not one of the path’s.")


def moving(scene):
    address = reverse("meetings:reschedule", args=[scene.booked.pk])
    page = signed_in(scene.pia).get(address)
    start = f"{at(15):%Y-%m-%dT%H:%M:%SZ}"
    moved = scene.post(scene.pia, address, start=start, expert="", sequence=scene.booked.sequence)
    return page.status_code, moved.status_code, Meeting.objects.get(pk=scene.booked.pk).starts_at.hour


def giving(scene):
    address = reverse("meetings:reassign", args=[scene.booked.pk])
    page = signed_in(scene.ada).get(address)
    form = {"expert": scene.ines.pk, "sequence": scene.booked.sequence, "message": ""}
    given = scene.post(scene.ada, address, **form)
    return page.status_code, given.status_code, Meeting.objects.with_people().get(pk=scene.booked.pk).experts[0].name


def cancelling(scene):
    address = reverse("meetings:cancel", args=[scene.booked.pk])
    return scene.post(scene.pia, address, sequence=scene.booked.sequence, message="", counts="no").status_code


def _letter(scene, meeting, kind):
    rows = Notice.objects.select_related("event__by", "meeting__path", "user").filter(meeting=meeting)
    return render.render(rows.get(user=scene.pia, kind=kind))


def links_of_mails(scene):
    letter = _letter(scene, scene.booked, "booked")
    found = re.findall(r'href="http://testserver(/meetings/[^"]+)"', letter.html)
    return {address.split("/")[3]: signed_in(scene.pia).get(address).status_code for address in found}


def mail_about_lost(scene):
    text = _letter(scene, scene.lost, "cancelled").text
    return "Ines" in text, f"/meetings/{scene.lost.pk}/" in text


def calendar_file(scene):
    answer = scene.get(scene.pia, "meetings:calendar-file", scene.booked.pk)
    return answer.status_code, "SUMMARY:Saying no" in answer.text


def by_hand(scene):
    people = {"experts": [scene.ines.user_id], "participants": [scene.pia.pk], "organizer": ""}
    form = {**a_manual_form(at(16, 30)), **people}
    return scene.post(scene.ada, reverse("schedule:manually", args=[scene.path.pk]), **form).status_code


def copy_of_the_path(scene):
    form = {"token": str(uuid4()), "name": "Copy", "time_zone": "UTC", "start": "copy", "source": str(scene.path.pk)}
    form |= {"program": str(scene.path.program_id), "with_settings": "on"}
    answer = signed_in(scene.ada).post(reverse("paths:new"), form)
    made = Path.objects.get(program=scene.path.program, name="Copy")
    return answer.status_code, list(made.themes.values_list("name", flat=True))


def overview(scene):
    answer = scene.get(scene.pia, "paths:detail", scene.path.pk)
    return answer.status_code, f"theme={scene.theme.pk}" in answer.text


def hours_of_its_expert(scene):
    return says(scene.get(scene.ines.user, "availability"), "Saying no")


def import_of_people(scene):
    file = SimpleUploadedFile("people.csv", b"email,name\nnora@example.test,Nora\n")
    address = reverse("paths:import-people", args=[scene.path.pk])
    return signed_in(scene.ada).post(address, {"file": file}, follow=True).status_code


# What each door answers while the theme can be booked, and once it is retired.
DOORS = [
    (theme_page, (200, "Saying no", "Asking"), (200, "Asking")),
    (times_page, (200, "Choose a time"), (404, GONE)),
    (last_step, (200, "Note to your expert"), (404, GONE)),
    (confirming, (302, 1), (404, GONE, 0)),
    (confirming_for_somebody, (302, 1), (404, GONE, 0)),
    (confirming_for_somebody_as_expert, (302, 1), (404, GONE, 0)),
    (writer, "Saying no", RETIRED),
    (overview, (200, True), (200, False)),
    (first_page, (200, "Take this time with Ines"), (200, RETIRED)),
    (page_of_lost, (200, True), (200, RETIRED, False)),
    (taking_the_time, (200, 1), (200, "This theme can’t be booked any more. Nothing was booked.", 0)),
    (mail_about_lost, (True, True), (False, True)),
    (book_again, (200, True), (200, RETIRED, False)),
    (follow_up, 200, 200),
    (why, (200, "Offered"), (400, "This theme is not one of the path’s.")),
    (hours_of_its_expert, (200, "Saying no"), (200,)),
    (copy_of_the_path, (302, ["Asking", "Saying no"]), (302, ["Asking"])),
    # What is booked goes on as before.
    (moving, (200, 302, 15), (200, 302, 15)),
    (giving, (200, 302, "Ines"), (200, 302, "Ines")),
    (cancelling, 302, 302),
    (links_of_mails, {"": 200, "join": 200, "reschedule": 200, "cancel": 200}, None),
    (calendar_file, (200, True), (200, True)),
    # And what names no theme.
    (by_hand, 302, 302),
    (import_of_people, 200, 200),
]


@pytest.mark.parametrize(("door", "open_", "retired"), DOORS, ids=[door.__name__ for door, *_answers in DOORS])
def test_each_door(door, open_, retired):
    while_open = door(Scene())
    scene = Scene()
    themes.retire(theme=scene.theme, by=scene.ada, now=NOW)

    assert while_open == open_
    assert door(scene) == (open_ if retired is None else retired)


def test_brought_back_it_is_bookable_at_each_door():
    for door, open_, _retired in DOORS[:4]:
        scene = Scene()
        themes.retire(theme=scene.theme, by=scene.ada, now=NOW)
        themes.bring_back(theme=scene.theme, by=scene.ada, now=NOW)
        assert door(scene) == open_
