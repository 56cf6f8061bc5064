"""Writing a file completely or not at all."""

import os
import tempfile
from pathlib import Path

from bench.errors import CannotRunError

LEDGER_HEAD = b'{"kind":"run"'  # the first bytes of a ledger


def write(path: Path, content: str) -> None:
    """Write to a file beside the final place, then move it there.

    Raises CannotRunError if that fails; an earlier file is then unchanged.
    """
    path = path.resolve()  # a link is not replaced: its target is written
    refuse_ledger(path)
    if path.exists() and not path.is_file():
        raise CannotRunError(f"cannot write {path}: it is no file; name another")
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:100]}.")
    except OSError as problem:
        raise _cannot_write(path, problem) from problem
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(content)
        Path(name).chmod(_usual_mode(path))  # mkstemp gives the file a private mode
        Path(name).replace(path)
    except OSError as problem:
        raise _cannot_write(path, problem) from problem
    finally:
        Path(name).unlink(missing_ok=True)


def check(path: Path) -> None:
    """Raise CannotRunError if a file could not be written there; writes nothing.

    Call this before a long computation.
    """
    path = path.resolve()
    refuse_ledger(path)
    if path.exists() and not path.is_file():
        raise CannotRunError(f"cannot write {path}: it is no file; name another")
    if not path.parent.is_dir():
        raise CannotRunError(
            f"cannot write {path}: there is no folder {path.parent}; name another file"
        )
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise CannotRunError(
            f"cannot write {path}: no permission in {path.parent}; name another file"
        )


def refuse_ledger(path: Path) -> None:
    """Raise CannotRunError if the file is the ledger of a run: it cannot be made again.

    A ledger is recognised by its first bytes.
    """
    if not path.is_file():  # opening a FIFO would wait
        return
    try:
        with path.open("rb") as file:
            head = file.read(len(LEDGER_HEAD))
    except OSError:
        return
    if head == LEDGER_HEAD:
        raise CannotRunError(
            f"cannot write {path}: it is the ledger of a run; name another file"
        )


def _usual_mode(path: Path) -> int:
    """The mode of the existing file, or the usual mode of a new one."""
    if path.exists():
        return path.stat().st_mode & 0o777
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask


def _cannot_write(path: Path, problem: OSError) -> CannotRunError:
    reason = problem.strerror or str(problem)
    return CannotRunError(f"cannot write {path}: {reason}; name another file")
