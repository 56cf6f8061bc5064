"""The workflow files of docs/ci.md: their commands run, in a project of a user's."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from bench.throughput.launching import ROOT

FILES = sorted((ROOT / "docs" / "ci").glob("*.yml"))
JOBS = """\
import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

COST = {cost}


def work(number):
    return sum(range(COST)) * 0 + number


def threads(count):
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(work, range(count)))


async def tasks(count):
    async def one(number):
        await asyncio.sleep(0)
        return work(number)

    return await asyncio.gather(*map(one, range(count)))
"""


TABLE = """\
[tool.threads-vs-asyncio.pairs.mine]
threads = "jobs:threads"
asyncio = "jobs:tasks"
args = { count = 200 }
"""


def pairs(file):
    """The values of PAIR: the one that is set, and the one in a comment."""
    found = re.findall(r"^ +(# )?PAIR: (.+)$", file.read_text(), re.MULTILINE)
    return {("functions" if comment else "table"): text for comment, text in found}


def commands(file):
    """The commands of a workflow that are ours."""
    return re.findall(r"^[ -]+(python -m bench .+)$", file.read_text(), re.MULTILINE)


def words_of(line, pair):
    """The words of a command, as a shell makes them: it splits a variable at spaces."""
    words = shlex.split(line)
    return [
        part for word in words for part in (pair.split() if word == "$PAIR" else [word])
    ]


@pytest.fixture
def project(tmp_path):
    """A repository with a base, and a change of the cost."""
    for name, cost in (("base", 50), ("head", 2000)):
        (tmp_path / "jobs.py").write_text(JOBS.format(cost=cost))
        (tmp_path / "pyproject.toml").write_text(TABLE)
        for arguments in (
            ["init", "-q", "-b", "main"],
            ["add", "jobs.py", "pyproject.toml"],
            ["commit", "-q", "-m", name],
            ["tag", "-f", name],
        ):
            subprocess.run(
                ["git", "-C", tmp_path, "-c", "user.name=a", "-c", "user.email=a@b",
                 *arguments], check=True, capture_output=True,
            )  # fmt: skip
    return tmp_path


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_workflow_measures_compares_and_keeps_a_history(file):
    """Each has the four commands."""
    said = "\n".join(commands(file))

    assert len(commands(file)) == 4
    for words in ("--against", "--fail-over 5%", "--junit", "history results/now"):
        assert words in said


@pytest.mark.long
@pytest.mark.timeout(110)
@pytest.mark.parametrize("named", ["table", "functions"])
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_commands_of_a_workflow_run(file, named, project):
    """In the order of the file, with a short budget, in the project of a user.

    The functions of the project need an argument, which the table or the options give.
    """
    pair = pairs(file)[named]
    if named == "functions":
        (project / "pyproject.toml").unlink()
    ended = {}
    for line in commands(file):
        line = re.sub(r'"origin/\$\w+"', "base", line)
        line = re.sub(r'"\$\w+"', "head", line).replace("--budget 240", "--budget 14")
        words = words_of(line, pair)
        if words[3] == "history":
            (project / "kept").mkdir(exist_ok=True)
        ended[words[3] + "".join(w for w in words if w == "--against")] = (
            subprocess.run(
                [sys.executable, *words[1:]],
                cwd=project,
                capture_output=True,
                text=True,
                timeout=50,
                check=False,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
            )
        )
    statuses = {name: one.returncode for name, one in ended.items()}
    said = "\n".join(one.stderr for one in ended.values())

    assert "Traceback" not in said
    assert statuses["run"] == 0, said
    assert statuses["history"] == 0, said
    assert statuses["run--against"] == statuses["compare"] in (1, 2), said
    assert Path(project / "kept" / "history.json").exists()
    assert (project / "results" / "junit.xml").exists() or statuses["compare"] == 2


@pytest.mark.skipif(os.name == "nt", reason="needs bash")
def test_the_branch_of_the_history_is_begun_and_continued(project, tmp_path_factory):
    """`git worktree add --orphan` needs git 2.42; Debian 12 has an earlier one."""
    script = (ROOT / "docs" / "ci" / "github.yml").read_text()
    script = script[script.index("git fetch origin benchmarks") :]
    script = script[: script.index("- if: always()")]
    script = re.sub(
        "python -m bench history .*", 'echo "$PAGE" >kept/history.json', script
    )
    script = script.replace("history.json history.html", "history.json")
    remote = tmp_path_factory.mktemp("remote")

    def git(*arguments):
        return subprocess.run(
            ["git", "-C", project, *arguments],
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    git("clone", "-q", "--bare", project, remote)
    for number in ("1", "2"):
        checkout = tmp_path_factory.mktemp("checkout")
        git("clone", "-q", remote, checkout)
        ran = subprocess.run(
            ["bash", "-e", "-c", script],
            cwd=checkout,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PAGE": number, "GITHUB_SHA": number},
        )
        assert ran.returncode == 0, ran.stderr

    git("fetch", "-q", remote, "benchmarks")
    subjects = git("log", "--format=%s", "FETCH_HEAD").splitlines()
    assert subjects == ["history: 2", "history: 1"]
    assert git("ls-tree", "-r", "--name-only", "FETCH_HEAD").split() == ["history.json"]
    assert git("show", "FETCH_HEAD:history.json") == "2\n"


def test_the_page_shows_the_table_of_the_files():
    """What a reader copies from the page is what the files name."""
    assert TABLE in (ROOT / "docs" / "ci.md").read_text()


def test_the_page_links_the_files():
    """A reader finds both."""
    page = (ROOT / "docs" / "ci.md").read_text()

    assert FILES
    for file in FILES:
        assert f"(ci/{file.name})" in page
