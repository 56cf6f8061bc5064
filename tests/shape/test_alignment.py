# ruff: noqa: E501  # a program on one line is easier to compare than a wrapped one
"""Which lines face each other, and what a row is called."""

from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.pairs.catalogue import PAIRS
from bench.records.shapes import Row
from bench.shape import compare, compare_sources
from bench.shape.alignment.align import Line, align

LINES = st.lists(
    st.sampled_from(["", "a", "a b", "a b c", "x", "x y", "z q"]), max_size=30
)
EDITS = st.lists(st.tuples(st.integers(0, 30), st.sampled_from(["drop", "w new", ""])))


def as_lines(texts):
    return [Line(tuple(text.split())) for text in texts]


def complete(pairing, height, width):
    """Every line of both files once and in order, and no empty row."""
    assert [i for i, _ in pairing if i is not None] == list(range(height))
    assert [j for _, j in pairing if j is not None] == list(range(width))
    assert (None, None) not in pairing


@given(LINES, LINES)
def test_every_line_of_any_two_files_appears_once_and_in_order(left, right):
    """A reader must be able to trust that nothing was left out."""
    complete(align(as_lines(left), as_lines(right)), len(left), len(right))


@given(LINES, EDITS)
def test_every_line_appears_once_after_any_edits(left, edits):
    """The same where the files have much in common, as twins do."""
    right = list(left)
    for at, edit in edits:
        if edit == "drop":
            del right[at : at + 1]
        else:
            right.insert(at, edit)

    complete(align(as_lines(left), as_lines(right)), len(left), len(right))


@given(LINES)
def test_a_file_faces_itself(lines):
    """What is the same on both sides is never shown as changed."""
    pairing = align(as_lines(lines), as_lines(lines))
    assert pairing == [(n, n) for n in range(len(lines))]


def test_long_files_without_anything_in_common_are_still_whole():
    """Above the size of the table lines are paired as they come."""
    left = [Line((f"a{n}",)) for n in range(400)]
    right = [Line((f"b{n}",)) for n in range(300)]
    complete(align(left, right), 400, 300)


def test_a_line_faces_its_twin_where_the_port_nests_deeper():
    """Indentation changes with the port; the statement is the same."""
    rows = compare_sources(
        "test",
        "import time\nfor n in range(3):\n    time.sleep(n)\n",
        "import asyncio\nasync def main():\n    for n in range(3):\n"
        "        await asyncio.sleep(n)\n",
    ).rows

    assert rows == (
        Row(difference="primitive", left=1, right=1),
        Row(difference="colour", right=2),
        Row(difference="same", left=2, right=3),
        Row(difference="primitive", left=3, right=4),
    )


@pytest.mark.parametrize(
    ("threads", "asyncio", "kind"),
    [
        ("def f(): pass", "async def f(): pass", "colour"),
        ("x = f()", "x = await f()", "colour"),
        ("def __enter__(self): pass", "async def __aenter__(self): pass", "colour"),
        ("lock = threading.Lock()", "lock = asyncio.Lock()", "primitive"),
        ("time.sleep(1)", "await asyncio.sleep(1)", "primitive"),
        ("run()", "asyncio.run(run())", "life cycle"),
        ("t.submit(f, 1)", "t.create_task(f(1))", "life cycle"),
        ("with ThreadPoolExecutor() as g: pass",
         "async with asyncio.TaskGroup() as g: pass", "life cycle"),
        ("try: pass\nexcept queue.Empty: pass", "try: pass\nexcept TimeoutError: pass",
         "errors"),
        ("x = 1", "x = 2", "else"),
        ("x = 1", "    x = 1", "same"),
    ],
)  # fmt: skip
def test_a_row_is_called_by_what_its_words_differ_in(threads, asyncio, kind):
    """The last line of each source is the row in question."""
    imports = "import asyncio, queue, threading, time\n"
    imports += "from concurrent.futures import ThreadPoolExecutor\n"
    if asyncio.startswith(" "):
        asyncio = f"if x:\n{asyncio}"

    last = compare_sources("test", f"{imports}{threads}", f"{imports}{asyncio}").rows[
        -1
    ]

    assert (last.difference, bool(last.left and last.right)) == (kind, True)


def test_an_alias_does_not_hide_a_primitive():
    """`from threading import Lock` and `asyncio.Lock` are the same word un-asynced."""
    found = compare_sources(
        "test",
        "from threading import Lock as Mutex\nguard = Mutex()\n",
        "import asyncio as aio\nguard = aio.Lock()\n",
    )

    assert found.primitives == (("threading.Lock", "asyncio.Lock"),)
    assert found.edit_distance == 0


def test_sleeping_is_the_same_word_in_both_models():
    """The table takes the names of primitives out of the distance, and only those."""
    threads, asyncio = "import time\ntime.sleep(1)\n", "import asyncio as a\n"

    assert compare_sources("", threads, f"{asyncio}a.sleep(1)\n").edit_distance == 0
    assert compare_sources("", threads, f"{asyncio}a.sleep(2)\n").edit_distance == 1


def test_a_primitive_without_a_match_is_named():
    """asyncio has no RLock and threads have no gather."""
    found = compare_sources(
        "test",
        "import threading\nguard = threading.RLock()\n",
        "import asyncio\nasync def f(): await asyncio.gather(g())\n",
    )
    assert found.primitives == (("threading.RLock", ""), ("", "asyncio.gather"))


@pytest.mark.long
@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_the_figures_tell_twins_apart_where_other_tools_see_none(pair):
    """Branches, which others count, hardly move; what the model changes does."""
    one = compare(pair)

    assert abs(one.threads.branches - one.asyncio.branches) <= 3
    assert one.threads.suspension_points == one.threads.coroutines == 0
    assert one.asyncio.suspension_points > 0
    assert one.asyncio.coroutines > 0


def test_the_condition_pair_is_counted_right():
    """By hand: five functions change colour, the four that wait and their callers."""
    one = compare(PAIRS["condition"])

    assert {c.function for c in one.coloured} == {
        "Basket.put", "Basket.take", "produce", "consume", "run",
    }  # fmt: skip
    assert one.asyncio.coroutines == 5
    assert one.changed_lines["colour"] == 13
    assert ("threading.Condition", "asyncio.Condition") in one.primitives


def test_rows_of_text_that_speaks_of_exceptions_are_errors():
    """A docstring's `Raises` is where a reader looks for what a port changes."""
    threads = '''
        def run():
            """Do it.

            Raises what a worker raised.
            """
    '''
    asyncio = threads.replace("what a worker raised", "an ExceptionGroup")

    rows = compare_sources("test", dedent(threads), dedent(asyncio)).rows

    assert [row.difference for row in rows if row.difference != "same"] == ["errors"]


def kinds(threads, asyncio):
    """The kind of each row that has a line on both sides or differs."""
    found = compare_sources("test", dedent(threads), dedent(asyncio))
    return [row.difference for row in found.rows if row.left or row.right]


NAMES_OF_TWINS = [
    ("class Client: pass", "class AsyncClient: pass", "name"),
    ("class Client: pass", "class AioClient: pass", "name"),
    ("class Client: pass", "class AClient: pass", "name"),
    ("def close(): pass", "async def aclose(): pass", "name"),
    ("def get(): pass", "async def async_get(): pass", "name"),
    ("def get(): pass", "async def get_async(): pass", "name"),
    (
        "def f() -> 'Client': Client()",
        "async def f() -> 'AsyncClient': AsyncClient()",
        "name",
    ),
    ("client = Client()", "client = AsyncClient()", "name"),
    ("client.close()", "await client.aclose()", "name"),
    ("def close(): pass", "async def aclose(timeout=5): pass", "else"),
    ("def open_pipe(): pass", "async def __aexit__(): pass", "else"),
    ("self.drain(a)", "await self.aclose()", "else"),
    ("size = 1", "asize = 2", "else"),
]


@pytest.mark.parametrize(("threads", "asyncio", "kind"), NAMES_OF_TWINS)
def test_the_asyncio_name_of_a_thing_is_its_name(threads, asyncio, kind):
    """`AsyncClient` is `Client`, unless something else differs as well."""
    if asyncio.startswith("await"):
        threads, asyncio = f"def f():\n    {threads}", f"async def f():\n    {asyncio}"
    assert kinds(threads, asyncio)[-1] == kind


PLAIN_WORDS = [
    "wait: int = 0",
    "time: float = 0",
    "cancelled: bool = False",
    "exception = None",
    "result = 1",
    "from .wait import x",
    "started = time.monotonic_ns()",
    "traceback = self.traceback",
    "queue = []",
    "shutdown = True",
]


@pytest.mark.parametrize("line", PLAIN_WORDS)
def test_a_word_that_a_model_has_too_is_only_a_word(line):
    """A field that is called `wait` starts nothing, and one called `result` none."""
    assert kinds("import time\nx = 1", f"import time\nx = 1\n{line}")[-1] == "else"


LOCKED = """
    def add(items):
        with lock:
            for item in items:
                total += item
            print(total)
        return total
"""
MOVED = [
    ("            print(total)", "                print(total)"),  # into the loop
    ("        return total", "            return total"),  # into the lock
    ("            print(total)", "        print(total)"),  # out of the lock
]


@pytest.mark.parametrize(("line", "moved"), MOVED)
def test_a_statement_that_moved_into_another_block_is_marked(line, moved):
    """The words are the same and the program is another: a write out of its lock."""
    found = compare_sources("test", dedent(LOCKED), dedent(LOCKED.replace(line, moved)))
    (row,) = [row for row in found.rows if row.difference != "same"]

    assert (row.difference, row.note) == ("else", "stands in another block")


def test_a_block_that_only_one_side_has_moves_nothing():
    """A port nests a function in one more `async with`, or takes a lock away."""
    deeper = """
        async def add(items):
            async with group:
                with lock:
                    for item in items:
                        total += item
                    print(total)
                return total
    """
    bare = """
        def add(items):
            for item in items:
                total += item
            print(total)
            return total
    """
    assert [k for k in kinds(LOCKED, deeper) if k != "same"] == ["colour", "colour"]
    assert [k for k in kinds(LOCKED, bare) if k != "same"] == ["else"]  # the lock


def test_functions_are_paired_by_name_where_they_moved():
    """In another order they are the same functions, and face each other."""
    first, second = "def one(x):\n    return x + 1\n", "def two(y):\n    return y * 2\n"

    found = compare_sources("test", first + second, second + first).rows

    assert all(row.left and row.right and row.difference == "same" for row in found)
    assert [row.left for row in found] == [1, 2, 3, 4]
    assert any(row.note for row in found)


def test_methods_are_paired_inside_their_class():
    """A method of another class with the same name is another method."""
    threads = "class A:\n    def get(self):\n        return 1\nclass B:\n    def get(self):\n        return 2\n"
    asyncio = "class AsyncB:\n    async def get(self):\n        return 2\nclass AsyncA:\n    async def get(self):\n        return 1\n"

    found = compare_sources("test", threads, asyncio).rows

    assert {(row.left, row.right) for row in found} == {
        (1, 4), (2, 5), (3, 6), (4, 1), (5, 2), (6, 3),
    }  # fmt: skip


def test_a_blank_line_that_faces_nothing_is_not_counted():
    """It is neither the same nor different: there is nothing beside it."""
    found = compare_sources("test", "x = 1\n\n\n\ny = 2\n", "x = 1\ny = 2\n")

    assert found.changed_lines == {"same": 2}


def test_words_are_counted_out_of_the_longer_file():
    """Otherwise more than all of them could differ."""
    found = compare_sources("test", "x = 1\n", "x = 1\ny = 2\nz = 3\n")

    assert (found.edit_distance, found.tokens) == (6, 9)


def test_what_a_port_takes_for_a_timer_or_an_rlock_stands_beside_it():
    """Not "not used": the reader looks for the other half."""
    found = compare_sources(
        "test",
        "import threading\nlock = threading.RLock()\ntimer = threading.Timer(1, f)\n",
        "import asyncio\nlock = asyncio.Lock()\nasync def g(loop): loop.call_later(1, f)\n",
    )

    assert set(found.primitives) == {
        ("threading.RLock", "asyncio.Lock"),
        ("threading.Timer", "asyncio.AbstractEventLoop.call_later"),
    }
