"""What a draft cannot decide is told in words that can be followed as they stand."""

import subprocess
import sys
from textwrap import dedent

import pytest

from bench.report.words.ports import summary
from bench.shape.colour.graph import CallGraph
from bench.shape.port.draft.drafts import drafts
from bench.shape.port.mistakes.check import mistakes
from bench.shape.port.plan.plans import plan
from bench.shape.reading.source import from_text
from bench.shape.resolution.program import Program


def graph_of(text):
    return CallGraph(Program({"": from_text("jobs.py", dedent(text).lstrip("\n"))}))


def draft_of(text):
    (draft,) = drafts(graph_of(text))
    compile(draft, "draft", "exec")
    return draft


def printed(folder, text):
    """What a program prints, run alone; its exit status must be 0."""
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
    return done.stdout


LAMBDAS = {
    "lambda: print(work(0))": "",
    "lambda: (work(1), print('end'))": "",
    "lambda: work(2) or print('none')": "",
    "lambda n=3, *, m=4: print(work(n), m)": "",
    "lambda n: print(work(n))": ", args=(5,)",
}
LAMBDA = """
import threading, time
def work(n):
    time.sleep(0)
    print("work", n)
def main():
    thread = threading.Thread(target={given}{more})
    {start}
    thread.join()
if __name__ == "__main__":
    main()
"""


@pytest.mark.sampled(3)
@pytest.mark.parametrize("start", ["thread.start()", "if work: thread.start()"])
@pytest.mark.parametrize("given", LAMBDAS)
def test_an_async_function_stands_in_place_of_a_lambda(given, start, tmp_path):
    """Written above its line, it does what the thread did."""
    text = dedent(LAMBDA.format(given=given, more=LAMBDAS[given], start=start))
    draft = draft_of(text)

    assert "# port:" not in draft
    assert printed(tmp_path, draft) == printed(tmp_path, text)


HANDED = """
import threading, time
from concurrent.futures import ThreadPoolExecutor
def call(n):
    time.sleep(0)
    return n + 1
def main():
    found = []
    with ThreadPoolExecutor() as pool:
        {line}
if __name__ == "__main__":
    main()
"""
HANDED_ON = {
    "submitted": "print(pool.submit(lambda: call(1) * 10).result())",
    "with arguments": "print(pool.submit(lambda x, *, y=2: call(x) * y, 3).result())",
    "with any arguments": "print(pool.submit(lambda *x, **y: [call(*x)], 3).result())",
    "in a loop": "jobs = [pool.submit(lambda n=n: [call(n)]) for n in (1, 2)]; "
    "print([job.result() for job in jobs])",
    "mapped": "print(list(pool.map(lambda x: [call(x)], (1, 2))))",
    "two on a line": "print(pool.submit(lambda: [call(1)]).result(),"
    " pool.submit(lambda: [call(2)]).result())",
    "a timer": "timer = threading.Timer(0, lambda: found.append(call(1)))\n"
    "        timer.start()\n        timer.join()\n        print(found)",
}


@pytest.mark.sampled(3)
@pytest.mark.parametrize("line", HANDED_ON.values(), ids=HANDED_ON)
def test_a_lambda_that_a_worker_runs_becomes_a_function(line, tmp_path):
    """Its name is none of the file, and its arguments are given as before."""
    text = HANDED.format(line=line)
    draft = draft_of(text)

    assert "# port:" not in draft
    assert printed(tmp_path, draft) == printed(tmp_path, text)


def test_a_lambda_that_uses_what_a_comprehension_binds_is_told():
    """A function above the statement would not see it."""
    draft = draft_of(
        HANDED.format(line="jobs = [pool.submit(lambda: [call(n)]) for n in (1, 2)]")
    )

    assert "# port: a lambda cannot await call: write async def call_2()" in draft


JOBS = """
import threading, time
from concurrent.futures import ThreadPoolExecutor
local = threading.local()
def count():
    local.n = getattr(local, "n", 0) + 1
    return local.n
def job(n):
    time.sleep(0)
    return {used}
def main():
    with ThreadPoolExecutor(1) as pool:
        print(sorted(pool.map(job, range(3))))
main()
"""


def test_a_local_of_the_jobs_of_a_pool_is_told(tmp_path):
    """A pool of threads keeps its threads; each job of a pool of tasks has its own."""
    used, unused = JOBS.format(used="count()"), JOBS.format(used="n")
    told = "# port: a pool of threads keeps its threads, and a job finds here"

    assert told in draft_of(used)
    assert told not in draft_of(unused)
    assert printed(tmp_path, used) == "[1, 2, 3]\n"
    assert printed(tmp_path, draft_of(used)) == "[1, 1, 1]\n"


FORMATS = [
    "logging.basicConfig(format='%(threadName)s %(message)s')",
    "logging.Formatter('{threadName} {message}', style='{')",
    "FORMAT = '%(asctime)s %(threadName)s'",
]


@pytest.mark.parametrize("line", FORMATS)
def test_a_log_that_names_the_thread_is_told(line):
    """Each task would log the name of the one thread."""
    text = f"""
        import logging, time
        {line}
        def main():
            time.sleep(0)
    """
    told = "# port: a task logs the name of the thread of the loop"

    assert told in draft_of(text)
    assert told not in draft_of(text.replace("threadName", "name"))


CONTEXT = """
import threading, time
{more}
def main():
    thread = threading.Thread(target=time.sleep, args=(0,))
    thread.start()
    thread.join()
"""


@pytest.mark.parametrize(("more", "told"), [("", False), ("import contextvars", True)])
def test_the_rule_of_contexts_is_told_where_there_are_any(more, told):
    """A program without context variables relies on no context."""
    (one,) = plan(graph_of(CONTEXT.format(more=more)))
    said = {d.rule.key for p in one.primitives for d in p.deviations}

    assert ("context" in said) == told


PLAIN = {
    "a constant": "def get(self, key): return 1",
    "nothing": "def get(self, key): self.seen = key",
    "a comparison": "def get(self, key): return key in self.kept",
    "a value of its dict": "def get(self, key): return self.kept.get(key)",
    "a value of its list": "def get(self, key): return self.kept[key]",
    "a length": "def get(self, key): return len(self.kept)",
    "one of two": "def get(self, key): return 1 if key else None",
}
UNSURE = {
    "a value that is given": "def get(self, key): return key",
    "what is called": "def get(self, key): return key()",
    "a task": "def get(self, key): return asyncio.create_task(key)",
    "a kept task": "def get(self, key):\n"
    "        self.kept[key] = asyncio.ensure_future(key)\n"
    "        return self.kept[key]",
    "a coroutine function": "async def get(self, key): return 1",
    "a function with a mark": "@marked\n    def get(self, key): return 1",
}
AWAITS = """
import asyncio
from marks import marked
class Cache:
    def __init__(self):
        self.kept = {{}}
    {method}
async def main():
    cache = Cache()
    print(await cache.get("a"))
"""


def rules_of(text):
    return {one.rule for one in mistakes(graph_of(text)) if not one.is_note}


@pytest.mark.parametrize("name", PLAIN)
def test_an_await_of_what_a_plain_function_returns_is_a_mistake(name):
    """TypeError when it runs: nothing that it returns can be awaited."""
    assert rules_of(AWAITS.format(method=PLAIN[name])) == {"needless-await"}


@pytest.mark.parametrize("name", UNSURE)
def test_an_await_of_what_may_be_awaited_is_none(name):
    """A plain function may return a task, a coroutine, or what it was given."""
    assert rules_of(AWAITS.format(method=UNSURE[name])) == set()


OWNER = """
import aiohttp
class Client:
    def __init__(self):
        self.session = aiohttp.ClientSession()
    async def get(self, url):
        async with self.session.get(url) as response:
            return await response.text()
    async def {closer}(self, *raised):
        await self.session.close()
    async def __aenter__(self):
        return self
async def main(url):
    {lines}
"""
USED = {
    "client = Client(); await client.get(url)": {"unclosed-session"},
    "return await Client().get(url)": {"unclosed-session"},
    "async with Client() as client: await client.get(url)": set(),
    "client = Client(); await client.close()": set(),
    "client = Client(); return client": set(),
    "return Client()": set(),
    "run(Client(), url)": set(),
}


@pytest.mark.parametrize("closer", ["__aexit__", "close"])
@pytest.mark.parametrize("lines", USED)
def test_an_object_that_keeps_a_session_is_closed(lines, closer):
    """Its class closes the session, and nothing closes the object."""
    text = OWNER.format(lines=lines, closer=closer)
    found = [one for one in mistakes(graph_of(text)) if one.rule == "unclosed-session"]

    assert {one.rule for one in found} == USED[lines]
    for one in found:
        assert "Client keeps a session" in one.what
        assert ("async with Client()" in one.instead) == (closer == "__aexit__")


def test_the_summary_says_how_far_the_colour_spreads():
    """One function becomes, two become; a chain is counted in calls."""
    text = "import time\ndef work():\n    time.sleep(0)\n"
    (one,) = plan(graph_of(text))
    assert summary(one)[0] == "1 of 1 function becomes async."

    (two,) = plan(graph_of(text + "def main():\n    work()\n"))
    assert summary(two)[0] == "2 of 2 functions become async."
    assert summary(two)[1].endswith("waits through at most 1 call.")


ENTERED = {
    "with slow, other: time.sleep(0)": (True, False),
    "with slow, open(__file__): time.sleep(0)": (True, True),
    "with open(__file__), slow: time.sleep(0)": (True, True),
    "with Waits(), Waits(): pass": (True, False),
    "with Waits(), Plain(): pass": (True, True),
    "with Plain(), Plain(): pass": (False, False),
    "with Waits(), ThreadPoolExecutor(1) as pool: pool.submit(print)": (True, False),
    "with threading.Condition(), threading.Semaphore(2): pass": (True, False),
    "with requests.Session() as s, s.get('x', timeout=1): pass": (True, False),
    "with requests.Session() as s, Plain(): s.get('x', timeout=1)": (True, True),
}
ENTERS = """
import requests, threading, time
from concurrent.futures import ThreadPoolExecutor
slow, other = threading.Lock(), threading.Lock()
class Waits:
    def __enter__(self): time.sleep(0)
    def __exit__(self, *raised): pass
class Plain:
    def __enter__(self): return self
    def __exit__(self, *raised): pass
def main():
    time.sleep(0)
    {line}
"""


@pytest.mark.parametrize("line", ENTERED)
def test_what_has_only_a_plain_with_is_wrapped_beside_what_is_async(line):
    """`async with` of a file raises; of two locks it is right as it stands."""
    is_async, split = ENTERED[line]
    draft = draft_of(ENTERS.format(line=line))

    assert ("    async with " in draft.partition("async def main")[2]) == is_async
    assert ("as_async(" in draft.partition("async def main")[2]) == split


ASKED = {
    "reduced": "functools.reduce(lambda a, f: a + f.result(), jobs, 0)",
    "sorted": "sorted(jobs, key=lambda f: f.result())[0].result()",
}


@pytest.mark.parametrize("line", ASKED.values(), ids=ASKED)
def test_a_lambda_that_asks_a_future_is_told(line):
    """A library calls it with each item: the future may not have ended."""
    draft = draft_of(f"""
        import functools, time
        from concurrent.futures import ThreadPoolExecutor
        def job(n):
            time.sleep(0)
            return n
        def main():
            with ThreadPoolExecutor() as pool:
                jobs = [pool.submit(job, n) for n in range(3)]
                return {line}
    """)

    assert "# port: " in draft


WRITTEN_OUT = {
    "a future": (
        "sum(map(lambda f: f.result(), jobs))",
        "sum([await f for f in jobs])",
    ),
    "a filter": (
        "list(filter(lambda f: f.result(), jobs))",
        "[f for f in jobs if await f]",
    ),
    "a thread": ("list(map(lambda t: t.join(), crew))", "[await t for t in crew]"),
}


@pytest.mark.parametrize("line", WRITTEN_OUT)
def test_a_lambda_that_is_mapped_is_written_out(line):
    """Nothing awaits what `map` calls; a comprehension awaits each."""
    text, expected = WRITTEN_OUT[line]
    draft = draft_of(f"""
        import threading, time
        from concurrent.futures import ThreadPoolExecutor
        def job(n=1):
            time.sleep(0)
            return n
        def main():
            crew = [threading.Thread(target=job) for n in range(3)]
            for t in crew: t.start()
            with ThreadPoolExecutor() as pool:
                jobs = [pool.submit(job, n) for n in range(3)]
                return {text}
    """)

    assert expected in draft
    assert "a lambda cannot await" not in draft


TOLD = {
    "a limit": (
        "take = lambda: jobs.get(timeout=1)",
        "async def call(): return await in_time(jobs.get(), 1, asyncio.QueueEmpty)",
    ),
    "a join": ("ends = lambda: t.join() or 1", "async def call(): return await t or 1"),
    "a comprehension": (
        "each = lambda: [jobs.get() for _ in '12']",
        "async def call(): return [await jobs.get() for _ in '12']",
    ),
}


@pytest.mark.parametrize("line", TOLD)
def test_what_is_told_of_a_lambda_is_what_a_function_would_have(line):
    """The code of the comment is copied as it stands: each wait must be awaited."""
    text, expected = TOLD[line]
    draft = draft_of(f"""
        import queue, threading, time
        jobs = queue.Queue()
        def main(fill):
            t = threading.Thread(target=time.sleep, args=(0,))
            t.start()
            {text}
            fill({text.partition(" ")[0]}, t)
            t.join()
    """)

    (said,) = [one for one in draft.splitlines() if "# port:" in one]
    assert expected in said
