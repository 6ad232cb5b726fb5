"""manage.py import_people: the same as the page, from cron."""

import pytest
from django.core.management import CommandError, call_command

from everwise.accounts.models import User
from paths.models import Membership, PathEvent
from tests.scene import NOW, a_participant, a_path, an_admin, an_expert

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

FILE = "First Name,Last Name,Email,Manager Email\nZoë,Kim,zoe@new.example,boss@new.example\n"


@pytest.fixture
def path():
    path = a_path(name="Leading", opened_at=NOW)
    an_admin(path, email="ruth@example.com")
    return path


@pytest.fixture
def run(tmp_path, capsys):
    def run(path, text=FILE, by="ruth@example.com", **options):
        file = tmp_path / "people.csv"
        file.write_text(text)
        call_command("import_people", str(path), str(file), by=by, **options)
        return capsys.readouterr().out.strip()

    return run


def test_imports_what_the_page_does_and_ends_nobody(path, run):
    stays = a_participant(path)

    assert run(path.pk) == "1 imported, 1 invited, 0 told"
    zoe = User.objects.get(email="zoe@new.example")
    assert zoe.name == "Zoë Kim"
    assert set(Membership.objects.live().filter(path=path, role="participant").values_list("user", flat=True)) == {
        zoe.pk,
        stays.pk,
    }
    assert PathEvent.objects.get().via == "import"
    assert not User.objects.filter(email="boss@new.example").exists()
    assert run("Leading") == "0 imported, 0 invited, 0 told"


def test_a_dry_run_writes_nothing(path, run):
    said = run(path.pk, dry_run=True)

    assert said == "1 added, 0 changed, 0 unchanged, 0 with a problem. Nothing was written."
    assert not User.objects.filter(email="zoe@new.example").exists()


def test_problems_stop_it_and_are_named(path, run, capsys):
    text = "email\nbad\ngood@new.example\n"
    with pytest.raises(CommandError, match="1 line has a problem"):
        run(path.pk, text)
    assert capsys.readouterr().err == "2: This is not a full e-mail address\n"
    assert not User.objects.filter(email="good@new.example").exists()

    assert run(path.pk, text, leave_out=True) == "1 imported, 1 invited, 0 told"


def test_says_what_is_wrong(path, run, tmp_path):
    with pytest.raises(CommandError, match="Nobody here has the address"):
        run(path.pk, by="nobody@example.com")
    with pytest.raises(CommandError, match="Only an admin of this path"):
        run(path.pk, by=an_expert(path).user.email)
    with pytest.raises(CommandError, match="No path has this name or id"):
        run("Nothing")
    with pytest.raises(CommandError, match="There is no column “email”"):
        run(path.pk, "name\nZoë")
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_people", str(path.pk), str(tmp_path / "none.csv"), by="ruth@example.com")
    a_path(name="Leading")
    with pytest.raises(CommandError, match="More than one path has this name or id"):
        run("Leading")
    assert not User.objects.filter(email="zoe@new.example").exists()
