"""Installed packages: what is seen inside them, what is modelled, what is told."""

import asyncio
import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from bench.correctness import explore, explore_all
from bench.correctness.instrument import stored_files
from bench.correctness.programs import packages
from bench.correctness.programs.packages import PackageChoice

PACKAGE = """
import contextlib, dataclasses, queue, socket, sys, threading, time
from concurrent.futures import ThreadPoolExecutor

COUNT = 0
SEEN = []
LOCK = threading.RLock()
LOCAL = threading.local()


class Counter:
    made = 0

    def __init__(self):
        self.value = 0

    def add(self):
        seen = self.value
        self.value = seen + 1


class Guarded(Counter):
    def __init__(self, kind=threading.Lock):
        super().__init__()
        self._lock = kind()

    def add(self):
        with self._lock:
            super().add()


class Pipe:
    def __init__(self):
        self.items = queue.Queue()


def bump():
    global COUNT
    seen = COUNT
    COUNT = seen + 1


def once(key):
    if key in SEEN:
        raise RuntimeError(f"{key} twice")
    SEEN.append(key)


def slowly(function):
    time.sleep(3600)
    function()


def in_background(function):
    thread = threading.Thread(target=function)
    thread.start()
    return thread


def in_pool(function):
    with ThreadPoolExecutor(2) as pool:
        pool.submit(function)
        pool.submit(function)


def under_the_lock(function):
    with LOCK:
        function()


def name_of_caller():
    return sys._getframe(1).f_globals["__name__"]


def connect():
    return socket.create_connection(("127.0.0.1", 1))


@dataclasses.dataclass
class Options:
    size: "dataclasses.InitVar[int]"
    kept: int = 0

    def __post_init__(self, size):
        self.kept = size
"""
NEEDED_LATE = """
from pkg import Counter

TABLE = []


class Late(Counter):
    def __init__(self):
        assert TABLE == []
        TABLE.append(1)
        super().__init__()
"""
PROBING = """
import socket

try:
    with socket.socket() as tried:
        tried.bind(("::1", 0))
    CAN_BIND = True
except OSError:
    CAN_BIND = False
"""


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """A directory of installed packages, with a package `pkg`."""
    place = tmp_path / "site-packages"

    place.mkdir()
    monkeypatch.syspath_prepend(place)
    (place / "pkg").mkdir()
    (place / "pkg" / "__init__.py").write_text(PACKAGE, encoding="utf-8")
    (place / "pkg" / "late.py").write_text(NEEDED_LATE, encoding="utf-8")
    (place / "pkg" / "probing.py").write_text(PROBING, encoding="utf-8")
    return place


@pytest.fixture
def explored(installed, tmp_path):
    """A function that explores a program which may import `pkg`."""

    def run(program, **options):
        path = tmp_path / "program.py"
        path.write_text(dedent(program), encoding="utf-8")
        return explore(path, jobs=1, **options)

    return run


def scenario(work, *, before="pass", check="pass", head="import pkg"):
    """A scenario of two workers that do the same."""
    return (
        f"{head}\n\n\nclass Using:\n    def __init__(self):\n        {before}\n\n"
        f"    def work(self):\n        {work}\n\n    workers = (work, work)\n\n"
        f"    def check(self):\n        {check}\n"
    )


COUNTER = "self.counter = pkg.Counter()"
ADDED = "assert self.counter.value == 2"
BROKEN = {
    "method": scenario("self.counter.add()", before=COUNTER, check=ADDED),
    "bound_method": scenario(
        "self.add()", before=f"{COUNTER}; self.add = self.counter.add", check=ADDED
    ),
    "variable": scenario("pkg.bump()", check="assert pkg.COUNT == 2"),
    "variable_from_outside": scenario(
        "seen = pkg.COUNT; pkg.COUNT = seen + 1", check="assert pkg.COUNT == 2"
    ),
    "table": scenario("pkg.once('a')"),
    "class_attribute": scenario(
        "seen = pkg.Counter.made; pkg.Counter.made = seen + 1",
        check="assert pkg.Counter.made == 2",
    ),
    "thread": scenario(
        "pkg.in_background(self.counter.add).join()", before=COUNTER, check=ADDED
    ),
    "pool": scenario(
        "pkg.in_pool(self.counter.add)",
        before=COUNTER,
        check="assert self.counter.value == 4",
    ),
    "sleep": scenario("pkg.slowly(self.counter.add)", before=COUNTER, check=ADDED),
    "thread_not_awaited": scenario(
        "self.threads = pkg.in_background(self.counter.add)",
        before=COUNTER,
        check="assert self.counter.value == 1",
    ),
}
HOLDS = {
    "lock": scenario(
        "self.counter.add()", before="self.counter = pkg.Guarded()", check=ADDED
    ),
    "rlock": scenario(
        "self.counter.add()",
        before="self.counter = pkg.Guarded(pkg.threading.RLock)",
        check=ADDED,
    ),
    "lock_of_the_module": scenario(
        "pkg.under_the_lock(self.counter.add)", before=COUNTER, check=ADDED
    ),
    "queue": scenario(
        "self.pipe.items.put(1); self.pipe.items.get()", before="self.pipe = pkg.Pipe()"
    ),
    "local": scenario(
        "assert not hasattr(pkg.LOCAL, 'n'); pkg.LOCAL.n = 1; assert pkg.LOCAL.n == 1"
    ),
    "frames": scenario("assert pkg.name_of_caller() == __name__"),
    "dataclass": scenario("assert pkg.Options(3).kept == 3"),
    "sleep": scenario("pkg.slowly(int)"),
    "probe_at_import": scenario(
        "assert not probing.CAN_BIND", head="from pkg import probing"
    ),
    "once_each": scenario("pkg.once('a')").replace(
        "    workers = (work, work)",
        "    def other(self):\n        pkg.once('b')\n\n    workers = (work, other)",
    ),
}


@pytest.mark.sampled(3)
@pytest.mark.parametrize("kind", BROKEN)
def test_a_race_in_an_installed_package_is_found(kind, explored):
    """It ran as one step, or with the real threading, in one order."""
    verdict = explored(BROKEN[kind])

    assert verdict.outcome == "broken"
    assert verdict.looked_into == ("pkg",)
    assert verdict.seconds < 20


@pytest.mark.long
@pytest.mark.parametrize("kind", HOLDS)
def test_a_package_that_is_right_holds(kind, explored):
    """Its real locks excluded no worker; its tables kept what earlier runs had put."""
    verdict = explored(HOLDS[kind])

    assert (verdict.outcome, verdict.exhausted) == ("holds", True), verdict.failure
    assert verdict.seconds < 20


def test_each_run_finds_a_package_as_its_import_has_left_it(explored):
    """Also where the program is imported again for each run."""
    again = (
        "import pkg, threading\nclass Odd(threading.Thread):\n    pass\nodd = Odd()\n"
    )
    for head in ("import pkg", again):
        verdict = explored(
            scenario("pkg.SEEN.append(1)", before="assert pkg.SEEN == []", head=head)
        )

        assert (verdict.outcome, verdict.exhausted) == ("holds", True), verdict.failure
        assert verdict.schedules > 1


def test_a_module_that_a_run_imports_first_is_in_its_first_state_in_each(explored):
    """A package may import its parts on demand, and register them."""
    verdict = explored(
        scenario(
            "from pkg.late import Late; self.made.append(Late)",
            before="self.made = []",
            check="assert len(self.made) == 2 and self.made[0]().value == 0",
        )
    )

    assert (verdict.outcome, verdict.exhausted) == ("holds", True), verdict.failure


def test_a_saved_schedule_replays_where_a_run_imports_a_package(explored, tmp_path):
    """The first run of a replay is the first to import it."""
    verdict = explored(
        scenario(
            "from pkg.late import Counter; self.add(Counter)",
            before="self.total = 0",
            check="assert self.total == 2",
        ).replace(
            "    workers",
            "    def add(self, kind):\n        seen = self.total\n"
            "        self.total = seen + 1\n\n    workers",
        )
    )

    assert verdict.outcome == "broken"
    assert "self.total == 2" in verdict.replay()


def test_what_is_skipped_is_one_step_and_is_named(explored):
    """No worker runs within its calls: its race is not found, which is told."""
    verdict = explored(BROKEN["method"], skip=("pkg",))

    assert verdict.outcome == "holds"
    assert (verdict.looked_into, verdict.one_step) == ((), ("pkg",))


def test_what_is_one_step_has_the_models_all_the_same(explored):
    """A real lock would exclude no worker, and a real sleep would last."""
    for kind in ("lock", "rlock", "lock_of_the_module", "queue", "sleep"):
        assert explored(HOLDS[kind], skip=("pkg",)).outcome == "holds"

    assert explored(BROKEN["thread_not_awaited"], skip=("pkg",)).outcome == "broken"


def test_only_the_packages_that_are_named_are_looked_into(explored):
    assert explored(BROKEN["method"], only=("pkg",)).looked_into == ("pkg",)
    assert explored(BROKEN["method"], only=("other",)).one_step == ("pkg",)


def test_a_package_may_be_a_link_to_where_it_is(tmp_path, monkeypatch):
    """As some installers put it there; it is loaded once all the same."""
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "linked.py").write_text(PACKAGE, encoding="utf-8")
    place = tmp_path / "site-packages"
    place.mkdir()
    (place / "linked.py").symlink_to(tmp_path / "kept" / "linked.py")
    monkeypatch.syspath_prepend(place)
    path = tmp_path / "program.py"
    program = BROKEN["method"].replace("pkg", "linked")
    path.write_text(program, encoding="utf-8")

    verdict = explore(path, jobs=1)

    assert (verdict.outcome, verdict.looked_into) == ("broken", ("linked",))


def test_a_very_large_package_is_one_step_unless_it_is_asked_for(tmp_path):
    """To rewrite it would take long, and its objects are seldom shared."""
    large = tmp_path / "site-packages" / "large"
    large.mkdir(parents=True)
    (large / "__init__.py").touch()
    (large / "part.py").write_text("#" * (packages.MOST_BYTES + 1))
    (large / "tests").mkdir()

    part = large / "part.py"
    assert not PackageChoice().looks_into("large.part", part)
    assert PackageChoice(only=("large",)).looks_into("large.part", part)
    assert PackageChoice().looks_into("own", tmp_path / "own.py")


def test_a_socket_in_a_package_is_refused_by_its_name(explored):
    """When it is used: to import it is allowed."""
    with pytest.raises(Exception, match=r"socket\.create_connection is not modelled"):
        explored(scenario("pkg.connect()"))


def test_a_c_extension_is_named(explored):
    """What it reads is not seen."""
    verdict = explored(scenario("multidict.CIMultiDict()", head="import multidict"))

    assert "multidict" in verdict.looked_into
    assert "multidict._multidict" in verdict.one_step


@pytest.mark.long
def test_a_rewritten_package_is_kept_on_disk(installed, tmp_path):
    """So the second process starts fast; a changed or damaged file does no harm."""
    program = tmp_path / "program.py"
    program.write_text(BROKEN["method"], encoding="utf-8")
    kept = tmp_path / "kept"
    source = installed / "pkg" / "__init__.py"
    source.write_text(PACKAGE + "#" * stored_files.LEAST_BYTES, encoding="utf-8")

    def run():
        paths = os.pathsep.join([str(Path(__file__).parents[2]), str(installed)])
        ended = subprocess.run(
            [sys.executable, "-m", "bench", "explore", str(program), "--jobs", "1"],
            env={**os.environ, "EXPLORE_CACHE": str(kept), "PYTHONPATH": paths},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert ended.returncode == 1, ended.stderr
        return sorted(kept.iterdir())

    files = run()  # of the package, and of the library that has models
    stored = [file.read_bytes() for file in files]
    assert run() == files

    for file in files:
        file.write_bytes(b"damaged")
    assert run() == files
    assert [file.read_bytes() for file in files] == stored

    source.write_text(source.read_text() + "\nADDED = 1\n", encoding="utf-8")
    assert len(run()) == len(files) + 1


def test_the_library_that_has_models_is_kept_on_disk(tmp_path):
    """Each process that explores loads it, and rewriting takes longer than reading."""
    kept = tmp_path / "kept"
    environment = {**os.environ, "EXPLORE_CACHE": str(kept)}
    environment["PYTHONPATH"] = str(Path(__file__).parents[2])

    def written():
        subprocess.run(
            [sys.executable, "-c", "import bench.correctness"],
            env=environment,
            timeout=60,
            check=True,
        )
        return {file.name: file.stat().st_mtime_ns for file in kept.iterdir()}

    first = written()
    assert len(first) >= 5  # asyncio's modules, contextlib, collections and more
    assert written() == first


PER_LIBRARY = {
    "sortedcontainers": """
        from sortedcontainers import SortedDict

        class Broken:
            def __init__(self): self.counts = SortedDict(a=0)
            def work(self): self.counts["a"] += 1
            workers = (work, work)
            def check(self): assert self.counts["a"] == 2
        """,
    "urllib3": """
        from urllib3._collections import RecentlyUsedContainer
        from urllib3.connectionpool import HTTPConnectionPool

        class HoldsTheLeastRecent:
            def __init__(self): self.kept = RecentlyUsedContainer(1)
            def a(self): self.kept["a"] = 1
            def b(self): self.kept["b"] = 1
            workers = (a, b)
            def check(self): assert len(self.kept) == 1

        class HoldsItsConnections:
            def __init__(self):
                self.pool = HTTPConnectionPool("localhost", maxsize=1, block=True)
            def work(self): self.pool._put_conn(self.pool._get_conn())
            workers = (work, work)
        """,
    "anyio": """
        import anyio

        class Holds:
            def __init__(self):
                self.total = 0
                self.lock = anyio.Lock()
            async def work(self):
                async with self.lock:
                    seen = self.total
                    await anyio.sleep(0)
                    self.total = seen + 1
            workers = (work, work)
            def check(self): assert self.total == 2

        class Broken(Holds):
            async def work(self):
                seen = self.total
                await anyio.sleep(0)
                self.total = seen + 1
            workers = (work, work)

        class HoldsInAGroup:
            async def main(self):
                self.total = 0
                async with anyio.create_task_group() as group:
                    group.start_soon(self.add)
                    group.start_soon(self.add)
                assert self.total == 2
            async def add(self):
                await anyio.lowlevel.checkpoint()
                self.total += 1
            workers = (main,)

        class HoldsInItsOwnRun(HoldsInAGroup):
            def work(self): anyio.run(self.main)
            workers = (work,)
        """,
}


@pytest.mark.long
@pytest.mark.parametrize("library", PER_LIBRARY)
def test_a_library_as_it_is_installed(library, tmp_path):
    """Unchanged, and with the verdict that reading it gives."""
    path = tmp_path / "program.py"
    path.write_text(dedent(PER_LIBRARY[library]), encoding="utf-8")

    for verdict in explore_all(path, jobs=1, limit_seconds=60):
        name = verdict.scenario.rpartition(":")[2]
        expected = "holds" if name.startswith("Holds") else "broken"
        assert verdict.outcome == expected, (name, verdict.failure)
        assert library in verdict.looked_into


def test_the_process_has_its_own_modules_again(explored):
    """What an exploration loads anew must not be found by others."""
    assert importlib.util.find_spec("pkg") is not None
    before = dict(sys.modules)

    explored(BROKEN["method"])

    assert "pkg" not in sys.modules
    assert {name: sys.modules[name] for name in before} == before
    assert asyncio.Lock.__module__ == "asyncio.locks"
