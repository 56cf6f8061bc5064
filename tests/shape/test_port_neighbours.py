"""Modules beside each other: a draft uses the drafts of its neighbours."""

import subprocess
import sys

import pytest
from click.testing import CliRunner

from bench.commands import port as port_command

CREW = """
import queue, threading
class Crew:
    def __init__(self):
        self.jobs, self.done = queue.Queue(1), []
        self.threads = [threading.Thread(target=self.work, daemon=True)]
    def __enter__(self):
        for thread in self.threads: thread.start()
        return self
    def __exit__(self, *raised):
        self.jobs.join()
    def add(self, job):
        self.jobs.put(job)
    def work(self):
        while True:
            self.done.append(self.jobs.get())
            self.jobs.task_done()
"""
DRIVE = """
{imports}
def drive():
    with {crew}() as crew:
        crew.add(1)
        crew.add(2)
        print([thread.is_alive() for thread in crew.threads])
    print(crew.done)
if __name__ == "__main__":
    drive()
"""
IMPORTS = {
    "from crew import Crew": "Crew",
    "import crew as workers": "workers.Crew",
    "import crew": "crew.Crew",
}


def invoke(*arguments):
    result = CliRunner().invoke(port_command.command, arguments, standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    return result.output


def printed(file):
    done = subprocess.run(
        [sys.executable, "-W", "error", file],
        capture_output=True,
        text=True,
        timeout=30,  # seconds
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.fixture(params=IMPORTS, ids=IMPORTS)
def project(request, tmp_path, monkeypatch):
    """Two scripts in one directory, of which one imports the other by its bare name."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "crew.py").write_text(CREW)
    text = DRIVE.format(imports=request.param, crew=IMPORTS[request.param])
    (folder / "drive.py").write_text(text.replace("as crew:", "as made:").replace(
        "    crew.add", "    made.add").replace("in crew.threads", "in made.threads"
        ).replace("print(crew.done)", "print(made.done)"))  # fmt: skip
    return folder


def test_a_draft_says_which_draft_it_imports(project):
    """Its neighbour's functions become async too, under another file name."""
    for name in ("crew", "drive"):
        draft = invoke(f"project/{name}.py", "--draft")
        lines = draft.split("\n")
        told = [n for n, line in enumerate(lines) if line.startswith("# port: ")]
        for n in told:  # what a reader does: the line that is given, in its place
            lines[n : n + 2] = [lines[n].rpartition(": ")[2]]
        (project / f"a{name}.py").write_text("\n".join(lines))
        assert len(told) == (name == "drive")

    assert printed(project / "adrive.py") == printed(project / "drive.py")
    assert invoke("project/adrive.py", "--check") == ""


def test_a_check_tells_to_import_the_draft(project):
    """What blocks is in the neighbour, where it need not be mended."""
    draft = invoke("project/drive.py", "--draft")
    (project / "adrive.py").write_text(draft)
    said = invoke("project/adrive.py", "--check")

    assert "instead: import its port, as acrew, in place of crew" in said


def test_scripts_of_a_directory_are_read_together(project):
    """Each is run with the directory on Python's path."""
    invoke("project", "--into", "aproject")
    ported = project.with_name("aproject")

    assert "await made.add(1)" in (ported / "drive.py").read_text()
    assert printed(ported / "drive.py") == printed(project / "drive.py")


def test_scripts_of_a_package_are_read_together_too(project):
    """A directory may have an `__init__.py`, and its files still be run as scripts."""
    (project / "__init__.py").touch()

    assert "await made.add(1)" in invoke("project")


PACKAGE = {
    "from shop.db import query": "query(1)",
    "from shop import db": "db.query(1)",
    "import shop.db as db": "db.query(1)",
    "import shop.db": "shop.db.query(1)",
    "from .db import query": "query(1)",
}


@pytest.mark.parametrize("line", PACKAGE)
def test_the_drafts_of_a_package_import_each_other(line, tmp_path, monkeypatch):
    """Under the new name: else they would run what they were made from."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "__init__.py").touch()
    (tmp_path / "shop" / "db.py").write_text(
        "import time\ndef query(n):\n    time.sleep(0)\n    print(n)\n"
    )
    (tmp_path / "shop" / "app.py").write_text(
        f"{line}\ndef main():\n    {PACKAGE[line]}\n"
    )
    invoke("shop", "--into", "ashop")
    (tmp_path / "shop" / "db.py").unlink()
    (tmp_path / "run.py").write_text(
        "import asyncio\nfrom ashop.app import main\nasyncio.run(main())\n"
    )

    assert printed(tmp_path / "run.py") == "1\n"
    assert "# port:" not in (tmp_path / "ashop" / "app.py").read_text()


def test_a_bare_name_in_a_package_is_a_library(tmp_path, monkeypatch):
    """Where a file imports its neighbours as a package, another `db` is meant."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop").mkdir()
    for name, text in {
        "__init__": "from shop.app import main\n",
        "db": "import time\ndef query(n): time.sleep(0)\n",
        "app": "import db\ndef main(): db.query(1)\n",
    }.items():
        (tmp_path / "shop" / f"{name}.py").write_text(text)
    said = invoke("shop")

    assert "main  stays as it is" in said


LIB = """
import threading, time
class Limiter:
    def __init__(self):
        self.lock = threading.Lock()
    def wait(self):
        with self.lock:
            time.sleep(0)
class Cache:
    def __init__(self):
        self._lock = threading.{kind}()
        self._kept = {{}}
    def get(self, key):
        with self._lock:
            return self._kept.get(key)
class Client:
    def __init__(self):
        self.limiter, self.cache = Limiter(), Cache()
    def fetch(self, key):
        self.limiter.wait()
        return key
"""
USES = """
from lib import Client
def crawl():
    client = Client()
    print(client.cache.get("a"))
    print(client.fetch("a"))
if __name__ == "__main__":
    crawl()
"""


@pytest.mark.parametrize("kind", ["Lock", "RLock"])
def test_a_lock_of_a_neighbour_that_guards_plain_code_stays(
    kind, tmp_path, monkeypatch
):
    """Another lock of the same file is held over a wait: that one alone is awaited."""
    monkeypatch.chdir(tmp_path)
    for name, text in {"lib": LIB.format(kind=kind), "uses": USES}.items():
        (tmp_path / f"{name}.py").write_text(text)
        draft = invoke(f"{name}.py", "--draft")
        draft = draft.replace("from lib import", "from alib import")
        (tmp_path / f"a{name}.py").write_text(draft)

    assert printed(tmp_path / "auses.py") == printed(tmp_path / "uses.py")


def test_a_module_that_is_read_only_while_a_port_looks_for_locks(tmp_path):
    """`later`, beside the package, is read when `second` is, which nothing calls."""
    files = {
        "pkg/__init__.py": "",
        "pkg/jobs.py": "import time\nimport store\ndef main():\n"
        "    time.sleep(0)\n    return store.first()\n",
        "store.py": "import later\ndef first(): return 1\n"
        "def second():\n    lock = later.make()\n    return lock\n",
        "later.py": "import threading\ndef make(): return threading.Lock()\n",
    }
    (tmp_path / "pkg").mkdir()
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")

    draft = invoke(str(tmp_path / "pkg" / "jobs.py"), "--draft")

    assert "await asyncio.sleep(0)" in draft


def test_an_import_of_several_names_only_what_has_a_draft(tmp_path):
    """`import crew, sys`: the standard library has no module asys."""
    tmp_path.joinpath("crew.py").write_text(CREW, encoding="utf-8")
    file = tmp_path / "drive.py"
    text = "import sys, crew, os.path as paths\ndef drive():\n    crew.Crew().add(1)\n"
    file.write_text(text, encoding="utf-8")

    draft = invoke(str(file), "--draft")

    assert "import sys, acrew as crew, os.path as paths" in draft
