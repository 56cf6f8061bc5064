"""The ledger of a run: a file of JSON lines, appended and never changed.

Each record is written by one call.  So a run that is killed at any moment leaves at
most one incomplete line, the last one.  `read` ignores that line, `resume` removes it.
"""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from bench.errors import CannotRunError
from bench.ledger.locking import lock
from bench.ledger.soundness import flaw
from bench.records.runs import Entry, Run

LEDGER = "ledger.jsonl"
SWEEP = "sweep.json"  # the description of a sweep, in its folder
HOSTS = "hosts"  # the folder of a sweep that has a run for each host
FORMAT = 1
BYTES = getattr(os, "O_BINARY", 0)  # prevents carriage returns on Windows
_decoder = msgspec.json.Decoder(Entry)


class Ledger:
    """The open ledger of a run; only one process may hold it."""

    def __init__(self, path: Path, file: int) -> None:
        self.path = path
        self._file = file

    @classmethod
    def create(cls, folder: Path, *, may_resume: bool = False) -> Self:
        """Start a ledger in a folder, which is created if needed.

        Raises CannotRunError if the folder already holds a run.  If `may_resume` is
        true, and that run can be resumed, the error says how.
        """
        path = folder / LEDGER
        try:
            folder.mkdir(parents=True, exist_ok=True)
            file = os.open(path, BYTES | os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o644)
        except FileExistsError:
            if not folder.is_dir():
                raise CannotRunError(
                    f"{folder} is a file; name a folder for the run with -o"
                ) from None
            resumes = may_resume and _is_resumable(path)
            step = f"continue it with run --resume {folder}, or " if resumes else ""
            raise CannotRunError(
                f"{folder} holds a run already; {step}name another folder"
            ) from None
        except OSError as error:
            raise CannotRunError(
                f"cannot write to {folder}: {error.strerror}; name another folder"
            ) from None
        return cls._locked(path, file)

    @classmethod
    def resume(cls, folder: Path) -> tuple[Self, list[Entry]]:
        """Open the ledger of an interrupted run, without an incomplete last line."""
        path = folder / LEDGER
        try:
            file = os.open(path, BYTES | os.O_RDWR)
        except OSError as error:
            raise CannotRunError(
                f"no run to resume in {folder} ({error.strerror}); "
                "give the folder of a run"
            ) from None
        ledger = cls._locked(path, file)
        entries, whole_bytes = _parse(path, path.read_bytes())
        os.ftruncate(file, whole_bytes)
        os.lseek(file, whole_bytes, os.SEEK_SET)
        return ledger, entries

    @classmethod
    def _locked(cls, path: Path, file: int) -> Self:
        if not lock(file):
            os.close(file)
            raise CannotRunError(
                f"another run is writing to {path.parent}; wait for it to end "
                "or name another folder"
            )
        return cls(path, file)

    def append(self, record: Entry) -> None:
        """Write one record; when this returns, the operating system has the record.

        Raises CannotRunError if the disk is full; then no part of the record stays in
        the file.
        """
        self.append_all([record])

    def append_all(self, records: Sequence[Entry]) -> None:
        """Write records that belong together, all or none, as `append` does."""
        line = b"".join(msgspec.json.encode(record) + b"\n" for record in records)
        start = os.lseek(self._file, 0, os.SEEK_CUR)
        try:
            written = 0
            while written < len(line):
                written += os.write(self._file, line[written:])
        except OSError as error:
            os.ftruncate(self._file, start)
            os.lseek(self._file, start, os.SEEK_SET)
            raise CannotRunError(
                f"cannot write to {self.path}: {error.strerror}; make room, then "
                f"continue with --resume {self.path.parent}"
            ) from None

    def close(self) -> None:
        """Close the file, so that other processes can open the ledger."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def read(path: Path, warn: Callable[[str], object] = lambda _: None) -> list[Entry]:
    """Read the records of a run, from its folder or its ledger.

    An incomplete last line is left out and reported to `warn`.  Raises CannotRunError
    for a ledger that is missing, empty or corrupt, with the number of the line.
    """
    ledger = path / LEDGER if path.is_dir() else path
    if (path / SWEEP).is_file():
        raise CannotRunError(
            f"{path} has a run for each host; name one of {path / HOSTS}"
        )
    try:
        content = ledger.read_bytes()
    except OSError as error:
        raise CannotRunError(
            f"cannot read {ledger}: {error.strerror}; give the folder of a run"
        ) from None
    entries, whole_bytes = _parse(ledger, content)
    if whole_bytes < len(content):
        warn(f"{ledger} ends in an incomplete line, left out: the run was interrupted")
    return entries


def _is_resumable(path: Path) -> bool:
    """Whether the first record of a ledger is a run with a plan."""
    try:
        with path.open("rb") as file:
            first = _decoder.decode(file.readline())
    except (OSError, msgspec.MsgspecError, UnicodeError):
        return False
    return isinstance(first, Run) and first.settings is not None


def _parse(path: Path, content: bytes) -> tuple[list[Entry], int]:
    """Return the records of all complete lines, and the lines' size in bytes."""
    whole_bytes = content.rfind(b"\n") + 1
    lines = content[:whole_bytes].split(b"\n")[:-1]
    if lines:
        _check_format(path, lines[0])
    return [_record(path, n, line) for n, line in enumerate(lines, 1)], whole_bytes


def _check_format(path: Path, line: bytes) -> None:
    """Raise CannotRunError if this is no ledger, or a ledger of a later version.

    This check comes first, because a later version can have unknown records.
    """
    try:
        first = msgspec.json.decode(line)
    except (msgspec.MsgspecError, UnicodeError):
        first = None
    if not isinstance(first, dict):
        if line.startswith(b"{"):
            return  # a damaged line: `_record` reports its number
        raise CannotRunError(f"{path} is no ledger of a run; give the folder of a run")
    found = first.get("format", FORMAT)
    if isinstance(found, int) and found > FORMAT:
        raise CannotRunError(
            f"{path} has format {found}, this version reads {FORMAT}; "
            "update this program"
        )


def _record(path: Path, number: int, line: bytes) -> Entry:
    """Decode the record of a line; raises CannotRunError with a bad line's number."""
    try:
        entry: Entry = _decoder.decode(line)
        problem = flaw(entry)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        problem = " ".join(str(error).split()) or type(error).__name__
    if problem is None:
        return entry
    help_ = "restore the file"
    if number > 1:
        help_ += ", or delete that line to go on without it"
    raise CannotRunError(f"{path}, line {number} is corrupt ({problem}); {help_}")
