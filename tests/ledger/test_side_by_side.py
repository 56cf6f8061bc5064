"""Runs of several hosts stand side by side: figures of two are never in one cell."""

import msgspec
import pytest
from click.testing import CliRunner

from bench.commands import compare, export, history, report
from bench.commands.merge import command
from bench.errors import CannotRunError
from bench.ledger.merging import merge
from bench.ledger.store import Ledger
from bench.ledger.sweeps import is_sweep, side_by_side
from bench.records.runs import End
from bench.runs import hosts, saved
from bench.throughput.doubts import doubts
from tests.ledger.test_merging import MACHINE, RUN
from tests.throughput.fakes import blocks

OTHER = msgspec.structs.replace(MACHINE, hostname_sha256="c" * 64, cpu="y")


@pytest.fixture
def write(tmp_path):
    def write(folder, host="", machine=MACHINE, case="one", end=True, count=6):
        run = msgspec.structs.replace(RUN, host=host, machine=machine)
        with Ledger.create(tmp_path / folder) as ledger:
            ledger.append_all([run, *blocks(count, case=case)])
            if end:
                ledger.append(End(finished=9.0, elapsed_seconds=4.0))
        return tmp_path / folder

    return write


@pytest.mark.parametrize(
    "asked",
    [
        (compare.command, "SWEEP", "SWEEP"),
        (history.command, "SWEEP"),
        (export.command, "SWEEP"),
        (command, "SWEEP", "-o", "all"),
        (report.command, "SWEEP", "--json"),
    ],
    ids=lambda asked: asked[0].callback.__module__,
)
def test_a_command_for_one_run_names_the_runs_of_a_sweep(write, tmp_path, asked):
    """`cannot read ledger.jsonl; give the folder of a run` was no help."""
    sweep = tmp_path / "both"
    side_by_side([write("a"), write("b", machine=OTHER)], sweep, started=1.0)
    words = [str(sweep) if one == "SWEEP" else one for one in asked[1:]]
    said = CliRunner().invoke(asked[0], words)

    assert isinstance(said.exception, CannotRunError)
    assert f"has a run for each host; name one of {sweep / 'hosts'}" in (
        str(said.exception)
    )


def test_each_host_keeps_its_own_run(write, tmp_path):
    """The same case on two hosts is two figures."""
    side_by_side(
        [write("a"), write("b", machine=OTHER)], tmp_path / "both", started=1.0
    )
    made, found = hosts.read(tmp_path / "both")

    assert made.hosts == ("host-aaaaaaaa", "host-cccccccc")
    assert [one.is_finished for one in found] == [True, True]
    assert [len(one.results.samples) for one in found] == [24, 24]
    assert [one.results.run.machine.cpu for one in found] == ["x", "y"]


def test_a_host_that_is_read_has_its_doubts(write, tmp_path):
    """The summary over all hosts, and the host's own report, show the same doubts."""
    side_by_side([write("a", count=3)], tmp_path / "both", started=1.0)
    _, [one] = hosts.read(tmp_path / "both")

    assert list(one.doubts) == doubts(one.results)
    assert "too few blocks for an interval" in one.doubts[0]


def test_shards_of_one_host_become_one_run(write, tmp_path):
    """As `merge` does, host by host."""
    runs = [
        write("a1", "a", case="one"),
        write("a2", "a", case="two"),
        write("b", "b", OTHER),
    ]
    side_by_side(runs, tmp_path / "both", started=1.0)
    _, (first, second) = hosts.read(tmp_path / "both")

    assert [one.case for one in first.results.comparisons] == ["one", "two"]
    assert [one.case for one in second.results.comparisons] == ["one"]


def test_two_machines_under_one_name_are_refused(write, tmp_path):
    """They would share a cell; nothing is written then."""
    runs = [write("a", "same"), write("b", "same", OTHER, case="two")]

    with pytest.raises(CannotRunError, match="machine: hostname_sha256"):
        side_by_side(runs, tmp_path / "both", started=1.0)
    assert not is_sweep(tmp_path / "both")


def test_two_runs_of_one_plan_are_refused_and_leave_nothing(write, tmp_path):
    """A corrected merge into the same folder was refused, because it was not empty."""
    runs, into = [write("a", "a"), write("b", "a")], tmp_path / "both"

    with pytest.raises(CannotRunError, match="hold the same sample"):
        side_by_side(runs, into, started=1.0)
    assert not into.exists()
    side_by_side(runs[:1], into, started=1.0)
    assert is_sweep(into)


def test_two_hosts_whose_folders_have_one_name_are_refused(write, tmp_path):
    """The second would be written into the run of the first."""
    runs, into = [write("a", "a/b"), write("b", "a b", OTHER)], tmp_path / "both"

    with pytest.raises(CannotRunError, match="hosts a/b and a b would both be in"):
        side_by_side(runs, into, started=1.0)
    assert not into.exists()


def test_merge_refuses_two_hosts_in_one_cell(write, tmp_path):
    """Two names are two hosts, also where the machine is the same."""
    runs = [write("a", "one"), write("b", "two", case="two")]

    with pytest.raises(CannotRunError, match=r"host: one and two.*merge --hosts"):
        merge(runs, tmp_path / "all")


def test_the_command_puts_hosts_side_by_side(write, tmp_path):
    """What follows a loop over hosts without an engine."""
    arguments = [str(write("a", "one")), str(write("b", "two", OTHER))]
    result = CliRunner().invoke(
        command, ["--hosts", *arguments, "-o", str(tmp_path / "both")]
    )

    assert result.exit_code == 0, result.output
    assert "2 runs of one, two in" in result.output
    assert len(saved.results(tmp_path / "both" / "hosts" / "two").samples) == 24


def test_the_report_of_several_hosts_as_json_names_the_runs_that_have_one(
    write, tmp_path
):
    """And its help says so before it is tried."""
    side_by_side(
        [write("a"), write("b", machine=OTHER)], tmp_path / "both", started=1.0
    )
    refused = CliRunner().invoke(report.command, [str(tmp_path / "both"), "--json"])
    helped = CliRunner().invoke(report.command, ["--help"]).output

    assert isinstance(refused.exception, CannotRunError)
    assert str(tmp_path / "both" / "hosts") in str(refused.exception)
    assert "name the folder of a host below RUN/hosts" in " ".join(helped.split())
