"""How a pair of the user's is named, found and checked, without importing it."""

import ast
import json
import sys
from importlib import import_module

import pytest

from bench.errors import CannotRunError
from bench.pairs import function_pairs, user_discovery
from bench.pairs.catalogue import PAIRS
from bench.pairs.module_files import file_of
from bench.pairs.user_calls import Side, _plain
from bench.pairs.user_targets import UnusableError
from bench.records.models import MODELS
from bench.records.user_pairs import UserPair
from bench.runs import user_correctness
from bench.shape import compare
from bench.shape.reading.reached import reached
from bench.throughput import sources

listing = import_module("bench.commands.list")
TABLE = """\
[tool.threads-vs-asyncio.pairs.jobs-of-mine]
threads = "mypkg.jobs:run"
asyncio = "mypkg.ajobs:run"
args = { count = 5 }
"""


@pytest.fixture(autouse=True)
def _a_catalogue_of_its_own():
    """What a test registers is forgotten after it."""
    before = dict(PAIRS)
    yield
    PAIRS.clear()
    PAIRS.update(before)


@pytest.fixture
def package(tmp_path):
    """A project whose package says so when it is imported."""
    folder = tmp_path / "src" / "mypkg"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("raise SystemExit('imported')\n")
    (folder / "jobs.py").write_text("def run(count):\n    return count\n")
    (folder / "ajobs.py").write_text("async def run(count):\n    return count\n")
    (tmp_path / "pyproject.toml").write_text(TABLE)
    return tmp_path


def test_a_project_names_its_pairs(package):
    """Found from a folder below too, with the folders of its modules."""
    [found] = user_discovery.project(package / "src" / "mypkg")

    assert found.name == "jobs-of-mine"
    assert json.loads(found.args) == {"count": 5}
    assert str(package / "src") in found.folders


def test_nothing_of_the_user_is_imported_to_look_at_it(package):
    """Not for its hash, nor for its shape: the package here ends what imports it."""
    function_pairs.register(user_discovery.project(package))

    assert sources.of_pairs(["jobs-of-mine"])["jobs-of-mine", "threads"]
    shape = compare(PAIRS["jobs-of-mine"])
    assert shape.threads_source.startswith("def run(count)")
    assert shape.asyncio.coroutines == 1
    assert "mypkg" not in sys.modules


def test_two_functions_of_one_file_are_compared_as_functions(tmp_path):
    """The file against itself would show no difference."""
    (tmp_path / "both.py").write_text(
        "def run():\n    return 1\n\n\nasync def arun():\n    return 1\n"
    )
    function_pairs.register((UserPair(name="both", threads="both:run",
                      asyncio="both:arun", folders=(str(tmp_path),)),))  # fmt: skip

    assert compare(PAIRS["both"]).asyncio_source.startswith("async def arun")


LONG = """\
\"\"\"A long file.\"\"\"

import os
import time

WAIT = 0.01


def page(number):
    time.sleep(WAIT)
    return number


def other():
    return os.getpid()


@print
def run(count):
    return [page(one) for one in range(count)]
"""


def test_a_function_is_compared_with_what_it_uses_of_its_file(tmp_path):
    """The rest of a long file counted as what differs between the models."""
    (tmp_path / "long.py").write_text(LONG)
    (tmp_path / "short.py").write_text("async def run():\n    return 1\n")
    function_pairs.register((UserPair(name="mine", threads="long:run",
                      asyncio="short:run", folders=(str(tmp_path),)),))  # fmt: skip
    found = compare(PAIRS["mine"]).threads_source

    assert found == LONG.replace('"""A long file."""\n\nimport os\n', "").replace(
        "def other():\n    return os.getpid()\n\n\n", ""
    )


@pytest.mark.parametrize("name", ["run", "absent", "imported"])
def test_a_file_that_is_used_as_a_whole_is_compared_as_a_whole(name, tmp_path):
    """Also where the function is made elsewhere."""
    text = "from x import imported\n\n\ndef run():\n    return imported()\n"

    assert reached(ast.parse(text), text.splitlines(), name) is None


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("[tool.threads-vs-asyncio.pairs.x]\n", "lacks threads"),
        ('[tool.threads-vs-asyncio.pairs.x]\nthreads = "a:f"\n', "lacks asyncio"),
        (TABLE + 'tread = "x:y"\n', "did you mean threads?"),
        (TABLE.replace("mypkg.jobs:run", "mypkg.jobs.run"), "package.module:function"),
        (TABLE + "limit_seconds = 0\n", "give a number of at least 0.1"),
        (TABLE + "limit_seconds = nan\n", "limit_seconds is nan"),
        (TABLE + "limit_seconds = inf\n", "limit_seconds is inf"),
        (TABLE + "memory_bytes = true\n", "memory_bytes is True"),
        (TABLE + "memory_bytes = 1\n", "at least 10,485,760"),
        (TABLE + "check = 5\n", "check is 5; give a text"),
        (TABLE + "title = 5\n", "title is 5; give a text"),
        (TABLE.replace("5", "2026-01-01"), "args has a value that is no plain data"),
        (TABLE.replace("-vs-", "_vs_"), "did you mean [tool.threads-vs-asyncio]?"),
        (
            TABLE.replace("threads-", "thread-"),
            "[tool.thread-vs-asyncio]; did you mean",
        ),
        (TABLE.replace(".pairs.", ".pair."), "did you mean [tool.threads-vs-asyncio.p"),
        (TABLE.replace("tool.", ""), "did you mean [tool.threads-vs-asyncio.pairs.N"),
        (TABLE.replace("threads-vs-asyncio", "asyncio-vs-threads"), "did you mean [to"),
        (TABLE.replace(".jobs-of-mine", ""), "put it in [tool.threads-vs-asyncio.pai"),
        (f"[{TABLE.replace('mine]', 'mine]]')}", "write it in single brackets"),
        (TABLE + "limit = 5\n", "did you mean limit_seconds?"),
        (TABLE.replace('"mypkg.jobs:run"', "3"), "threads is 3; give a text, such as"),
        ("[tool]\nthreads-vs-asyncio = 3\n", "is 3, not a table"),
        ("tool = 3\n", "is 3, not a table"),
        (TABLE.replace("{ count = 5 }", '"5"'), "an object for named arguments"),
        ("[tool.threads-vs-asyncio]\npairs = 3\n", "no table of pairs"),
        ("[tool\n", "cannot be read"),
    ],
)
def test_a_table_that_cannot_be_read_says_what_is_wrong(text, advice, tmp_path):
    """With its file, its table, and the next step."""
    (tmp_path / "pyproject.toml").write_text(text)

    with pytest.raises(CannotRunError) as refused:
        user_discovery.project(tmp_path)

    assert advice in str(refused.value)
    assert "pyproject.toml" in str(refused.value)


def test_a_name_of_the_catalogue_is_taken():
    """Or `run lock` would run another pair than the README describes."""
    with pytest.raises(CannotRunError, match="name yours otherwise"):
        function_pairs.register((UserPair(name="lock", threads="a:f", asyncio="b:g"),))


@pytest.mark.parametrize(
    ("left", "right", "equal"),
    [
        ({"b": 1, "a": [2]}, {"a": [2], "b": 1}, True),
        ({3, 1, 2}, {1, 2, 3}, True),
        ([1, 2], (1, 2), False),
        (1, 1.0, False),
        (1, "1", False),
        ([{"a": {2, 1}}], [{"a": {1, 2}}], True),
    ],
)
def test_outcomes_are_equal_when_the_data_are(left, right, equal):
    """Whatever the order of a set or of keys, in whichever process."""
    assert (_plain(left) == _plain(right)) is equal


def test_a_module_is_found_by_name_in_packages_too(package):
    """Without running the package's `__init__`."""
    folders = [str(package / "src")]

    assert file_of("mypkg.jobs", folders) == package / "src" / "mypkg" / "jobs.py"
    assert file_of("mypkg.absent", folders) is None
    assert file_of("math", folders) is None or file_of("math", folders).suffix == ".py"


RACY = """\
import threading

value = 0


def run(count):
    global value
    value = 0

    def add():
        global value
        value += 1

    threads = [threading.Thread(target=add) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return value
"""
CALM = """\
import asyncio


async def run(count):
    value = 0

    async def add():
        nonlocal value
        value += 1

    await asyncio.gather(*(add() for _ in range(count)))
    return value
"""


@pytest.mark.long
def test_every_schedule_of_a_small_call_is_tried(tmp_path):
    """Threads that lose an update are found, whatever luck the timed runs had."""
    (tmp_path / "racy.py").write_text(RACY)
    (tmp_path / "calm.py").write_text(CALM)
    mine = function_pairs.pair(
        UserPair(name="mine", threads="racy:run", asyncio="calm:run",
            small='{"count": 2}', folders=(str(tmp_path),))
    )  # fmt: skip
    threads, tasks = user_correctness.certificates([(mine, m) for m in MODELS])

    assert threads.outcome == "broken"
    assert "different outcomes" in threads.failure.symptom
    assert tasks.outcome == "holds"
    assert tasks.exhausted


def test_what_cannot_be_explored_says_why(tmp_path):
    """And claims nothing."""
    (tmp_path / "sockets.py").write_text(
        "import socket\n\n\ndef run():\n    socket.create_connection(('::1', 9))\n"
    )
    mine = function_pairs.pair(
        UserPair(name="mine", threads="sockets:run", asyncio="itertools:count",
            small="[]", folders=(str(tmp_path),))
    )  # fmt: skip
    one, other = user_correctness.certificates([(mine, m) for m in MODELS])

    assert (one.outcome, other.outcome) == ("cut", "cut")
    assert "socket" in one.bound
    assert "no source" in other.bound


def side(tmp_path, text, **more):
    """The threads side of a pair in a module of its own."""
    name = f"module_{abs(hash(text))}"
    (tmp_path / f"{name}.py").write_text(text)
    sys.path.insert(0, str(tmp_path))
    own = UserPair(name="mine", threads=f"{name}:f", asyncio=f"{name}:f", **{
        key: value.replace("HERE", name) for key, value in more.items()
    })  # fmt: skip
    try:
        return Side(own, "threads")
    finally:
        sys.path.remove(str(tmp_path))


def test_a_function_that_changes_its_arguments_is_told_so(tmp_path):
    """Each call gets the same objects, so that the second differs from the first."""
    text = "def f(items):\n    items.append(1)\n    return len(items)\n"
    found = side(tmp_path, text, args='{"items": []}').run_plain(2, print)

    assert "it changes its arguments" in found.wrong


def test_a_check_that_says_nothing_is_told_as_it_is(tmp_path):
    """An empty reason would be a row without one."""
    text = "def f():\n    return 1\n\n\ndef check(found):\n    return ''\n"
    found = side(tmp_path, text, check="HERE:check").run_plain(1, print)

    assert ":check: returned '' (outcome 1)" in found.wrong


def test_a_check_is_no_coroutine_function(tmp_path):
    """Its answer would be a coroutine, which is neither True nor a text."""
    text = "def f():\n    return 1\n\n\nasync def check(found):\n    return True\n"

    with pytest.raises(UnusableError, match="a check is a plain one"):
        side(tmp_path, text, check="HERE:check").run_plain(1, print)


@pytest.mark.parametrize(("small", "is_explored"), [(None, False), ("[2]", True)])
def test_a_list_for_programs_says_whether_schedules_are_tried(small, is_explored):
    """It denied it of each pair of a user's."""
    mine = UserPair(name="mine", threads="a:f", asyncio="a:g", small=small)

    assert listing.described(function_pairs.pair(mine))["is_explored"] is is_explored
