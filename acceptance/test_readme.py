"""The README's deployment, walked as it is written, from a clean checkout to the first sign-in."""

import os
import pty
import re
import select
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from acceptance.installation import ROOT, Installation
from acceptance.processes import HOST
from acceptance.visitor import Visitor

EMAIL, PASSWORD = "founder@example.com", "correct horse battery staple"


def deployment_commands() -> list[str]:
    """The lines of the first block of commands under "Deployment", without their comments."""
    section = (ROOT / "README.md").read_text().split("\n## Deployment\n")[1]
    block = re.search(r"```\n(.*?)```", section, re.DOTALL)[1].replace("\\\n", " ")
    return [line for text in block.splitlines() if (line := re.sub(r"\s+#.*", "", text).strip())]


def run_in_terminal(command: list[str], answers: dict[str, str], *, cwd, env) -> str:
    """Run a command that asks at a terminal, and answer what it asks."""
    child, terminal = pty.fork()
    if not child:
        os.chdir(cwd)
        os.execvpe(command[0], command, env)
    shown, waiting = "", dict(answers)
    while True:
        if not select.select([terminal], [], [], 60)[0]:
            raise TimeoutError(f"It says nothing more after:\n{shown}")
        try:
            part = os.read(terminal, 4096).decode()
        except OSError:
            # The terminal is gone when the command has ended.
            break
        if not part:
            break
        shown += part
        for question in [each for each in waiting if shown.rstrip().endswith(each)]:
            os.write(terminal, f"{waiting.pop(question)}\n".encode())
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0, shown
    return shown


@pytest.fixture
def checkout(tmp_path) -> Path:
    """What is committed and what is about to be, as somebody would clone it."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0"):
        if name and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


def test_deployment_as_written(tmp_path, checkout, cluster, mail_server) -> None:
    folder = tmp_path / "installation"
    folder.mkdir()
    site = Installation(folder, cluster.url, mail_server.port, root=checkout, python=".venv/bin/python")
    commands = deployment_commands()
    exported = {}
    for line in commands:
        if line.startswith("export "):
            exported |= dict(re.findall(r'(\w+)=(".*?"|\S+)', line))
    ours = {
        "SECRET_KEY": site.env["SECRET_KEY"],
        "DATABASE_URL": cluster.url,
        "SITE_URL": site.site_url,
        "ALLOWED_HOSTS": "localhost",
        "EMAIL_URL": f"smtp://{HOST}:{mail_server.port}",
    }
    # Every variable of the README is set, to what it says or to what stands in its place here.
    assert set(ours) <= set(exported)
    bare = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    pip = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_", "REQUESTS_"))}
    written = {name: value.strip('"') for name, value in exported.items()}
    env = bare | pip | {"HOME": str(folder), "DATA_DIR": str(folder / "data")} | written | ours
    site.env = env

    def run(command):
        done = subprocess.run(command.split(), cwd=checkout, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    steps = [line for line in commands if not line.startswith("export ")]
    assert steps[0] == "python3 -m venv .venv"
    subprocess.run([sys.executable, "-m", "venv", ".venv"], cwd=checkout, check=True)
    kept = [line for line in steps[1:] if "gunicorn" not in line and not line.endswith(" worker")]
    assert [line for line in steps if line.endswith(" worker")]
    for line in kept:
        if "createsuperuser" in line:
            asked = {"address:": EMAIL, "Name:": "Founder", "Password:": PASSWORD, "(again):": PASSWORD}
            run_in_terminal(line.split(), asked, cwd=checkout, env=env)
        else:
            run(line)
    run(".venv/bin/python manage.py check --deploy --fail-level WARNING")

    gunicorn = next(line for line in steps if "gunicorn" in line)
    port = int(re.search(r"--bind 127\.0\.0\.1:(\d+)", gunicorn)[1])
    try:
        site.start(web=1)
        assert port == 8000
        visitor = Visitor(site.site_url)
        assert visitor.sign_in(EMAIL, PASSWORD).status == 302
        home = visitor.get("/")
        assert home.status == 200
        assert "/admin/" in home.text
        assert visitor.get("/admin/").status == 200
        assert visitor.get("/readyz").status == 200
    finally:
        site.stop()
    assert site.count_broken() == ""
