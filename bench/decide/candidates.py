"""What could carry the work: the two models, and the alternatives on this machine."""

from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal["threads", "asyncio", "to_thread", "processes"]
# the pool of asyncio.to_thread has min(32, cores + 4) threads
DEFAULT_POOL_MOST = 32
# whether the jobs of a kind run in threads of one process, and not in tasks of a loop
IN_THREADS: dict[Kind, bool] = {
    "threads": True,
    "asyncio": False,
    "to_thread": True,
    "processes": False,
}


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One way to carry the jobs."""

    kind: Kind
    executable: str = ""  # the path of the interpreter; "" is the current interpreter
    python: str = ""
    loop: str | None = None  # "asyncio" or "uvloop"; None for threads
    pool: int = 0  # number of threads or processes; 0: one for each job at once
    gil: bool = True

    @property
    def name(self) -> str:
        """The heading of the candidate's row."""
        words = {
            "threads": "threads",
            "asyncio": "asyncio" if self.loop != "uvloop" else "uvloop",
            "to_thread": "asyncio + to_thread",
            "processes": "processes",
        }[self.kind]
        if self.kind == "processes":
            words = f"{self.pool} processes"
        elif self.pool:
            words += f", pool of {self.pool}"
        return words if self.gil else f"{words}, free-threaded {self.python}"

    @property
    def in_threads(self) -> bool:
        """Whether its jobs run in threads of one process."""
        return IN_THREADS[self.kind]


THREADS = Candidate(kind="threads")
ASYNCIO = Candidate(kind="asyncio", loop="asyncio")


def default_pool(cores: int) -> int:
    """The size of the pool that `asyncio.to_thread` uses by default."""
    return min(DEFAULT_POOL_MOST, cores + 4)


def models(blocking_library: bool) -> tuple[Candidate, Candidate]:
    """The two candidates that the question compares.

    If the library of a job has no asynchronous client, the candidate for asyncio hands
    the jobs to a pool of threads.  This pool has one thread for each job at once.
    """
    if blocking_library:
        return THREADS, Candidate(kind="to_thread", loop="asyncio")
    return THREADS, ASYNCIO


def placed(one: Candidate, executable: str, python: str, gil: bool) -> Candidate:
    """The same candidate on this interpreter."""
    return replace(one, executable=executable, python=python, gil=gil)
