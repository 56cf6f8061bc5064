"""A pair of the user's, by the names of its functions: standard library only."""

import re
from dataclasses import dataclass

TARGET = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")
MEMORY_BYTES = 4 * 2**30
LIMIT_SECONDS = 20.0
MARK = "THREADS_VS_ASYNCIO_WORKER"  # in the environment of a worker and its children
OUTPUT_BYTES = 16 * 2**20


@dataclass(frozen=True, kw_only=True)
class UserPair:
    """A pair of the user's: what is called, with what, and what it may take."""

    name: str
    threads: str  # "pkg.mod:function"
    asyncio: str
    args: str = "{}"  # JSON: an object for names, a list for positions; or "mod:NAME"
    check: str | None = None  # "mod:function", which takes an outcome
    small: str | None = None  # arguments with which every schedule can be tried
    title: str = ""
    folders: tuple[str, ...] = ()  # where its modules lie, before those installed
    limit_seconds: float = LIMIT_SECONDS  # for a call, or a window of them
    memory_bytes: int = MEMORY_BYTES
    output_bytes: int = OUTPUT_BYTES
