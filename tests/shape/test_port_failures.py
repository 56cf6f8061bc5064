# ruff: noqa: E501  # a program on one line is easier to compare than a wrapped one
"""What fails in a worker: a draft says so when threads do, and goes on as they do."""

import subprocess
import sys
from textwrap import dedent

import pytest

from bench.shape.colour.graph import CallGraph
from bench.shape.port.draft.drafts import drafts
from bench.shape.port.plan.plans import plan
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


@pytest.mark.sampled(3)
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


def told(body):
    """The rules of which the plan says that asyncio does otherwise."""
    (made,) = plan(CallGraph(Program({"": from_text("jobs.py", HEAD + dedent(body))})))
    return {d.rule.key for one in made.primitives for d in one.deviations}


KEPT_RULES = {
    "a time limit whose answer is used": "if not stop.wait(1): print('late')",
    "a time limit whose answer is not used": "stop.wait(1)",
    "a condition": "ok = cond.wait(1)",
    "a lock": "ok = room.acquire(timeout=1); time.sleep(0); room.release()",
    "a lock that is tried": "ok = room.acquire(False); time.sleep(0); room.release()",
    "a thread in a list": "crew = [threading.Thread(target=work)]; crew[0].start(); crew[0].join()",
    "a thread of a name": "t = threading.Thread(target=work); t.start(); t.join()",
    "a thread that nothing keeps": "threading.Thread(target=work).start()",
    "a thread that is only started": "t = threading.Thread(target=work); t.start()",
}


@pytest.mark.parametrize("line", KEPT_RULES.values(), ids=KEPT_RULES)
def test_the_plan_is_silent_of_what_the_draft_keeps(line):
    """Advice that contradicts the draft beside it helps no reader."""
    rules = told(f"""
        stop, cond, room = threading.Event(), threading.Condition(), threading.Lock()
        def work(): time.sleep(0)
        def main():
            with room:
                time.sleep(0)
            {line}
        """)

    assert rules <= {"context"}


def test_a_thread_that_is_only_started_is_kept():
    """A loop does not keep its tasks; a local name keeps one until the function ends."""
    draft = drafted("""
        def work(): time.sleep(0)
        def main():
            time.sleep(0)
            only = threading.Thread(target=work)
            only.daemon = True
            only.start()
            joined = threading.Thread(target=work)
            joined.start()
            joined.join()
        """)

    assert "only = kept_task(reporting(work))" in draft
    assert "joined = asyncio.create_task(reporting(work))" in draft
