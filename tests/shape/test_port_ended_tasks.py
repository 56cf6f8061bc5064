# ruff: noqa: E501  # a program on one line is easier to compare than a wrapped one
"""Daemon threads are gone with the program; tasks are cancelled, and may take that."""

from textwrap import dedent

import pytest

from bench.shape.port.draft.drafts import drafts
from bench.shape.port.mistakes.check import mistakes
from tests.shape.test_port_names import HEAD, graph_of, same

WORKER = """
jobs = queue.Queue()
seen = []
def work():
    while True:
{body}
threading.Thread(target=work, daemon=True).start()
for n in (1, 0, 2):
    jobs.put(n)
{wait}
print("end")
"""
JOIN, SLEEP = "jobs.join()", "while len(seen) < 3: time.sleep(0.001)"
BODIES = {
    "a bare except": (
        "try:\n    item = jobs.get()\n    seen.append(item)\n    print(10 // item)\nexcept:\n    print('bad')",
        SLEEP + "\ntime.sleep(0.001)",
    ),
    "BaseException": (
        "try:\n    item = jobs.get()\n    seen.append(item)\n    print(10 // item)\nexcept BaseException as error:\n    print(type(error).__name__)",
        SLEEP + "\ntime.sleep(0.001)",
    ),
    "behind another handler": (
        "try:\n    item = jobs.get()\n    seen.append(item)\n    print(10 // item)\nexcept ValueError:\n    print('value')\nexcept:\n    print('bad')",
        SLEEP + "\ntime.sleep(0.001)",
    ),
    "task_done in a finally": (
        "try:\n    item = jobs.get()\n    print(10 // item)\nexcept Exception:\n    print('bad')\nfinally:\n    jobs.task_done()",
        JOIN,
    ),
    "both": (
        "try:\n    item = jobs.get()\n    print(10 // item)\nexcept:\n    print('bad')\nfinally:\n    jobs.task_done()",
        JOIN,
    ),
    "a wait behind the get": (
        "try:\n    item = jobs.get()\n    time.sleep(0)\n    print(item)\nfinally:\n    jobs.task_done()",
        JOIN,
    ),
    "what nobody keeps": (
        "try:\n    jobs.get()\n    print('one')\nfinally:\n    jobs.task_done()",
        JOIN,
    ),
}


def program(body, wait):
    lines = "\n".join(f"        {line}" for line in body.split("\n"))
    return WORKER.format(body=lines, wait=wait)


@pytest.mark.parametrize("how", BODIES)
def test_a_daemon_is_ended_in_silence(how, tmp_path):
    """It neither goes on nor prints, and calls `task_done` for nothing that it took."""
    draft = same(program(*BODIES[how]), tmp_path)

    assert not mistakes(graph_of(draft))


LEFT = {
    "a finally that prints": ("try:\n    print(jobs.get())\nfinally:\n    print('ends')", "print('ends')"),
    "a handler that raises": ("try:\n    jobs.get()\nexcept BaseException:\n    print('ends')\n    raise", "except BaseException:"),
    "task_done of another": ("try:\n    item = jobs.get(timeout=9)\n    print(item)\nfinally:\n    jobs.task_done()", "jobs.task_done()"),
}  # fmt: skip


@pytest.mark.parametrize("how", LEFT)
def test_what_a_daemon_never_did_at_the_end_is_told(how):
    """The loop cancels its task: what stands in a `finally` runs then."""
    body, line = LEFT[how]
    (draft,) = drafts(graph_of(HEAD + dedent(program(body, SLEEP))))
    lines = [one.strip() for one in draft.splitlines()]
    (told,) = [n for n, one in enumerate(lines) if one.startswith("# port: the loop")]

    assert lines[told + 1] == line
    assert "undecided" in {one.rule for one in mistakes(graph_of(draft))}


NOT = {
    "a worker that ends": "def work():\n    try:\n        print(jobs.get())\n    finally:\n        print('ends')",
    "what the main task runs": "def work():\n    pass\ndef main():\n    try:\n        jobs.get()\n    except:\n        print('bad')\nmain()",
}


@pytest.mark.parametrize("body", NOT.values(), ids=NOT)
def test_what_ends_by_itself_has_no_comment(body, tmp_path):
    """No daemon is in the program, or no worker runs the lines."""
    text = f"""
jobs = queue.Queue()
jobs.put(1)
jobs.put(2)
{body}
thread = threading.Thread(target=work)
thread.start()
thread.join()
print("end")
"""
    draft = same(text, tmp_path)
    assert "# port: " not in draft
    assert "except asyncio.CancelledError" not in draft


def test_a_program_that_cancels_is_told():
    """There a cancellation may be one that the threads had too."""
    body = """
        jobs = queue.Queue()
        def work(future):
            while True:
                try:
                    jobs.get()
                except:
                    print("bad")
        def main():
            with ThreadPoolExecutor() as pool:
                future = pool.submit(time.sleep, 1)
                future.cancel()
            threading.Thread(target=work, args=(future,), daemon=True).start()
    """
    (draft,) = drafts(graph_of(HEAD + dedent(body)))
    assert "# port: the loop cancels its tasks when it ends, by CancelledError" in draft
