"""The page of the explorer describes each key that `explore --json` prints."""

import json
import re
from dataclasses import fields
from pathlib import Path

import pytest

from bench.correctness.explain import both_forms_text
from bench.correctness.explain.both_forms import both_forms
from bench.correctness.explain.verdict_json import KEYS
from bench.correctness.records.locks import LockAnswer, LockReport, LockUse
from bench.records import certificates as records
from tests.correctness.test_both_forms import verdict

PAGE = Path(__file__).parents[2] / "docs" / "explorer.md"
UNPRINTED = {"key", "lock"}  # fields of a lock that `report_line` leaves out


def described():
    """The names in the section of the page about JSON."""
    section = PAGE.read_text(encoding="utf-8").partition("### The answer as JSON")[2]
    return set(re.findall(r"`(\w+)`", section.partition("\n### ")[0]))


def test_each_key_of_a_verdict_is_in_the_table():
    """A program cannot guess what `one_step` is."""
    assert set(KEYS) <= described()


@pytest.mark.parametrize(
    "record", [records.Failure, records.Step, records.Waiter, records.Unseen]
)
def test_each_key_of_a_failure_is_described(record):
    """The steps of a schedule are the part that programs read most."""
    assert set(record.__struct_fields__) <= described()


def test_each_key_of_two_forms_is_described():
    """Its keys are not those of one verdict."""
    line = both_forms_text.forms_line(both_forms(verdict("x=1"), verdict("x=2")))
    told = json.loads(line)

    assert set(told) | set(told["ends"][0]) <= described()


@pytest.mark.parametrize("record", [LockReport, LockAnswer, LockUse])
def test_each_key_of_a_lock_is_described(record):
    """`report_line` writes the fields of the records unchanged."""
    assert {field.name for field in fields(record)} - UNPRINTED <= described()
