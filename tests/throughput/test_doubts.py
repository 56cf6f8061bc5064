"""What makes a run doubtful is said, with its number and what to do."""

import msgspec
import pytest

from bench.records.runs import Results
from bench.throughput import inference
from bench.throughput.doubts import doubts
from tests.ledger.test_merging import RUN
from tests.throughput.fakes import blocks, sample


def results(samples):
    return Results(
        run=RUN,
        samples=tuple(samples),
        comparisons=tuple(inference.compare(samples)),
        noise=tuple(inference.noise(samples)),
    )


def itself(noise):
    subject = sample(0, 0, 0, 1.0).subject
    return blocks(12, noise=noise, subject=subject, case="itself")


def test_a_clean_run_has_no_doubts():
    """Silence means something only if it is rare to break it."""
    assert doubts(results([*blocks(12), *itself(0.01)])) == []


@pytest.mark.parametrize(
    ("samples", "words"),
    [
        (
            [*blocks(3), *blocks(3, case="b"), *blocks(12, case="c")],
            "2 of 3 comparisons have too few blocks for an interval (6 are",
        ),
        (blocks(3), "1 of 1 comparison has too few blocks for an interval (6 are"),
        (itself(0.5), "threads (3.11.7 free) against itself is known only to"),
        (
            [*blocks(12), sample(12, 0, 0, 1, status="killed", reason="by SIGKILL")],
            "1 failed, the first threads killed: by SIGKILL",
        ),
        (
            [
                sample(b, p, s, 16e-6 if s or b % 2 else 40e-6)
                for b in range(12)
                for p, s in enumerate((0, 1, 1, 0))
            ],
            "threads has two modes, 25,000 and 62,500 operations a second",
        ),
    ],
    ids=["two short", "short", "noisy", "failed", "two modes"],
)
def test_each_doubt_says_its_number(samples, words):
    """And nothing else is doubted with it."""
    [doubt] = doubts(results(samples))

    assert words in doubt


@pytest.mark.parametrize(("placement", "advised"), [("free", True), ("pinned", False)])
def test_a_run_on_one_core_is_not_told_to_pin_it(placement, advised):
    """It is what it did."""
    placed = [
        msgspec.structs.replace(
            one,
            subject=msgspec.structs.replace(
                one.subject,
                runtime=msgspec.structs.replace(
                    one.subject.runtime, placement=placement
                ),
            ),
        )
        for one in (
            sample(b, p, s, 16e-6 if s or b % 2 else 40e-6)
            for b in range(12)
            for p, s in enumerate((0, 1, 1, 0))
        )
    ]
    [doubt] = doubts(results(placed))

    assert ("--placement pinned makes it one" in doubt) is advised
