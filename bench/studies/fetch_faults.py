"""Checks that faults of the network and the system neither lose nor double anything.

Run it: python -m bench.studies.fetch_faults

Some runs have random faults.  Other runs are killed (SIGKILL) at random moments and
resumed.  The forms of the tool take turns.  Each body is compared with what was sent.
Each URL must have one line.  A URL with a lasting fault must have failed.  A run that
is wrong is printed with its seed, so that it can be repeated.
"""

import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from bench.origin import Origin
from bench.studies.fetch_runs import ROOT, entries, is_body

FORMS = [
    ("threaded.url_fetch",),
    ("asyncio_impl.url_fetch",),
    ("asyncio_impl.url_fetch", "--loop", "uvloop"),
    ("threaded.lean_fetch",),
    ("asyncio_impl.lean_fetch",),
    ("asyncio_impl.lean_fetch", "--loop", "uvloop"),
    ("asyncio_impl.on_anyio.url_fetch",),
    ("asyncio_impl.on_anyio.url_fetch", "--loop", "trio"),
]
FAILS = ["garbage", "drop", "head", "busy", "reset", "short", "half", "double", None]
HARMLESS = {"double", None}
FINAL = {"garbage"}  # faults after which the tool does not retry
SIZES = [0, 1, 1000, 65_536, 262_144, 262_145, 1_000_000]
RETRIES = 2
URLS = 40
LONGEST_SECONDS = 120.0


@dataclass(frozen=True)
class Asked:
    """A URL, and whether it must fail."""

    url: str
    fails: bool


def asked_at_random(origin: Origin, chance: random.Random) -> list[Asked]:
    """URLs of all kinds; some faults end before the last retry, and some never end."""
    return [one_at_random(origin, chance, number) for number in range(URLS)]


def one_at_random(origin: Origin, chance: random.Random, number: int) -> Asked:
    size, fail = chance.choice(SIZES), chance.choice([*FAILS, None, None, None])
    framing = chance.choice(["length", "length", "chunked", "close"])
    if framing == "close" and fail in ("short", "half"):
        framing = "length"  # otherwise the fault would look like the end of the body
    # With "double", a second answer follows the answer.  Both must fit in one packet.
    # Otherwise the second one may come later, and is then taken for the answer to the
    # next request.
    if fail == "double":
        size, framing = min(size, 1000), "length"
    parameters: dict[str, object] = {
        "seed": chance.randrange(2**40) * URLS + number,  # each URL has its own seed
        "framing": framing,
        "chunk": chance.choice([1000, 65_536]),
    }
    times = None
    if fail:
        parameters |= {"fail": fail, "after": chance.randrange(size + 1)}
        times = chance.choice([1, RETRIES, None])
        if times:
            parameters["times"] = times
    lasts = times is None or fail in FINAL
    whole = fail in ("reset", "short", "half") and framing == "length" and (
        parameters["after"] == size
    )  # fmt: skip
    fails = fail not in HARMLESS and lasts and not whole
    return Asked(origin.url(size, **parameters), fails)


def wrong_in(output: Path, asked: list[Asked]) -> str | None:
    """What is wrong with the output of a run, or None."""
    left = dict(enumerate(asked, 1))
    end = 0
    found = sorted(
        entries(output), key=lambda each: (each["offset"] or 0, each["length"] or 0)
    )
    with output.open("rb") as file:
        for entry in found:
            one = left.pop(entry["number"], None)
            if one is None or one.url != entry["url"]:
                return f"{entry['url']} is doubled, or was not asked for"
            if one.fails != bool(entry["error"]):
                return f"{entry['url']}: {entry['error']}"
            if entry["error"]:
                continue
            if entry["length"] and entry["offset"] != end:
                return f"{entry['url']} does not follow the last body"
            if not is_body(file, entry):
                return f"{entry['url']}: not the bytes that were sent"
            end += entry["length"]
    if left:
        return f"{len(left)} URLs have no line"
    return None if end == output.stat().st_size else "extra bytes in the file"


def command(form: tuple[str, ...], place: Path, *more: str) -> list[str]:
    tool, *options = form
    return [
        *(sys.executable, "-m", tool, str(place / "urls"), "-o", str(place / "out")),
        *("-q", "--retries", str(RETRIES), "--backoff", "0", *options, *more),
    ]


def faulty(origin: Origin, seed: int, place: Path) -> str | None:
    """One run with random faults; what is wrong with it, or None."""
    chance = random.Random(f"faults {seed}")
    asked = asked_at_random(origin, chance)
    (place / "urls").write_text("\n".join(one.url for one in asked))
    workers = str(chance.choice([1, 2, 8, 50]))
    ended = subprocess.run(
        command(FORMS[seed % len(FORMS)], place, "--workers", workers),
        capture_output=True, text=True, check=False, cwd=ROOT, timeout=LONGEST_SECONDS,
    )  # fmt: skip
    if ended.returncode != any(one.fails for one in asked) or ended.stderr:
        return f"status {ended.returncode}: {ended.stderr[-300:]}"
    return wrong_in(place / "out", asked)


def killed(origin: Origin, seed: int, place: Path) -> str | None:
    """One run that is killed several times and resumed; what is wrong with it."""
    chance = random.Random(f"kills {seed}")
    asked = [
        Asked(
            origin.url(
                chance.choice(SIZES),
                seed=chance.randrange(2**40) * URLS + number,
                framing=chance.choice(["length", "chunked"]),
                delay=chance.choice([0, 0.02, 0.05]),
                chunk=chance.choice([1000, 65_536]),
            ),
            fails=False,
        )
        for number in range(3 * URLS)
    ]
    (place / "urls").write_text("\n".join(one.url for one in asked))
    call = command(FORMS[seed % len(FORMS)], place, "--resume", "--workers", "8")
    for _ in range(3):
        with subprocess.Popen(call, cwd=ROOT, stderr=subprocess.PIPE) as running:
            try:
                running.wait(chance.uniform(0.2, 1.5))
            except subprocess.TimeoutExpired:
                running.kill()
    ended = subprocess.run(
        call, capture_output=True, text=True, check=False, cwd=ROOT,
        timeout=LONGEST_SECONDS,
    )  # fmt: skip
    if ended.returncode:
        return f"status {ended.returncode}: {ended.stderr[-300:]}"
    return wrong_in(place / "out", asked)


def trials(
    faults: int, kills: int, first: int
) -> Iterator[tuple[str, int, str | None]]:
    """For each trial: its kind, its seed, and what was wrong with it."""
    with Origin() as origin:
        for name, trial, count in (
            ("faults", faulty, faults),
            ("kills", killed, kills),
        ):
            for seed in range(first, first + count):
                with tempfile.TemporaryDirectory() as place:
                    yield name, seed, trial(origin, seed, Path(place))


@click.command()
@click.option("--faults", type=click.IntRange(0), default=200, show_default=True,
    metavar="N", help="Runs with random faults.")  # fmt: skip
@click.option("--kills", type=click.IntRange(0), default=50, show_default=True,
    metavar="N", help="Runs that are killed and resumed.")  # fmt: skip
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True,
    metavar="N", help="Of the first run; each next run has the next seed.")  # fmt: skip
def main(faults: int, kills: int, seed: int) -> None:
    """Print which runs were wrong; status 1 if any was."""
    wrong = 0
    for name, number, found in trials(faults, kills, seed):
        if found:
            wrong += 1
            form = " ".join(FORMS[number % len(FORMS)])
            click.echo(f"{name}, seed {number}, {form}: {found}")
        elif sys.stderr.isatty():
            click.echo(f"\r\033[K{name} {number}", nl=False, err=True)
    click.echo(f"{faults} runs with faults, {kills} killed and resumed: {wrong} wrong")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
