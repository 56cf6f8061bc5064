"""Another version of the measured code: a revision of git, or a folder.

Its files are copied into the folder of the run, so that a resumed run has them.  Only
the measured code is replaced; the harness of this version measures it.
"""

import io
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

from bench.errors import CannotRunError

FOLDER = "before"  # the name of the copy in the folder of the run
HARNESS = ("bench", "tests")  # packages of this project that are not replaced
LEFT_OUT = (".git", ".venv*", "__pycache__", "results", "node_modules", "*.egg-info")
GIT_SECONDS = 60.0


@dataclass(frozen=True)
class Version:
    """A copy of another version."""

    label: str  # the name that the user gave
    folder: Path
    top: Path  # the top folder of the project that has this version


def take(asked: str, top: Path, into: Path) -> Version:
    """Copy a revision of the project at `top`, or a folder, into a new folder.

    Raises CannotRunError if there is no such revision or folder.
    """
    into.parent.mkdir(parents=True, exist_ok=True)
    if Path(asked).is_dir():
        try:
            shutil.copytree(asked, into, ignore=shutil.ignore_patterns(*LEFT_OUT))
        except OSError as error:
            raise CannotRunError(
                f"cannot copy {asked}: {error.strerror or error}; name another folder"
            ) from None
        label = Path(asked).resolve().name
    else:
        _extract(_archive(asked, top), into)
        label = asked
    if (into / "bench" / "cli.py").exists():
        for name in HARNESS:
            shutil.rmtree(into / name, ignore_errors=True)
    return Version(label, into, top)


def top_of(folder: Path) -> Path:
    """Return the top of the git repository around a folder; else the folder."""
    try:
        found = _git(folder, "rev-parse", "--show-toplevel")
    except CannotRunError:
        return folder
    return Path(found.decode().strip() or folder)


def _archive(revision: str, top: Path) -> bytes:
    """Return the files of a revision as the bytes of a tar archive."""
    if revision.startswith("-"):
        raise CannotRunError(f"{revision} is no revision; give one, or a folder")
    try:
        commit = _git(top, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    except CannotRunError as problem:
        raise CannotRunError(
            f"{revision} is neither a folder nor a revision of {top} ({problem}); "
            "git log lists the revisions"
        ) from None
    return _git(top, "archive", "--format=tar", commit.decode().strip())


def _git(folder: Path, *arguments: str) -> bytes:
    try:
        ended = subprocess.run(
            ["git", "-C", str(folder), *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=GIT_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CannotRunError(f"git does not run: {error}") from None
    if ended.returncode:
        said = ended.stderr.decode(errors="replace").strip().splitlines()
        raise CannotRunError(said[-1] if said else "git knows no such name")
    return ended.stdout


def _extract(archive: bytes, into: Path) -> None:
    into.mkdir(parents=True, exist_ok=False)
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        files.extractall(into, filter="data")
