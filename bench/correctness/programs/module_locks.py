"""Locks of imports: while a module runs, other workers that import it wait."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from bench.correctness.engine.kernel import current_thread, kernel, operation
from bench.correctness.engine.transitions import Worker
from bench.correctness.models.threading_.locks import RLock

IMPORTS = ("imports", None)  # the verb and the object in a trace


class ModuleLock(RLock):
    """The lock of one module."""

    __slots__ = ()
    _x_kind = "lock of a module"


class ModuleLocks:
    """The locks of the modules that are being imported now.

    Python's own locks of modules cannot be used.  They tell threads apart by the
    identifiers of the threads.  But workers in greenlets run in one real thread, so
    they have the same identifier.

    The search must also know which worker imports a module first, because the code of
    the module runs in that worker.  So an import during a run reports an access.
    """

    def __init__(self) -> None:
        self.held: dict[str, RLock] = {}
        self.waiting: dict[Worker, RLock] = {}  # which lock a thread waits for
        self.late: set[str] = set()  # modules that a worker has imported in some run

    @contextmanager
    def running(self, name: str, late: bool) -> Iterator[None]:
        """Hold the lock of a module while its code runs.

        `late`: whether a worker imports the module during a run.  If not, the module is
        imported when the program is loaded.
        """
        if late:
            self.late.add(name)
        lock = ModuleLock()
        lock.hold()
        lock.count = 1
        self.held[name] = lock
        try:
            yield
        finally:
            del self.held[name]
            if kernel.stop is None:
                lock.release()

    def wait_for(self, module: str, members: Iterable[str]) -> None:
        """Wait until a module, the packages around it and its `members` have run.

        Suppose that another thread runs such a module, and that this other thread waits
        for the current one.  Then the current thread does not wait, because both would
        wait forever.  Python's imports behave in the same way.
        """
        parts = module.split(".")
        names = [".".join(parts[: at + 1]) for at in range(len(parts))]
        for name in (*names, *(f"{module}.{one}" for one in members)):
            if name in self.late or (name in names and name not in sys.modules):
                first = name not in sys.modules
                operation(("module", name), None, first, ("imports", name), IMPORTS)
            lock = self.held.get(name)
            if lock is None or lock.owned_here() or self.waits_for_us(lock):
                continue
            thread = current_thread()
            self.waiting[thread] = lock
            try:
                lock.acquire()
                lock.release()
            finally:
                del self.waiting[thread]

    def waits_for_us(self, lock: RLock) -> bool:
        """Whether the owner of a lock waits for this thread, perhaps indirectly."""
        owner = lock.owner
        while owner is not None and owner in self.waiting:
            owner = self.waiting[owner].owner
        return owner is current_thread()
