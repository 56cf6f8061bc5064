"""What CPython's primitives promise, each rule a function that returns what it saw.

The tests run every rule twice, as it is and under the explorer, and compare.
"""

import _thread
import asyncio
import contextlib
import queue
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor, as_completed, wait


def raised(call, *args, **kwargs):
    """Return the name of what a call raises, or what it returns."""
    try:
        return call(*args, **kwargs)
    except Exception as error:
        return type(error).__name__


def lock_acquired_twice_without_waiting():
    lock = threading.Lock()
    return lock.acquire(), lock.acquire(False), lock.acquire(timeout=0), lock.locked()


def lock_released_unheld():
    return raised(threading.Lock().release)


def lock_released_by_another():
    lock = threading.Lock()
    lock.acquire()
    in_thread(lock.release)
    return lock.locked()


def lock_arguments():
    lock = threading.Lock()
    return raised(lock.acquire, False, 1), raised(lock.acquire, True, -2)


def lock_with_exception():
    lock = threading.Lock()
    with contextlib.suppress(KeyError), lock:
        raise KeyError
    return lock.locked()


def rlock_entered_twice():
    lock = threading.RLock()
    return lock.acquire(), lock.acquire(), in_thread(lock.acquire, False)


def rlock_released_by_another():
    lock = threading.RLock()
    lock.acquire()
    return in_thread(raised, lock.release)


def rlock_left_as_often_as_entered():
    lock = threading.RLock()
    with lock, lock:
        pass
    return in_thread(lock.acquire, False), raised(lock.release)


def condition_without_its_lock():
    condition = threading.Condition()
    return raised(condition.wait), raised(condition.notify), raised(condition.release)


def condition_times_out():
    condition = threading.Condition()
    with condition:
        return condition.wait(0.001), condition.wait_for(lambda: False, 0.001)


def condition_wait_for_returns_what_it_saw():
    condition = threading.Condition()
    with condition:
        return condition.wait_for(lambda: "ready")


def condition_counts_its_waiters():
    condition, begun = threading.Condition(), threading.Semaphore(0)
    thread = threading.Thread(target=lambda: wait_within(condition, begun))
    thread.start()
    begun.acquire()
    with condition:  # which it lets go only to wait
        waiters = len(condition._waiters)
        condition.notify()
    thread.join()
    return waiters, len(condition._waiters)


def condition_releases_a_lock_entered_twice():
    condition = threading.Condition()
    seen = []

    def tell():
        with condition:
            seen.append("in")
            condition.notify_all()

    with condition, condition:
        thread = threading.Thread(target=tell)
        thread.start()
        condition.wait_for(lambda: seen)
    thread.join()
    return seen


def semaphore_counts():
    semaphore = threading.Semaphore(2)
    taken = [semaphore.acquire(blocking=False) for _ in range(3)]
    semaphore.release(2)
    return taken, semaphore.acquire(timeout=0.001), raised(semaphore.release, 0)


def semaphore_arguments():
    return (
        raised(threading.Semaphore, -1),
        raised(threading.Semaphore(1).acquire, False, 1),
        threading.Semaphore(0).acquire(timeout=0.001),
    )


def bounded_semaphore_released_too_often():
    semaphore = threading.BoundedSemaphore(1)
    with semaphore:
        pass
    return raised(semaphore.release)


def event_set_and_cleared():
    event = threading.Event()
    before = event.is_set(), event.wait(0.001)
    event.set()
    after = event.is_set(), event.wait()
    event.clear()
    return before, after, event.is_set()


def barrier_of_one():
    barrier = threading.Barrier(1, action=lambda: seen.append("action"))
    seen = []
    return barrier.wait(), seen, barrier.parties, barrier.n_waiting, barrier.broken


def barrier_broken_by_time():
    barrier = threading.Barrier(2)
    return raised(barrier.wait, 0.001), barrier.broken, raised(barrier.wait)


def barrier_aborted_and_reset():
    barrier = threading.Barrier(2)
    barrier.abort()
    broken = barrier.broken
    barrier.reset()
    return broken, barrier.broken


def barrier_of_two():
    barrier = threading.Barrier(2)
    seen = []
    thread = threading.Thread(target=lambda: seen.append(barrier.wait()))
    thread.start()
    seen.append(barrier.wait())
    thread.join()
    return sorted(seen)


def queue_in_order():
    first = queue.Queue()
    for item in (3, 1, 2):
        first.put(item)
    return [first.get() for _ in range(3)], first.empty(), first.qsize()


def queue_last_in_first_out():
    last = queue.LifoQueue()
    for item in (3, 1, 2):
        last.put(item)
    return [last.get() for _ in range(3)]


def queue_by_priority():
    lowest = queue.PriorityQueue()
    for item in (3, 1, 2):
        lowest.put(item)
    return [lowest.get() for _ in range(3)]


def queue_full_and_empty():
    small = queue.Queue(1)
    empty = raised(small.get_nowait), raised(small.get, True, 0.001)
    small.put(1)
    full = small.full(), raised(small.put_nowait, 2), raised(small.put, 2, True, 0.001)
    return empty, full, raised(small.get, True, -1)


def queue_tasks_done():
    work = queue.Queue()
    work.put(1)
    work.get()
    work.task_done()
    work.join()
    return raised(work.task_done)


def simple_queue():
    simple = queue.SimpleQueue()
    simple.put(1)
    simple.put(2)
    seen = simple.get(), simple.qsize(), simple.get(), simple.empty()
    return seen, raised(simple.get_nowait), raised(simple.get, True, 0.001)


def queue_looked_into():
    jobs = queue.PriorityQueue(maxsize=3)
    for job in (3, 1, 2):
        jobs.put(job)
    with jobs.mutex:
        items = sorted(jobs.queue)
        jobs.queue.clear()
        jobs.unfinished_tasks = 0
    jobs.join()
    return items, jobs.maxsize, jobs.empty(), jobs.unfinished_tasks


def queue_given_other_items():
    jobs = queue.Queue()
    jobs.queue = [3, 1]
    jobs.maxsize = 2
    return jobs.full(), jobs.qsize(), list(jobs.queue)


def queue_that_keeps_each_once():
    class Once(queue.Queue):
        def _init(self, maxsize):
            self.queue = set()
            self.queue.add(self.maxsize)
            self.queue.clear()

        def _put(self, item):
            self.queue.add(item)

        def _get(self):
            return self.queue.pop()

    jobs = Once(maxsize=1)
    jobs.put("job")
    return raised(jobs.put_nowait, "job"), jobs.get(), jobs.qsize()


def thread_states():
    thread = threading.Thread(target=lambda: None, name="worker", daemon=True)
    before = thread.is_alive(), raised(thread.join), thread.ident is None
    thread.start()
    thread.join()
    after = thread.is_alive(), raised(thread.start), thread.ident is None
    return before, after, thread.name, thread.daemon


def thread_named_and_named_again():
    thread = threading.Thread(name="first", daemon=True)
    thread.name = 2
    thread.daemon = False
    thread.start()
    thread.join()
    thread.name = "over"
    return thread.name, thread.daemon, raised(setattr, thread, "daemon", True)


def thread_joined_in_vain():
    gate = threading.Event()
    thread = threading.Thread(target=gate.wait)
    thread.start()
    thread.join(0.001)
    alive = thread.is_alive()
    gate.set()
    thread.join()
    return alive, thread.is_alive()


def thread_subclass():
    class Worker(threading.Thread):
        def __init__(self, number):
            super().__init__()
            self.number = number

        def run(self):
            self.number += 1

    worker = Worker(1)
    worker.start()
    worker.join()
    return worker.number


def thread_knows_itself():
    seen = []
    thread = threading.Thread(target=lambda: seen.append(threading.current_thread()))
    thread.start()
    thread.join()
    return seen == [thread], thread.ident != threading.get_ident()


def thread_is_not_the_main_one():
    main = threading.main_thread()
    seen = in_thread(lambda: (threading.current_thread() is main, main.is_alive()))
    return seen, main.name, main in threading.enumerate()


def threads_are_listed_while_they_live():
    go, before = threading.Event(), threading.active_count()
    thread = threading.Thread(target=go.wait, name="waits", daemon=True)
    listed = [thread in threading.enumerate()]
    thread.start()
    listed += [thread in threading.enumerate(), threading.active_count() - before]
    go.set()
    thread.join()
    return listed, thread in threading.enumerate(), threading.active_count() - before


def thread_without_a_thread_object():
    done = _thread.allocate_lock()
    done.acquire()
    ident = _thread.start_new_thread(done.release, ())
    return done.acquire(timeout=10), ident != _thread.get_ident()


def excepthook_is_told_of_what_a_thread_raises():
    seen, before = [], threading.excepthook
    threading.excepthook = lambda args: seen.append((args.exc_type, args.thread.name))
    try:
        thread = threading.Thread(target={}.pop, args=(1,), name="pops")
        thread.start()
        thread.join()
    finally:
        threading.excepthook = before
    return seen == [(KeyError, "pops")], threading.excepthook is before


def local_is_a_threads_own():
    class Own(threading.local):
        def __init__(self, value):
            self.value = value

    own, plain = Own([]), threading.local()
    own.value.append(1)
    plain.name = "here"
    seen = in_thread(lambda: (own.value, hasattr(plain, "name"), vars(plain)))
    del plain.name
    return own.value is seen[0], seen, raised(delattr, plain, "name"), vars(plain)


def local_is_shared_by_tasks():
    own, seen = threading.local(), []

    async def task(value):
        own.value = value
        await asyncio.sleep(0)
        seen.append(own.value)

    async def main():
        await asyncio.gather(task(1), task(2))

    asyncio.run(main())
    return set(seen) <= {1, 2}, hasattr(own, "value")


def rlock_does_not_keep_tasks_apart():
    lock = threading.RLock()

    async def task():
        with lock:
            await asyncio.sleep(0)

    async def main():
        await asyncio.gather(task(), task())

    return raised(asyncio.run, main()), in_thread(lock.acquire, False)


def runner_keeps_its_loop():
    async def look():
        task = asyncio.current_task()
        return asyncio.get_running_loop(), asyncio.all_tasks() == {task}

    with asyncio.Runner() as runner:
        first, second = runner.run(look()), runner.run(look())
    coroutine = look()
    late = raised(runner.run, coroutine)
    coroutine.close()
    return first[0] is second[0], first[1], first[0].is_closed(), late


def no_loop_in_a_thread():
    async def main():
        return await asyncio.to_thread(
            lambda: (raised(asyncio.get_running_loop), raised(asyncio.current_task))
        )

    return asyncio.run(main())


def timer_cancelled():
    seen = []
    timer = threading.Timer(60, seen.append, [1])
    timer.start()
    timer.cancel()
    timer.join()
    return seen


def timer_fires():
    seen = []
    timer = threading.Timer(0.001, seen.append, [1])
    timer.start()
    timer.join()
    return seen


def local_values():
    local = threading.local()
    local.x = 1
    return in_thread(hasattr, local, "x"), local.x, sorted(vars(local))


def local_subclass():
    class Mine(threading.local):
        def __init__(self, start):
            self.x = start

    mine = Mine(5)
    mine.x += 1
    return in_thread(lambda: mine.x), mine.x


def pool_results():
    with ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(pow, n, 2) for n in range(4)]
        mapped = list(pool.map(lambda a, b: a + b, [1, 2], [3, 4]))
        done, pending = wait(futures)
        completed = sorted(future.result() for future in as_completed(futures))
    return mapped, len(done), len(pending), completed, raised(pool.submit, pow, 1, 1)


def pool_exceptions():
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(int, "x")
        seen = []
        future.add_done_callback(lambda done: seen.append(done.done()))
        error = type(future.exception()).__name__
    return error, raised(future.result), seen, future.cancel(), future.cancelled()


def time_passes():
    began = time.monotonic()
    time.sleep(0.002)
    return time.monotonic() - began >= 0.002, raised(time.sleep, -1)


class Gate(threading.Event):
    name, state, up, waiters = "gate", "open", 2, []

    def touch(self):
        return self.name, self.state, self.up, self.waiters


class Line(threading.Condition):
    def __init__(self):
        super().__init__()
        self.queue, self.waiters, self.name, self.past_ones = [1], 5, "line", 0

    def touch_queue(self):
        return self.queue, self.waiters, self.name


class Tickets(threading.BoundedSemaphore):
    left, count = "all", "none"

    def positive(self):
        return self.left, self.count


class Job(threading.Thread):
    def __init__(self, key):
        super().__init__()
        self._key, self._worker, self.seen = key, "worker", []

    def begin(self):
        self.start()
        self.join()
        return self.seen, self._key, self._worker

    def run(self):
        self.seen.append(self.called())

    def called(self):
        return "called"

    touch = hooked = None


class Pool(ThreadPoolExecutor):
    jobs, threads, state, closed, idle, first, broken = 1, 2, 3, 4, 5, 6, 7

    def work(self):
        return self.jobs, self.threads, self.state, self.closed, self.idle

    do = wanted = initialize = None


class Promise(Future):
    state, notified, name = "made", "never", "promise"

    def finish(self):
        self.set_result(self.state)
        return self.result(), self.name, self.notified

    touch = settle = over = told = call = None


def subclasses_with_names_of_their_own():
    gate, line, tickets, pool = Gate(), Line(), Tickets(1), Pool(1)
    gate.set()
    with line:
        line.notify_all()
    with tickets, pool:
        found = pool.submit(gate.wait).result(), pool.work(), Promise().finish()
    return found, gate.touch(), line.touch_queue(), tickets.positive(), Job(1).begin()


def wait_within(condition, begun):
    with condition:
        begun.release()
        condition.wait()


def in_thread(call, *args):
    """Return what a call returns in a thread of its own."""
    seen = []
    thread = threading.Thread(target=lambda: seen.append(call(*args)))
    thread.start()
    thread.join()
    return seen[0]


RULES = tuple(
    rule
    for name, rule in list(globals().items())
    if callable(rule)
    and getattr(rule, "__module__", None) == __name__
    and name not in ("raised", "in_thread", "wait_within")
    and not isinstance(rule, type)
)


class Rules:
    """Every rule by one worker: the explorer's primitives, alone."""

    rules = RULES

    def __init__(self):
        self.seen = {}

    def follow(self):
        for rule in self.rules:
            self.seen[rule.__name__] = rule()

    workers = (follow,)
