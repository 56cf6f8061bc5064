"""Files are shared places: what a worker writes to one, another may read before it."""

import io
import os
import textwrap

import pytest

from bench.correctness import explore
from bench.correctness.models.stdlib import streams
from bench.correctness.programs.discovery import find_scenarios
from bench.correctness.search import forked_search
from bench.errors import CannotRunError
from tests.correctness.file_programs import FILES
from tests.correctness.outcomes import SEARCHES, end_states

# The programs leave files open, as people do.
pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
SOURCE = """
import csv, glob, gzip, json, os, pathlib, pickle, shutil, tempfile

D = "FOLDER"
P, Q = D + "/p", D + "/q"


class Program:
    def __init__(self):
        self.r = None
        shutil.rmtree(D, ignore_errors=True)
        os.mkdir(D)
MAKE

    def read(self):
        try:
READ
        except Exception as error:
            self.r = type(error)

    def write(self):
        try:
WRITE
        except FileExistsError:
            pass

    def check(self):
        r = self.r
        raise AssertionError(r.__name__ if isinstance(r, type) else repr(r))

    workers = (read, write)
"""


def program(tmp_path, make, read, write):
    source = SOURCE.replace("FOLDER", str(tmp_path / "files"))
    for name, text, depth in (("MAKE", make, 8), ("READ", read, 12)):
        source = source.replace(name, textwrap.indent(text, " " * depth))
    source = source.replace("WRITE", textwrap.indent(write, " " * 12))
    file = tmp_path / "program.py"
    file.write_text(source)
    return file


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("name", FILES)
def test_what_a_worker_finds_in_a_file_depends_on_the_order(tmp_path, search, name):
    make, read, write, expected = FILES[name]
    file = program(tmp_path, make, read, write)
    (scenario,) = find_scenarios(str(file))
    states = end_states(scenario, search, seconds=60)
    assert sorted(one.removeprefix("AssertionError: ") for one in states) == expected


def explored(tmp_path, source, **options):
    file = tmp_path / "own.py"
    file.write_text(source.replace("FOLDER", str(tmp_path)))
    return explore(f"{file}:Program", **options)


OWN_FILES = """
class Program:
    def work(self, name):
        with open("FOLDER/" + name, "w") as f:
            f.write("1")

    def one(self):
        self.work("one")

    def two(self):
        self.work("two")

    workers = (one, two)
"""


def test_workers_with_files_of_their_own_share_nothing(tmp_path):
    verdict = explored(tmp_path, OWN_FILES, independent=True)
    assert (verdict.outcome, verdict.schedules, verdict.shared) == ("holds", 1, 0)


def test_workers_with_one_file_share_one_place(tmp_path):
    verdict = explored(tmp_path, OWN_FILES.replace('"two"', '"one"'))
    assert (verdict.outcome, verdict.shared) == ("holds", 1)


COUNTER = """
import asyncio

class Program:
    def __init__(self):
        open("FOLDER/count", "w").write("0")

    async def work(self):
        n = int(open("FOLDER/count").read())
        PAUSE
        open("FOLDER/count", "w").write(str(n + 1))

    workers = (work, work)

    def check(self):
        assert open("FOLDER/count").read() == "2"
"""


@pytest.mark.parametrize(
    ("pause", "outcome"), [("pass", "holds"), ("await asyncio.sleep(0)", "broken")]
)
def test_a_task_keeps_a_file_until_it_awaits(tmp_path, pause, outcome):
    source = COUNTER.replace("PAUSE", pause)
    assert explored(tmp_path, source).outcome == outcome


TEMPORARY = """
import os, shutil, tempfile

class Program:
    def __init__(self):
        self.sizes = []

    def one(self):
        with tempfile.TemporaryDirectory(dir="FOLDER") as folder:
            with open(folder + "/x", "w") as f:
                f.write("1")
            self.sizes.append(os.path.getsize(folder + "/x"))

    def two(self):
        with tempfile.NamedTemporaryFile("w", dir="FOLDER") as f:
            f.write("22")
            f.flush()
            self.sizes.append(os.path.getsize(f.name))

    workers = (one, two)

    def check(self):
        assert sorted(self.sizes) == [1, 2]
"""


def test_temporary_files_have_the_same_names_in_each_run(tmp_path):
    """Their paths differ from run to run, which is not the program's doing."""
    assert explored(tmp_path, TEMPORARY).outcome == "holds"


SHOWN = """
import os, tempfile

class Program:
    def __init__(self):
        self.folder = tempfile.mkdtemp(dir="FOLDER")
        self.found = {self.folder}

    def work(self):
        if not os.path.exists(self.folder + "/x"):
            os.mkdir(self.folder + "/x")

    workers = (work, work)
"""


def test_a_text_with_the_path_of_a_temporary_file_is_the_same_in_each_run(tmp_path):
    """A program keeps the path, and exceptions tell it: it is deterministic."""
    verdict = explored(tmp_path, SHOWN, keep_going=True)
    assert verdict.outcome == "broken"
    passed, failed = verdict.outcomes
    assert "temporary file 1 of main'" in passed.state
    assert failed.state.startswith("FileExistsError")
    assert "temporary file 1 of main/x" in failed.state


LONG = """
class Program:
    def __init__(self):
        open("FOLDER/log", "w").close()

    def work(self):
        for _ in range(2):
            with open("FOLDER/log", "a") as f:
                f.write("x")

    workers = (work, work)

    def check(self):
        assert len(open("FOLDER/log").read()) == 4
"""


def test_a_search_that_writes_files_is_made_by_one_process(tmp_path, monkeypatch):
    """Two processes would write to the same files at the same time."""

    def refuse(*_):
        raise AssertionError("it was shared")

    monkeypatch.setattr(forked_search, "WORTHWHILE_SECONDS", 0)
    monkeypatch.setattr(forked_search.Team, "fork", refuse)
    verdict = explored(tmp_path, LONG, jobs=2)
    assert verdict.outcome == "holds"
    assert verdict.schedules > 20


KEPT = """
import os, pathlib, shutil

class Program:
    def __init__(self):
        self.seen = None
        BEGIN

    def work(self):
        DO

    workers = (work, work)
"""
LEFT = {
    "a file that each run appends to and reads": (
        "pass",
        "open('FOLDER/kept', 'a').write('x'); self.seen = open('FOLDER/kept').read()",
    ),
    "a file that is made once": (
        "pass",
        "os.path.exists('FOLDER/kept') or pathlib.Path('FOLDER/kept').touch()",
    ),
    "a directory that is made once": (
        "pass",
        "os.path.isdir('FOLDER/kept') or os.mkdir('FOLDER/kept')",
    ),
    "a counter that __init__ begins if there is none": (
        "if not os.path.exists('FOLDER/n'): open('FOLDER/n', 'w').write('0')",
        "n = open('FOLDER/n').read(); open('FOLDER/n', 'w').write(n + '1')",
    ),
}
REMADE = {
    "a file that is only appended to": ("pass", "open('FOLDER/log', 'a').write('x')"),
    "a file that is removed first": (
        "pathlib.Path('FOLDER/f').unlink(missing_ok=True)",
        "open('FOLDER/f', 'a').write('x'); self.seen = open('FOLDER/f').read()",
    ),
    "a file that is written first": (
        "pathlib.Path('FOLDER/f').write_text('')",
        "open('FOLDER/f', 'a').write('x'); self.seen = open('FOLDER/f').read()",
    ),
    "a folder that is removed first": (
        "shutil.rmtree('FOLDER/d', ignore_errors=True); os.mkdir('FOLDER/d')",
        "open('FOLDER/d/f', 'a').write('x'); self.seen = os.listdir('FOLDER/d')",
    ),
    "a file that another one replaces": (
        "open('FOLDER/g', 'w').write('0'); os.replace('FOLDER/g', 'FOLDER/f')",
        "open('FOLDER/f', 'a').write('x'); self.seen = open('FOLDER/f').read()",
    ),
    "a file that is only read": ("pass", "self.seen = open('FOLDER/given').read()"),
}


@pytest.mark.parametrize(("begin", "do"), LEFT.values(), ids=LEFT)
def test_a_run_that_reads_what_another_has_left_is_refused(tmp_path, begin, do):
    """Its verdict would depend on the order in which the schedules are run."""
    source = KEPT.replace("BEGIN", begin).replace("DO", do)
    with pytest.raises(CannotRunError, match="an earlier schedule has written"):
        explored(tmp_path, source)


def test_a_check_that_reads_what_another_run_has_left_is_refused(tmp_path):
    source = KEPT.replace("BEGIN", "pass")
    source = source.replace("DO", "open('FOLDER/log', 'a').write('x')")
    source += """
    def check(self):
        assert len(open("FOLDER/log").read()) == 2
"""
    with pytest.raises(CannotRunError, match="log still contains what an earlier"):
        explored(tmp_path, source)


@pytest.mark.parametrize(("begin", "do"), REMADE.values(), ids=REMADE)
def test_a_run_may_read_what_it_has_made_anew(tmp_path, begin, do):
    (tmp_path / "given").write_text("1")
    source = KEPT.replace("BEGIN", begin).replace("DO", do)
    assert explored(tmp_path, source, independent=True).outcome == "holds"


def test_a_file_that_the_import_makes_may_be_read(tmp_path):
    source = "open('FOLDER/f', 'w').write('1')" + KEPT.replace("BEGIN", "pass")
    source = source.replace("DO", "self.seen = open('FOLDER/f').read()")
    assert explored(tmp_path, source).outcome == "holds"


def test_after_an_exploration_open_is_python_s_own(tmp_path):
    before = open, io.open, dict(vars(os))
    explored(tmp_path, OWN_FILES, independent=True)
    assert (open, io.open, dict(vars(os))) == before


MODES = [
    ("r",), ("w",), ("a",), ("r+",), ("x+",), ("rb",), ("wb",), ("rb+",), ("rb", 0),
    ("wb", 0), ("r", 1), ("r", 100), ("r", -1, "ascii"), ("r", -1, None, "replace"),
    ("w", -1, "utf-16", None, "\r\n"), ("r", 0), ("rw",), ("b",), ("r", -1, "no such"),
    ("rb", -1, "ascii"), (3,),
]  # fmt: skip


@pytest.mark.parametrize("options", MODES, ids=str)
def test_a_file_is_what_open_makes(tmp_path, options):
    """It has the same class, name, mode, encoding and contents, or the same error."""
    program = tmp_path / "program.py"
    program.write_text("def nothing():\n    pass\n")
    explore(f"{program}:nothing", independent=True)  # a model reports to the last run

    def of(function):
        path = tmp_path / "f"
        path.unlink(missing_ok=True)
        if not str(options[0]).startswith("x"):
            path.write_text("a\nb\n")
        try:
            with function(path, *options) as file:
                found = [isinstance(file, kind) for kind in streams.STREAMS]
                names = ("name", "mode", "encoding", "errors", "line_buffering")
                found += [getattr(file, name, None) for name in names]
                found += [file.readable(), file.writable(), file.seekable()]
                if file.writable():
                    file.write(b"1\n" if "b" in options[0] else "1\n")
                    file.seek(0)
                found += [*file] if file.readable() else []
            return found, path.read_bytes()
        except Exception as error:
            return repr(error)

    assert of(streams.open_file) == of(open)
