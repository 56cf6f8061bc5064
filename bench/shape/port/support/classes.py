"""Classes of the support: they give tasks what threads have."""

TASK_BARRIER = '''class TaskBarrier:
    """`threading.Barrier` with an action and a time limit, for tasks."""

    def __init__(self, parties, action=None, timeout=None):
        self.__reached, self.__left = asyncio.Barrier(parties), asyncio.Barrier(parties)
        self.__action, self.__timeout, self.parties = action, timeout, parties

    async def wait(self, timeout=None):
        limit = self.__timeout if timeout is None else timeout
        try:
            async with asyncio.timeout(limit):
                place = await self.__reached.wait()
            if place == 0 and self.__action is not None:
                found = self.__action()
                if inspect.isawaitable(found):
                    await found
        except asyncio.TimeoutError:
            await self.abort()
            raise asyncio.BrokenBarrierError from None
        except BaseException:
            await self.abort()
            raise
        await self.__left.wait()
        return place

    async def abort(self):
        await self.__reached.abort()
        await self.__left.abort()

    async def reset(self):
        await self.__reached.reset()
        await self.__left.reset()

    @property
    def n_waiting(self):
        return self.__reached.n_waiting

    @property
    def broken(self):
        return self.__reached.broken
'''
TASK_POOL = '''class TaskPool:
    """`ThreadPoolExecutor` for tasks: at most `max_workers` run at a time."""

    def __init__(
        self, max_workers=None, thread_name_prefix="", initializer=None, initargs=()
    ):
        self.__size = max_workers or 32
        self.__room = asyncio.Semaphore(self.__size)
        self.__jobs, self.__ended = {}, False
        self.__first = initializer, initargs

    def submit(self, function, /, *args, **kwargs):
        if self.__ended:
            raise RuntimeError("cannot schedule new futures after shutdown")
        future = PoolFuture()
        running = [one for one in self.__jobs.values() if one.running()]
        future._runs = len(running) < self.__size  # a free thread takes it at once
        task = asyncio.create_task(self.__run(future, function, args, kwargs))
        self.__jobs[task] = future
        task.add_done_callback(self.__jobs.pop)
        return future

    async def __run(self, future, function, args, kwargs):
        initializer, initargs = self.__first
        async with self.__room:
            if future.cancelled():
                return
            future._runs = True
            try:
                if initializer is not None:
                    await in_loop(initializer, *initargs)
                found = await in_loop_or_thread(function, *args, **kwargs)
                future.set_result(found)
            except asyncio.CancelledError:
                asyncio.Future.cancel(future)
                raise
            except Exception as error:
                future.set_exception(error)
                future.exception()  # asyncio then logs nothing, as in threads

    def map(self, function, *columns, timeout=None, chunksize=1):
        jobs = [self.submit(function, *row) for row in zip(*columns)]
        return PoolResults(jobs, timeout)

    async def shutdown(self, wait=True, *, cancel_futures=False):
        self.__ended = True
        if cancel_futures:
            for future in self.__jobs.values():
                future.cancel()
        if wait and self.__jobs:
            await asyncio.wait([*self.__jobs])

    async def __aenter__(self):
        return self

    async def __aexit__(self, *raised):
        await self.shutdown()
'''
TASK_LOCAL = '''class TaskLocal:
    """`threading.local` for tasks: each task has its own attributes."""

    def __new__(cls, *args, **kwargs):
        made = super().__new__(cls)
        object.__setattr__(made, "_TaskLocal__of", weakref.WeakKeyDictionary())
        object.__setattr__(made, "_TaskLocal__given", (args, kwargs))
        made.__of[made.__who()] = {}  # Python calls `__init__` for this one
        return made

    def __who(self):
        """The running task of a thread or a pool; for other code the thread."""
        try:
            task = asyncio.current_task()
        except RuntimeError:  # no loop runs here
            task = None
        worker = task and task.get_coro().__name__ in ("reporting", "__run")
        return task if worker else threading.current_thread()

    def __own(self):
        who = self.__who()
        if who not in self.__of:
            self.__of[who] = {}
            args, kwargs = self.__given
            self.__init__(*args, **kwargs)
        return self.__of[who]

    def __getattribute__(self, name):
        look = super().__getattribute__
        if name.startswith(("_TaskLocal__", "__")) and name != "__dict__":
            return look(name)
        own = self.__own()
        if name == "__dict__":
            return own
        return own[name] if name in own else look(name)  # a default of the class

    def __setattr__(self, name, value):
        if hasattr(getattr(type(self), name, None), "__set__"):
            super().__setattr__(name, value)
        else:
            self.__own()[name] = value

    def __delattr__(self, name):
        if name not in self.__own():
            raise AttributeError(name)
        del self.__own()[name]
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
TASK_CONDITION = '''class TaskCondition:
    """`threading.Condition` for tasks: the task that holds it may take it again."""

    def __init__(self, lock=None):
        self._lock = lock or TaskRLock()
        self.__turns = asyncio.Condition(self._lock._lock)
        self.acquire, self.release = self._lock.acquire, self._lock.release

    async def wait(self):
        if self._lock._owner is not asyncio.current_task():
            raise RuntimeError("cannot wait on un-acquired lock")
        taken, self._lock._owner, self._lock._taken = self._lock._taken, None, 0
        try:
            return await self.__turns.wait()
        finally:
            self._lock._owner, self._lock._taken = asyncio.current_task(), taken

    async def wait_for(self, predicate):
        while not (found := predicate()):
            await self.wait()
        return found

    def notify(self, n=1):
        self.__turns.notify(n)

    def notify_all(self):
        self.__turns.notify_all()

    def locked(self):
        return self._lock.locked()

    async def __aenter__(self):
        return await self.acquire()

    async def __aexit__(self, *raised):
        self.release()
'''
TASK_THREAD = '''task_threads = {}  # task -> its thread; a loop does not keep its tasks


class TaskThread:
    """`threading.Thread` in the loop: `start` makes its task, and `join` awaits it."""

    def __init__(
        self, group=None, target=None, name=None, args=(), kwargs=None, *, daemon=None
    ):
        self._target, self._args, self._kwargs = target, args, kwargs or {}
        self.name, self.daemon, self.__task = name, bool(daemon), None

    def start(self):
        if self.__task is not None:
            raise RuntimeError("threads can only be started once")
        made = reporting(in_loop_or_thread, self.run)
        self.__task = asyncio.create_task(made, name=self.name)
        self.name = self.__task.get_name()
        task_threads[self.__task] = self
        self.__task.add_done_callback(task_threads.pop)

    async def run(self):
        if self._target is not None:
            await in_loop_or_thread(self._target, *self._args, **self._kwargs)

    async def join(self, timeout=None):
        if self.__task is None:
            raise RuntimeError("cannot join thread before it is started")
        if self.__task is asyncio.current_task():
            raise RuntimeError("cannot join current thread")
        await asyncio.wait([self.__task], timeout=timeout)

    def is_alive(self):
        return self.__task is not None and not self.__task.done()

    @property
    def ident(self):
        return None if self.__task is None else id(self.__task)

    native_id = ident

    def getName(self):
        return self.name

    def setName(self, name):
        self.name = name
        if self.__task is not None:
            self.__task.set_name(name)

    def isDaemon(self):
        return self.daemon

    def setDaemon(self, daemon):
        self.daemon = daemon
'''
TASK_TIMER = '''class TaskTimer:
    """`threading.Timer` in the loop: calls a function, which must not block."""

    def __init__(self, interval, function, args=None, kwargs=None):
        self.interval, self.function = interval, function
        self.args, self.kwargs = args or (), kwargs or {}
        self.finished, self.daemon, self.__task = asyncio.Event(), None, None

    def start(self):
        self.__task = asyncio.create_task(reporting(self.run))

    async def run(self):
        if not await ended_in_time(self.finished.wait(), self.interval):
            await in_loop(self.function, *self.args, **self.kwargs)
        self.finished.set()

    def cancel(self):
        self.finished.set()

    async def join(self, timeout=None):
        if self.__task is None:
            raise RuntimeError("cannot join thread before it is started")
        await asyncio.wait([self.__task], timeout=timeout)

    def is_alive(self):
        return self.__task is not None and not self.__task.done()
'''
