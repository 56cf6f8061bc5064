"""The words of the models: which names are locks, signals, queues, starts or stops.

Names are absolute ("threading.Lock").  A name that begins with a dot, such as
".create_task", is a method.  It has the same meaning on every object.
"""

from collections.abc import Sequence

from bench.shape.tables.matches import MATCHES


def words(text: str) -> frozenset[str]:
    """The words of a text, as a set: a text is easier to read than a long list."""
    return frozenset(text.split())


LOCK_NAMES = frozenset({"Lock", "RLock", "Condition", "Semaphore", "BoundedSemaphore"})
LOCKS = frozenset(
    f"{module}.{name}"
    for module in ("threading", "asyncio", "anyio", "trio", "multiprocessing")
    for name in LOCK_NAMES
) | {"anyio.CapacityLimiter", "trio.CapacityLimiter", "trio.StrictFIFOLock"}
SIGNALS = frozenset(
    f"{module}.{name}"
    for module in ("threading", "asyncio", "anyio", "trio", "multiprocessing")
    for name in ("Event", "Barrier")
)
QUEUES = frozenset(
    f"{module}.{name}"
    for module in ("queue", "asyncio", "multiprocessing")
    for name in ("Queue", "LifoQueue", "PriorityQueue", "SimpleQueue", "JoinableQueue")
) | {
    "anyio.create_memory_object_stream",
    "trio.open_memory_channel",
    "trio.MemorySendChannel",
    "trio.MemoryReceiveChannel",
    "anyio.streams.memory.MemoryObjectSendStream",
    "anyio.streams.memory.MemoryObjectReceiveStream",
    "anyio.abc.ObjectReceiveStream",
    "anyio.abc.ObjectSendStream",
}
CONTEXT_RUN = "contextvars.Context.run"
STATES = frozenset({"threading.local", "contextvars.ContextVar"})
SYNCHRONIZES = LOCKS | SIGNALS | QUEUES


def is_lock(name: str | None) -> bool:
    """Whether a type is a lock of a library, or a class that has the name of a lock.

    For example, a program of asyncio may define its own class `RLock`, because asyncio
    has none.
    """
    return name in LOCKS or (name or "").rpartition(".")[2] in LOCK_NAMES


def synchronizes(name: str | None) -> bool:
    """Whether a type is made for synchronization, and so guards its own state."""
    return name in SYNCHRONIZES or is_lock(name)


WORKERS = frozenset(
    {
        "threading.Thread",
        "threading.Timer",
        "multiprocessing.Process",
        "concurrent.futures.Future",
        "concurrent.futures.ThreadPoolExecutor",
        "concurrent.futures.ProcessPoolExecutor",
        "concurrent.futures.thread.ThreadPoolExecutor",
        "multiprocessing.pool.ThreadPool",
        "asyncio.Task",
        "asyncio.Future",
        "asyncio.TaskGroup",
        "asyncio.Runner",
        "anyio.create_task_group",
        "anyio.abc.TaskGroup",
        "anyio.abc.TaskHandle",
        "anyio.CancelScope",
        "trio.open_nursery",
        "trio.Nursery",
        "trio.CancelScope",
    }
)
# Methods of primitives that take part in synchronization.
OPERATIONS = words(
    """
    acquire release wait wait_for notify notify_all set clear put get put_nowait
    get_nowait task_done join abort reset shutdown acquire_nowait send receive
    send_nowait receive_nowait acquire_on_behalf_of release_on_behalf_of
    """
)
# The names of these methods that no other class of the standard library has.  Their
# calls count even if the class of the object is unknown (an inherited attribute).
UNMISTAKABLE = words(
    "acquire release notify notify_all task_done put_nowait get_nowait"
)
LIFE_CYCLE_CALLS = WORKERS | words(
    """
    asyncio.run asyncio.create_task asyncio.ensure_future asyncio.gather asyncio.wait
    asyncio.wait_for asyncio.timeout asyncio.timeout_at asyncio.to_thread asyncio.shield
    asyncio.as_completed asyncio.run_coroutine_threadsafe asyncio.new_event_loop
    asyncio.get_event_loop asyncio.get_running_loop asyncio.set_event_loop
    asyncio.current_task asyncio.all_tasks asyncio.start_server
    anyio.run anyio.move_on_after anyio.fail_after anyio.to_thread.run_sync
    anyio.from_thread.run anyio.from_thread.run_sync
    anyio.from_thread.start_blocking_portal
    trio.run trio.move_on_after trio.fail_after trio.to_thread.run_sync
    trio.from_thread.run
    concurrent.futures.wait concurrent.futures.as_completed
    threading.excepthook atexit.register signal.signal
    """
)
# Methods that count on any object.  For those of SOMETIMES_LIFE_CYCLE, the class of the
# object counts too.
LIFE_CYCLE_METHODS = words(
    """
    submit create_task start_soon cancel cancelled cancelling uncancel result
    return_value add_done_callback run_in_executor run_until_complete run_forever
    call_later call_at call_soon call_soon_threadsafe add_signal_handler
    shutdown_default_executor shutdown_asyncgens is_alive serve_forever
    set_exception_handler
    """
)
SOMETIMES_LIFE_CYCLE = frozenset({"start", "join", "shutdown", "map", "done"})

# Name in asyncio, anyio or trio -> the name in threads.  Un-asyncing replaces the left
# name by the right name, so that the two forms of a line have the same name.
PRIMITIVES = {
    **{
        f"{module}.{name}": f"threading.{name}"
        for module in ("asyncio", "anyio", "trio")
        for name in ("Lock", "Condition", "Event", "Semaphore")
    },
    "asyncio.BoundedSemaphore": "threading.BoundedSemaphore",
    "asyncio.Barrier": "threading.Barrier",
    "asyncio.BrokenBarrierError": "threading.BrokenBarrierError",
    "asyncio.Queue": "queue.Queue",
    "asyncio.LifoQueue": "queue.LifoQueue",
    "asyncio.PriorityQueue": "queue.PriorityQueue",
    "asyncio.QueueEmpty": "queue.Empty",
    "asyncio.QueueFull": "queue.Full",
    "asyncio.QueueShutDown": "queue.ShutDown",
    "anyio.create_memory_object_stream": "queue.Queue",
    "trio.open_memory_channel": "queue.Queue",
    "anyio.WouldBlock": "queue.Empty",
    "trio.WouldBlock": "queue.Empty",
    "contextvars.ContextVar": "threading.local",
    "asyncio.sleep": "time.sleep",
    "anyio.sleep": "time.sleep",
    "trio.sleep": "time.sleep",
}
LIFE_CYCLE = {
    "asyncio.TaskGroup": "concurrent.futures.ThreadPoolExecutor",
    "anyio.create_task_group": "concurrent.futures.ThreadPoolExecutor",
    "trio.open_nursery": "concurrent.futures.ThreadPoolExecutor",
    "asyncio.Future": "concurrent.futures.Future",
    "asyncio.Task": "concurrent.futures.Future",
    "asyncio.wait": "concurrent.futures.wait",
    "asyncio.as_completed": "concurrent.futures.as_completed",
    ".create_task": ".submit",
    ".start_soon": ".submit",
}
# Name in async code -> the name that plain code has in its place.
COLOUR = {
    "__aenter__": "__enter__",
    "__aexit__": "__exit__",
    "__aiter__": "__iter__",
    "__anext__": "__next__",
    "aiter": "iter",
    "anext": "next",
    "StopAsyncIteration": "StopIteration",
    "AsyncIterator": "Iterator",
    "AsyncIterable": "Iterable",
    "AsyncGenerator": "Generator",
    "AsyncContextManager": "ContextManager",
    "AbstractAsyncContextManager": "AbstractContextManager",
    "asynccontextmanager": "contextmanager",
    "AsyncExitStack": "ExitStack",
    "aclosing": "closing",
}
ERROR_WORDS = words(
    """
    try except finally raise ExceptionGroup BaseExceptionGroup exceptions suppress
    CancelledError TimeoutError exception traceback
    """
)
# Modules that are imported because of the model, with the kind of the difference.
MODEL_MODULES = {
    "threading": "primitive",
    "_thread": "primitive",
    "queue": "primitive",
    "time": "primitive",
    "asyncio": "primitive",
    "anyio": "primitive",
    "trio": "primitive",
    "contextvars": "primitive",
    "concurrent": "life cycle",
    "futures": "life cycle",
    "multiprocessing": "life cycle",
}


MATCHED = frozenset(
    name for one in MATCHES for name in (one.threads, one.asyncio, one.anyio, one.trio)
)
OF_THE_LOOP = {  # method of a loop, by its last word -> its absolute name
    one.asyncio.rpartition(".")[2]: one.asyncio
    for one in MATCHES
    if one.asyncio.startswith("asyncio.AbstractEventLoop.")
}
INSTEAD = {"threading.RLock": "asyncio.Lock", "queue.SimpleQueue": "asyncio.Queue"}


def holds(name: str) -> str | None:
    """The primitive or worker that a name stands for, as the class of a variable."""
    if name in SYNCHRONIZES or name in WORKERS or name in STATES:
        return name
    return {
        ".submit": "concurrent.futures.Future",
        ".create_task": "asyncio.Task",
        ".accept": "socket.socket",
    }.get(name)


def kind_of(name: str) -> str | None:
    """The kind of difference that a name makes if only one side has it."""
    last = name.rpartition(".")[2]
    if last in ERROR_WORDS or last.endswith(("Error", "Exception")):
        return "errors"
    if name in LIFE_CYCLE_CALLS or name in LIFE_CYCLE:
        return "life cycle"
    if name in SYNCHRONIZES or name in STATES or name in PRIMITIVES:
        return "primitive"
    if name in ("time.sleep", "queue.Empty", "queue.Full", "queue.ShutDown"):
        return "primitive"
    return "primitive" if "." in name and name in MATCHED else None


def matched_primitives(
    threads: Sequence[str], asyncio: Sequence[str]
) -> tuple[tuple[str, str], ...]:
    """Each primitive that two files use, beside its match; "" if it has no match.

    A name that both files use, such as `atexit.register`, is no difference.
    """
    twin = {**PRIMITIVES, **LIFE_CYCLE}
    twin |= {one.asyncio: one.threads for one in MATCHES if one.asyncio not in twin}
    both = {*threads} & {*asyncio}
    threads = [name for name in threads if name not in both]
    asyncio = [name for name in asyncio if name not in both]
    found = []
    for name in threads:
        matches = [other for other in asyncio if twin.get(other) == name]
        found += [(name, match) for match in matches or [""]]
    free = [name for name in asyncio if name not in {match for _, match in found}]
    found = [  # names without a match are shown beside their replacement in a port
        (name, INSTEAD[name] if not match and INSTEAD.get(name) in free else match)
        for name, match in found
    ]
    taken = {match for _, match in found}
    return (*found, *(("", name) for name in asyncio if name not in taken))
