"""The release archive: the same bytes wherever it is made, checked by its sums, and all that an installation needs."""

import subprocess
import sys
import tarfile
from pathlib import Path

from acceptance.installation import ROOT, Installation
from acceptance.visitor import Visitor


def released(folder: Path, *, umask: int) -> Path:
    """dist/ of a clone of what is committed, made by somebody with that umask."""
    clone = folder / f"clone-{umask:o}"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True, umask=umask)
    subprocess.run([sys.executable, "scripts/release.py"], cwd=clone, check=True, umask=umask)
    return clone / "dist"


def test_archive_is_the_same_everywhere_and_runs_as_it_is(tmp_path, cluster, mail_server) -> None:
    one, other = (released(tmp_path, umask=umask) for umask in (0o022, 0o077))

    (archive,) = one.glob("*.tar.gz")
    assert archive.read_bytes() == (other / archive.name).read_bytes()
    subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=one, check=True)
    archive.write_bytes(archive.read_bytes() + b"\n")
    assert subprocess.run(["sha256sum", "--check", "SHA256SUMS"], cwd=one, check=False).returncode == 1

    with tarfile.open(other / archive.name) as packed:
        packed.extractall(tmp_path, filter="data")
    unpacked = tmp_path / archive.name.removesuffix(".tar.gz")
    assert (ROOT / "tests").is_dir()
    assert (unpacked / "everwise").is_dir()
    assert not (unpacked / "tests").exists()
    folder = tmp_path / "installation"
    folder.mkdir()
    site = Installation(folder, cluster.url, mail_server.port, root=unpacked)
    site.manage("migrate", "--no-input", "--verbosity=0")
    try:
        site.start(web=1)
        visitor = Visitor(site.site_url, headers={"Accept-Language": "de"})
        page = visitor.get("/accounts/login/").text
        assert "Anmelden" in page
        style = page.split('rel="stylesheet" href="')[1].split('"')[0]
        assert visitor.get(style.removeprefix(site.site_url)).status == 200
    finally:
        site.stop()
