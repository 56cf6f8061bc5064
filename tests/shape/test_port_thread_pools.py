"""`multiprocessing.pool.ThreadPool` stays; its threads give async jobs to the loop."""

import pytest

from tests.shape.same_output import draft_of, prints_the_same, told

PROGRAM = """
import queue
import threading
import time
from multiprocessing import dummy
from multiprocessing.pool import ThreadPool

done = queue.Queue()
lock = threading.Lock()
count = 0


def slow(n, m=1):
    global count
    with lock:
        had = count
        time.sleep(0.001)
        count = had + 1
    done.put(n)
    return n * m


def fails(n):
    slow(n)
    raise ValueError(n)


def note(n):
    done.put(n)


def main():
    print(slow(1))
    with {pool}(3) as pool:
{body}
    print(count, done.qsize())


main()
"""
BODIES = {
    "map": "print(pool.map(slow, range(4)))",
    "apply": "print(pool.apply(slow, (2,), {'m': 3}))",
    "a late result": (
        "late = pool.apply_async(slow, (2, 5)); print(late.get(5), late.get())"
    ),
    "items in any order": "print(sorted(pool.imap_unordered(slow, [3, 1, 2])))",
    "starmap": "print(pool.starmap(slow, [(1, 2), (3, 4)]))",
    "all at once": "print(pool.map_async(slow, [1, 2]).get())",
    "a lambda": "print(list(pool.imap(lambda n: slow(n, 2), [4, 5])))",
    "what uses a queue alone": "print(pool.map(note, [4, 5]))",
    "what waits for nothing": "print(pool.map(str, [1]))",
    "a failure": (
        "try:\n            pool.map(fails, [7])\n"
        "        except ValueError as error:\n            print('failed', error)"
    ),
}


@pytest.mark.sampled(4)
@pytest.mark.parametrize("pool", ["ThreadPool", "dummy.Pool"])
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_what_a_pool_of_threads_is_handed_runs_in_the_loop(pool, body, tmp_path):
    """It becomes async, is called elsewhere too, and its locks are of asyncio."""
    text = PROGRAM.format(pool=pool, body=f"        {body}")
    assert "port:" not in prints_the_same(tmp_path, text)


def test_a_pool_of_processes_is_told_of_what_becomes_async_at_every_call():
    """A coroutine function gives a process a coroutine, which never runs."""
    text = """
        import time
        from multiprocessing import Pool
        def slow(n):
            time.sleep(0)
            return n
        def main():
            print(slow(1))
            with Pool(2) as pool:
                print(pool.map(slow, [1]))
                print(pool.apply(slow, (2,)))
    """
    assert (
        told(draft_of(text)).count("the function that is given to a pool of processes")
        == 2
    )
