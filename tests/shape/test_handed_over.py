"""A function that a thread or a loop is handed to call stays plain."""

import asyncio
from textwrap import dedent

import pytest

from bench.shape.colour import spread
from bench.shape.colour.graph import CallGraph
from bench.shape.port.draft.drafts import drafts
from bench.shape.port.plan.plans import plan
from bench.shape.reading.source import from_text
from bench.shape.resolution.program import Program

HEAD = """
import asyncio, time
from asyncio import to_thread
from functools import partial
def deep(): time.sleep(0)
def work(*given):
    deep()
    return 3
"""
HANDED = [
    "await asyncio.to_thread(work)",
    "await to_thread(work, 1)",
    "await asyncio.to_thread(partial(work, 1))",
    "await asyncio.to_thread(lambda: work())",
    "await asyncio.get_running_loop().run_in_executor(None, work)",
    "asyncio.get_running_loop().call_soon(work)",
    "asyncio.get_running_loop().call_later(0, work)",
    "asyncio.create_task(asyncio.sleep(0)).add_done_callback(work)",
]


def graph_of(body):
    text = HEAD + dedent(body)
    return CallGraph(Program({"": from_text("jobs.py", text)}))


def coloured(body):
    return [one.function for one in spread({"": from_text("t", HEAD + dedent(body))})]


@pytest.mark.parametrize("line", HANDED)
def test_what_is_handed_over_does_not_become_async_nor_what_only_it_calls(line):
    """A coroutine function would be called there and never awaited."""
    body = f"async def main():\n    {line}\n"

    assert coloured(body) == []
    (planned,) = plan(graph_of(body))
    found = {one.function: (one.becomes, one.why) for one in planned.functions}
    assert found["work"][0] == found["deep"][0] == "plain"
    assert "handed over to be called" in found["work"][1]


def test_a_draft_that_hands_a_function_to_a_thread_gives_what_it_gave():
    """`to_thread` of a coroutine function gives a coroutine that never runs."""
    body = "async def main():\n    return await asyncio.to_thread(work)\n"
    (draft,) = drafts(graph_of(body))
    space = {"__name__": "draft"}
    exec(compile(draft, "draft", "exec"), space)

    assert asyncio.run(space["main"]()) == 3


def test_what_other_code_calls_as_well_becomes_async_and_the_hand_over_is_told():
    """It cannot be both: one of the two places has to change by hand."""
    body = """
        async def main(): await asyncio.to_thread(work)
        def other(): work()
    """
    assert coloured(body) == ["deep", "work", "other"]
    (draft,) = drafts(graph_of(body))
    assert (
        "# port: the function that is given to asyncio.to_thread becomes async" in draft
    )


def test_a_method_of_ones_own_with_such_a_name_hands_nothing_over():
    """Only a loop's `call_soon` is known to call back."""
    body = """
        class Mine:
            def call_soon(self, function): function()
        def main(): Mine().call_soon(work)
    """
    assert "work" in coloured(body)
