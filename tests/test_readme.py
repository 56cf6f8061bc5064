"""The README and the pages beside it: their commands are run, their links exist."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from bench.correctness import explore
from bench.origin import Origin
from bench.pairs.catalogue import PAIRS
from bench.pairs.counter_examples import counter_examples
from bench.pairs.explore_one import Explorable, explorables, explore_workloads
from bench.records.models import MODELS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = {
    path: path.read_text(encoding="utf-8")
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
}
TEXT = "\n".join(PAGES.values())
BLOCKS = re.findall(r"(?ms)^```console\n(.*?)^```$", TEXT)
COMMANDS = sorted(
    {
        line.removeprefix("$ ").partition("  #")[0].strip()
        for block in BLOCKS
        for line in block.splitlines()
        if line.startswith("$ ")
    }
)
BY_MAKE = ("make bench", "make test")  # what they run is looked at, not run: CI does
SHORTER = ["--budget", "5", "--sweep", "none", "--lens", "throughput"]
LIMIT_SECONDS = 150  # of a command: `decide` may calibrate first, on a busy machine
BREAKS = {  # exit status 1 is the point
    "python -m bench explore counter.py",
    "python -m bench explore counter.py --on local",
    "python -m bench explore candy.py",
    "python -m bench explore broken.event",
    "python -m bench explore account.py aaccount.py",
    "python -m bench port ajobs.py --check",
    "python -m bench port jobs.py ajobs.py",
}


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    """A directory of a reader who has saved the files that the pages show."""
    folder = tmp_path_factory.mktemp("reader")
    saved = r"(?ms)^```(?:python|toml)\n# (\w+\.(?:py|toml))\n(.*?)^```$"
    for name, text in re.findall(saved, TEXT):
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_the_readme_has_commands_to_run():
    """A changed fence must not make the other tests pass on nothing."""
    assert len(COMMANDS) > 8


@pytest.mark.long
@pytest.mark.timeout(LIMIT_SECONDS + 10)
@pytest.mark.parametrize(
    "command", [command for command in COMMANDS if command not in BY_MAKE]
)
def test_a_command_of_the_readme_works(command, reader):
    """As it stands, from a reader's directory; only a run is made shorter."""
    words = shlex.split(command)
    assert words[:2] == ["python", "-m"]
    if words[2:4] == ["bench", "run"]:
        words[4:] = [*(words[4:] or ["lock"]), *SHORTER]
    if words[2:4] == ["bench", "decide"]:
        words += ["--budget", "5"]
    with Origin() as origin:
        (reader / "urls.txt").write_text(f"{origin.base}/bytes/1024\n" * 3)
        ended = subprocess.run(
            [sys.executable, *words[1:]],
            cwd=reader,
            capture_output=True,
            text=True,
            timeout=LIMIT_SECONDS,
            check=False,
            env={**os.environ, "COLUMNS": "100"},
        )

    assert ended.returncode == (1 if command in BREAKS else 0), ended.stderr


def test_the_candy_machine_is_answered_as_it_explores(reader):
    """Both tables' counts, from the file that a page shows and its asyncio form."""
    text = (reader / "candy.py").read_text(encoding="utf-8")
    for word, form in (
        ("from threaded", "from asyncio_impl"),
        ("def buy", "async def buy"),
        ("self.tray.buy", "await self.tray.buy"),
    ):
        text = text.replace(word, form)
    (reader / "async_candy.py").write_text(text, encoding="utf-8")
    page = PAGES[ROOT / "docs" / "candy_machine.md"]
    rows = re.findall(r"(?m)^\| (?:the|a plain) .*\|$", page)

    assert len(rows) == 3
    assert all(row in README for row in rows)
    for row, name in zip(rows, ("Count", "Transcript", "BareNumber"), strict=True):
        for file, cell in zip(
            ("candy.py", "async_candy.py"), row.split("|")[2:4], strict=True
        ):
            found = explore(f"{reader / file}:{name}", keep_going=True)
            wrong = sum(one.schedules for one in found.outcomes if not one.acceptable)
            counted = [wrong, found.schedules] if wrong else [found.schedules]
            assert re.findall(r"\d+", cell) == [str(number) for number in counted]


@pytest.mark.parametrize(
    ("target", "runs"), [("bench", "-m bench run"), ("test", "-m pytest")]
)
def test_make_is_a_short_name_for_a_command(target, runs):
    """`make -n` tells what would be run."""
    assert f"make {target}" in COMMANDS
    # These tests are themselves run by make, whose environment would speak for it here.
    apart = {name: value for name, value in os.environ.items() if "MAKE" not in name}
    told = subprocess.run(
        ["make", "-n", target],
        cwd=ROOT,
        env=apart,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert runs in told.splitlines()[-1]


def test_every_link_of_a_page_leads_to_a_file():
    """Links within the repository; the network is not asked."""
    broken = []
    count = 0
    for page, text in PAGES.items():
        found = re.findall(r"\]\(([^)#:]+)\)|(?:src|srcset)=\"([^\":]+)\"", text)
        links = [one or other for one, other in found]
        count += len(links)
        broken += [link for link in links if not (page.parent / link).exists()]

    assert count > 10
    assert broken == []


def test_the_readme_is_read_in_one_sitting():
    """What only some readers need has a page in docs."""
    assert len(README.splitlines()) <= 180


@pytest.mark.long
def test_the_counts_of_the_readme_are_those_of_a_run():
    """Of schedules and of counter-examples: they are the same on every machine."""
    tasks, threads = re.search(
        r"\(`condition`:\s+([\d,]+)\s+against\s+([\d,]+)\)", README
    ).groups()
    programs, examples = re.search(
        r"all (\d+) programs that were explored.*?[Aa]ll (\d+) counter-examples",
        README,
        re.DOTALL,
    ).groups()
    found = {
        model: sum(
            one.schedules for one in explore_workloads(Explorable("condition", model))
        )
        for model in MODELS
    }

    assert found == {
        "asyncio": int(tasks.replace(",", "")),
        "threads": int(threads.replace(",", "")),
    }
    forms = [one for one in explorables(PAIRS.values()) if one.variant is None]
    assert len(forms) == int(programs)
    assert len(counter_examples(PAIRS.values())) == int(examples)
