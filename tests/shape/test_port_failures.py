# ruff: noqa: E501  # a program on one line is easier to compare than a wrapped one
"""What fails in a worker: a draft says so when threads do, and goes on as they do."""

import subprocess
import sys
from textwrap import dedent

import pytest

from bench.shape.colour.graph import CallGraph
from bench.shape.port.plan import drafts
from bench.shape.reading.source import from_text
from bench.shape.resolution.program import Program

HEAD = """
import queue, threading, time
from concurrent.futures import ThreadPoolExecutor, as_completed
"""


def drafted(text):
    graph = CallGraph(Program({"": from_text("jobs.py", HEAD + dedent(text))}))
    (draft,) = drafts(graph)
    compile(draft, "draft", "exec")
    return draft


def ended(folder, text):
    """The status, output and errors of a program, run alone."""
    file = folder / "program.py"
    file.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "error", file],
        capture_output=True,
        text=True,
        timeout=30,  # seconds
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def both(folder, text):
    """How the threads end, and how their draft does."""
    text = dedent(text)
    return ended(folder, HEAD + text), ended(folder, drafted(text))


MADE = {
    "a thread": "thread = threading.Thread(target=work, args=(1,)); thread.start()",
    "one started later": "thread = threading.Thread(target=work, args=(1,)); time.sleep(0); thread.start()",
    "a class of its own": "thread = Own(); thread.start()",
    "a plain function": "thread = threading.Thread(target=plain, args=(1,)); thread.start()",
    "a timer": "thread = threading.Timer(0, work, [1]); thread.start()",
}


@pytest.mark.parametrize("made", MADE.values(), ids=MADE)
@pytest.mark.parametrize("join", ["join()", "join(5)"])
def test_a_worker_that_fails_is_told_of_and_join_raises_nothing(made, join, tmp_path):
    """Threads print the traceback and go on; so that nothing waits in silence."""
    threads, port = both(
        tmp_path,
        f"""
        def work(n):
            time.sleep(0)
            raise ValueError("from the worker")
        def plain(n):
            raise ValueError("from the worker")
        class Own(threading.Thread):
            def run(self): work(1)
        def main():
            time.sleep(0)
            {made}
            thread.{join}
            print("joined", thread.is_alive())
        if __name__ == "__main__":
            main()
        """,
    )

    assert port[:2] == threads[:2] == (0, "joined False\n")
    assert "ValueError: from the worker" in threads[2]
    assert port[2].count("ValueError: from the worker") == 1


def test_a_worker_that_fails_while_others_wait_for_it_is_told_of_at_once(tmp_path):
    """A task that is kept says nothing of its error by itself."""
    text = """
        def work(jobs):
            jobs.get()
            raise ValueError("from the worker")
        def main():
            jobs, end = queue.Queue(), queue.Queue()
            thread = threading.Thread(target=work, args=(jobs,))
            thread.start()
            jobs.put(1)
            try:
                end.get(timeout=0.2)
            except queue.Empty:
                print(thread.is_alive(), flush=True)
            import os
            os._exit(3)
        if __name__ == "__main__":
            main()
        """
    threads, port = both(tmp_path, text)

    assert port[:2] == threads[:2] == (3, "False\n")
    assert "ValueError: from the worker" in port[2]


def test_a_worker_that_exits_ends_alone(tmp_path):
    """`sys.exit()` in a thread ends the thread, and says nothing."""
    text = """
        import sys
        def work():
            time.sleep(0)
            sys.exit(4)
        def main():
            thread = threading.Thread(target=work)
            thread.start()
            thread.join()
            print("end")
        if __name__ == "__main__":
            main()
        """
    threads, port = both(tmp_path, text)

    assert port == threads == (0, "end\n", "")
