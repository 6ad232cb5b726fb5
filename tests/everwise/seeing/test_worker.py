"""Lines of the worker name the job that they belong to."""

import pytest
from django.core.management import call_command

from meetings.models import Notice
from tests import scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def test_lines_about_a_notice_have_its_job(lines, settings):
    settings.EMAIL_BACKEND = "everwise.smtp.NoServer"
    path = scene.a_path()
    scene.book(scene.a_theme(path, scene.an_expert(path)), scene.a_participant(path, "Maya"), scene.at(10))

    call_command("worker", once=True)

    told = [line for line in lines() if "was not sent" in line["event"]]
    assert told
    for line in told:
        pk = line["job"].removeprefix("notice ")
        assert Notice.objects.filter(pk=pk).exists()
        assert pk in line["event"]
