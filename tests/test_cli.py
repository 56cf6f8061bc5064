"""The front door: every command explains itself, and bad input costs one line."""

import subprocess
import sys

import pytest

from bench.cli import COMMANDS


def bench(*arguments, **options):
    return subprocess.run(
        [sys.executable, "-m", "bench", *arguments],
        capture_output=True,
        text=True,
        timeout=30,  # seconds
        check=False,
        **options,
    )


def test_with_no_arguments_it_says_what_it_is_and_where_to_start():
    """The first thing a newcomer types must not be an error."""
    shown = bench()

    assert shown.returncode == 0
    assert "Threads or asyncio?" in shown.stdout
    assert all(name in shown.stdout for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name):
    """A command that is listed can be loaded, and its help says what it is for."""
    shown = bench(name, "--help")

    assert (shown.returncode, shown.stderr) == (0, "")
    assert f"Usage: python -m bench {name}" in shown.stdout


@pytest.mark.parametrize(
    ("arguments", "advice"),
    [
        (["shwo"], "did you mean show?"),
        (["xyzzy"], "--help lists them"),
        (["--nonsense"], "--help"),
        (["list", "--nonsense"], "--help"),
    ],
)
def test_bad_arguments_cost_one_line_that_says_what_to_do(arguments, advice):
    """Exit status 2, nothing on stdout, no traceback."""
    refused = bench(*arguments)

    assert refused.returncode == 2
    assert refused.stdout == ""
    assert refused.stderr.count("\n") == 1
    assert advice in refused.stderr


def test_it_runs_from_any_directory(tmp_path):
    """The package is installed, not found by luck in the working directory."""
    assert "condition" in bench("list", cwd=tmp_path).stdout
