"""However code comes into a program, the explorer sees inside it.

Each way brings the class `Tally` into a scenario: once with an update that can be lost,
once with a lock around it.  The truth is the same for all ways.
"""

import zipfile
from textwrap import indent

import pytest

from bench.correctness import explore
from bench.correctness.programs.code_files import FILES_KEPT
from bench.errors import CannotRunError

LOST = """
class Tally:
    def __init__(self):
        self.total = 0

    def add(self):
        seen = self.total
        self.total = seen + 1
"""
KEPT = """
import threading


class Tally:
    def __init__(self):
        self.total = 0
        self.lock = threading.Lock()

    def add(self):
        with self.lock:
            seen = self.total
            self.total = seen + 1
"""
SCENARIO = """

class Adding:
    def __init__(self):
        self.tally = Tally()

    def work(self):
        self.tally.add()

    workers = (work, work)

    def check(self):
        assert self.tally.total == 2
"""
WAYS = {  # how the scenario's file gets the class
    "import": "import near\nTally = near.Tally",
    "from_import": "from near import Tally",
    "star_import": "from near import *",
    "import_within_a_package": "from far.within import Tally",
    "relative_import_within_a_package": "from far.above import Tally",
    "namespace_package": "import spaces.inner.deep as deep\nTally = deep.Tally",
    "module_that_imports_on_demand": "import lazy\nTally = lazy.Tally",
    "dunder_import": "Tally = __import__('near').Tally",
    "import_module": "import importlib\nTally = importlib.import_module('near').Tally",
    "import_module_relative": "from importlib import import_module\n"
    "Tally = import_module('.within', 'far').Tally",
    "reloaded": "import importlib, near\nTally = importlib.reload(near).Tally",
    "sys_modules": "import sys, near\nTally = sys.modules['near'].Tally",
    "path_of_its_own": "import sys\nsys.path.append('{here}/elsewhere')\n"
    "from hidden import Tally",
    "zip_file": "import sys\nsys.path.append('{here}/packed.zip')\n"
    "from packed import Tally",
    "source_loader": "from importlib.machinery import SourceFileLoader\n"
    "loader = SourceFileLoader('hidden', '{here}/elsewhere/hidden.py')\n"
    "Tally = loader.load_module().Tally",
    "spec_from_file": "import importlib.util as util\n"
    "spec = util.spec_from_file_location('hidden', '{here}/elsewhere/hidden.py')\n"
    "module = util.module_from_spec(spec)\nspec.loader.exec_module(module)\n"
    "Tally = module.Tally",
    "run_path": "import runpy\n"
    "Tally = runpy.run_path('{here}/elsewhere/hidden.py')['Tally']",
    "run_module": "import runpy\nTally = runpy.run_module('near')['Tally']",
    "exec_of_a_file": "names = {}\n"
    "exec(Path('{here}/elsewhere/hidden.py').read_text(), names)\n"
    "Tally = names['Tally']",
    "exec_here": "exec(Path('{here}/elsewhere/hidden.py').read_text())",
    "exec_of_bytes": "names = {}\n"
    "exec(Path('{here}/elsewhere/hidden.py').read_bytes(), names)\n"
    "Tally = names['Tally']",
    "compile_and_exec": "names = {'__name__': 'made'}\n"
    "code = compile(Path('{here}/near.py').read_text(), 'made', 'exec')\n"
    "exec(code, names)\nTally = names['Tally']",
    "compile_of_a_tree": "import ast\nnames = {}\n"
    "tree = ast.parse(Path('{here}/near.py').read_text())\n"
    "exec(compile(tree, 'made', 'exec'), names)\nTally = names['Tally']",
    "builtins_exec": "import builtins\nnames = {}\n"
    "builtins.exec(Path('{here}/near.py').read_text(), names)\nTally = names['Tally']",
    "exec_in_a_function": "def make():\n    names = {}\n"
    "    exec(Path('{here}/near.py').read_text(), names)\n    return names['Tally']\n"
    "Tally = make()",
    "pickled": "import pickle, near\nTally = pickle.loads(pickle.dumps(near.Tally))",
    "resolve_name": "import pkgutil\nTally = pkgutil.resolve_name('near:Tally')",
    "locate": "import pydoc\nTally = pydoc.locate('near.Tally')",
    "entry_point": "from importlib.metadata import EntryPoint\n"
    "Tally = EntryPoint('tally', 'near:Tally', 'group').load()",
    "entry_point_qualified": "import importlib.metadata\n"
    "found = importlib.metadata.EntryPoint('tally', 'near:Tally', 'group')\n"
    "Tally = found.load()",
    "functions_of_code": "import types, near\n"
    "class Tally(near.Tally):\n"
    "    add = types.FunctionType(near.Tally.add.__code__, {})",
    "marshalled_code": "import marshal, types, near\n"
    "code = marshal.loads(marshal.dumps(near.Tally.add.__code__))\n"
    "class Tally(near.Tally):\n    add = types.FunctionType(code, {})",
    "made_by_type": "import near\n"
    "Tally = type('Tally', (), dict(vars(near.Tally), __dict__=None))",
    "subclass": "import near\nclass Tally(near.Tally):\n    pass",
}


@pytest.fixture
def explored(tmp_path, monkeypatch):
    """A function that explores a scenario beside modules with a given source."""

    def run(way, source):
        monkeypatch.chdir(tmp_path)
        for name in ("near", "elsewhere/hidden", "spaces/inner/deep", "far/within"):
            path = tmp_path / f"{name}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(source, encoding="utf-8")
        (tmp_path / "far" / "__init__.py").touch()
        (tmp_path / "far" / "above.py").write_text("from .within import Tally\n")
        (tmp_path / "lazy.py").write_text(
            "def __getattr__(name):\n    import near\n    return getattr(near, name)\n"
        )
        with zipfile.ZipFile(tmp_path / "packed.zip", "w") as packed:
            packed.writestr("packed.py", source)
        path = tmp_path / "scenario.py"
        path.write_text(
            f"from pathlib import Path\n{way}\n{SCENARIO}", encoding="utf-8"
        )
        return explore(path, jobs=1)

    return run


@pytest.mark.sampled(3)
@pytest.mark.parametrize("way", WAYS)
def test_an_update_is_lost_however_the_class_is_imported(way, explored, tmp_path):
    """Where the explorer does not look inside, it would hold."""
    verdict = explored(WAYS[way].replace("{here}", str(tmp_path)), LOST)

    assert verdict.outcome == "broken"
    assert "tally.total == 2" in verdict.failure.symptom


@pytest.mark.sampled(3)
@pytest.mark.parametrize("way", WAYS)
def test_a_lock_holds_however_the_class_is_imported(way, explored, tmp_path):
    """What is loaded in another way must get the models too, or nothing excludes."""
    verdict = explored(WAYS[way].replace("{here}", str(tmp_path)), KEPT)

    assert (verdict.outcome, verdict.exhausted) == ("holds", True)


@pytest.mark.parametrize(
    "way",
    ["import near", "import far.within as near", "from far import within as near"],
)
def test_a_worker_may_import_by_itself(way, explored):
    """Each run imports the module, as a process of its own would."""
    makes = f"class Tally:\n    total = 2\n    def add(self):\n        {way}\n"
    makes += "        assert near.made == []\n        near.made.append(1)\n"

    verdict = explored(makes, LOST + "\nmade = []\n")

    assert verdict.outcome == "broken"
    assert verdict.schedules < 20


PLUGINS = """
import importlib
import plugins


class Loading:
    def __init__(self):
        plugins.known.clear()
        self.seen = []

    def work(self):
        {load}
        self.seen.append(list(plugins.known))

    workers = (work, work)

    def check(self):
        assert self.seen == [["begun", "done"]] * 2
"""
REGISTER = """
known = []


def register(name):
    known.append(name)
"""
FIRST = """
import shared


class Loading:
    def first(self):
        import left, right

    def second(self):
        import right, left

    workers = (first, second)

    def check(self):
        pass{last}
        assert shared.known == ["left", "right"]
"""
LOADS = {
    "statement": "import plugins.first",
    "from": "from plugins import first",
    "from_the_module": "from plugins.first import name",
    "import_module": "importlib.import_module('plugins.first')",
    "relative": "importlib.import_module('.first', 'plugins')",
}


@pytest.mark.parametrize("load", LOADS.values(), ids=LOADS)
def test_a_worker_waits_until_another_has_run_the_module_that_it_imports(
    load, tmp_path
):
    """Python's lock of the module is held meanwhile: none sees half of a module."""
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins" / "__init__.py").write_text(REGISTER)
    (tmp_path / "plugins" / "first.py").write_text(
        "from plugins import register\n\nregister('begun')\nname = 'first'\n"
        "register('done')\n"
    )
    path = tmp_path / "scenario.py"
    path.write_text(PLUGINS.replace("{load}", load), encoding="utf-8")

    verdict = explore(path, jobs=1)

    assert verdict.outcome == "holds"
    assert verdict.schedules > 1


def test_which_worker_imports_a_module_first_is_seen(tmp_path):
    """Its code runs in that worker, before the one that comes later goes on."""
    for name in ("left", "right"):
        (tmp_path / f"{name}.py").write_text(
            f"import shared\n\nshared.register('{name}')\n"
        )
    (tmp_path / "shared.py").write_text(REGISTER)
    path = tmp_path / "scenario.py"
    path.write_text(FIRST.replace("{last}", ""), encoding="utf-8")
    assert explore(path, jobs=1).outcome == "broken"

    path.write_text(FIRST.replace("{last}", "; shared.known.sort()"), encoding="utf-8")
    assert explore(path, jobs=1).outcome == "holds"


def test_workers_that_import_in_a_circle_do_not_wait_for_each_other(tmp_path):
    """Python lets the one that would wait for ever go on with half of the module."""
    for name, other in (("left", "right"), ("right", "left")):
        (tmp_path / f"{name}.py").write_text(
            f"import shared\n\nshared.register('{name}')\nimport {other}\n"
        )
    (tmp_path / "shared.py").write_text(REGISTER)
    path = tmp_path / "scenario.py"
    path.write_text(FIRST.replace("{last}", "; shared.known.sort()"), encoding="utf-8")

    assert explore(path, jobs=1).outcome == "holds"


@pytest.mark.parametrize("name", ["enum", "contextvars", "_io", "queue", "random"])
def test_a_file_may_be_called_as_a_module_of_the_standard_library(name, tmp_path):
    """Its classes were taken for the library's, whose attributes are not shared."""
    for source, outcome in ((LOST, "broken"), (KEPT, "holds")):
        path = tmp_path / f"{name}.py"
        path.write_text(source + SCENARIO, encoding="utf-8")

        assert explore(path, jobs=1).outcome == outcome


@pytest.mark.parametrize("name", ["coverage", "hypothesis", "pluggy"])
def test_a_program_imports_its_own_module_before_a_test_runners(name, tmp_path):
    """A module called `coverage` may count what reads cover."""
    (tmp_path / f"{name}.py").write_text(LOST, encoding="utf-8")
    path = tmp_path / "scenario.py"
    path.write_text(f"from {name} import Tally\n" + SCENARIO, encoding="utf-8")

    verdict = explore(path, jobs=1)

    assert (verdict.outcome, verdict.one_step) == ("broken", ())


def test_a_program_imports_its_own_module_before_the_librarys(tmp_path):
    """As Python does, where the directory of the program comes first."""
    (tmp_path / "contextvars.py").write_text(LOST, encoding="utf-8")
    path = tmp_path / "scenario.py"
    path.write_text("from contextvars import Tally\n" + SCENARIO, encoding="utf-8")

    assert explore(path, jobs=1).outcome == "broken"


@pytest.mark.parametrize(
    ("name", "encoded"),
    [
        ("mark", b"\xef\xbb\xbf# as Windows writes it\n"),
        (
            "cookie",
            b"# -*- coding: latin-1 -*-\nname = '\xe9'\nassert name == chr(233)\n",
        ),
        ("ends", b"first = 1\r\nsecond = 2\r\n"),
    ],
)
def test_a_file_is_read_as_python_reads_it(name, encoded, tmp_path):
    """A byte order mark, a declared encoding, another end of line."""
    path = tmp_path / f"{name}.py"
    path.write_bytes(encoded + (LOST + SCENARIO).encode("ascii"))

    assert explore(path, jobs=1).outcome == "broken"


OWN_NAMES = """
import importlib, importlib.util, inspect, logging, pickle, sys, typing

PARENT = __spec__.parent
assert __spec__.name == __name__ == __loader__.name
assert __cached__


class Point(typing.NamedTuple):
    x: int


assert "x: int" in inspect.getsource(Point)
assert pickle.loads(pickle.dumps(Point(1))) == (1,)
assert typing.get_type_hints(Point) == {"x": int}
assert sys.modules[__name__].Point is Point
assert importlib.util.find_spec(__name__).name == __name__
assert importlib.util.find_spec("no_such_module") is None
assert sys.argv == [__file__]
logging.getLogger(__name__).debug("made")
"""


def test_a_module_finds_itself(tmp_path):
    """Libraries ask for the spec and the loader of their own module."""
    path = tmp_path / "own_names.py"
    path.write_text(OWN_NAMES + LOST + SCENARIO, encoding="utf-8")

    assert explore(path, jobs=1).outcome == "broken"


GENERIC = """
import asyncio, collections, concurrent.futures, functools, queue, weakref
from concurrent import futures


class Attempt(futures.Future[int]):
    pass


class Inbox(queue.SimpleQueue[int]):
    pass


class Shelf(queue.PriorityQueue[int]):
    pass


def typed(
    one: futures.Future[int], two: queue.SimpleQueue[int], three: queue.Queue[str],
    four: asyncio.Future[int], five: asyncio.Task[int], six: asyncio.Queue[int],
    seven: functools.cached_property[int], eight: collections.deque[int],
    nine: collections.Counter[str], ten: collections.ChainMap[str, int],
    eleven: weakref.ref[int], twelve: queue.LifoQueue[int],
) -> concurrent.futures.Future[None]: ...


Attempt().set_result(1)
Inbox().put(1)
Shelf().put(1)
"""


def test_the_models_are_generic_where_the_classes_are(tmp_path):
    """A typed program could not be loaded."""
    path = tmp_path / "typed.py"
    path.write_text(GENERIC + KEPT + SCENARIO, encoding="utf-8")

    assert explore(path, jobs=1).outcome == "holds"


SENTINELS = """
class Missing:
    __slots__ = ()


class Settings:
    __slots__ = ("level", "unset")

    def __init__(self):
        self.level = 1


MISSING, SETTINGS = Missing(), Settings()


class Using:
    def __init__(self):
        self.value = MISSING
        assert SETTINGS.level == 1 and not hasattr(SETTINGS, "unset")

    def work(self):
        if self.value is MISSING:
            self.value = 1
        SETTINGS.level += 1
        SETTINGS.unset = 2

    workers = (work, work)
"""


def test_a_module_may_hold_objects_with_slots(tmp_path):
    """Their slots are put back before each run, though they have no `__dict__`."""
    path = tmp_path / "sentinels.py"
    path.write_text(SENTINELS, encoding="utf-8")

    verdict = explore(path, jobs=1)

    assert (verdict.outcome, verdict.exhausted) == ("holds", True), verdict.failure
    assert verdict.schedules > 1


SUBMODULES = {  # a program that starts two threads by what it imports so
    "exceptions": "import asyncio, asyncio.exceptions",
    "base": "import asyncio, concurrent.futures._base",
    "constants": "import asyncio.constants\nimport asyncio",
    "log": "from asyncio import log\nimport asyncio",
}
LOOPS = {  # how it runs a coroutine
    "run": "asyncio.run(both())",
    "runners": "asyncio.runners.run(both())",
    "events": "loop = asyncio.events.new_event_loop()\n"
    "loop.run_until_complete(both())\nloop.close()",
    "runner": "with asyncio.Runner() as runner:\n    runner.run(both())",
}
ON_A_LOOP = """
class Looping:
    def work(self):
        self.total = 0
        def add():
            seen = self.total
            self.total = seen + 1
        async def both():
            await asyncio.gather(
                asyncio.threads.to_thread(add), asyncio.tasks.ensure_future(one())
            )
        async def one():
            await asyncio.to_thread(add)
{how}

    workers = (work,)

    def check(self):
        assert self.total == 2
"""


@pytest.mark.sampled(4)
@pytest.mark.parametrize("how", LOOPS)
@pytest.mark.parametrize("first", SUBMODULES)
def test_a_submodule_of_asyncio_is_of_the_model(first, how, tmp_path):
    """The real package would run its loop and threads for real, in one order."""
    path = tmp_path / "looping.py"
    program = ON_A_LOOP.format(how=indent(LOOPS[how], " " * 8))
    path.write_text(SUBMODULES[first] + program, encoding="utf-8")

    assert explore(path, jobs=1).outcome == "broken"


POOLS = [
    "import concurrent.futures.thread\nPool = concurrent.futures.ThreadPoolExecutor",
    "import concurrent.futures._base\nPool = concurrent.futures.ThreadPoolExecutor",
    "import concurrent.futures\nPool = concurrent.futures.thread.ThreadPoolExecutor",
    "from concurrent.futures.thread import ThreadPoolExecutor as Pool",
    "from concurrent import futures\nPool = futures.ThreadPoolExecutor",
]


@pytest.mark.parametrize("way", POOLS)
def test_a_pool_is_of_the_model(way, tmp_path):
    """Whichever module it is taken from."""
    path = tmp_path / "pooling.py"
    path.write_text(
        way + "\n\nclass Pooling:\n"
        "    def __init__(self):\n        self.total = 0\n"
        "    def add(self):\n        seen = self.total\n        self.total = seen + 1\n"
        "    def work(self):\n        with Pool(2) as pool:\n"
        "            pool.submit(self.add)\n            pool.submit(self.add)\n"
        "    workers = (work,)\n"
        "    def check(self):\n        assert self.total == 2\n",
        encoding="utf-8",
    )

    assert explore(path, jobs=1).outcome == "broken"


def test_a_class_within_a_test_function_can_be_explored():
    """A test defines its scenario where it explores it."""
    import functools

    def step(total):
        return total + 1

    class Adding:
        def __init__(self):
            self.total = 0

        def work(self):
            self.total = functools.reduce(lambda total, _: step(total), [0], self.total)

        workers = (work, work)

        def check(self):
            assert self.total == 2

    class Once(Adding):
        workers = (Adding.work,)

        def check(self):
            assert self.total == 1

    assert explore(Adding, jobs=1).outcome == "broken"
    assert explore(Once, jobs=1).outcome == "holds"


def test_a_class_that_needs_a_variable_of_its_function_is_told():
    """Its value is that of the running test, which is not run again."""
    start = 3

    class Counting:
        def work(self):
            self.total = start

        workers = (work,)

    with pytest.raises(CannotRunError, match="Counting uses start of the function"):
        explore(Counting, jobs=1)


def test_a_helper_that_needs_a_variable_of_its_function_is_told():
    """Without it the class would fail in each run, and be called broken."""
    start = 3

    def first():
        return start

    class Counting:
        def work(self):
            self.total = first()

        workers = (work,)

    with pytest.raises(CannotRunError, match="first uses start of the function"):
        explore(Counting, jobs=1)


def test_a_base_that_is_a_variable_of_the_function_is_told():
    """It is asked for where the class is made, not in its methods."""
    kind = list

    class Counting(kind):
        def work(self):
            self.append(1)

        workers = (work,)

    with pytest.raises(CannotRunError, match="Counting uses kind of the function"):
        explore(Counting, jobs=1)


class TestInAMethod:
    def test_a_class_in_a_method_has_a_self_of_its_own(self):
        """A test may be a method: its `self` is not that of the scenario."""
        other = self

        class Counting:
            def __init__(self):
                self.total = 0

            def work(self):
                other = self.total
                self.total = other + 1

            workers = (work, work)

            def check(self):
                assert self.total == 2

        assert other is self
        assert explore(Counting, jobs=1).outcome == "broken"


def test_a_program_of_many_modules_may_be_imported_for_each_run(tmp_path):
    """The places of its accesses are the same in each run, or the search never ends."""
    for number in range(2 * FILES_KEPT):
        (tmp_path / f"part_{number}.py").write_text(LOST, encoding="utf-8")
    path = tmp_path / "scenario.py"
    imports = "".join(f"import part_{n}\n" for n in range(2 * FILES_KEPT))
    path.write_text(
        f"{imports}import threading\nthreading.Thread(target=int).start()\n"
        f"Tally = part_1.Tally\n{SCENARIO}",
        encoding="utf-8",
    )

    verdict = explore(path, jobs=1, limit_seconds=60)

    assert verdict.outcome == "broken"
    assert verdict.schedules < 200


def test_a_file_that_is_changed_is_loaded_as_it_is_now(tmp_path):
    """Between two explorations; a test runs again after an edit."""
    path = tmp_path / "scenario.py"
    for source, outcome in ((LOST, "broken"), (KEPT, "holds"), (LOST, "broken")):
        path.write_text(source + SCENARIO, encoding="utf-8")

        assert explore(path, jobs=1).outcome == outcome
