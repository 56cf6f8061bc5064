"""A second process that samples whether the lock of the measured process is held.

The sampler and the measured thread stay on different cores.  On the same core, the
sampler could look only while the thread does not compute.  A look reads two values:
whether the lock is held, and how many seconds in total the thread was in the queue:
ready to compute, but without a core.  The system adds a stay in the queue to this total
only when the thread leaves the queue.  So if the total is d seconds more than at the
look before, the thread has left the queue since then, after a stay of d seconds.  Such
a stay can be longer than the time between two looks.  For example, the looks are 0.4 ms
apart, and the total grows by 2 ms: the thread was in the queue during about five looks.
These looks show nothing about its computing.
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

# The mean time between two looks.  The times are random, because looks at a fixed
# interval could coincide with a rhythm of the measured function.
MEAN_SECONDS = 0.0004
MAIN = """\
import sys
sys.path[:0] = {path!r}
from bench.decide.function_profile.sampler import main
main()
"""
# the time, whether the lock is held, and seconds in the queue so far
Look = tuple[float, bool, float]


class Sampler:
    """Watches the lock and this thread from another process."""

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
        """Start looking."""
        assert self._process.stdin is not None
        self._process.stdin.write("go\n")
        self._process.stdin.flush()

    def looks(self) -> list[Look]:
        """Stop looking and return all looks."""
        told, _ = self._process.communicate()
        return [(at, bool(held), queued) for at, held, queued in json.loads(told)]


def held_share(looks: Sequence[Look], *, by_any: bool = False) -> float | None:
    """The share of time in which the lock was held; None without any look.

    While the thread is in the queue for a core, it does not compute.  So a look from
    that time counts as "not held", even if the lock was held.  With `by_any` the look
    counts as it is, because another thread of the function may hold the lock.
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
        # The moment at which the thread left the queue is unknown.  It is between the
        # two looks, so the middle is used.
        end = (at + before) / 2
        back = number - 1
        while grown > 0 and back >= 0 and looks[back][0] >= end - grown:
            is_queued[back] = True
            back -= 1
    held = [look[1] and not q for look, q in zip(looks, is_queued, strict=True)]
    return sum(held) / len(looks)


def main() -> None:
    """Look until standard input ends, and print all looks."""
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
