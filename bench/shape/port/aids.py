"""Small functions and classes that a draft brings along where asyncio has none.

Each keeps what the threaded one promises, and is put into a draft only where it is
used.
"""

import ast
import re

ENDED_IN_TIME = '''async def ended_in_time(waiting, seconds):
    """What a wait with a time limit gives in threads: False when time is up."""
    try:
        async with asyncio.timeout(seconds):
            return await waiting
    except asyncio.TimeoutError:
        return False
'''
TAKEN_IN_TIME = '''async def taken_in_time(lock, blocking=True, timeout=-1):
    """What `lock.acquire(blocking, timeout)` gives in threads: -1 is no time limit."""
    limit = (None if timeout in (-1, None) else timeout) if blocking else 0
    try:
        async with asyncio.timeout(limit):
            return await lock.acquire()
    except asyncio.TimeoutError:
        return False
'''
AS_DONE = '''async def as_done(tasks, timeout=None):
    """Each task when it is done, as `as_completed` gives futures."""
    pending, loop = set(tasks), asyncio.get_running_loop()
    end = None if timeout is None else loop.time() + timeout
    while pending:
        left = None if end is None else max(end - loop.time(), 0)
        done, pending = await asyncio.wait(
            pending, timeout=left, return_when=asyncio.FIRST_COMPLETED
        )
        if not done:
            raise asyncio.TimeoutError
        for task in done:
            yield task
'''
IN_LOOP_OR_THREAD = '''async def in_loop_or_thread(function, *args, **kwargs):
    """What a function gives: run in the loop if it is async, else in a thread."""
    if inspect.iscoroutinefunction(function):
        return await function(*args, **kwargs)
    found = await asyncio.to_thread(function, *args, **kwargs)
    return await found if inspect.isawaitable(found) else found
'''
IN_LOOP = '''async def in_loop(function, *args, **kwargs):
    """What a call gives in the loop's thread, awaited where that is a coroutine."""
    found = function(*args, **kwargs)
    return await found if inspect.isawaitable(found) else found
'''
IN_OWN_THREAD = '''async def in_own_thread(function, *args, **kwargs):
    """What a call that blocks gives, made in a thread that runs nothing else."""
    loop = asyncio.get_running_loop()
    made = loop.create_future()

    def tell(tell_it, found):
        if not made.done():  # the task that waits may be cancelled
            tell_it(found)

    def run():
        try:
            told = made.set_result, function(*args, **kwargs)
        except BaseException as error:
            told = made.set_exception, error
        with contextlib.suppress(RuntimeError):  # the loop may be closed
            loop.call_soon_threadsafe(tell, *told)

    threading.Thread(target=run, daemon=True).start()
    return await made
'''
AS_NUMBERED = '''async def as_numbered(items, start=0):
    """`enumerate` of what is iterated by `async for`."""
    async for item in items:
        yield start, item
        start += 1
'''
ERROR_OF = '''async def error_of(task):
    """What `exception()` of a future gives, which waits for it."""
    await asyncio.wait([task])
    return task.exception()
'''
REPORTING = '''async def reporting(function, /, *args, **kwargs):
    """What a thread does with an error: it is told at once, and ends no more."""
    try:
        await function(*args, **kwargs)
    except SystemExit:
        pass
    except Exception as error:
        said = f"error in {asyncio.current_task().get_name()}"
        told = {"message": said, "exception": error}
        asyncio.get_running_loop().call_exception_handler(told)
'''
KEPT_TASK = '''kept_tasks = set()


def kept_task(coroutine, name=None):
    """A task that is kept until it ends: a loop does not keep its tasks."""
    task = asyncio.create_task(coroutine, name=name)
    kept_tasks.add(task)
    task.add_done_callback(kept_tasks.discard)
    return task
'''
AS_REQUESTS = '''def as_requests():
    """What a session of requests does, and one of aiohttp where it is told to."""
    return {
        "trust_env": True,  # HTTP_PROXY and the like
        "cookie_jar": aiohttp.CookieJar(unsafe=True),  # of IP addresses too
        "fallback_charset_resolver": lambda response, _: (
            "latin-1" if "text" in response.content_type else "utf-8"
        ),
    }
'''
TO_THE_END = '''async def to_the_end(coroutine):
    """What a coroutine gives, after all tasks: a program waits for its threads."""
    try:
        return await coroutine
    finally:
        while others := asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.wait(others)
'''
POOL_FUTURE = '''class PoolFuture(asyncio.Future):
    """A future of a pool: what runs already is not cancelled, as in threads."""

    _runs = False

    def running(self):
        return self._runs and not self.done()

    def cancel(self, msg=None):
        return self.cancelled() or (not self._runs and super().cancel(msg))
'''
TASK_POOL = '''class TaskPool:
    """`ThreadPoolExecutor` in tasks: at most `max_workers` run at a time."""

    def __init__(self, max_workers=None, thread_name_prefix=""):
        self._room = asyncio.Semaphore(max_workers or 32)
        self._jobs, self._ended = {}, False

    def submit(self, function, /, *args, **kwargs):
        if self._ended:
            raise RuntimeError("cannot schedule new futures after shutdown")
        future = PoolFuture()
        task = asyncio.create_task(self._run(future, function, args, kwargs))
        self._jobs[task] = future
        task.add_done_callback(self._jobs.pop)
        return future

    async def _run(self, future, function, args, kwargs):
        async with self._room:
            if future.cancelled():
                return
            future._runs = True
            try:
                found = await in_loop_or_thread(function, *args, **kwargs)
                future.set_result(found)
            except asyncio.CancelledError:
                asyncio.Future.cancel(future)
                raise
            except Exception as error:
                future.set_exception(error)

    async def map(self, function, *columns, timeout=None, chunksize=1):
        futures = [self.submit(function, *row) for row in zip(*columns)]
        async with asyncio.timeout(timeout):
            return [await asyncio.shield(future) for future in futures]

    async def shutdown(self, wait=True, *, cancel_futures=False):
        self._ended = True
        if cancel_futures:
            for future in self._jobs.values():
                future.cancel()
        if wait and self._jobs:
            await asyncio.wait([*self._jobs])

    async def __aenter__(self):
        return self

    async def __aexit__(self, *raised):
        await self.shutdown()
'''
TASK_LOCAL = '''class TaskLocal:
    """`threading.local` for tasks: each has attributes of its own."""

    def __init__(self):
        self.__dict__["_of"] = weakref.WeakKeyDictionary()

    def _own(self):
        return self._of.setdefault(asyncio.current_task(), {})

    def __getattr__(self, name):
        try:
            return self._own()[name]
        except KeyError:
            raise AttributeError(name) from None

    def __setattr__(self, name, value):
        self._own()[name] = value

    def __delattr__(self, name):
        del self._own()[name]
'''
TASK_RLOCK = '''class TaskRLock:
    """`threading.RLock` for tasks: the task that holds it may take it again."""

    def __init__(self):
        self._lock, self._owner, self._taken = asyncio.Lock(), None, 0

    async def acquire(self):
        if self._owner is not asyncio.current_task():
            await self._lock.acquire()
            self._owner = asyncio.current_task()
        self._taken += 1
        return True

    def release(self):
        if self._owner is not asyncio.current_task():
            raise RuntimeError("cannot release un-acquired lock")
        self._taken -= 1
        if not self._taken:
            self._owner = None
            self._lock.release()

    def locked(self):
        """Whether another task holds it."""
        return self._owner not in (None, asyncio.current_task())

    async def __aenter__(self):
        return await self.acquire()

    async def __aexit__(self, *raised):
        self.release()
'''
TASK_THREAD = '''class TaskThread:
    """`threading.Thread` in the loop: `start` makes its task, and `join` awaits it."""

    _running = set()  # a loop does not keep its tasks

    def __init__(
        self, group=None, target=None, name=None, args=(), kwargs=None, *, daemon=None
    ):
        self._target, self._args, self._kwargs = target, args, kwargs or {}
        self.name, self.daemon, self._task = name, daemon, None

    def start(self):
        self._task = asyncio.create_task(reporting(self.run), name=self.name)
        self.name = self._task.get_name()
        self._running.add(self._task)
        self._task.add_done_callback(self._running.discard)

    async def run(self):
        if self._target is not None:
            await in_loop_or_thread(self._target, *self._args, **self._kwargs)

    async def join(self, timeout=None):
        await asyncio.wait([self._task], timeout=timeout)

    def is_alive(self):
        return self._task is not None and not self._task.done()
'''
TASK_TIMER = '''class TaskTimer:
    """`threading.Timer` in the loop: calls a function, which must not block."""

    def __init__(self, interval, function, args=None, kwargs=None):
        self.interval, self.function = interval, function
        self.args, self.kwargs = args or (), kwargs or {}
        self.daemon, self._task, self._waits = None, None, True

    def start(self):
        self._task = asyncio.create_task(reporting(self._run))

    async def _run(self):
        await asyncio.sleep(self.interval)
        self._waits = False
        found = self.function(*self.args, **self.kwargs)
        if inspect.isawaitable(found):
            await found

    def cancel(self):
        if self._task is not None and self._waits:
            self._task.cancel()

    async def join(self, timeout=None):
        await asyncio.wait([self._task], timeout=timeout)

    def is_alive(self):
        return self._task is not None and not self._task.done()
'''
AIDS = {
    "ended_in_time": ENDED_IN_TIME,
    "taken_in_time": TAKEN_IN_TIME,
    "as_done": AS_DONE,
    "in_loop_or_thread": IN_LOOP_OR_THREAD,
    "in_loop": IN_LOOP,
    "in_own_thread": IN_OWN_THREAD,
    "as_numbered": AS_NUMBERED,
    "error_of": ERROR_OF,
    "reporting": REPORTING,
    "kept_task": KEPT_TASK,
    "to_the_end": TO_THE_END,
    "as_requests": AS_REQUESTS,
    "PoolFuture": POOL_FUTURE,
    "TaskPool": TASK_POOL,
    "TaskLocal": TASK_LOCAL,
    "TaskRLock": TASK_RLOCK,
    "TaskThread": TASK_THREAD,
    "TaskTimer": TASK_TIMER,
}
IMPORTS = {
    "in_own_thread": "contextlib threading",
    "in_loop_or_thread": "inspect",
    "in_loop": "inspect",
    "TaskTimer": "inspect",
    "TaskLocal": "weakref",
}


def used(body: str) -> list[str]:
    """The aids that the lines of a draft call, and those that these call."""
    found: set[str] = set()
    texts = [body]
    while texts:
        text = texts.pop()
        new = {n for n in AIDS if re.search(rf"(?<![\w.]){n}\b", text)} - found
        found |= new
        texts += [AIDS[name] for name in new]
    return [name for name in AIDS if name in found]


def imports(names: list[str]) -> list[str]:
    """The import lines that these aids need, beside asyncio's."""
    needed = {one for name in names for one in IMPORTS.get(name, "").split()}
    return [f"import {one}" for one in sorted(needed)]


def definitions(names: list[str]) -> list[str]:
    """The lines of these aids, each set off by blank lines."""
    return [line for name in names for line in ("", "", *AIDS[name].split("\n")[:-1])]


def after_imports(tree: ast.Module) -> int:
    """The last line of the imports that a module begins with."""
    last = 0
    for node in tree.body:
        is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if not (is_text or isinstance(node, ast.Import | ast.ImportFrom)):
            break
        last = node.end_lineno or last
    return last
