"""What the system does to a fetch: a full disk, few descriptors, odd targets."""

import os
import subprocess
import sys

import pytest
from fetches import assert_whole, each_program, entries
from test_fetch_command import ROOT, command, fetch

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no ulimit")


def limited(limit, package, *arguments, **options):
    """Run the command under a limit of the shell."""
    return subprocess.run(
        [
            "bash",
            "-c",
            f'ulimit {limit}; exec "$@"',
            "bash",
            *command(package, *arguments),
        ],
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
        cwd=ROOT,
        **options,
    )


def listed(tmp_path, urls):
    (tmp_path / "urls").write_text("\n".join(urls))
    return tmp_path / "urls"


@pytest.mark.long
@each_program
def test_few_descriptors_are_named_and_cost_only_their_urls(package, origin, tmp_path):
    """More workers than the system lets us have connections."""
    urls = listed(tmp_path, origin.urls(100, 1000, delay=0.01))

    ended = limited(
        "-Hn 40", package, urls, "-o", tmp_path / "out", "--workers", "80",
        "--retries", "20", "--backoff", "0.05",
    )  # fmt: skip

    assert ended.returncode in (0, 1), ended.stderr
    failed = [entry["error"] for entry in entries(tmp_path / "out") if entry["error"]]
    assert {*failed} <= {
        "cannot connect: too many open files",
        "cannot find the host 127.0.0.1",
    }
    assert len(entries(tmp_path / "out")) == 100
    assert_whole(tmp_path / "out")


@pytest.mark.long
@each_program
@pytest.mark.parametrize("framing", ["length", "chunked"])
def test_a_large_body_that_does_not_fit_costs_only_itself(
    package, framing, origin, tmp_path
):
    """The file may not grow that far; the others may still be fetched."""
    urls = listed(
        tmp_path,
        [*origin.urls(5, 1000), origin.url(900_000, framing=framing)],
    )

    ended = limited("-f 512", package, urls, "-o", tmp_path / "out", "--workers", "1")

    assert ended.returncode == 1, ended.stderr
    assert "no room on the disk for its " in ended.stderr
    assert len(entries(tmp_path / "out")) == 6
    assert_whole(tmp_path / "out")


@pytest.mark.long
@each_program
def test_a_full_disk_is_resumed_once_there_is_room(package, origin, tmp_path):
    """Nothing of what fitted is fetched again."""
    output = tmp_path / "out"
    urls = listed(tmp_path, origin.urls(60, 1000))
    full = limited("-f 32", package, urls, "-o", output)
    assert full.returncode == 2
    assert full.stderr.rstrip().endswith("make room and continue with --resume")
    held = len(entries(output))
    assert f"; {held} URLs are done and indexed: " in full.stderr

    ended = fetch(package, urls, "-o", output, "--resume")

    assert ended.returncode == 0
    assert f"({held} were there already)" in ended.stderr
    assert len(entries(output)) == 60
    assert_whole(output)


@pytest.mark.long
@each_program
def test_an_index_that_is_full_has_no_half_line(package, origin, tmp_path):
    """The bodies are small and their lines are long: it is the index that is full."""
    output = tmp_path / "out"
    long = "x" * 500
    urls = listed(tmp_path, [f"{url}#{long}" for url in origin.urls(100, 1)])

    full = limited("-f 16", package, urls, "-o", output, "--workers", "2")

    assert full.returncode == 2
    text = output.with_name("out.index.jsonl").read_bytes()
    assert text.endswith(b"\n")
    assert 10 < len(entries(output)) < 40
    assert_whole(output)


@pytest.mark.sampled(3)
@each_program
@pytest.mark.parametrize("kind", ["fifo", "directory", "device", "no directory"])
def test_a_target_that_is_no_file_is_one_line(package, kind, origin, tmp_path):
    """It must not wait for a reader, nor write into a device."""
    output = tmp_path / "out"
    match kind:
        case "fifo":
            os.mkfifo(output)
        case "directory":
            output.mkdir()
        case "device":
            output = "/dev/null"
        case _:
            output = tmp_path / "no" / "out"

    ended = fetch(package, listed(tmp_path, [origin.url(1)]), "-o", output)

    assert ended.returncode == 2
    assert ended.stderr.startswith(f"error: cannot write {output}: ")
    assert len(ended.stderr.splitlines()) == 1


@each_program
def test_a_target_that_is_read_only_is_one_line(package, origin, tmp_path):
    """No file can be made there, not even by the superuser."""
    urls = listed(tmp_path, [origin.url(1)])

    ended = fetch(package, urls, "-o", "/proc/out")

    assert ended.returncode == 2
    assert ended.stderr.startswith("error: cannot write /proc/out: ")
    assert len(ended.stderr.splitlines()) == 1


@pytest.mark.long
@each_program
def test_a_clock_that_jumps_ends_no_wait(package, origin, tmp_path):
    """Limits are counted by a clock that is never set: the time of day may jump."""
    urls = listed(tmp_path, origin.urls(20, 100, delay=0.01))
    code = (
        "import itertools, runpy, sys, time\n"
        "jumps = itertools.cycle([0, 1e6, -1e6])\n"
        "real = time.time\n"
        "time.time = lambda: real() + next(jumps)\n"
        "runpy.run_module(sys.argv.pop(1), run_name='__main__')\n"
    )
    arguments = [f"{package}.url_fetch", str(urls), "-o", str(tmp_path / "out")]

    ended = subprocess.run(
        [sys.executable, "-c", code, *arguments, "--timeout", "20"],
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
        cwd=ROOT,
    )

    assert ended.returncode == 0, ended.stderr
    assert_whole(tmp_path / "out")
