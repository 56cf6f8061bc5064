"""Rules of threads that CPython keeps, each a function that returns what it saw.

The tests run each as it is and under the explorer, and compare.  What another order of
threads could change is not among them.
"""

import _thread
import contextlib
import contextvars
import copy
import decimal
import pickle
import queue
import threading
from concurrent.futures import (
    Executor,
    Future,
    ThreadPoolExecutor,
    as_completed,
    wait,
)


def _error(call, *args, **kwargs):
    """The exception of a call, as text; None if there is none."""
    try:
        call(*args, **kwargs)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None


def _kind(call, *args, **kwargs):
    """The class of a call's exception, by name."""
    said = _error(call, *args, **kwargs)
    return said and said.partition(":")[0]


def _in_thread(call, *args):
    seen = []
    thread = threading.Thread(target=lambda: seen.append(call(*args)))
    thread.start()
    thread.join()
    return seen[0]


# --- Contexts -------------------------------------------------------------------------


def a_thread_begins_with_an_empty_context():
    variable = contextvars.ContextVar("variable", default="none")

    def leave(value):
        before = variable.get()
        variable.set(value)
        return before

    return [_in_thread(leave, value) for value in ("first", "second")]


def each_thread_has_its_own_decimal_context():
    def leave(precision):
        before = decimal.getcontext().prec
        decimal.getcontext().prec = precision
        return before

    return [_in_thread(leave, precision) for precision in (3, 5)]


# --- Locks ----------------------------------------------------------------------------


def locks_cannot_be_copied():
    things = (
        threading.Lock(), threading.RLock(), queue.SimpleQueue(), threading.local(),
    )  # fmt: skip
    return [
        _error(way, thing)
        for thing in things
        for way in (copy.copy, copy.deepcopy, pickle.dumps)
    ]


def what_holds_a_lock_cannot_be_copied_deeply():
    class Guarded:
        def __init__(self):
            self.lock = threading.Lock()

    things = (
        Guarded(), threading.Condition(), threading.Event(), threading.Semaphore(),
        threading.BoundedSemaphore(), queue.Queue(), Future(), [threading.Lock()],
    )  # fmt: skip
    return [_kind(copy.deepcopy, thing) for thing in things]


def an_object_with_a_lock_is_copied_with_the_same_lock():
    class Guarded:
        def __init__(self):
            self.lock = threading.Lock()

    guarded = Guarded()
    return copy.copy(guarded).lock is guarded.lock


def locks_have_no_attributes_of_the_program():
    def mark(lock):
        lock.owner_name = "ann"

    class Named(_thread.RLock):
        pass

    named = Named()
    mark(named)
    return _kind(mark, threading.Lock()), _kind(mark, threading.RLock()), vars(named)


def a_lock_is_no_base_class():
    def of(base):
        return type("Mine", (base,), {})

    return _kind(of, threading.Lock)


def the_methods_of_a_lock():
    lock, rlock = threading.Lock(), threading.RLock()
    words = ("locked", "locked_lock", "acquire_lock", "release_lock", "_is_owned")
    return [[hasattr(one, word) for word in words] for one in (lock, rlock)]


def a_lock_by_its_old_names():
    lock = threading.Lock()
    return lock.acquire_lock(), lock.locked_lock(), lock.release_lock(), lock.locked()


def timeouts_of_a_lock():
    lock = threading.Lock()
    return (
        _kind(lock.acquire, timeout=threading.TIMEOUT_MAX * 2),
        _kind(lock.acquire, True, -3),
        _kind(lock.acquire, False, 1),
        _kind(lock.acquire, timeout=1, blocking=None),
        lock.acquire(timeout=threading.TIMEOUT_MAX),
    )


def the_text_of_a_lock():
    lock, rlock = threading.Lock(), threading.RLock()
    free = repr(lock).partition(" at")[0], repr(rlock).split(" ")[:2]
    with lock, rlock:
        return free, repr(lock).partition(" at")[0], repr(rlock).split(" ")[:2]


def an_rlock_counts():
    lock = threading.RLock()
    with lock, lock:
        inner = lock._recursion_count()
    return inner, lock._recursion_count(), lock._is_owned()


# --- Conditions, semaphores and events ------------------------------------------------


class _Logged:
    """A lock of the program's own: what a condition needs of it."""

    def __init__(self):
        self.lock, self.log = threading.Lock(), []

    def acquire(self, *args):
        self.log.append("acquire")
        return self.lock.acquire(*args)

    def release(self):
        self.log.append("release")
        self.lock.release()

    def __enter__(self):
        return self.acquire()

    def __exit__(self, *_):
        self.release()


def a_condition_takes_a_lock_of_ones_own():
    lock = _Logged()
    condition = threading.Condition(lock)
    unowned = _error(condition.notify), _error(condition.wait)
    with condition:
        condition.notify_all()
        late = condition.wait(0.001)
    return unowned, late, lock.log


def a_condition_takes_a_semaphore():
    gate = threading.Condition(threading.Semaphore(1))
    with gate:
        gate.notify()
        return gate.wait(0.001), gate.wait_for(lambda: True)


def a_condition_of_ones_own_lock_is_told():
    condition, said, begun = threading.Condition(_Logged()), [], threading.Event()

    def listen():
        with condition:
            begun.set()
            while not said:
                condition.wait()
        return True

    with ThreadPoolExecutor(1) as pool:
        heard = pool.submit(listen)
        begun.wait()
        with condition:
            said.append(1)
            condition.notify()
        return heard.result()


def a_condition_has_no_look():
    condition = threading.Condition()
    return hasattr(condition, "locked"), hasattr(condition, "_is_owned")


def the_text_of_events_and_semaphores():
    event, gate = threading.Event(), threading.Semaphore(3)
    bounded = threading.BoundedSemaphore(2)
    bounded.acquire()
    texts = [repr(event).split(": ")[1]]
    event.set()
    texts += [repr(one).partition(": ")[2] for one in (event, gate, bounded)]
    return texts


# --- Threads --------------------------------------------------------------------------


def the_names_of_threads():
    def job():
        pass

    first = threading.Thread(target=job)
    timer = threading.Timer(1, job)
    named = threading.Thread(name=123), threading.Thread(target=job, name="mine")
    pattern = first.name.split("-")
    start = int(pattern[1].split(" ")[0])
    return (
        pattern[0],
        pattern[1].partition(" ")[2],
        int(timer.name.removeprefix("Thread-")) - start,
        [one.name for one in named],
    )


def the_names_of_pool_threads():
    def name():
        return threading.current_thread().name

    with ThreadPoolExecutor(1) as pool, ThreadPoolExecutor(1, "mine") as other:
        first, second = pool.submit(name).result(), other.submit(name).result()
    return first.split("-")[0], first.split("_")[1], second


def a_thread_in_words():
    gate = threading.Event()
    thread = threading.Thread(target=gate.wait, name="waits", daemon=True)
    texts = [repr(thread)]
    thread.start()
    texts.append(" ".join(repr(thread).split(" ")[:-1]))
    gate.set()
    thread.join()
    return [*texts, " ".join(repr(thread).split(" ")[:-1])]


def a_thread_is_started_once():
    thread = threading.Thread(target=int)
    thread.start()
    thread.join()
    return _error(thread.start), thread.is_alive()


def the_arguments_of_a_thread():
    timer = threading.Timer(1, print)
    timer.args.append("late")
    timer.kwargs["end"] = ""
    return _error(threading.Thread, print), timer.args, timer.kwargs


def the_target_of_a_thread_is_gone_once_it_ran():
    thread = threading.Thread(target=int)
    thread.start()
    thread.join()
    return [hasattr(thread, name) for name in ("_target", "_args", "_kwargs")]


def threads_that_live_have_identifiers_of_their_own():
    meet = threading.Barrier(3)

    def ident():
        meet.wait()
        return threading.get_ident()

    with ThreadPoolExecutor(3) as pool:
        jobs = [pool.submit(ident) for _ in range(3)]
        return len({job.result() for job in jobs} | {threading.get_ident()})


def each_thread_may_recurse():
    meet = threading.Barrier(2)

    def down(depth):
        if depth:
            return down(depth - 1)
        meet.wait()
        return True

    with ThreadPoolExecutor(2) as pool:
        return [job.result() for job in [pool.submit(down, 300) for _ in range(2)]]


def an_endless_recursion_is_an_error():
    def down():
        return down() + 1

    return _kind(down)


# --- Thread locals --------------------------------------------------------------------


class _Session(threading.local):
    """A local with a property, a slot that all share, and a default."""

    __slots__ = ("shared",)
    limit = 5

    @property
    def user(self):
        return self.name

    @user.setter
    def user(self, name):
        self.name = name.upper()

    @user.deleter
    def user(self):
        del self.name


def the_property_of_a_local():
    session = _Session()
    session.user = "ann"
    seen = [session.user, vars(session), _in_thread(_kind, getattr, session, "user")]
    del session.user
    return [*seen, hasattr(session, "name")]


def the_slot_of_a_local_is_shared():
    session = _Session()
    session.shared = 1
    session.limit = 7
    return _in_thread(lambda: (session.shared, session.limit, vars(session)))


def the_limits_of_a_local():
    def bind():
        threading.local().__dict__ = {}

    class Kept(threading.local):
        def __init__(self, value):
            self.value = value

    return _error(threading.local, 1), _error(bind), _in_thread(lambda: Kept(3).value)


def a_thread_must_be_initialized():
    class Bare(threading.Thread):
        def __init__(self):
            self.mine = 1

    thread = Bare()
    return _error(thread.start), _error(thread.join), _kind(thread.is_alive)


def the_end_of_a_thread_is_told_to_stop():
    """Before 3.13 an attribute of that name is called in place of CPython's method."""

    class Stopping(threading.Thread):
        def __init__(self):
            super().__init__()
            self._stop = threading.Event()

        def run(self):
            self._stop.wait()

    thread = Stopping()
    thread.start()
    thread._stop.set()
    said = _error(thread.join)
    thread._stop = lambda: None
    thread.join()
    return said, thread.is_alive()


# --- Futures and pools ----------------------------------------------------------------


def a_cancelled_future_is_told_once():
    future = Future()
    future.cancel()
    first = future.set_running_or_notify_cancel()
    return first, _error(future.set_running_or_notify_cancel), future.cancelled()


def the_text_of_a_future():
    waiting, cancelled, told, done, failed = (Future() for _ in range(5))
    cancelled.cancel()
    told.cancel()
    told.set_running_or_notify_cancel()
    done.set_result(1)
    failed.set_exception(KeyError())
    futures = waiting, cancelled, told, done, failed
    words = [repr(one).partition("state=")[2] for one in futures]
    return words, [one._state for one in futures], _kind(done.set_result, 2)


def a_lock_is_free_after_its_reinitialization():
    lock, rlock = threading.Lock(), threading.RLock()
    lock.acquire()
    rlock.acquire()
    rlock.acquire()
    lock._at_fork_reinit()
    rlock._at_fork_reinit()
    return lock.locked(), rlock._is_owned(), _in_thread(rlock.acquire, False)


def an_rlock_is_given_up_and_taken_back():
    lock = threading.RLock()
    lock.acquire()
    lock.acquire()
    saved = lock._release_save()
    free = _in_thread(lock.acquire, False)
    _error(lock.release)
    return free, saved is None, _kind(threading.RLock()._release_save)


def threads_are_counted():
    gate = threading.Event()
    before = _thread._count()
    thread = threading.Thread(target=gate.wait)
    thread.start()
    during = _thread._count()
    gate.set()
    thread.join()
    return during - before


def the_text_of_a_barrier():
    barrier = threading.Barrier(2)
    return repr(barrier).partition(" at ")[0], str(barrier).rpartition(": ")[2]


def futures_and_queues_with_a_type():
    names = Future[int], queue.SimpleQueue[str], queue.Queue[int]
    return [name.__origin__.__name__ for name in names]


def a_map_whose_time_is_up_cancels_what_it_waited_for():
    log, stop = [], threading.Event()

    def job(name):
        stop.wait()
        log.append(name)

    with ThreadPoolExecutor(1) as pool:
        pool.submit(job, "first")
        late = _kind(next, pool.map(job, ["second", "third"], timeout=0))
        stop.set()
    return late, log


def the_threads_of_a_pool():
    with ThreadPoolExecutor(3) as pool:
        pool.submit(int).result()
        return len(pool._threads), {
            type(one).__name__ for one in pool._threads
        } != set()


def a_pool_closed_with_jobs_left():
    started, gate = threading.Event(), threading.Event()

    def hold():
        started.set()
        gate.wait()
        return "ran"

    pool = ThreadPoolExecutor(1)
    first = pool.submit(hold)
    started.wait()
    left = [pool.submit(int) for _ in range(2)]
    pool.shutdown(wait=False, cancel_futures=True)
    gate.set()
    seen = first.result(), [job.cancelled() for job in left], _kind(pool.submit, int)
    counted = wait(left, timeout=0.001)
    return seen, len(counted.done), len(counted.not_done)


def completions_come_in_their_order():
    futures = [Future() for _ in range(3)]
    came = as_completed(futures)
    futures[2].set_result(2)
    order = [next(came).result()]
    futures[0].set_result(0)
    futures[1].set_result(1)
    return [*order, *(future.result() for future in came)]


def an_exit_in_a_job_is_the_futures_exception():
    def leave():
        raise SystemExit(3)

    with ThreadPoolExecutor(1) as pool:
        job = pool.submit(leave)
        with contextlib.suppress(SystemExit):
            job.result()
        return type(job.exception()).__name__


def an_executor_of_ones_own_needs_no_initialization():
    class Direct(Executor):
        def __init__(self):
            self.calls = 0

        def submit(self, function, /, *args):
            self.calls += 1
            future = Future()
            future.set_result(function(*args))
            return future

    with Direct() as pool:
        results = [*pool.map(abs, (-1, 2), timeout=5)]
    return (
        results,
        pool.calls,
        isinstance(pool, ThreadPoolExecutor),
        issubclass(ThreadPoolExecutor, Executor),
        _kind(Executor().submit, int),
    )
