"""Why a worker failed, in one line: the error, and where the user's code raised it.

Standard library only, because the worker process that fails imports this module.
"""

import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

OURS = str(Path(__file__).resolve().parent.parent)  # the package of the harness
# The first words of a reason for code that did not run, or that must not run.  The
# status "crashed" would be wrong for such code.
UNUSABLE = "cannot be used: "
LEAVES = 3  # how many errors of a group the message contains
LONGEST = 300  # how many characters of one error the message contains


def summary(error: BaseException) -> str:
    """An error as one line; for a group of errors, the errors in it."""
    if _is_told_whole(error):
        return f"{UNUSABLE}{_joined(str(error))}"
    found = only(error)
    if isinstance(error, BaseExceptionGroup):
        leaves = list(_leaves(error))
        told = [only(one) + place(one) for one in leaves[:LEAVES]]
        more = [f"and {len(leaves) - LEAVES} more"] if leaves[LEAVES:] else []
        return f"{found}: {'; '.join([*told, *more])}"
    return found + place(error)


def only(error: BaseException) -> str:
    """The kind of an error and its message, without line breaks."""
    if isinstance(error, BaseExceptionGroup):
        return f"{type(error).__name__}: {_joined(str(error))}"
    lines = traceback.format_exception_only(error)
    return _joined(lines[-1] if isinstance(error, SyntaxError) else "".join(lines))


def place(error: BaseException) -> str:
    """Where user code raised an error, as ` (file:line in name)`; empty if unknown."""
    if isinstance(error, SyntaxError) and error.filename:
        return f" ({Path(error.filename).name}:{error.lineno})"
    frames = [
        (frame.f_code, line) for frame, line in traceback.walk_tb(error.__traceback__)
    ]
    theirs = [one for one in frames if not _is_known(one[0].co_filename)]
    if not theirs:
        return ""
    code, line = theirs[-1]
    is_import = any(one.co_name == "<module>" for one, _ in theirs)
    name = "at its import" if is_import else f"in {code.co_name}"
    return f" ({Path(code.co_filename).name}:{line} {name})"


def of_worker(status: str, reason: str | None) -> str:
    """The most useful line of a longer reason: for a hang the first, else the last."""
    lines = (reason or "").strip().splitlines() or ["no reason given"]
    return lines[0] if status == "hung" else lines[-1]


def told(status: str, reason: str | None) -> str:
    """A failure with its status, in one line."""
    line = of_worker(status, reason)
    return line if line.startswith(UNUSABLE) else f"{status}: {line}"


def _leaves(group: "BaseExceptionGroup[BaseException]") -> Iterator[BaseException]:
    for one in group.exceptions:
        if isinstance(one, BaseExceptionGroup):
            yield from _leaves(one)
        else:
            yield one


def _joined(text: str) -> str:
    found = " ".join(text.split())
    return found if len(found) <= LONGEST else f"{found[: LONGEST - 1]}…"


def _is_told_whole(error: BaseException) -> bool:
    """Whether an error is one of this project, whose message is complete."""
    return type(error).__module__ == "bench.pairs.user_targets"


def _is_known(file: str) -> bool:
    """Whether a file belongs to the harness or to the standard library."""
    library = f"{sys.prefix}/lib/python", f"{sys.base_prefix}/lib/python"
    in_library = file.startswith(library) and "site-packages" not in file
    return file.startswith(("<", OURS)) or in_library
