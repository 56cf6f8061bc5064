"""`decide` on a pair of ours: the ratio, and what of it is the client libraries'."""

import json
import sys

import pytest

from bench import cli
from bench.commands import deciding_pairs, decisions
from bench.decide import paired
from bench.records.decisions import RatioParts
from bench.records.samples import Sample, Spread
from bench.records.subjects import Runtime, Subject
from bench.records.workload import Workload
from bench.report.words import libraries
from tests.decide.decisions import newcomer

THREADS = Runtime(python="3.11.0")
ASYNCIO = Runtime(python="3.11.0", loop="asyncio")
MILLISECONDS = {  # an operation on threads and on asyncio
    ("url_fetch", 1): (0.20, 0.10),
    ("url_fetch", 4): (0.30, 0.10),
    ("lean_fetch", 1): (0.12, 0.10),
    ("lean_fetch", 4): (0.15, 0.10),
}


def samples_of(pair, workers, blocks=6):
    """The samples of a case, all alike: its ratio is that of its seconds."""
    for block in range(blocks):
        for side, (model, runtime) in enumerate(
            (("threads", THREADS), ("asyncio", ASYNCIO))
        ):
            seconds = MILLISECONDS[pair, workers][side] / 1000
            yield Sample(
                subject=Subject(pair=pair, model=model, runtime=runtime),
                workload=Workload(workers=workers, operations=100),
                case=f"{pair} {workers}",
                side=side,
                block=block,
                position=side,
                seconds_per_operation=seconds,
                windows=(seconds,) * 3,
            )


@pytest.fixture
def call(monkeypatch, capsys):
    """Run `decide --pair`, with samples in place of measuring; what it printed."""

    def status_and_output(*arguments, blocks=6):
        def measure(names, runtimes, budget, samples, workers=()):
            for pair in names:
                for count in workers:
                    samples.kept += samples_of(pair, count, blocks)
            yield from ()

        monkeypatch.setattr(paired, "measure", measure)
        monkeypatch.setattr(sys, "argv", ["bench", "decide", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return (ended.value.code, *capsys.readouterr())

    return status_and_output


def test_the_fetch_is_measured_beside_its_control_and_alone_first(call):
    """By hand: 2.0 = 1.2 x 1.67 with one worker, 3.0 = 1.5 x 2.0 with four."""
    status, shown, _ = call("--pair", "url_fetch", "-n", "4", "--json")
    found = json.loads(shown)

    assert status == 0
    assert (found["verdict"], found["names"][0]) == ("asyncio", "url_fetch on threads")
    assert found["ratio"] == pytest.approx(3.0)
    alone, four = found["ratio_parts"]
    assert (alone["workers"], four["workers"]) == (1, 4)
    assert alone["whole"]["middle"] == pytest.approx(2.0)
    assert alone["library"]["middle"] == pytest.approx(2.0 / 1.2)
    assert four["model"]["middle"] == pytest.approx(1.5)
    assert four["library"]["middle"] == pytest.approx(2.0)
    assert four["model_share"] == pytest.approx(0.369, abs=5e-4)  # ln 1.5 / ln 3


def test_the_evidence_is_of_the_workload_that_was_asked_for(call):
    """One worker's samples are another workload's."""
    found = json.loads(call("--pair", "url_fetch", "-n", "4", "--json")[1])

    rates = [one["jobs_per_second"]["value"] for one in found["evidence"]]
    assert rates == pytest.approx([1 / 0.0003, 1 / 0.0001])
    assert [one["samples"] for one in found["evidence"]] == [6, 6]


def test_the_terminal_says_both_parts(call):
    """In the paragraph of the answer, one worker first."""
    said = " ".join(call("--pair", "url_fetch", "-n", "4")[1].split())

    assert said.startswith("Asyncio (url_fetch on asyncio).")
    assert "With 1 worker 2.00× is 1.20×" in said
    assert "With 4 workers 3.00× is 1.50×" in said
    assert "by the client libraries: 37 % of it is the model." in said
    assert "Most of the difference is due to the libraries" in said


def test_other_programs_on_the_machine_are_told_as_run_tells_them(call, monkeypatch):
    """They were there before the pair was: its own load is none of theirs."""
    load = "the load is 9.0 on 2 cores (limit 1): end other programs"
    monkeypatch.setattr(decisions, "doubts_now", lambda: [load])
    found = json.loads(call("--pair", "url_fetch", "-n", "4", "--json")[1])

    assert found["notes"][0] == load


def test_too_few_blocks_take_nothing_apart(call):
    """A product without intervals would claim what was not measured."""
    shown = call("--pair", "url_fetch", "-n", "4", "--json", blocks=2)[1]
    found = json.loads(shown)

    assert found["ratio_parts"] == []
    assert any("give more --budget" in note for note in found["notes"])


def test_a_pair_without_a_control_is_measured_alone():
    """With as many workers as are usual for it."""
    found = deciding_pairs.asked({"pair": "semaphore", "concurrency": None, **NONE})

    assert (found.pairs, found.workers) == (("semaphore",), (2,))


def test_a_pair_of_the_users_says_itself_how_many_it_has_at_once(call):
    """A number that changes nothing would be taken for one that counts."""
    status, _, complaint = call("--threads", "a:f", "--asyncio", "b:g", "-n", "4")

    assert status == 2
    assert "--concurrency is for our own pairs" in complaint


NONE = dict.fromkeys(("threads", "asyncio", "args", "small", "check", "name"))


def parts(whole, model, share, clear=1.05):
    def around(ratio):
        return Spread(low=ratio / clear, high=ratio * clear, middle=ratio)

    return RatioParts(
        workers=8,
        control="lean_fetch",
        whole=around(whole),
        model=around(model),
        library=around(whole / model),
        model_share=share,
    )


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (parts(3.0, 1.2, 0.17), "Most of the difference is due to the libraries:"),
        (parts(3.0, 2.5, 0.83), "Most of the difference is due to the model"),
        (
            parts(2.0, 0.8, None),
            "with one library in both models, threads would be ahead",
        ),
        (
            parts(0.9, 1.4, None),
            "with one library in both models, asyncio would be ahead",
        ),
        (parts(2.0, 1.0, None), "neither is clearly ahead: the difference is"),
        (parts(2.0, 2.05, None), "Most of the difference is due to the model"),
    ],
    ids=[
        "libraries",
        "model",
        "other way",
        "other way round",
        "model is even",
        "libraries are even",
    ],
)
def test_it_is_told_whose_the_difference_is(one, said):
    """The reader must know which of both to change."""
    assert said in libraries.of_decision(newcomer(ratio_parts=(one,)))[-1]


@pytest.mark.parametrize(
    "one", [parts(1.01, 1.02, None), parts(1.03, 1.1, 0.3)], ids=["both", "whole"]
)
def test_a_difference_that_is_not_there_is_shared_out_to_neither(one):
    """Percentages of nothing say nothing."""
    assert len(libraries.of_decision(newcomer(ratio_parts=(one,)))) == 1
