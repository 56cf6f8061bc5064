"""The verdicts as JSON: each with its interval, and every key in the documentation."""

import json
import re
from pathlib import Path

import msgspec
import pytest

from bench.exports.verdicts_json import verdicts
from bench.records.runs import End
from bench.records.samples import Unmeasured
from bench.records.workload import Workload
from tests.report.sample_results import ASYNCIO, STARTED, THREADS, rich

DOCS = Path(__file__).parents[2] / "docs" / "ci.md"


@pytest.fixture(scope="module")
def found():
    """The verdicts of a run with everything in it."""
    results = rich()
    end = End(finished=STARTED, elapsed_seconds=1.0, unchecked=("event in threads",))
    missing = Unmeasured(
        pair="lock", workload=Workload(workers=9), threads=THREADS, asyncio=ASYNCIO
    )
    whole = msgspec.structs.replace(
        results,
        end=end,
        unmeasured=(missing,),
        run=msgspec.structs.replace(results.run, lacks=((1, 3),)),
    )
    return json.loads(verdicts(whole, ["a doubt"], "A headline.", ["A sentence."]))


def test_each_verdict_has_its_interval_and_runtimes(found):
    """A program cannot judge a ratio without them."""
    for one in found["comparisons"]:
        assert one["low"] < one["ratio"] < one["high"]
        assert one["confidence"] == pytest.approx(0.9614)
        assert one["runtimes"] == [THREADS.label, ASYNCIO.label]


def test_what_was_not_measured_is_listed(found):
    """A verdict that is missing is not a good one."""
    [unmeasured] = found["unmeasured"]

    assert unmeasured["workload"] == "9 workers"
    assert found["unchecked"] == ["event in threads"]
    assert found["missing_shards"] == [[1, 3]]


def test_the_answer_in_words_is_there(found):
    """The help of the option says so."""
    assert (found["headline"], found["sentences"]) == ("A headline.", ["A sentence."])


def test_every_key_is_in_the_documentation(found):
    """A program is written by the documentation: it names these keys and no others."""
    rows = re.findall(r"^\| (`.*?) \| (.*) \|$", DOCS.read_text(), re.M)
    named = {key: said for keys, said in rows for key in re.findall(r"`(\w+)`", keys)}
    lists = [key for key, value in found.items() if isinstance(value, list)]

    assert named.keys() == found.keys()
    for key in lists:
        for one in found[key]:
            inner = one if isinstance(one, dict) else {}
            assert [name for name in inner if f"`{name}`" not in named[key]] == []
