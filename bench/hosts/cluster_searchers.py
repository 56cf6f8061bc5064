"""The workers of a cluster, as searchers with which a search shares its work."""

import pickle
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from bench.correctness.search.shares import ProgramSpec, Share, ShareReport
from bench.errors import CannotRunError
from bench.hosts import frames
from bench.hosts.connecting import check_address
from bench.hosts.dask_cluster import usable_cores
from bench.hosts.processes import own_command
from bench.hosts.sources import digests

Tell = Callable[[str], object]  # called with a line for the user
END_SECONDS = 15.0  # how long the broker may take to close its cluster
# how long the broker may take to connect and to check the workers
CONNECT_SECONDS = 120.0
LISTED = 8  # up to this number, workers are named; otherwise their number is given
BEGIN_SECONDS = 120.0  # how long all workers together may take to load a program


class ClusterSearchers:
    """The workers of a cluster, reached through a process of its own (`broker`)."""

    def __init__(self, on: str, local_workers: int | None, tell: Tell) -> None:
        """Connect.  Raises CannotRunError if that is not possible."""
        check_address(on)
        self.say = tell
        if sys.platform == "win32":
            raise CannotRunError("explore --on needs Linux or macOS; leave it out here")
        command, environment = own_command("bench.hosts.broker")
        workers = local_workers or usable_cores()
        self.process = subprocess.Popen(
            [*command, on, str(workers)],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # a new session: a signal to this process group must not reach the broker
            start_new_session=True,
            bufsize=0,  # no buffer, because `select` does not see buffered bytes
        )
        self.slots = 0
        self.lack = ""
        self.came: list[tuple[int, ShareReport | None]] = []
        self.name = ""  # the name of the program
        # names of the workers that took part in this search
        self.took_part: list[str] = []
        self.told_parts: list[str] = []  # names that were reported to the user
        # The number of drops that the broker has not confirmed yet.  Until the broker
        # confirms a drop, reports of the dropped shares may arrive.  They are ignored.
        self.dropping = 0
        try:
            self.wait_for("connected", CONNECT_SECONDS)
        except BaseException:
            self.close()
            raise

    def begin(self, spec: ProgramSpec) -> None:
        try:
            content = pickle.dumps(spec)
        except Exception as problem:
            raise CannotRunError(
                f"{spec.name} cannot be sent to workers ({problem});"
                " explore FILE.py:NAME"
            ) from None
        self.name = spec.name
        self.took_part.clear()
        self.told_parts = []
        sources = digests(spec.files)
        self.send("begin", spec.folder, spec.path, content, sources)
        self.wait_for("begun", BEGIN_SECONDS)

    def search(self, number: int, share: Share) -> None:
        self.send("search", number, share)

    def recall(self, number: int) -> None:
        self.send("recall", number)

    def drop(self) -> None:
        self.tell_parts()
        self.dropping += 1
        self.came.clear()
        self.send("drop")

    def reports(self, seconds: float) -> list[tuple[int, ShareReport | None]]:
        until = time.monotonic() + seconds
        while not self.came:
            left = until - time.monotonic()
            if not self.hear(left) and left <= 0:
                break
        while self.hear(0):
            pass
        came, self.came = self.came, []
        return came

    def tell(self, line: str) -> None:
        """Report why the search continues without workers."""
        self.took_part.clear()  # nothing that the workers found counts any more
        self.say(line)

    def tell_parts(self) -> None:
        """Report which workers take part in the search, if not reported yet."""
        names = sorted(self.took_part)
        if names == self.told_parts:
            return
        self.told_parts = names
        if names:
            listed = f": {', '.join(names)}" * (len(names) <= LISTED)
            workers = "worker" if len(names) == 1 else "workers"
            self.say(f"{self.name}: searched by {len(names)} {workers}{listed}")

    def send(self, *message: Any) -> None:
        assert self.process.stdin is not None
        try:
            frames.write(self.process.stdin, message)
        except OSError:
            raise lost() from None

    def hear(self, seconds: float) -> str:
        """Read the next message, if it arrives in time; return its kind."""
        assert self.process.stdout is not None
        stream = self.process.stdout
        if not select.select([stream], [], [], max(0.0, seconds))[0]:
            return ""
        try:
            kind, *told = frames.read(stream)
        except EOFError:
            raise lost() from None
        if kind == "cannot":
            raise CannotRunError(told[0])
        if kind == "slots":
            self.slots, self.lack = told
        elif kind == "note":
            self.say(told[0])
        elif kind == "part":
            self.took_part += told
        elif kind == "dropped":
            self.dropping -= 1
        elif kind == "report" and not self.dropping:
            self.came.append((told[0], told[1]))
        return str(kind)

    def wait_for(self, kind: str, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if self.hear(left) == kind:
                return
        raise CannotRunError(f"the cluster did not answer within {seconds:g} s")

    def close(self) -> None:
        """End the broker, and the cluster that the broker has started, if any."""
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()
        try:
            self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def lost() -> CannotRunError:
    return CannotRunError("the connection to the cluster was lost; explore again")


@contextmanager
def searchers(
    on: str, local_workers: int | None, tell: Tell
) -> Iterator[ClusterSearchers]:
    """Connect to the workers of a cluster: `local`, or the address of a scheduler.

    `tell` is called with lines for the user, for example that a worker is left out.
    Raises CannotRunError if there is no worker, or if a worker has another version
    of this project or of Python.
    """
    found = ClusterSearchers(on, local_workers, tell)
    try:
        yield found
    finally:
        found.close()
