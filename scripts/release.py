"""The release archive, for `make release`: what is committed, compiled texts and collected static files, in dist/.

The same commit gives the same bytes on every machine: names in order, the commit's time on each file, nobody's user.
"""

import gzip
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Only for collectstatic, which signs nothing.
NO_KEY = "collects-static-files-and-signs-nothing-" * 2


def main() -> int:
    if git("status", "--porcelain"):
        sys.exit("A release is made of what is committed: commit your changes first.")
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    made = int(git("show", "--no-patch", "--format=%ct", "HEAD"))
    with tempfile.TemporaryDirectory() as temporary:
        tree = Path(temporary) / f"everwise-{version}"
        tree.mkdir()
        archive = Path(temporary) / "committed.tar"
        git("archive", "--output", str(archive), "HEAD")
        with tarfile.open(archive) as committed:
            committed.extractall(tree, filter="data")
        build(tree, Path(temporary) / "data")
        dist = ROOT / "dist"
        dist.mkdir(exist_ok=True)
        packed = dist / f"{tree.name}.tar.gz"
        pack(tree, packed, made)
    sums = dist / "SHA256SUMS"
    sums.write_text(f"{hashlib.sha256(packed.read_bytes()).hexdigest()}  {packed.name}\n")
    print(sums.read_text(), end="")
    return 0


def build(tree: Path, data_dir: Path) -> None:
    """Compile the texts and collect the static files, which is all that an installation would have to build."""
    (tree / "collected").mkdir()
    env = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1", "DATA_DIR": str(data_dir), "SECRET_KEY": NO_KEY}
    env |= {"SECURE": "0", "DATABASE_URL": f"sqlite:///{data_dir}.sqlite3"}
    for command in (["scripts/compile_messages.py"], ["manage.py", "collectstatic", "--no-input", "--verbosity=0"]):
        subprocess.run([sys.executable, *command], cwd=tree, env=env, check=True)
    for left in tree.rglob("__pycache__"):
        shutil.rmtree(left)


def pack(tree: Path, packed: Path, made: int) -> None:
    def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = "root"
        entry.mtime = made
        entry.mode = 0o755 if entry.isdir() or entry.mode & 0o100 else 0o644
        return entry

    with (
        packed.open("wb") as file,
        gzip.GzipFile("", "wb", mtime=made, fileobj=file) as smaller,
        tarfile.open(fileobj=smaller, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for path in [tree, *sorted(tree.rglob("*"))]:
            archive.add(path, str(path.relative_to(tree.parent)), recursive=False, filter=plain)


def git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S607 - git is where PATH has it
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
