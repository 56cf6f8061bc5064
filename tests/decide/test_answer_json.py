"""The answer of `decide` for programs: all of it, each key described."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from bench.commands import decide, decisions
from bench.commands.user_pairs import Failed
from bench.records import decisions as records
from tests.decide.decisions import newcomer

PAGE = Path(decide.__file__).parents[2] / "docs" / "decide.md"
FAILED = Failed("mine", "threads", "hung: no result after 5 s")


def described():
    """The names in the section of the page about JSON."""
    section = PAGE.read_text(encoding="utf-8").partition("## The answer as JSON")[2]
    return set(re.findall(r"[`\"](\w+)[`\"]", section.partition("\n## ")[0]))


@pytest.mark.parametrize(
    "record",
    [
        records.Decision, records.Option, records.Flip, records.Remedy, records.Shares,
        records.Measured, records.Repaired, records.RatioParts, records.Predicted,
        records.Bounds,
    ],
)  # fmt: skip
def test_each_key_is_described(record):
    """A program cannot guess what `starved` is."""
    assert set(record.__struct_fields__) <= described()


def test_the_keys_that_are_added_are_described():
    """Those that no record has."""
    assert {"headline", "paragraph", "predicted", "at_least", "failed"} <= described()


def test_the_text_of_the_answer_is_in_it():
    """`--json` prints all of it."""
    told = decide.whole(newcomer())

    assert told["headline"]
    assert told["paragraph"] == [str(line) for line in told["paragraph"]] != []


@pytest.mark.parametrize(("value", "least"), [(None, 0.422), (0.1, None)])
def test_a_latency_that_is_known_only_from_below_has_its_bound(value, least):
    """The text says `> 422 ms`; null alone says nothing."""
    one = records.Option(
        name="threads", kind="threads", window_seconds=0.422,
        p50_seconds=records.Bounds(value=value),
    )  # fmt: skip
    told = decide.whole(one)

    assert told["p50_seconds"]["at_least"] == least
    assert told["p99_seconds"] is None


@pytest.fixture
def ask(monkeypatch):
    """Asks `decide` about a pair that fails."""
    from click.testing import CliRunner

    monkeypatch.setattr(decisions, "of_pair", lambda options, wishes: FAILED)

    def asked(*options):
        return CliRunner().invoke(
            decide.command, ["--pair", "mine", *options], standalone_mode=False
        )

    return asked


def test_a_pair_that_fails_is_json_when_json_is_asked_for(ask):
    """A program reads it, and tells it from a wrong verdict."""
    said = ask("--json", "--assert", "threads")

    assert said.return_value == 1
    assert json.loads(said.stdout) == {
        "format": 1, "verdict": None,
        "failed": {"pair": "mine", "model": "threads", "reason": FAILED.reason},
    }  # fmt: skip


def test_a_function_that_does_not_exist_has_the_status_of_a_refusal(ask, monkeypatch):
    """A misspelt name was told as a pair that fails."""
    misspelt = replace(FAILED, reason="cannot be used: jobs has no rnu")
    monkeypatch.setattr(decisions, "of_pair", lambda options, wishes: misspelt)

    assert ask().return_value == 2


def test_a_pair_that_fails_has_no_page_and_says_so(ask, tmp_path):
    """An old page of the same name would be taken for its own."""
    page = tmp_path / "page.html"
    said = ask("--report", str(page))

    assert said.return_value == 1
    assert "failed: mine: threads hung: no result after 5 s" in said.stdout
    assert f"{page} is not written" in " ".join(said.stderr.split())
    assert not page.exists()
