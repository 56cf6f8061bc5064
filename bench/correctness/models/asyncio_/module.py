"""The model of the module `asyncio`: CPython's own code on the model of the loop.

Locks, queues, task groups, timeouts and the waiting functions are CPython's Python
code, instrumented like the program itself, so that their accesses are tracked.  In a
program without threads, cheaper models replace the locks and queues (`primitives`).
"""

import asyncio
import builtins
import contextvars
import re
import types
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.engine.models_of_c import note_models_of_c
from bench.correctness.instrument.stored_files import rewritten
from bench.correctness.models.asyncio_ import primitives as loop_primitives
from bench.correctness.models.asyncio_.bridge import threadsafe, wrap
from bench.correctness.models.asyncio_.holders import record_holders
from bench.correctness.models.asyncio_.policy import (
    DefaultPolicy,
    get_event_loop_policy,
    set_event_loop_policy,
)
from bench.correctness.models.asyncio_.runner import (
    Runner,
    get_event_loop,
    get_running_loop,
    new_event_loop,
    run,
    set_event_loop,
)
from bench.correctness.models.asyncio_.studied_locks import note_releases, note_uses
from bench.correctness.models.asyncio_.task import Future, Task
from bench.correctness.models.substitution import module, refusals
from bench.correctness.tracking.calls import call_callback
from bench.correctness.tracking.classes import fixed_hash
from bench.correctness.tracking.hooks import HOOKS
from bench.correctness.tracking.set_order import SETS
from bench.correctness.tracking.set_order import in_order as set_in_order

REBUILT = ("futures", "tasks", "locks", "queues", "timeouts", "taskgroups")
REFUSED_OF_ASYNCIO = (
    "open_connection", "start_server", "open_unix_connection", "start_unix_server",
    "create_subprocess_exec", "create_subprocess_shell", "StreamReader", "StreamWriter",
    "StreamReaderProtocol", "BaseEventLoop", "EventLoop", "SelectorEventLoop",
    "ProactorEventLoop", "get_child_watcher", "set_child_watcher",
    "FastChildWatcher", "MultiLoopChildWatcher", "PidfdChildWatcher",
    "SafeChildWatcher", "ThreadedChildWatcher",
)  # fmt: skip


def in_order(items: Iterable[Any] = ()) -> Any:
    """Replaces `set` in asyncio's code: make a set, or a list if there are coroutines.

    The list has the order of `items`.  So the coroutines start in a fixed order.
    """
    kept = list(items)
    if any(map(asyncio.iscoroutine, kept)):
        return list(dict.fromkeys(kept))
    return set(kept)


class Todo(dict[Any, None]):
    """The futures that `as_completed` waits for, in the order of their creation."""

    # Hooks record the uses of a container, but not if its class belongs to a module of
    # the explorer: the explorer's own classes record their uses themselves.  This class
    # does not do so, and needs the hooks.  So it claims to be a built-in class.
    __module__ = "builtins"
    remove = dict.__delitem__


def in_any_order(items: Iterable[Any]) -> list[Any]:
    """Return the arguments of `as_completed` in an order that its set may have.

    `as_completed` stores its arguments in a set, whose order depends on addresses.  A
    program can observe this order if coroutines become tasks that begin one after
    another, or if futures have already ended.
    """
    loop: Any = asyncio._get_running_loop()
    one_by_one = loop is not None and (loop.fifo or loop.factory is not None)
    kept = list(dict.fromkeys(set_in_order(items) if type(items) in SETS else items))
    seen = [
        item for item in kept if (item.done() if asyncio.isfuture(item) else one_by_one)
    ]
    return kernel.in_any_order(seen) + [item for item in kept if item not in seen]


# In asyncio's module `tasks`, one expression makes a set from another set.  ORDERED
# replaces this expression.
SET_OF_A_SET = re.compile(r"\{(ensure_future\(.*\)) for (\w+) in set\((\w+)\)\}")
ORDERED = r"in_todo(dict.fromkeys(\1 for \2 in in_any_order(\3)))"


def unshared(value: Any, site: int) -> Any:
    """The hook for a `yield` in asyncio's generators, which workers do not share."""
    return value


class LoopBound:
    """Binds a primitive to the loop that first waits on it, like `_LoopBoundMixin`."""

    _loop: Any = None

    def _get_loop(self) -> Any:
        loop = asyncio.get_running_loop()
        if self._loop is None:
            self._loop = loop
        if loop is not self._loop:
            raise RuntimeError(f"{self!r} is bound to a different event loop")
        return loop


class StockModules:
    """Loads instrumented copies of asyncio's modules, which import one another."""

    def __init__(self, *, beside_threads: bool) -> None:
        self.modules: dict[str, types.ModuleType] = {
            "events": module(
                "asyncio.events",
                asyncio.events,
                get_event_loop=get_event_loop,
                _get_event_loop=lambda stacklevel=3: get_event_loop(),
            ),
            "futures": module(
                "asyncio.futures",
                asyncio.futures,
                Future=Future,
                _PyFuture=Future,
                _CFuture=Future,
            ),
            "mixins": module(
                "asyncio.mixins", asyncio.mixins, _LoopBoundMixin=LoopBound
            ),
        }
        self.builtins = dict(vars(builtins))
        self.builtins["__import__"] = self.import_
        for name in REBUILT[1:]:
            if name == "queues" and not beside_threads:
                self.modules[name] = module(
                    "asyncio.queues", asyncio.queues, **loop_primitives.QUEUES
                )
            elif hasattr(asyncio, name):
                self.rebuild(name)
            if name == "locks" and not beside_threads:
                vars(self.modules[name]).update(loop_primitives.LOCKS)

    def import_(
        self, name: str, globals_: Any = None, locals_: Any = None,
        fromlist: Any = (), level: int = 0,
    ) -> Any:  # fmt: skip
        if level == 1 and not name:  # `from . import events`
            package = types.ModuleType("asyncio")
            for item in fromlist:
                found = self.modules.get(item) or getattr(asyncio, item)
                setattr(package, item, found)
            return package
        if level == 1 and name in self.modules:
            return self.modules[name]
        return builtins.__import__(name, globals_, locals_, fromlist, level)

    def rebuild(self, name: str) -> None:
        """Compile a module of asyncio's with instrumentation, and run it."""
        original = getattr(asyncio, name)
        path = Path(original.__file__)
        source = SET_OF_A_SET.sub(ORDERED, path.read_text(encoding="utf-8"))
        code = rewritten(source.encode(), str(path))
        made = types.ModuleType(f"explored_asyncio.{name}")
        made.__package__ = "asyncio"
        made.__dict__.update(
            HOOKS,
            set=in_order,
            in_todo=Todo,
            in_any_order=in_any_order,
            _explored_=False,
            __builtins__=self.builtins,
        )
        made.__dict__["_x_yield_value"] = unshared
        code.execute(made.__dict__)
        if name == "tasks":
            made.__dict__.update(Task=Task, _PyTask=Task, _CTask=Task)
            if hasattr(made, "create_eager_task_factory"):  # from Python 3.12 on
                factory = made.create_eager_task_factory(Task)
                made.__dict__["eager_task_factory"] = factory
        self.modules[name] = made


def current_task(loop: Any = None) -> Any:
    return asyncio.current_task(get_running_loop() if loop is None else loop)


def all_tasks(loop: Any = None) -> set[Task]:
    loop = get_running_loop() if loop is None else loop
    tasks: set[Task] = loop.unfinished()
    return tasks


async def to_thread(func: Any, /, *args: Any, **kwargs: Any) -> Any:
    loop = get_running_loop()
    context = contextvars.copy_context()
    return await loop.run_in_executor(
        None, lambda: context.run(call_callback, func, *args, **kwargs)
    )


@types.coroutine
def yield_once() -> Iterator[None]:
    """Let the loop run other handles first."""
    yield


def counted_sleep(stock: Any) -> Any:
    """`asyncio.sleep`, which counts as a yield for the detection of spinning."""

    async def sleep(delay: float, result: Any = None) -> Any:
        kernel.yield_to_others()
        if delay > 0 or delay != delay:
            return await stock(delay, result)
        await yield_once()
        return result

    return sleep


def make(*, beside_threads: bool) -> types.ModuleType:
    """Make the model of `asyncio` for programs with threads or without.

    In a program with threads, another worker can run between any two accesses of a
    task.  Without threads, a task is never preempted between two awaits.  In that case
    asyncio's locks and queues need not be instrumented, so `primitives` has cheaper
    models of them.
    """
    stock = StockModules(beside_threads=beside_threads)
    made = module("asyncio", asyncio)
    for part in stock.modules.values():
        for name in getattr(part, "__all__", ()):
            if name in vars(part):
                vars(made)[name] = vars(part)[name]
    for name, part in stock.modules.items():
        vars(made)[name] = part
    made.__dict__.update(
        Future=Future,
        Task=Task,
        get_running_loop=get_running_loop,
        get_event_loop=get_event_loop,
        new_event_loop=new_event_loop,
        set_event_loop=set_event_loop,
        DefaultEventLoopPolicy=DefaultPolicy,
        get_event_loop_policy=get_event_loop_policy,
        set_event_loop_policy=set_event_loop_policy,
        run=run,
        Runner=Runner,
        all_tasks=all_tasks,
        current_task=current_task,
        to_thread=to_thread,
        sleep=counted_sleep(made.sleep),
        run_coroutine_threadsafe=threadsafe,
        wrap_future=lambda future, *, loop=None: wrap(future, loop or get_event_loop()),
        **refusals(asyncio, *REFUSED_OF_ASYNCIO),
    )
    note_models_of_c(vars(asyncio), vars(made))
    return made


# Classes in rewritten code get a hash that is the same in each run (`define_class`).
# The code of `primitives` is not rewritten, so its classes get this hash here.  With a
# hash by address, a set of queues could have another order in each run.
setattr(loop_primitives.RecordedPrimitive, "__hash__", fixed_hash)  # noqa: B010
ASYNCIO = make(beside_threads=False)
BESIDE_THREADS = make(beside_threads=True)
record_holders(BESIDE_THREADS.Lock)
record_holders(BESIDE_THREADS.Semaphore)
note_uses(BESIDE_THREADS.Lock, "Lock")
note_uses(BESIDE_THREADS.Semaphore, "Semaphore")
note_releases(BESIDE_THREADS.BoundedSemaphore, own=False)
BESIDE_THREADS.Condition._x_is_lock = True
