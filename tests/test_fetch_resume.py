"""A fetch that was cut off goes on where it stopped; two do not share a file."""

import os
import random
import signal
import subprocess
import time

import pytest
from fetches import assert_whole, each_program, entries, fetched, in_every_fetch
from test_fetch_command import fetch, started

MIB = 1024 * 1024


def listed(tmp_path, urls, name="urls.txt"):
    path = tmp_path / name
    path.write_text("\n".join(urls))
    return path


def counted(origin_urls, entries_found):
    """No URL lost, none doubled."""
    assert [entry["url"] for entry in sorted(entries_found, key=number)] == origin_urls


def number(entry):
    return entry["number"]


@in_every_fetch
def test_only_what_is_missing_is_fetched(model, tool, origin, tmp_path):
    """Done bodies stay where they are, failed ones are asked for again."""
    output = tmp_path / "out"
    once = [origin.url(900, fail="short", times=1, seed=time.monotonic_ns() % 2**40)]
    urls = [*origin.urls(5, 1000), *once, *origin.urls(3, MIB)]
    fetched(model, tool, output, urls[:7], retries=0)
    before = {entry["number"]: entry["offset"] for entry in entries(output)}
    asked = []

    def log(name, event, url, *words):
        if event == "asks for":
            asked.append(url)

    fetched(model, tool, output, urls, resume=True, retries=0, log=log)

    assert sorted(asked) == sorted([*once, *urls[7:]])
    after = {entry["number"]: entry["offset"] for entry in entries(output)}
    assert all(after[key] == offset for key, offset in before.items() if key != 6)
    assert len(output.with_name("out.index.jsonl").read_text().splitlines()) == 9
    counted(urls, entries(output))
    assert_whole(output)


@in_every_fetch
def test_nothing_left_to_do_changes_nothing(model, tool, origin, tmp_path):
    """To resume twice is to resume once."""
    output, index = tmp_path / "out", tmp_path / "out.index.jsonl"
    urls = origin.urls(5, 1000)
    fetched(model, tool, output, urls)
    before = output.read_bytes(), index.read_bytes()

    assert fetched(model, tool, output, urls, resume=True) == []

    assert (output.read_bytes(), index.read_bytes()) == before


@in_every_fetch
def test_to_resume_from_nothing_is_to_begin(model, tool, origin, tmp_path):
    """A script need not know whether it is the first time."""
    urls = origin.urls(5, 1000)

    assert len(fetched(model, tool, tmp_path / "out", urls, resume=True)) == 5
    assert_whole(tmp_path / "out")


@pytest.mark.long
@each_program
def test_another_list_is_refused(package, origin, tmp_path):
    """Bodies would be given the wrong URL; more at the end is no other list."""
    output = tmp_path / "out"
    urls = origin.urls(4, 10)
    fetch(package, listed(tmp_path, urls), "-o", output)

    other = listed(tmp_path, [urls[1], *urls], "other")
    refused = fetch(package, other, "-o", output, "--resume")
    more = listed(tmp_path, [*urls, *origin.urls(2, 20)], "more")
    ended = fetch(package, more, "-o", output, "--resume")

    assert refused.returncode == 2
    assert refused.stderr.startswith("error: cannot resume: URL 1 of the list is not")
    assert len(refused.stderr.splitlines()) == 1
    assert ended.returncode == 0, ended.stderr
    assert "2 URLs done (4 were there already), 0 failed" in ended.stderr
    assert_whole(output)


@pytest.mark.long
@each_program
@pytest.mark.parametrize("what", ["no index", "another index", "a short file"])
def test_what_cannot_be_resumed_is_one_line(package, what, origin, tmp_path):
    """And is left as it was."""
    output, index = tmp_path / "out", tmp_path / "out.index.jsonl"
    urls = listed(tmp_path, origin.urls(4, 1000))
    fetch(package, urls, "-o", output)
    if what == "a short file":
        os.truncate(output, 10)
    else:
        index.write_text('{"a": 1}\n' if what == "another index" else "hello\n")
    before = output.read_bytes()

    ended = fetch(package, urls, "-o", output, "--resume")

    assert ended.returncode == 2
    assert ended.stderr.startswith("error: cannot resume: ")
    assert len(ended.stderr.splitlines()) == 1
    assert output.read_bytes() == before


@pytest.mark.long
@each_program
@pytest.mark.parametrize("seed", range(3))
def test_killed_at_any_moment_and_resumed_nothing_is_lost(
    package, seed, origin, tmp_path
):
    """A reduced form of `bench.studies.fetch_faults`: kill -9, again and again."""
    chance = random.Random(f"{package} {seed}")
    output = tmp_path / "out"
    sizes = [chance.choice([0, 10, 1000, 300_000, MIB]) for _ in range(150)]
    urls = [
        origin.url(
            size,
            seed=chance.randrange(2**40),
            framing=chance.choice(["length", "chunked"]),
            pause=0.001,
        )
        for size in sizes
    ]
    listing = listed(tmp_path, urls)
    for stored in (chance.randrange(60), chance.randrange(60)):
        arguments = [listing, "-o", output, "-v", "--resume", "--workers", 6]
        with started(package, *arguments) as running:
            for _ in range(stored):
                assert running.stderr.readline().startswith("stored: ")
            running.send_signal(chance.choice([signal.SIGKILL, signal.SIGHUP]))
            running.stderr.read()
        assert_whole(output, tiled=False)

    ended = fetch(package, listing, "-o", output, "--resume")

    assert ended.returncode == 0, ended.stderr
    counted(urls, entries(output))
    assert_whole(output)


@pytest.mark.long
@each_program
def test_two_fetches_do_not_share_a_file(package, origin, tmp_path):
    """They would write over each other's bodies."""
    output = tmp_path / "out"
    urls = listed(tmp_path, [origin.url(1), origin.url(9, fail="silent")])
    with started(package, urls, "-o", output, "-v", "--workers", 2) as first:
        assert first.stderr.readline().startswith("stored: ")
        seconds = [
            fetch(package, urls, "-o", output, *more) for more in ([], ["--resume"])
        ]
        first.send_signal(signal.SIGINT)
        first.stderr.read()

    for second in seconds:
        assert second.returncode == 2
        assert second.stderr == (
            f"error: cannot write {output}: another fetch is writing it; "
            "wait for it to end, or choose another file with -o\n"
        )
    assert first.returncode == 130
    assert len(entries(output)) == 1
    assert_whole(output)


@pytest.mark.long
@each_program
def test_a_lock_ends_with_its_owner(package, origin, tmp_path):
    """What a killed fetch leaves behind does not keep the next one out."""
    output = tmp_path / "out"
    urls = listed(tmp_path, [origin.url(1), origin.url(9, fail="silent")])
    with started(package, urls, "-o", output, "-v") as first:
        assert first.stderr.readline().startswith("stored: ")
        first.kill()
    good = listed(tmp_path, [origin.url(1)], "good")

    assert fetch(package, good, "-o", output).returncode == 0


@pytest.mark.long
@each_program
@pytest.mark.parametrize("number", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_while_gaps_are_closed_costs_no_body(
    package, number, origin, tmp_path
):
    """Moving takes a while: what is cut off in it is whole, and is resumed."""
    output = tmp_path / "out"
    urls = [
        origin.url(MIB, fail="short", after=MIB - 1, delay=0.1),
        *origin.urls(119, 300_000),
    ]
    listing = listed(tmp_path, urls)
    with started(package, listing, "-o", output, "-v", "--retries", "0") as running:
        for _ in range(120):
            running.stderr.readline()
        running.send_signal(getattr(signal, number))
        running.stderr.read()
    # The last: it had ended its work, and the signal came on its way out.
    assert running.returncode in (1, 130, -getattr(signal, number))
    assert len([entry for entry in entries(output) if not entry["error"]]) == 119
    assert_whole(output, tiled=False)

    ended = fetch(package, listing, "-o", output, "--resume", "--retries", "0")

    assert ended.returncode == 1
    assert len(entries(output)) == 120
    assert_whole(output)


@pytest.mark.long
@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="there is no nohup")
def test_under_nohup_a_hangup_is_ignored(origin, tmp_path):
    """That is what nohup is for."""
    urls = listed(tmp_path, [origin.url(1), *[origin.url(1, delay=0.2)] * 3])
    from test_fetch_command import ROOT, command

    with subprocess.Popen(
        ["nohup", *command("threaded", urls, "-o", tmp_path / "out", "-v")],
        cwd="/",
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        text=True,
    ) as running:
        while not running.stderr.readline().startswith("stored: "):
            pass
        running.send_signal(signal.SIGHUP)
        said = running.stderr.read()

    assert running.returncode == 0
    assert "4 URLs done, 0 failed" in said
