# ruff: noqa: E501  # a program on one line is easier to compare than a wrapped one
"""Futures and pools: a draft's pool answers and ends as that of threads does."""

import subprocess
import sys
from textwrap import dedent

import pytest

from bench.shape.colour.graph import CallGraph
from bench.shape.port.draft.drafts import drafts
from bench.shape.reading.source import from_text
from bench.shape.resolution.program import Program

HEAD = """
import concurrent.futures, threading, time
from concurrent.futures import ThreadPoolExecutor, as_completed, wait
def slow(n, seconds=0.3):
    time.sleep(seconds)
    return n
def fails(n):
    time.sleep(0)
    raise ValueError(n)
def main():
"""
END = """
if __name__ == "__main__":
    main()
"""
BODIES = {
    "a result that comes too late comes later": """
        with ThreadPoolExecutor(1) as pool:
            future = pool.submit(slow, 1)
            try:
                print(future.result(timeout=0.01))
            except TimeoutError:
                print("late")
            print(future.result())
    """,
    "a late result without a handler leaves the others alone": """
        done = []
        def note(n):
            time.sleep(0.1)
            done.append(n)
        try:
            with ThreadPoolExecutor(2) as pool:
                first, second = pool.submit(note, 1), pool.submit(note, 2)
                first.result(0.01)
        except TimeoutError:
            print("late", sorted(done))
    """,
    "an error that comes too late comes later": """
        with ThreadPoolExecutor(1) as pool:
            future = pool.submit(fails, 1)
            print(repr(future.exception(timeout=5)), future.done())
    """,
    "a pool that has ended takes no more": """
        pool = ThreadPoolExecutor(1)
        print(pool.submit(slow, 1, 0).result())
        pool.shutdown()
        try:
            pool.submit(slow, 2)
            print("taken")
        except RuntimeError as error:
            print("refused", error)
    """,
    "a future that waits is cancelled at once": """
        with ThreadPoolExecutor(1) as pool:
            a, b, c = [pool.submit(slow, n, 0.05) for n in range(3)]
            time.sleep(0.01)
            print(b.cancel(), b.cancelled(), b.cancel(), b.done(), c.cancelled())
            print(a.result(), c.result(), b.running())
    """,
    "a future that runs is not cancelled": """
        with ThreadPoolExecutor(1) as pool:
            future = pool.submit(slow, 1, 0.1)
            time.sleep(0.02)
            print(future.running(), future.cancel(), future.cancelled())
            print(future.result(), future.cancel())
    """,
    "the rest is cancelled when a pool is told so": """
        pool = ThreadPoolExecutor(1)
        futures = [pool.submit(slow, n, 0.05) for n in range(3)]
        time.sleep(0.01)
        pool.shutdown(cancel_futures=True)
        print([future.cancelled() for future in futures])
    """,
    "what is done in time is given first": """
        with ThreadPoolExecutor(2) as pool:
            futures = [pool.submit(slow, 1, 0), pool.submit(slow, 2, 0.3)]
            seen = []
            try:
                for future in as_completed(futures, timeout=0.1):
                    seen.append(future.result())
            except TimeoutError:
                seen.append("late")
            print(seen, futures[1].result())
    """,
    "a wait with a time limit tells what is left": """
        with ThreadPoolExecutor(2) as pool:
            futures = [pool.submit(slow, 1, 0), pool.submit(slow, 2, 0.3)]
            done, left = wait(futures, 0.1)
            print(len(done), len(left), len(wait(futures, None, concurrent.futures.ALL_COMPLETED)[0]))
    """,
    "results before a failure": """
        with ThreadPoolExecutor(2) as pool:
            got, begun = [], []
            def load(n):
                begun.append(n)
                time.sleep(0.001)
                return 6 // n
            try:
                for value in pool.map(load, [1, 2, 0, 3]):
                    got.append(value)
            except ZeroDivisionError:
                print("failed after", got)
            pool.map(load, [0, 4])
            print(sum(pool.map(load, [1, 2])), [n for n in pool.map(load, [3])])
    """,
    "a loop over a map that is left": """
        begun = []
        def load(n):
            begun.append(n)
            time.sleep(0.05)
        with ThreadPoolExecutor(1) as pool:
            for value in pool.map(load, range(6)):
                break
        print(len(begun) < 4)
    """,
    "no future to wait for": """
        for count in (2, 0):
            with ThreadPoolExecutor(2) as pool:
                futures = [pool.submit(slow, n, 0) for n in range(count)]
                found = wait(futures, timeout=5)
                done, left = found
            print(len(found.done), len(found.not_done), len(done), len(left))
    """,
    "what is not ready yet": """
        with ThreadPoolExecutor(2) as pool:
            futures = [pool.submit(slow, 1), pool.submit(fails, 2)]
            for ask in (futures[0].result, futures[0].exception):
                try:
                    ask(timeout=0)
                except TimeoutError:
                    print("not yet")
            wait(futures)
            print(futures[0].result(timeout=0), repr(futures[1].exception(timeout=0)))
    """,
    "a map with a time limit": """
        with ThreadPoolExecutor(2) as pool:
            print(list(pool.map(slow, [1, 2], [0, 0], timeout=5)))
            try:
                print(list(pool.map(slow, [1, 2], timeout=0.01)))
            except TimeoutError:
                print("late")
    """,
}


def printed(file):
    done = subprocess.run(
        [sys.executable, "-W", "error", file],
        capture_output=True,
        text=True,
        timeout=30,  # seconds
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.sampled(3)
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_pool_answers_as_that_of_threads(body, tmp_path):
    """A task is cancelled while it runs, and by a time limit; what a pool runs is not."""
    indented = "".join(f"    {line}\n" for line in dedent(body).strip().split("\n"))
    text = HEAD + indented + END
    (draft,) = drafts(CallGraph(Program({"": from_text("jobs.py", text)})))
    (tmp_path / "threads.py").write_text(text, encoding="utf-8")
    (tmp_path / "port.py").write_text(draft, encoding="utf-8")

    expected = printed(tmp_path / "threads.py")
    assert expected
    assert printed(tmp_path / "port.py") == expected
    assert "# port:" not in draft
