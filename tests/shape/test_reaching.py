"""The bindings that a use of a name may see include each one that a real run sees."""

import warnings
from textwrap import dedent

import pytest

from bench.shape.colour import stops_the_loop
from bench.shape.reading.source import from_text
from tests.shape.programs_with_bindings import answered, program, seen

PROGRAMS, RUNS = 200, 40


def test_every_binding_that_a_use_saw_in_a_run_is_named():
    """Random programs; some of their uses see a binding in few runs only."""
    count = 0
    for seed in range(PROGRAMS):
        text = program(seed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            found = seen(text, RUNS)
        named = answered(text)
        missed = [(use, one) for use, one in found if one not in named.get(use, ())]
        assert not missed, text
        count += len(found)

    assert count > 2 * PROGRAMS  # the programs do use what they bind


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("x = 10\nx = 20\nu(1, x)", {20}),
        ("x = 10\nwhile c():\n    x = 20\n    u(1, x)\n    x = 30", {20}),
        ("while c():\n    x = 10\n    while c():\n        u(1, x)\n    x = 20", {10}),
        (
            "while c():\n    x = 10\n    while c():\n        u(1, x)\n        x = 20",
            {10, 20},
        ),
        ("while (x := b(10)):\n    pass\nu(1, x)", {10}),
        (
            "while c():\n    x = 10\n    if c():\n        x = 20\n"
            "    else:\n        u(1, x)",
            {10},
        ),
        ("x = 10\nwith w(0):\n    x = 20\nu(1, x)", {20}),
        ("x = 10\nif c():\n    x = 20\nelse:\n    u(1, x)", {10}),
        ("x = 10\n_ = (x := 20) and c()\nu(1, x)", {20}),
    ],
)
def test_a_binding_that_is_surely_replaced_is_not_named(text, named):
    """Else a name would have every type that it has anywhere in the function."""
    body = "".join(f"    {line}\n" for line in text.splitlines())

    assert answered(f"def main():\n{body}")[1] == named


STOPS = {
    "an inner loop, after a certain binding in the outer one": """
        for _ in range(9):
            one = None
            for _ in range(9):
                if one: one.get()
                one = queue.Queue()
    """,
    "the condition of a loop": """
        one = None
        while not one or one.get(): one = queue.Queue()
    """,
    "the other branch in an earlier turn": """
        one = None
        for _ in range(9):
            if _: one = queue.Queue()
            else: one.get()
    """,
    "a binding that is skipped": """
        one = queue.Queue()
        flag and (one := None)
        one.get()
    """,
    "a comprehension that may have no turn": """
        one = queue.Queue()
        [(one := None) for _ in flag]
        one.get()
    """,
    "a block that swallows what is raised": """
        one = queue.Queue()
        with contextlib.suppress(ValueError): one = None
        one.get()
    """,
    "a declaration without a value": """
        one = queue.Queue()
        one: object
        one.get()
    """,
    "a function inside that is called": """
        one = None
        def make():
            nonlocal one
            one = queue.Queue()
        make()
        one.get()
    """,
    "a function inside above the binding": """
        def make():
            nonlocal one
            one = queue.Queue()
        one = None
        make()
        one.get()
    """,
}


@pytest.mark.parametrize("body", STOPS.values(), ids=STOPS)
def test_a_call_that_stops_the_loop_is_found_by_each_binding(body):
    """The call is of a queue in some runs."""
    lines = "".join(f"    {line}\n" for line in dedent(body).strip().splitlines())
    text = f"import contextlib, queue\nasync def f(flag):\n{lines}"

    assert stops_the_loop(from_text("test", text))


def test_a_global_that_a_function_sets_above_its_first_value_is_found():
    """The order of the lines is not that of the calls."""
    text = """
        import queue
        def begin():
            global jobs
            jobs = queue.Queue()
        jobs = None
        async def f(): jobs.get()
    """

    assert stops_the_loop(from_text("test", dedent(text)))
