"""What a run was asked for and did not measure is known by name."""

import io
import json

import msgspec
import pytest
from click.testing import CliRunner
from rich.console import Console

from bench.commands import beginning, merge
from bench.commands import run as run_command
from bench.exports.verdicts_json import verdicts
from bench.ledger.store import Ledger
from bench.report.page import html_file
from bench.report.terminal import summary
from bench.runs.saved import collect
from bench.throughput.measuring import measure
from bench.throughput.missing import formless, missing
from bench.throughput.planning import JOBS, plan
from tests.ledger.test_merging import RUN
from tests.throughput.fakes import (
    ASYNCIO,
    THREADS,
    UVLOOP,
    FakeWorkers,
    blocks,
    settings,
)


def asked(pairs=("condition", JOBS), **changed):
    return msgspec.structs.replace(
        RUN,
        pairs=pairs,
        lenses=("throughput",),
        settings=settings(
            **{"runtimes": (THREADS, ASYNCIO, UVLOOP), "sweep": "default", **changed}
        ),
    )


def measured(run, budget):
    chosen = plan(
        run.pairs, msgspec.structs.replace(run.settings, budget_seconds=budget)
    )
    workers, ledger = FakeWorkers(), []
    events = list(measure(chosen, ledger, workers, clock=workers.clock))
    return ledger, events[-1]


def test_loads_loops_and_sweep_points_without_time_are_listed():
    """They vanished, and the summary spoke of all cases."""
    run = asked(carriers=("processes",))
    ledger, last = measured(run, 4.0)
    left = missing(run, ledger)
    cases = {sample.case for sample in ledger}

    assert left
    assert last.measured_cases == len(cases)
    assert len(left) + len(cases) == last.cases
    assert {one.asyncio.loop for one in left} | {
        sample.subject.runtime.loop for sample in ledger
    } >= {"asyncio", "uvloop"}
    assert any(one.models == ("threads", "processes") for one in left)
    assert collect(run, ledger).unmeasured == tuple(left)


@pytest.mark.long
def test_a_whole_run_lacks_nothing():
    """With time for all of it."""
    run = asked()
    ledger, _ = measured(run, 1e6)

    assert missing(run, ledger) == []


def test_a_pair_without_a_form_for_a_loop_is_named():
    """It was left out in silence beside another pair."""
    trio = msgspec.structs.replace(ASYNCIO, anyio=True, loop="trio")
    on_asyncio = msgspec.structs.replace(ASYNCIO, anyio=True)
    chosen = settings(runtimes=(THREADS, ASYNCIO, on_asyncio, trio))

    assert formless(("lock", JOBS), chosen) == [
        "jobs has no form for anyio: not measured",
        "jobs has no form for trio: not measured",
    ]
    assert formless(("lock", JOBS), settings()) == []


def test_what_cannot_be_measured_is_said_before_and_listed_after(
    tmp_path, monkeypatch, capsys
):
    """A reader of the report alone did not see that a pair was left out."""
    monkeypatch.setattr(beginning, "doubts_now", list)
    asked = {
        "pythons": (), "loops": ("anyio",), "placements": ("pinned",), "workers": (),
        "capacity": (), "cpu_share": (), "sweep": "default", "aa": False,
        "carriers": (), "budget": 5.0, "seed": 0, "shard": (1, 1), "lenses": (),
        "against": None,
    }  # fmt: skip

    run = beginning.begin(("lock", JOBS), asked)
    results = collect(run, [])
    console = Console(file=io.StringIO(), width=80)
    summary.show(results, console)

    line = "jobs has no form for anyio: not measured"
    assert run.left_out == (line,)
    assert f"note: {line}" in capsys.readouterr().err
    assert f"not possible\n{line}\n" in console.file.getvalue()
    assert json.loads(verdicts(results))["left_out"] == [line]
    html_file.write(results, tmp_path / "page.html")
    assert f"<li>{line}</li>" in (tmp_path / "page.html").read_text()


def test_a_shard_does_not_speak_of_the_other_shards():
    """They measure the rest elsewhere."""
    parts = [asked(shard=(number, 3)) for number in (1, 2, 3)]
    names = [
        {(one.pair, one.workload, one.asyncio) for one in missing(part, ())}
        for part in parts
    ]

    assert sum(map(len, names)) == len(set.union(*names))
    assert len(set.union(*names)) == len(missing(asked(), ()))


def test_a_shard_without_a_case_says_so_and_is_merged(tmp_path, monkeypatch):
    """It is no failure: an array of CI jobs has as many shards as it has jobs."""
    folders = [str(tmp_path / "a"), str(tmp_path / "b")]
    said = []
    run = msgspec.structs.replace(asked(pairs=("condition",)), lenses=("throughput",))
    for folder, index in zip(folders, (1, 2), strict=True):
        part = settings(shard=(index, 2), budget_seconds=0.0)
        first = msgspec.structs.replace(run, settings=part)
        monkeypatch.setattr(run_command, "started", begun(first))
        monkeypatch.setattr(run_command, "finish", lambda *_, **__: [])
        ended = CliRunner().invoke(run_command.command, ["condition", "-o", folder])
        assert ended.exit_code == 0, ended.output
        said.append(ended.output)
    merged = CliRunner().invoke(merge.command, [*folders, "-o", str(tmp_path / "all")])

    assert "has none of" not in said[0]
    assert "note: shard 2 of 2 has none of the 1 case; merge it" in said[1]
    assert merged.exit_code == 0, merged.output


def begun(first):
    """A start of a run that has this first record."""

    def started(pairs, asked, folder, at):
        ledger = Ledger.create(folder)
        ledger.append(first)
        return ledger, first

    return started


def test_a_run_without_a_plan_lacks_nothing():
    """A merged run has the plans of several, and a run of another lens has none."""
    run = asked()

    assert missing(msgspec.structs.replace(run, settings=None), ()) == []
    assert missing(msgspec.structs.replace(run, lenses=("shape",)), ()) == []


def test_what_was_asked_for_is_measured_before_the_noise_floor():
    """With little time, the noise floor is what is left out."""
    run = asked(pairs=("condition", "event"), sweep="none", noise=True)
    ledger, _ = measured(run, 1e6)
    first_of = {}
    for number, sample in enumerate(ledger):
        first_of.setdefault(sample.case, (number, sample.block))
    itself = [
        number
        for number, sample in enumerate(ledger)
        if sample.case.count("threads") == 2 or sample.case.count("asyncio (") == 2
    ]
    of_case = {}
    for sample in ledger[: itself[0]]:
        of_case.setdefault(sample.case, set()).add(sample.block)

    assert len(of_case) == 4
    assert all(len(found) >= 6 for found in of_case.values())


def test_a_run_against_itself_names_what_has_no_interval():
    """It listed nothing, and said that all intervals were as they should be."""
    run = asked(pairs=("condition",), against_itself=True, sweep="none", noise=True)
    cases = plan(run.pairs, run.settings).cases
    ledger = [
        msgspec.structs.replace(one, subject=case.sides[one.side])
        for case, count in zip(cases, (12, 3), strict=False)
        for one in blocks(count, case=case.name)
    ]
    results = collect(run, ledger)
    console = Console(file=io.StringIO(), width=100)
    summary.show(results, console)
    said = console.file.getvalue()

    assert [one.blocks for one in results.unmeasured] == [3, 0]
    assert {one.models for one in results.unmeasured} == {("asyncio", "asyncio")}
    assert "asyncio against itself" in said
    assert "3 blocks, too few for an interval" in said
    assert "Noise: each side against itself" in said
    assert [one["blocks"] for one in json.loads(verdicts(results))["unmeasured"]] == [
        3,
        0,
    ]


def test_a_side_against_itself_that_failed_is_not_short_of_time():
    """Its failure is said elsewhere."""
    run = asked(pairs=("condition",), against_itself=True, sweep="none", noise=True)
    [case, *_] = plan(run.pairs, run.settings).cases
    failed = [
        msgspec.structs.replace(one, subject=case.sides[one.side], status="crashed")
        for one in blocks(1, case=case.name)
    ]

    assert len(missing(run, failed)) == len(missing(run, ())) - 1
