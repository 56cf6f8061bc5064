"""What a process was doing, in words, from the stack that `faulthandler` wrote."""

import linecache
import os
import re
import signal
import sysconfig
from pathlib import Path

LINE = re.compile(r'  File "(?P<file>.*)", line (?P<line>\d+) in (?P<function>.*)')
EXPLORER = str(Path(__file__).parents[1]) + os.sep
LIBRARY = (sysconfig.get_path("stdlib") + os.sep, "<")
LONGEST = 80  # characters of a source line


def doing(stack: str) -> str:
    """Where the program was: file, line, function and source; empty if not known.

    `stack` has the frames of one or more threads, with the most recent frame first.
    """
    frames = [
        found.group("file", "line", "function")
        for found in map(LINE.fullmatch, last_thread(stack))
        if found
    ]
    ours = [at for at, frame in enumerate(frames) if frame[0].startswith(EXPLORER)]
    within_run = frames[: ours[-1]] if ours else frames  # no callers of a run
    outside = [frame for frame in within_run if not frame[0].startswith(EXPLORER)]
    for file, line, function in outside:
        if file.startswith(LIBRARY):
            continue
        source = linecache.getline(file, int(line)).strip()[:LONGEST]
        inner = outside[0][2]
        within = f", within {inner}" if (file, line, function) != outside[0] else ""
        where = f"{os.path.basename(file)}:{line}, in {function}{within}"
        return f"{where}: {source}" if source else where
    if frames:
        file, line, function = frames[0]
        return f"{os.path.basename(file)}:{line}, in {function}, of the explorer itself"
    return ""


def last_thread(stack: str) -> list[str]:
    """The lines of the thread that ran when the stack was last written."""
    _, _, last = stack.rpartition("Current thread")
    return last.partition("\n\n")[0].splitlines()


def how_it_ended(status: int) -> str:
    """An exit status, as in `Process.exitcode`, in words."""
    if status >= 0:
        return f"ended with status {status}"
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = f"signal {-status}"
    if name == "SIGKILL":
        return "was killed (SIGKILL), perhaps because the system had no memory left"
    return f"crashed ({name})"
