"""A pair of the user's, named by its functions.  Imports only the standard library."""

import re
from dataclasses import dataclass

TARGET = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")
MEMORY_BYTES = 4 * 2**30
LIMIT_SECONDS = 20.0
# an environment variable of a worker and its child processes
MARK = "THREADS_VS_ASYNCIO_WORKER"
OUTPUT_BYTES = 16 * 2**20


@dataclass(frozen=True, kw_only=True)
class UserPair:
    """A pair of the user's: its functions, their arguments and their time limit."""

    name: str
    threads: str  # "pkg.mod:function"
    asyncio: str
    args: str = "{}"  # JSON: an object for names, a list for positions; or "mod:NAME"
    check: str | None = None  # "mod:function", called with an outcome
    small: str | None = None  # arguments so small that every schedule can be tried
    title: str = ""
    # folders that are searched for modules before installed packages
    folders: tuple[str, ...] = ()
    # the time limit of a call, or of a window of calls
    limit_seconds: float = LIMIT_SECONDS
    memory_bytes: int = MEMORY_BYTES
    output_bytes: int = OUTPUT_BYTES
