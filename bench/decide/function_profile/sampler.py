"""A process beside the measured one that samples whether its lock is held.

It and the measured thread stay on different cores: on one, it would look only when the
other does not compute.  A look tells whether the lock is held, and how long the thread
has so far been ready without a core: when that has grown by d, the thread stood in the
queue for the last d, and the looks of that time say nothing of what it computes.
"""

import json
import os
import random
import select
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Sequence

MEAN_SECONDS = 0.0004  # between two looks, at random, so that nothing is in step
MAIN = """\
import sys
sys.path[:0] = {path!r}
from bench.decide.function_profile.sampler import main
main()
"""
Look = tuple[float, bool, float]  # when, whether it is held, seconds queued so far


class Sampler:
    """Watches the lock of this process, and this thread, from another process."""

    def __init__(self, address: int, core: int | None) -> None:
        told = (os.getpid(), threading.get_native_id(), address,
                -1 if core is None else core)  # fmt: skip
        self._process = subprocess.Popen(
            [sys.executable, "-c", MAIN.format(path=sys.path), *map(str, told)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.works = self._process.stdout.readline() == "ready\n"

    def begin(self) -> None:
        """Start to look."""
        assert self._process.stdin is not None
        self._process.stdin.write("go\n")
        self._process.stdin.flush()

    def looks(self) -> list[Look]:
        """All looks; it looks no more."""
        told, _ = self._process.communicate()
        return [(at, bool(held), queued) for at, held, queued in json.loads(told)]


def held_share(looks: Sequence[Look], *, by_any: bool = False) -> float | None:
    """The share of time in which the lock was held; None without any look.

    Looks from a time in which the thread stood in the queue count as not held, unless
    the lock may be held `by_any` thread: others hold it meanwhile.
    """
    if not looks:
        return None
    if by_any:
        return sum(held for _, held, _ in looks) / len(looks)
    is_queued = [False] * len(looks)
    for number in range(1, len(looks)):
        at, _, queued = looks[number]
        before, _, queued_before = looks[number - 1]
        grown = queued - queued_before
        end = (at + before) / 2  # somewhere between the two
        back = number - 1
        while grown > 0 and back >= 0 and looks[back][0] >= end - grown:
            is_queued[back] = True
            back -= 1
    held = [look[1] and not q for look, q in zip(looks, is_queued, strict=True)]
    return sum(held) / len(looks)


def main() -> None:
    """Look until standard input ends; tell all looks."""
    process, thread, address, core = map(int, sys.argv[1:5])
    try:
        memory = os.open(f"/proc/{process}/mem", os.O_RDONLY)
        times = os.open(f"/proc/{process}/task/{thread}/schedstat", os.O_RDONLY)

        def look() -> Look:
            _, locked = struct.unpack("<Qi", os.pread(memory, 12, address + 8))
            queued = int(os.pread(times, 100, 0).split()[1]) * 1e-9
            return time.perf_counter(), bool(locked), queued

        look()
    except OSError as problem:
        sys.stdout.write(f"cannot: {problem}\n")
        return
    if core >= 0:
        os.sched_setaffinity(0, {core})
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    looks = []
    while not select.select([sys.stdin], [], [], 0)[0]:
        time.sleep(random.uniform(0, 2 * MEAN_SECONDS))
        looks.append(look())
    json.dump(looks, sys.stdout)
