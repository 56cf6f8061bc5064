"""The command line of a fetch: what it says, what it leaves, how it ends."""

import gc
import json
import os
import runpy
import signal
import subprocess
import sys
from argparse import Namespace
from pathlib import Path
from types import SimpleNamespace

import pytest
from fetches import assert_whole, each_program, entries

from fetching import cores
from fetching.command import counted

ROOT = Path(__file__).parent.parent
SILENT = {"fail": "silent"}


def command(package, *arguments, tool="url_fetch"):
    return [sys.executable, "-m", f"{package}.{tool}", *map(str, arguments)]


def fetch(package, *arguments, **options):
    """Run the command to its end, from another directory than the project's."""
    options = {"capture_output": True, "text": True, "timeout": 30, **options}
    return subprocess.run(
        command(package, *arguments),
        cwd="/",
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
        **options,
    )


def started(package, *arguments):
    """The running command, its words to be read line by line."""
    return subprocess.Popen(
        command(package, *arguments),
        cwd="/",
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def listing(tmp_path):
    """Writes a list of URLs, and gives its name."""

    def write(*lines, name="urls.txt"):
        path = tmp_path / name
        path.write_text("\n".join(lines))
        return path

    return write


@pytest.mark.long
@each_program
def test_all_fetched_is_status_0_and_one_line(package, origin, listing, tmp_path):
    """Comments and blank lines count for nothing; piped, there is no bar."""
    urls = listing("# bodies", "", *origin.urls(50, 100), "  ", "#", "")

    ended = fetch(package, urls, "-o", tmp_path / "out")

    assert ended.returncode == 0
    assert ended.stdout == ""
    assert ended.stderr.startswith("50 URLs done, 0 failed, 4.9 KiB in ")
    assert len(ended.stderr.splitlines()) == 1
    assert_whole(tmp_path / "out")
    assert len(entries(tmp_path / "out")) == 50


@pytest.mark.long
@each_program
def test_some_failed_is_status_1_and_a_line_each(package, origin, tmp_path):
    """A script reads the status, a person the reason; the list comes by a pipe."""
    missing = origin.url(1, status=404)
    urls = f"{missing}\r\n{origin.url(5)}\r\nnot a URL\x1b[31m\n"

    ended = fetch(package, "-", "-o", tmp_path / "out", input=urls)

    assert ended.returncode == 1
    lines = sorted(ended.stderr.splitlines())
    assert lines[0].startswith("3 URLs done, 2 failed, 5 bytes in ")
    assert lines[1] == f"failed: {missing}: 404 Not Found"
    assert lines[2].startswith("failed: not a URL\\x1b[31m: not a URL: it does not")
    assert [entry["length"] for entry in entries(tmp_path / "out")].count(5) == 1


@pytest.mark.sampled(3)
@each_program
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_what_was_done(
    package, number, origin, listing, tmp_path
):
    """At any moment: workers wait for an answer, for a body, for one without length."""
    output = tmp_path / "out"
    urls = listing(
        *origin.urls(20, 1000),
        origin.url(999_999, fail="stall"),
        origin.url(999_999, fail="stall", framing="close"),
        origin.url(9, fail="silent"),
        *origin.urls(20, 1000),
        *[origin.url(9, fail="silent")] * 20,
        origin.url(1, seed=99),
    )
    with started(package, urls, "-o", output, "-v", "--workers", 6) as running:
        for _ in range(40):
            assert running.stderr.readline().startswith("stored: ")
        running.send_signal(number)
        said = running.stderr.read()

    assert running.returncode == 130
    assert said.startswith("interrupted: 40 of 64 URLs done, 0 failed, 39.1 KiB in ")
    assert len(said.splitlines()) == 1
    assert len(entries(output)) == 40
    assert_whole(output)


@pytest.mark.sampled(3)
@each_program
def test_a_killed_run_leaves_an_index_that_is_right(package, origin, listing, tmp_path):
    """Nothing is tidied up: every line must have been true when it was written."""
    output = tmp_path / "out"
    urls = listing(
        origin.url(999_999, fail="stall"),
        *origin.urls(20, 1000),
        origin.url(999_999, seed=3),
        *[origin.url(9, fail="silent")] * 9,
    )
    with started(package, urls, "-o", output, "-v") as running:
        for _ in range(21):
            assert running.stderr.readline().startswith("stored: ")
        running.kill()

    assert len(entries(output)) == 21
    assert_whole(output, tiled=False)


BAD_CALLS = {
    "no list": (["{tmp}/none", "-o", "{tmp}/out"], "cannot read the list {tmp}/none: "),
    "a directory as list": (["{tmp}", "-o", "{tmp}/out"], "cannot read the list"),
    "an empty list": (["{tmp}/empty", "-o", "{tmp}/out"], "no URLs in {tmp}/empty; "),
    "no directory": (["{urls}", "-o", "{tmp}/no/out"], "cannot write {tmp}/no/out: "),
    "a directory": (["{urls}", "-o", "{tmp}"], "cannot write {tmp}: "),
    "a device": (["{urls}", "-o", "/dev/full"], "cannot write /dev/full: not a "),
    "no index": (["{urls}", "-o", "{tmp}/held"], "cannot write {tmp}/held.index.jsonl"),
    "the list": (["{urls}", "-o", "{urls}"], "{urls} is the list of URLs itself; "),
    "an empty path": (["{urls}", "-o", ""], "argument -o/--output: the path is em"),
    "no output": (["{urls}"], "the following arguments are required: -o/--output; "),
    "no workers": (["{urls}", "-o", "{tmp}/out", "--workers", "0"], "argument --work"),
    "no time": (["{urls}", "-o", "{tmp}/out", "--timeout", "nan"], "argument --time"),
    "no number": (["{urls}", "-o", "{tmp}/out", "--retries", "x"], "argument --retr"),
    "unknown": (["{urls}", "-o", "{tmp}/out", "--fast"], "unrecognized arguments"),
}


@pytest.fixture
def call(monkeypatch, capsys):
    """Calls the command in this process: its status, and what it said."""

    def run(package, *arguments):
        name = f"{package}.url_fetch"
        monkeypatch.delitem(sys.modules, name, raising=False)  # runpy warns of it
        monkeypatch.setattr(sys, "argv", [name, *map(str, arguments)])
        monkeypatch.setattr(signal, "signal", lambda *_: None)
        monkeypatch.setattr(gc, "freeze", lambda: None)
        monkeypatch.setattr(gc, "set_threshold", lambda *_: None)
        with pytest.raises(SystemExit) as ended:
            runpy.run_module(name, run_name="__main__")
        return ended.value.code, capsys.readouterr().err

    return run


@each_program
@pytest.mark.parametrize("case", BAD_CALLS)
def test_what_cannot_run_is_one_line_and_status_2(package, case, call, tmp_path):
    """What is wrong and what to do, no traceback, and nothing touched."""
    places = {"tmp": tmp_path, "urls": tmp_path / "urls"}
    (tmp_path / "urls").write_text("http://127.0.0.1:1/\n")
    (tmp_path / "empty").write_text("# nothing\n\n")
    (tmp_path / "held.index.jsonl").mkdir()
    arguments, wanted = BAD_CALLS[case]
    before = sorted(tmp_path.iterdir())

    status, said = call(package, *[each.format(**places) for each in arguments])

    assert status == 2
    assert said.startswith("error: " + wanted.format(**places))
    assert len(said.splitlines()) == 1
    assert sorted(tmp_path.iterdir()) == before
    assert (tmp_path / "urls").read_text() == "http://127.0.0.1:1/\n"


@each_program
def test_one_core_is_kept_to(package, call, origin, tmp_path, monkeypatch):
    """The threads that start later inherit it; --help says what it is good for."""
    kept = []
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {2, 3, 5})
    monkeypatch.setattr(os, "sched_setaffinity", lambda *given: kept.append(given))
    (tmp_path / "urls").write_text(origin.url(5))

    status, said = call(
        package, tmp_path / "urls", "-o", tmp_path / "out", "--cores", "one"
    )

    assert status == 0, said
    assert kept == [(0, {5})]


@each_program
def test_by_default_only_threads_choose_their_cores(
    package, call, origin, tmp_path, monkeypatch
):
    """An event loop runs in one thread; --cores all leaves threads alone too."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {2, 3, 5})
    monkeypatch.setattr(os, "sched_setaffinity", lambda *_: None)
    counted = []
    monkeypatch.setattr(
        cores.Chooser, "count_body", lambda _, length: counted.append(length)
    )
    (tmp_path / "urls").write_text(origin.url(5) + "\n" + origin.url(6))

    for option, wanted in ((), [5, 6]), (("--cores", "all"), []):
        counted.clear()
        status, said = call(package, tmp_path / "urls", "-o", tmp_path / "out", *option)
        assert status == 0, said
        assert sorted(counted) == (wanted if package.startswith("threaded") else [])


@each_program
def test_one_core_needs_a_system_that_can(package, call, tmp_path, monkeypatch):
    """It is told before anything is written; without --cores the fetch runs."""
    monkeypatch.delattr(os, "sched_setaffinity", raising=False)
    (tmp_path / "urls").write_text("http://127.0.0.1:1/")

    status, said = call(
        package, tmp_path / "urls", "-o", tmp_path / "out", "--cores", "one"
    )

    assert status == 2
    assert said.startswith(f"error: {sys.platform} cannot keep a process to one core; ")
    assert not (tmp_path / "out").exists()
    assert call(package, tmp_path / "urls", "-o", tmp_path / "out")[0] == 1


@each_program
def test_the_help_teaches(package, call):
    """It says what is written where, and how each way of ending is told."""
    status, _ = call(package, "--help")

    assert status == 0


@pytest.mark.sampled(3)
@pytest.mark.skipif(sys.platform == "win32", reason="there is no ulimit")
@each_program
def test_a_full_disk_is_one_line_and_leaves_what_fitted(
    package, origin, listing, tmp_path
):
    """The bodies before it are whole and indexed; the rest is not half there."""
    output = tmp_path / "out"
    urls = listing(*origin.urls(100, 1000))
    limited = ["bash", "-c", 'ulimit -f 32; exec "$@"', "bash"]  # of 1,024 bytes

    ended = subprocess.run(
        [*limited, *command(package, urls, "-o", output)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=ROOT,
    )

    assert ended.returncode == 2
    assert ended.stderr.startswith(f"error: cannot continue to write {output}: ")
    assert len(ended.stderr.splitlines()) == 1
    assert 20 < len(entries(output)) <= 32  # less those that were under way
    assert_whole(output)


@each_program
def test_a_body_with_no_room_is_a_failure_of_its_own(package, origin, call, listing):
    """What a server announces must not stop the others."""
    urls = listing(origin.url(2**40), *origin.urls(5, 10))
    output = urls.with_name("out")

    status, said = call(package, urls, "-o", output, "--max-bytes", "2T")

    assert status == 1
    assert f": no room on the disk for its {2**40} bytes\n" in said
    assert_whole(output)
    assert len(entries(output)) == 6


@each_program
def test_an_older_output_is_replaced(package, origin, call, listing):
    """No line of it may stay to name bytes that are gone."""
    output = listing("x" * 100_000, name="out")
    listing('{"old": 1}\n' * 1000, name="out.index.jsonl")
    urls = listing(origin.url(10))

    assert call(package, urls, "-o", output)[0] == 0
    assert len(entries(output)) == 1
    assert_whole(output)


def test_a_closed_stderr_does_not_stop_it(origin, listing, tmp_path):
    """`2>&1 | head -1` is for the words, not for the work."""
    urls = listing(*[origin.url(1, status=404)] * 200, *origin.urls(20, 10))
    reading, writing = os.pipe()
    os.close(reading)

    ended = fetch(
        "threaded", urls, "-o", tmp_path / "out", capture_output=False, stderr=writing
    )
    os.close(writing)

    assert ended.returncode == 1
    assert len(entries(tmp_path / "out")) == 220


@pytest.mark.long
@each_program
def test_memory_stays_small_whatever_comes(package, origin, listing, tmp_path):
    """A reduced form of `bench.studies.fetch_memory`: small, large and unmeasured."""
    urls = listing(
        *origin.urls(200, 1024),
        origin.url(50 * 1024 * 1024),
        origin.url(50 * 1024 * 1024, framing="chunked"),
    )
    code = (
        "import re, runpy, sys, pathlib\n"
        "try:\n"
        "    runpy.run_module(sys.argv.pop(1), run_name='__main__')\n"
        "finally:\n"
        "    status = pathlib.Path('/proc/self/status').read_text()\n"
        "    print(re.search(r'VmHWM:\\s+(\\d+)', status)[1])\n"
    )
    arguments = [f"{package}.url_fetch", urls, "-o", tmp_path / "out", "-q"]

    ended = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
        cwd=ROOT,
    )

    assert ended.returncode == 0, ended.stderr
    assert int(ended.stdout) < 80 * 1024  # KiB; either large one is too much
    assert_whole(tmp_path / "out")


def test_a_line_of_the_index_has_the_promised_fields(origin, call, listing):
    """Others read it: a name that changes breaks their programs."""
    urls = listing(origin.url(7), origin.url(7, status=404))
    call("threaded", urls, "-o", urls.with_name("out"), "--workers", "1")

    lines = urls.with_name("out.index.jsonl").read_text().splitlines()
    first, second = map(json.loads, lines)
    assert list(first) == [
        *("number", "url", "offset", "length", "status", "seconds", "error")
    ]
    assert (first["offset"], first["length"], first["error"]) == (0, 7, None)
    assert (second["offset"], second["length"], second["status"]) == (None, None, 404)
    assert 0 < first["seconds"] < 10


@pytest.mark.sampled(3)
@each_program
def test_a_defect_of_ours_is_no_failure_of_a_url(package, listing):
    """Status 1 says that some URLs failed; a crash says something else."""
    urls = listing("http://127.0.0.1:1/")
    code = (
        "import fetching.target, runpy, sys\n"
        "def defect(url): raise RuntimeError('a defect')\n"
        "fetching.target.target_of = defect\n"
        "runpy.run_module(sys.argv.pop(1), run_name='__main__')\n"
    )
    arguments = [f"{package}.url_fetch", urls, "-o", urls.with_name("out")]

    ended = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=ROOT,
    )

    assert ended.returncode == 2
    assert "RuntimeError: a defect" in ended.stderr


@pytest.mark.parametrize(
    ("quiet", "resumed", "read"), [(True, 0, 3), (False, 0, 9), (True, 1, 9)]
)
def test_a_list_is_read_to_its_end_first_only_for_who_is_told(quiet, resumed, read):
    """Or if it may be another than that of the file, which must be known in time."""
    listing = iter(range(9))
    file = SimpleNamespace(resumed=resumed, missing=lambda urls: enumerate(urls, 1))
    given = Namespace(quiet=quiet, workers=3)

    assert counted(listing, SimpleNamespace(file=file), given) == read
    assert len([*listing]) == 9 - read


def test_threads_that_need_no_encryption_do_not_load_it():
    """It is a seventh of the time that the imports take."""
    source = "import threaded.lean_fetch, sys; sys.exit('ssl' in sys.modules)"
    subprocess.run([sys.executable, "-c", source], cwd=ROOT, check=True, timeout=30)
