"""Merged runs: never of figures that were measured under other conditions."""

import msgspec
import pytest
from click.testing import CliRunner

from bench.commands.merge import command
from bench.errors import CannotRunError
from bench.ledger.merging import differences, merge, missing_shards
from bench.ledger.store import Ledger
from bench.records.runs import End, Machine, Run
from bench.runs import saved
from tests.throughput.fakes import ASYNCIO, THREADS, blocks, settings

MACHINE = Machine(
    hostname_sha256="a" * 64, cpu="x", cores=2, facts={"3.11.7 built": "May"}
)
RUN = Run(
    started=5.0,
    command="run",
    version="1",
    machine=MACHINE,
    pairs=("condition",),
    budget_seconds=10,
    settings=settings(),
    sources={"threaded.condition": "b" * 64},
)


@pytest.fixture
def write(tmp_path):
    def write(name, run=RUN, case="one", end=True):
        with Ledger.create(tmp_path / name) as ledger:
            ledger.append(run)
            for sample in blocks(6, case=case):
                ledger.append(sample)
            if end:
                ledger.append(End(finished=9.0, elapsed_seconds=4.0, warnings=("w",)))
        return tmp_path / name

    return write


def test_shards_together_are_the_whole_run(write, tmp_path):
    """All samples of both, the time of both, each warning once."""
    merge([write("a", case="one"), write("b", case="two")], tmp_path / "all")
    results = saved.results(tmp_path / "all")

    assert [c.case for c in results.comparisons] == ["one", "two"]
    assert len(results.samples) == 48
    assert results.run.budget_seconds == 20
    assert results.end == End(finished=9.0, elapsed_seconds=8.0, warnings=("w",))


def test_only_what_no_shard_has_checked_is_unchecked(write, tmp_path):
    """Each shard checks the same programs, and a merged run lost what was not."""
    for name, unchecked in (
        ("a", ("x, explored", "y, explored")),
        ("b", ("y, explored",)),
    ):
        folder = write(name, case=name, end=False)
        ledger, _ = Ledger.resume(folder)
        with ledger:
            ledger.append(End(finished=1.0, elapsed_seconds=2.0, unchecked=unchecked))
    merge([tmp_path / "a", tmp_path / "b"], tmp_path / "all")

    assert saved.results(tmp_path / "all").end.unchecked == ("y, explored",)


def test_the_last_end_of_a_resumed_run_counts(write, tmp_path):
    """Two ends of one run passed for the ends of two."""
    resumed, _ = Ledger.resume(write("a"))
    with resumed:
        resumed.append(End(finished=19.0, elapsed_seconds=6.0))
    merge([tmp_path / "a", write("b", case="two", end=False)], tmp_path / "cut")
    merge([tmp_path / "a", write("c", case="three")], tmp_path / "all")

    assert saved.results(tmp_path / "cut").end is None
    assert saved.results(tmp_path / "all").end.elapsed_seconds == 10.0


def test_a_merged_run_has_ended_only_when_all_have(write, tmp_path):
    """A shard that was cut off leaves its cases short."""
    merge([write("a"), write("b", case="two", end=False)], tmp_path / "all")

    assert saved.results(tmp_path / "all").end is None


OTHERS = {
    "machine": {"machine": msgspec.structs.replace(MACHINE, hostname_sha256="c" * 64)},
    "cores": {"machine": msgspec.structs.replace(MACHINE, cores=8)},
    "interpreter": {
        "machine": msgspec.structs.replace(MACHINE, facts={"3.11.7 built": "June"})
    },
    "usable_cores": {
        "machine": msgspec.structs.replace(
            MACHINE, facts={**MACHINE.facts, "usable_cores": "1"}
        )
    },
    "threaded.condition": {"sources": {"threaded.condition": "d" * 64}},
    "version": {"version": "2"},
}


@pytest.mark.parametrize("what", OTHERS)
def test_what_must_not_be_mixed_is_refused_with_the_reason(write, tmp_path, what):
    """And nothing is written."""
    other = msgspec.structs.replace(RUN, **OTHERS[what])

    with pytest.raises(CannotRunError, match=rf"not comparable .*{what}"):
        merge([write("a"), write("b", other, "two")], tmp_path / "all")
    assert not (tmp_path / "all").exists()


@pytest.mark.parametrize(
    ("pair", "loop", "package", "differs"),
    [
        ("lock", {"loop": "uvloop"}, "uvloop", True),
        ("lock", {"loop": "asyncio"}, "uvloop", False),
        ("lock", {"loop": "trio", "anyio": True}, "anyio", True),
        ("url_fetch", {"loop": "asyncio"}, "aiohttp", True),
        ("lean_fetch", {"loop": "asyncio"}, "aiohttp", False),
    ],
)
def test_the_version_of_a_package_that_was_measured_is_a_difference(
    pair, loop, package, differs
):
    """Another uvloop has another speed; one that was not measured does not matter."""
    runtime = msgspec.structs.replace(ASYNCIO, **loop)
    runs = [
        msgspec.structs.replace(
            RUN,
            pairs=(pair,),
            settings=settings(runtimes=(THREADS, runtime)),
            machine=msgspec.structs.replace(
                MACHINE, facts={f"3.11.7 {package}": version}
            ),
        )
        for version in ("0.1", "0.2")
    ]
    said = f"interpreter: 3.11.7 {package} 0.1 and 0.2"

    assert list(differences(*runs)) == [said] * differs


def test_the_step_of_side_by_side_is_for_two_hosts(write, tmp_path):
    """One host with other cores would be refused there too."""
    fewer = msgspec.structs.replace(RUN, **OTHERS["usable_cores"])
    elsewhere = msgspec.structs.replace(RUN, **OTHERS["machine"])
    first, said = write("a"), []
    for name, run in (("b", fewer), ("c", elsewhere)):
        with pytest.raises(CannotRunError) as refused:
            merge([first, write(name, run, "two")], tmp_path / "all")
        said.append(str(refused.value))

    assert "start a new run" in said[0]
    assert "merge --hosts" in said[1]


def test_what_may_change_from_run_to_run_is_no_difference():
    """The load, the time, the command and the budget."""
    machine = msgspec.structs.replace(MACHINE, facts={**MACHINE.facts, "load": "0.5"})
    later = msgspec.structs.replace(
        RUN, started=99.0, command="other", budget_seconds=3, machine=machine
    )

    assert list(differences(RUN, later)) == []


def test_the_same_sample_twice_is_refused(write, tmp_path):
    """Counted twice, it would make an interval narrower than it is."""
    with pytest.raises(CannotRunError, match="hold the same sample"):
        merge([write("a"), write("b")], tmp_path / "all")


def test_a_run_named_twice_is_refused(write, tmp_path):
    """A slip of the hand would pass for a merge of two."""
    run = write("a")

    with pytest.raises(CannotRunError, match="named twice"):
        merge([run, run], tmp_path / "all")


def test_the_command_says_what_it_merged(write, tmp_path):
    """One line for the terminal."""
    runs = [str(write("a")), str(write("b", case="two"))]
    said = CliRunner().invoke(command, [*runs, "--into", str(tmp_path / "all")])

    assert said.exit_code == 0
    assert said.output.startswith("2 runs of condition merged into")


def test_one_run_is_not_called_runs(write, tmp_path):
    """`1 runs of condition merged`."""
    into = str(tmp_path / "all")
    said = CliRunner().invoke(command, [str(write("a")), "--into", into])

    assert said.output.startswith("1 run of condition merged into")


def shard(index, count, **more):
    part = msgspec.structs.replace(RUN.settings, shard=(index, count))
    return msgspec.structs.replace(RUN, settings=part, **more)


@pytest.mark.parametrize(
    ("runs", "missing"),
    [
        ([RUN], ()),
        ([shard(1, 3), shard(3, 3)], ((2, 3),)),
        ([shard(3, 3), shard(1, 3), shard(2, 3)], ()),
        ([shard(2, 3)], ((1, 3), (3, 3))),
        ([shard(1, 2), shard(2, 2, pairs=("lock",))], ((1, 2), (2, 2))),
        ([shard(2, 3), msgspec.structs.replace(RUN, settings=None, lacks=((2, 3),))],
         ()),
        ([shard(1, 4), msgspec.structs.replace(
            RUN, settings=None, lacks=((1, 4), (2, 4)))], ((2, 4),)),
    ],
)  # fmt: skip
def test_the_shards_that_are_missing_are_known(runs, missing):
    """Of several runs together, one of them merged before perhaps."""
    assert missing_shards(runs) == missing


@pytest.mark.parametrize("options", [(), ("--hosts",)])
def test_a_merge_without_all_shards_names_those_and_ends_with_1(
    write, tmp_path, options
):
    """The cases of a shard are in no table: what is there looks complete."""
    parts = [write("a", shard(1, 3), "one"), write("c", shard(3, 3), "three")]
    into = tmp_path / "all"
    said = CliRunner().invoke(command, [*map(str, parts), "-o", str(into), *options])

    assert said.exit_code == 1
    assert "shard 2/3 is missing" in said.output
    (ledger,) = into.rglob("ledger.jsonl")
    assert len(saved.results(ledger).samples) == 48
    assert saved.results(ledger).run.lacks == ((2, 3),)


def test_the_shard_of_a_host_that_stands_alone_is_known_too(write, tmp_path):
    """It is not merged, because there is nothing to merge it with."""
    said = CliRunner().invoke(
        command, [str(write("a", shard(2, 2))), "--hosts", "-o", str(tmp_path / "all")]
    )

    assert said.exit_code == 1
    assert "warning: host-aaaaaaaa: shard 1/2 is missing" in said.output
