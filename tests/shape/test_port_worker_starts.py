"""What starts workers and waits for none: it needs a loop, and the program goes on."""

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
import threading, time
from concurrent.futures import ThreadPoolExecutor
def work(n=1):
    time.sleep(0.05 * n)
    print("worked", n)
"""
GUARDED = """
if __name__ == "__main__":
    main()
"""
PROGRAMS = {
    "a timer and a thread of main": """
        def main():
            threading.Timer(0.1, print, ["late"]).start()
            threading.Thread(target=work).start()
            print("end")
    """,
    "a name that only starts it": """
        def main():
            thread = threading.Thread(target=work)
            thread.start()
            timer = threading.Timer(0.1, work, [1])
            timer.start()
            print("end")
    """,
    "a function between": """
        def start_all():
            for n in (1, 3):
                threading.Thread(target=work, args=(n,)).start()
        def main():
            start_all()
            print("end")
    """,
    "a method": """
        class Beat:
            def start(self):
                self.timer = threading.Timer(0.02, self.beat)
                self.timer.start()
            def beat(self):
                work(1)
        def main():
            beat = Beat()
            beat.start()
            threading.Thread(target=work, args=(4,)).start()
            print("end")
    """,
    "a class that is a thread": """
        class Own(threading.Thread):
            def run(self):
                work(1)
        def main():
            Own().start()
            threading.Thread(target=work, args=(3,)).start()
            print("end")
    """,
    "a pool that is left to itself": """
        def main():
            pool = ThreadPoolExecutor(1)
            pool.submit(work, 1)
            pool.shutdown(wait=False)
            threading.Thread(target=work, args=(3,)).start()
            print("end")
    """,
}
SCRIPTS = {
    "a script": 'threading.Thread(target=work).start()\nprint("end")\n',
    "an object whose constructor starts one": "class Line:\n"
    "    def __init__(self):\n        self.begin()\n"
    "    def begin(self):\n"
    "        self.thread = threading.Thread(target=work)\n"
    "        self.thread.start()\n"
    'line = Line()\nprint("end")\nline.thread.join()\n',
    "names that only start them": 'if __name__ == "__main__":\n'
    "    one = threading.Thread(target=work)\n    one.start()\n"
    "    two = threading.Thread(target=work, args=(2,))\n    two.start()\n"
    '    print("end")\n',
    "a list of them": "crew = []\nfor n in (1, 2):\n"
    "    thread = threading.Thread(target=work, args=(n,))\n"
    '    crew.append(thread)\n    thread.start()\nprint("end", len(crew))\n',
    "a guarded timer": 'if __name__ == "__main__":\n'
    "    timer = threading.Timer(0.02, work, [1])\n"
    '    timer.start()\n    timer.join()\n    print("end")\n',
    "a guarded thread": 'if __name__ == "__main__":\n'
    '    threading.Thread(target=work).start()\n    print("end")\n',
}


def graph_of(text):
    return CallGraph(Program({"": from_text("jobs.py", text)}))


def printed(folder, text):
    file = folder / "program.py"
    file.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "error", file],
        capture_output=True,
        text=True,
        timeout=30,  # seconds
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return sorted(done.stdout.splitlines())  # in which order, is for the machine to say


@pytest.mark.sampled(4)
@pytest.mark.parametrize(
    "text",
    [*(dedent(body) + GUARDED for body in PROGRAMS.values()), *SCRIPTS.values()],
    ids=[*PROGRAMS, *SCRIPTS],
)
def test_a_program_that_only_starts_workers_runs_to_their_end(text, tmp_path):
    """A thread starts anywhere, a task in a loop; a program waits for its threads."""
    (draft,) = drafts(graph_of(HEAD + text))

    expected = printed(tmp_path, HEAD + text)
    assert expected[0].startswith("end")
    assert "worked 1" in expected
    assert printed(tmp_path, draft) == expected
    assert "# port:" not in draft


TOLD = {
    "a daemon beside it": (
        "def main():\n"
        "    threading.Thread(target=work, daemon=True).start()\n"
        "    threading.Thread(target=work).start()\n" + GUARDED,
        "thread = asyncio.create_task(reporting(work)), and await thread where",
    ),
    "no program": (
        "def begin():\n    threading.Timer(1, work, [2]).start()\n",
        "timer = TaskTimer(1, work, [2]); timer.start(), and await timer.join()",
    ),
}


@pytest.mark.parametrize(("text", "said"), TOLD.values(), ids=TOLD)
def test_where_a_draft_cannot_wait_for_a_worker_the_line_for_it_is_given(text, said):
    """A daemon must not be waited for, and a file without a start has no end."""
    (draft,) = drafts(graph_of(HEAD + text))
    compile(draft, "draft", "exec")

    (line,) = [one for one in draft.splitlines() if "# port:" in one]
    assert said in line


def test_what_is_run_is_what_the_module_runs():
    """A worker's function is no start: it was chosen where main stayed plain."""
    body = dedent(PROGRAMS["a timer and a thread of main"])
    (made,) = plan(graph_of(HEAD + body))
    becomes = {one.function: one.becomes for one in made.functions}

    assert made.entry == "main()"
    assert becomes["main"] == "async"


def test_a_hook_for_the_errors_of_threads_is_told():
    """Nothing calls it for a task."""
    text = "threading.excepthook = print\ndef main():\n    time.sleep(0)\n"
    (draft,) = drafts(graph_of(HEAD + text))

    (line,) = [one for one in draft.splitlines() if "# port:" in one]
    assert "set_exception_handler(handle)" in line


def test_a_program_that_waits_for_its_workers_needs_no_more():
    """What joins its threads, or leaves its pool by `with`, is run as it is."""
    for body in (
        "thread = threading.Thread(target=work)\n    thread.start()\n    thread.join()",
        "with ThreadPoolExecutor() as pool:\n        pool.submit(work).result()",
    ):
        (draft,) = drafts(graph_of(f"{HEAD}def main():\n    {body}\n{GUARDED}"))

        assert "asyncio.run(main())" in draft
