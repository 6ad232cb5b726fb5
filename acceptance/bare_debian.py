"""docs/deploy.md, typed as it stands on a Debian with nothing on it, up to the first booking and through an upgrade.

`python -m acceptance.bare_debian MIRROR`, as root, with debootstrap and iproute2: makes a tree of Debian in a temporary
folder (`--tree FOLDER` takes one that is there), goes in by chroot, and has a network of its own for what it starts, so
that ports 80, 443, 5432 and 8000 are free. What needs packages (apt-get, pip) uses the machine's network. No systemd
runs in such a tree: `systemctl` there is a script that starts what the units say.
"""

import argparse
import os
import re
import shutil
import ssl
import subprocess
import sys
import tempfile
from pathlib import Path

from acceptance.first_visit import PASSWORD, STAFF
from acceptance.installation import ROOT, make_certificate
from acceptance.test_readme import run_in_terminal

NETWORK = "everwise-bare"
SITE, MAIL_PORT = "https://learn.example.com", 2525
# Whom this machine trusts on the way to its package index, beside what Debian's own package brings.
CERTIFICATES, TRUSTED = ssl.get_default_verify_paths().cafile, "/etc/trusted.pem"
SYSTEMCTL = r"""#!/bin/sh
# Starts, restarts and reloads what the units in /etc/systemd/system say, as systemd would.
up() {
    unit=$1; port=${unit#*@}; file=/etc/systemd/system/$unit.service
    case $unit in *@*) file=/etc/systemd/system/${unit%@*}@.service;; esac
    start=$(sed -n 's/^ExecStart=//p' "$file" | sed "s/%i/$port/")
    dir=$(sed -n 's/^WorkingDirectory=//p' "$file")
    set -a; . "$(sed -n 's/^EnvironmentFile=//p' "$file")"; set +a
    cd "$dir" && setsid runuser -u "$(sed -n 's/^User=//p' "$file")" -- $start > "/var/log/$unit.log" 2>&1 < /dev/null &
    echo $! > "/run/$unit.pid"
}
down() {
    [ -f "/run/$1.pid" ] || return 0
    pid=$(cat "/run/$1.pid")
    kill "$pid"
    while kill -0 "$pid" 2>/dev/null; do sleep 0.2; done
}
verb=$1; shift
case $verb in
    daemon-reload) ;;
    enable) shift; for unit in "$@"; do up "$unit"; done;;
    restart) for unit in "$@"; do down "$unit"; up "$unit"; done;;
    reload) pgrep -x nginx > /dev/null && nginx -s reload || nginx;;
    *) echo "systemctl $verb?" >&2; exit 1;;
esac
"""


class Debian:
    def __init__(self, tree: Path):
        self.tree = tree
        self.env = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root"}
        self.env |= {"LANG": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}
        # How this machine reaches package indexes.
        self.env |= {name: value for name, value in os.environ.items() if name.startswith("PIP_")}

    def put(self, name: str, text: str, mode: int = 0o644) -> None:
        path = self.tree / name.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)

    def inside(self, script: str, *, apart: bool = True) -> list[str]:
        """The command that runs a script in the tree; `apart`: in the network of its own."""
        network = ["ip", "netns", "exec", NETWORK] if apart else []
        return [*network, "chroot", str(self.tree), "/bin/sh", "-e", "-c", f"cd /root\n{script}"]

    def run(self, script: str, *, apart: bool = True) -> str:
        print(script, flush=True)
        command = self.inside(script, apart=apart)
        done = subprocess.run(command, env=self.env, check=False, stdout=subprocess.PIPE, text=True)
        if done.returncode:
            sys.exit(f"ended with {done.returncode}:\n{done.stdout[-4000:]}")
        return done.stdout

    def prepare(self) -> None:
        shutil.copy2("/etc/resolv.conf", self.tree / "etc/resolv.conf")
        for config in ("pip.conf", "xdg/pip/pip.conf", "xdg/pip/constraints.txt"):
            if (Path("/etc") / config).is_file():
                self.put(f"/etc/{config}", (Path("/etc") / config).read_text())
        for folder in filter(None, os.environ.get("PIP_FIND_LINKS", "").split()):
            (self.tree / folder.lstrip("/")).mkdir(parents=True, exist_ok=True)
        if CERTIFICATES:
            self.env["PIP_CERT"] = TRUSTED
            self.put(TRUSTED, Path(CERTIFICATES).read_text())
        # As on a machine of containers: nothing starts when its package is installed.
        self.put("/usr/sbin/policy-rc.d", "#!/bin/sh\nexit 101\n", 0o755)
        self.put("/usr/local/bin/systemctl", SYSTEMCTL, 0o755)
        for kind, place in (("proc", "proc"), ("--bind", "dev")):
            source = ["-t", "proc", "proc"] if kind == "proc" else [kind, f"/{place}"]
            subprocess.run(["mount", *source, str(self.tree / place)], check=True)
        subprocess.run(["ip", "netns", "add", NETWORK], check=True)
        subprocess.run(["ip", "-n", NETWORK, "link", "set", "lo", "up"], check=True)

    def end(self) -> None:
        """End what runs in the tree, by its root folder, and take the network and the mounts away."""
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if (process / "root").resolve() == self.tree:
                    os.kill(int(process.name), 9)
            except OSError:
                continue
        subprocess.run(["ip", "netns", "del", NETWORK], check=False)
        for place in ("dev", "proc"):
            subprocess.run(["umount", "--lazy", str(self.tree / place)], check=False)


def blocks(section: str) -> list[str]:
    """The commands of one section of docs/deploy.md."""
    text = (ROOT / "docs" / "deploy.md").read_text().split(f"\n## {section}\n")[1].split("\n## ")[0]
    return re.findall(r"```\n(.*?)```", text, re.DOTALL)


def type_block(debian: Debian, block: str) -> None:
    kept = "smtp://user:password@mail.example.com:587/?tls=True"
    block = block.replace(kept, f"smtp://127.0.0.1:{MAIL_PORT}")
    *before, last = block.strip().splitlines()
    if last == "everwise createsuperuser":
        debian.run("\n".join(before))
        asked = {"address:": STAFF, "Name:": "Founder", "Password:": PASSWORD, "(again):": PASSWORD}
        run_in_terminal(debian.inside(last), asked, cwd="/", env=debian.env)
        return
    debian.run(block, apart=not re.search(r"apt-get|pip install", block))
    if "apt-get install" in block:
        # Debian starts it itself where systemd runs, and takes another port where the machine's own is taken.
        debian.run("pg_conftool 15 main set port 5432\npg_ctlcluster 15 main start")


def release(folder: Path, version: str) -> list[Path]:
    """The archive of what is committed, and its sums, made in a clone of its own."""
    clone = folder / f"clone-{version}"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    project = clone / "pyproject.toml"
    project.write_text(re.sub(r'^version = ".*"', f'version = "{version}"', project.read_text(), flags=re.MULTILINE))
    author = ["-c", "user.name=Release", "-c", "user.email=release@example.com"]
    subprocess.run(
        ["git", *author, "commit", "--quiet", "--all", "--allow-empty", "-m", version], cwd=clone, check=True
    )
    subprocess.run([sys.executable, "scripts/release.py"], cwd=clone, check=True)
    return list((clone / "dist").iterdir())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mirror", help="of Debian's packages, as for debootstrap")
    parser.add_argument("--tree", type=Path, help="a tree that debootstrap has made already")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        tree = asked.tree or folder / "debian"
        if not asked.tree:
            subprocess.run(["debootstrap", "--variant=minbase", "bookworm", str(tree), asked.mirror], check=True)
        debian = Debian(tree)
        try:
            debian.prepare()
            for version in ("0.1.0", "0.2.0"):
                for file in release(folder, version):
                    shutil.copy2(file, tree / "root")
                debian.run(*blocks("What a release is"))
                if version == "0.1.0":
                    for block in blocks("Install"):
                        if "nginx -t" in block:
                            certificate, key = make_certificate(folder)
                            shutil.copy2(certificate, tree / "etc/ssl/learn.example.com.pem")
                            shutil.copy2(key, tree / "etc/ssl/learn.example.com.key")
                            visitor = [sys.executable, "-m", "acceptance.first_visit", SITE, str(MAIL_PORT)]
                        type_block(debian, block)
                    subprocess.run(["ip", "netns", "exec", NETWORK, *visitor], cwd=ROOT, check=True)
                else:
                    first, second = blocks("Upgrade without a stop")[0].split("ln --symbolic", 1)
                    type_block(debian, first)
                    type_block(debian, f"ln --symbolic{second}")
            print(debian.run("everwise check_invariants\nls -l /opt/everwise/current"))
            counted = "runuser -u postgres -- psql -At everwise -c 'SELECT count(*) FROM meetings_meeting'"
            if debian.run(counted).strip() != "1":
                sys.exit("The meeting that was booked is gone.")
        finally:
            debian.end()


if __name__ == "__main__":
    main()
