"""What is left of a port: open comments of a draft, lines to look at, next commands."""

import asyncio
from textwrap import dedent

import pytest
from click.testing import CliRunner

from bench.commands import port as port_command
from bench.shape.colour.graph import CallGraph
from bench.shape.port.draft.drafts import drafts
from bench.shape.port.plan.plans import plan
from bench.shape.reading.source import from_text
from bench.shape.resolution.program import Program

JOBS = """
import threading, time
def size(job):
    time.sleep(0)
    return job
def main(jobs, limit=3):
    return sorted(jobs, key=size)
"""


def graph_of(text, name="jobs.py"):
    return CallGraph(Program({"": from_text(name, dedent(text).lstrip("\n"))}))


def invoke(*arguments):
    result = CliRunner().invoke(port_command.command, arguments, standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    return result


@pytest.fixture
def jobs(tmp_path):
    file = tmp_path / "jobs.py"
    file.write_text(JOBS, encoding="utf-8")
    return file


def test_a_draft_that_leaves_something_to_decide_is_not_called_right(jobs, tmp_path):
    """Its comments are listed until they are gone: they may hold what is wrong."""
    draft = tmp_path / "ajobs.py"
    draft.write_text(invoke(str(jobs), "--draft").output, encoding="utf-8")

    both, alone = invoke(str(jobs), str(draft)).output, invoke(str(draft), "--check")

    assert "undecided (note): the draft left this to decide: the function of" in both
    assert "No mistake found" not in both
    assert ": note: the draft left this to decide" in alone.output
    assert alone.return_value == 1
    text = draft.read_text(encoding="utf-8")
    draft.write_text(
        "\n".join(one for one in text.splitlines() if "# port:" not in one),
        encoding="utf-8",
    )
    assert "nothing of a draft is left" in invoke(str(jobs), str(draft)).output


def test_a_comment_inside_a_text_is_no_comment():
    """Only a line of its own is one."""
    text = 'x = "# port: not one"\n'
    assert plan(graph_of(text))[0].functions == ()


def test_the_plan_ends_with_the_commands_that_follow(jobs):
    """Written, finished, run and explored: without knowing asyncio."""
    shown = " ".join(invoke(str(jobs)).output.split())

    ajobs = jobs.with_name("ajobs.py")
    assert f"python -m bench port {jobs} --draft > {ajobs}" in shown
    assert f"python -m bench port {jobs} {ajobs}" in shown
    assert "asyncio.run(ajobs.main(jobs))" in shown
    assert f"python -m bench explore {jobs} {ajobs} --timers idle" in shown


def test_a_plan_in_which_nothing_waits_proposes_nothing(tmp_path):
    """There is no draft to write."""
    file = tmp_path / "plain.py"
    file.write_text("def f(): return 1\n", encoding="utf-8")

    assert "Next" not in invoke(str(file)).output


ENTRIES = [
    ("def main(): time.sleep(0)\ndef other(): time.sleep(0)", "main()"),
    ("def other(): time.sleep(0)\ndef work(n, *, size): other()", "work(n, size=...)"),
    ("def main(): time.sleep(0)\nif __name__ == '__main__': main()", ""),
    ("class A:\n    def run(self): time.sleep(0)", ""),
    ("async def main(): await work()", "main()"),
]


@pytest.mark.parametrize(("text", "entry"), ENTRIES)
def test_the_function_that_starts_a_port_is_named(text, entry):
    """A file that starts itself is run as it is."""
    (one,) = plan(graph_of(f"import time\n{text}\n"))

    assert one.entry == entry


ASKED = [
    ("isinstance(x, threading.Lock)", "ask for the class that is made now"),
    ("isinstance(x, (int, threading.Thread))", "ask for the class that is made now"),
    ("isinstance(x, Iterable)", "typing.AsyncIterable where it is given"),
]


@pytest.mark.parametrize(("asked", "said"), ASKED)
def test_a_line_that_asks_for_a_class_is_told(asked, said):
    """The object that comes there may be of another class after the port."""
    (draft,) = drafts(
        graph_of(f"""
        import threading, time
        from typing import Iterable
        def steps():
            time.sleep(0)
            yield 1
        def f(x):
            time.sleep(0)
            return {asked}
    """)
    )
    lines = draft.splitlines()

    (told,) = [n for n, line in enumerate(lines) if said in line]
    assert lines[told].strip().startswith("# port: ")
    assert "isinstance" in lines[told + 1]


def test_a_line_that_asks_for_another_class_is_not_told():
    """Most do."""
    (draft,) = drafts(
        graph_of("""
        import time
        def f(x):
            time.sleep(0)
            return isinstance(x, dict)
    """)
    )

    assert "# port:" not in draft


def test_an_import_of_what_has_an_async_twin_is_told():
    """The library has both; the port uses the other."""
    base = "class Stream: pass\nclass AsyncStream: pass\nclass Request: pass\n"
    user = "import time\nfrom .base import Request, Stream\ndef f(): time.sleep(0)\n"
    program = Program(
        {
            "shop.base": from_text("base.py", base),
            "shop.user": from_text("user.py", user),
        }
    )
    draft = drafts(CallGraph(program))[1]

    (told,) = [line for line in draft.splitlines() if "# port:" in line]
    assert told == "# port: .base has an async class too: AsyncStream for Stream"


ASYNC_ALREADY = """
import asyncio
class Cache:
    def __init__(self):
        self.lock = asyncio.Lock()
        self.found = {}
    async def get(self, key):
        async with self.lock:
            self.found[key] = await self.ask(key)
    async def clear(self):
        async with self.lock:
            self.found = {}
            await asyncio.sleep(0)
    async def ask(self, key):
        await asyncio.sleep(0)
        return key
"""


def test_a_lock_of_a_file_that_is_async_already_is_kept():
    """Its awaits count: it was told that nothing is awaited under the lock."""
    (one,) = plan(graph_of(ASYNC_ALREADY))
    (state,) = one.state

    assert state.do.startswith("keep self.lock as an asyncio lock")
    assert drafts(graph_of(ASYNC_ALREADY))[0].rstrip("\n") == ASYNC_ALREADY.strip("\n")


def test_a_lock_of_threads_over_an_await_becomes_an_asyncio_lock():
    """Another task that takes it would stop the loop for ever."""
    text = """
        import asyncio, threading
        class A:
            def __init__(self): self.lock, self.n = threading.Lock(), 0
            async def add(self):
                with self.lock:
                    await asyncio.sleep(0)
                    self.n += 1
    """
    (draft,) = drafts(graph_of(text))
    space = {}
    exec(compile(draft, "draft", "exec"), space)

    async def twice():
        one = space["A"]()
        await asyncio.gather(one.add(), one.add())
        return one.n

    assert asyncio.run(asyncio.wait_for(twice(), 5)) == 2


WHOLE = """
import asyncio
async def size(job):
    await asyncio.sleep(0)
    return job
async def main(jobs, limit=3):
    {body}
"""
PORTS = {
    "a whole one": ("return sorted([await size(job) for job in jobs])", 0),
    "a mistake is left": ("size(jobs)\n    return await size(jobs)", 1),
    "something is left to decide": ("# port: choose\n    return await size(jobs)", 1),
    "a mistake that is waived": ("return size(jobs)  # bench: ok", 0),
}


@pytest.mark.parametrize(("body", "status"), PORTS.values(), ids=PORTS)
def test_the_status_of_two_files_says_whether_the_port_is_whole(
    body, status, jobs, tmp_path
):
    """0 is the answer yes: a script that goes on after it must be able to."""
    port = tmp_path / "ajobs.py"
    port.write_text(WHOLE.format(body=body), encoding="utf-8")

    assert invoke(str(jobs), str(port)).return_value == status
    assert invoke(str(jobs), str(port), "--json").return_value == status


def test_a_port_without_one_of_the_functions_is_not_whole(jobs, tmp_path):
    """Nor is one in which a function is still plain."""
    port = tmp_path / "ajobs.py"
    whole = WHOLE.format(body="return sorted([await size(job) for job in jobs])")
    for old, new in (("def size", "def sizes"), ("async def size", "def size")):
        text = whole.replace(old, new).replace("await size(job)", "job")
        port.write_text(text.replace("    await asyncio.sleep(0)\n", ""))

        assert invoke(str(jobs), str(port)).return_value == 1
