"""The page on many machines works as it stands: what it shows is typed by hand."""

import contextlib
import re
import shlex
import socket
import subprocess
import sys

import pytest

from bench.hosts.sources import TOP

distributed = pytest.importorskip("distributed")
PAGE = (TOP / "docs" / "many_machines.md").read_text(encoding="utf-8")
BY_HAND = PAGE.split("## A scheduler and two workers by hand")[1].split("\n## ")[0]
COUNTER = re.search(
    r"(?ms)^```python\n# counter.py\n(.*?)^```$",
    (TOP / "README.md").read_text(encoding="utf-8"),
)[1]
SECONDS = 50


def commands(first):
    """The commands of the section that begin with a word."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    blocks = "\n".join(re.findall(r"(?ms)^```bash\n(.*?)^```$", BY_HAND))
    return [
        shlex.split(line) for line in blocks.splitlines() if line.startswith(first)
    ], port


@pytest.mark.long
@pytest.mark.timeout(3 * SECONDS)
def test_a_scheduler_two_workers_a_sweep_a_report_and_a_search(tmp_path):
    """A new user has nothing but this page."""
    (tmp_path / "counter.py").write_text(COUNTER, encoding="utf-8")
    daemons, port = commands("dask")
    asked, _ = commands("python")
    assert [words[1] for words in daemons] == ["scheduler", "worker", "worker"]
    assert [words[3] for words in asked] == ["run", "report", "explore"]
    with contextlib.ExitStack() as stack:
        for words in daemons:
            stack.enter_context(started(words, port, tmp_path))
        wait_for_workers(port, daemons)
        for words in asked:
            if words[3] == "run":
                words[words.index("--budget") + 1] = "5"
            ended = subprocess.run(
                [sys.executable, *at(words[1:], port)],
                cwd=tmp_path,
                env={"PYTHONPATH": str(TOP), "COLUMNS": "80"},
                capture_output=True,
                text=True,
                timeout=SECONDS,
                check=False,
            )
            assert ended.returncode == (words[3] == "explore"), ended.stderr
    page = (tmp_path / "both.html").read_text(encoding="utf-8")
    assert "first" in page
    assert "second" in page


def wait_for_workers(port, daemons):
    """A run takes the workers that are there: a reader sees both come."""
    with distributed.Client(f"tcp://127.0.0.1:{port}", timeout=SECONDS) as client:
        client.wait_for_workers(sum("worker" in words for words in daemons), SECONDS)


def at(words, port):
    """The words with a port that is free here."""
    return [word.replace("8786", str(port)) for word in words]


@contextlib.contextmanager
def started(words, port, folder):
    """A process that a reader starts in a terminal of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", *at(words, port)],
        cwd=folder,
        env={"PYTHONPATH": str(TOP)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(SECONDS)
