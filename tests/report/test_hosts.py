"""A report over hosts: a ratio for each, the spread, and never a mean alone."""

import io

import msgspec
import pytest
from rich.console import Console

from bench.records.runs import Results
from bench.records.sweeps import HostResults, Sweep
from bench.records.workload import Workload
from bench.report.page import hosts_file
from bench.report.terminal import hosts as terminal
from bench.report.words import certainty
from bench.report.words import hosts as words
from tests.ledger.test_merging import MACHINE, RUN
from tests.report.sample_results import comparison
from tests.throughput.fakes import blocks

LOAD = Workload(workers=2, operations=0)


def host(name, ratio, *, finished=True, machine=None, **facts):
    """A host that has measured one case; None for a ratio: nothing has come."""
    if ratio is None:
        return HostResults(host=name)
    made = machine or msgspec.structs.replace(
        MACHINE, hostname_sha256=name * 64, facts=facts
    )
    found = comparison("lock", LOAD, ratio, 0.02)
    results = Results(
        run=msgspec.structs.replace(RUN, host=name, machine=made),
        comparisons=(msgspec.structs.replace(found, case="lock"),),
    )
    return HostResults(host=name, results=results, is_finished=finished)


@pytest.mark.parametrize(
    ("ratios", "said"),
    [
        ((1.05, 1.05), "1.00 times apart: undecided on some"),
        ((2.0, 3.0), "2.00 to 3.00× on 2 hosts, 1.50 times apart: the same answer"),
        ((0.5, 2.0), "0.50 to 2.00× on 2 hosts, 4.00 times apart: opposite answers"),
        ((1.0, 2.0), "not the same answer on each"),
        ((2.0, None), "measured on 1 host of 2: no spread"),
        ((2.0,), "none, because there is one host"),
    ],
)
def test_the_spread_says_how_far_hosts_are_apart(ratios, said):
    """One figure for all hosts would hide that the answer depends on the host."""
    found = [host(name, ratio) for name, ratio in zip("ab", ratios, strict=False)]
    (row,) = words.rows(found)

    assert said in row.spread


def test_a_case_that_a_host_has_not_measured_is_told():
    """A row with one figure less would look complete."""
    (row,) = words.rows([host("a", 2.0), host("b", None)])

    assert [cell.verdict for cell in row.cells] == ["asyncio faster", "not measured"]


def test_machines_stand_side_by_side():
    """A reader looks there for why two hosts differ."""
    facts = dict(words.facts([host("a", 2.0, governor="x"), host("b", 1.0)]))

    assert facts["governor"] == ("x", "")
    assert facts["machine"] == ("aaaaaaaa", "bbbbbbbb")


def test_what_did_not_finish_and_what_shares_a_machine_is_remarked():
    """Figures of a part, and of workers that shared a machine, need a warning."""
    remarks = words.remarks(
        [
            host("a", 2.0, finished=False, machine=MACHINE),
            host("b", 2.0, machine=MACHINE),
            host("c", None),
        ]
    )

    assert "a: its run did not finish; samples are few" in remarks
    assert "c: nothing was measured" in remarks
    assert "some hosts are workers of one machine, which took turns" in remarks


def test_why_a_host_could_not_measure_a_pair_is_remarked():
    """`undecided` without a ratio leaves its reader to search each host's report."""
    failed = msgspec.structs.replace(
        blocks(1)[0], status="crashed", reason="Traceback\nNo module named 'x'\n"
    )
    one = host("a", 2.0)
    results = msgspec.structs.replace(one.results, samples=(failed, failed))
    subject = failed.subject
    said = f"a: {subject.pair} {subject.model} crashed: No module named 'x'"

    assert words.remarks([msgspec.structs.replace(one, results=results)]) == [said]


def test_a_shard_that_a_host_lacks_is_remarked():
    """Its cases are in no row: the table alone looks complete."""
    one = host("a", 2.0)
    run = msgspec.structs.replace(one.results.run, lacks=((2, 3),))
    results = msgspec.structs.replace(one.results, run=run)

    assert words.remarks([msgspec.structs.replace(one, results=results)]) == [
        "a: shard 2/3 is missing"
    ]
    lost = certainty.losses(results)
    assert "The run is not complete: shard 2/3 is missing." in lost


def test_facts_that_all_hosts_share_are_below_those_that_differ():
    """The flags of a compiler pushed the processor off the screen."""
    found = [host(name, 2.0, flags="-O3", governor=name) for name in "ab"]
    shown, same = words.same_facts(words.facts(found))

    assert "flags" in dict(same)
    assert {"processor", "governor"} <= dict(shown).keys()
    page = hosts_file.render(Sweep(started=1.0, hosts=("a", "b")), found)
    assert page.index("governor") < page.index("the same on all hosts")
    assert page.index("the same on all hosts") < page.index("-O3")


def test_the_terminal_and_the_page_show_each_host_within_80_columns():
    """Both say the same."""
    found = [host("a", 2.0, governor="x"), host("b", 3.0, governor="y")]
    out = io.StringIO()
    terminal.show(found, Console(file=out, width=80))
    page = hosts_file.render(Sweep(started=1.0, hosts=("a", "b")), found)

    assert max(map(len, out.getvalue().splitlines())) <= 80
    for text in (out.getvalue(), page):
        assert "2.00×" in text
        assert "3.00×" in text
        assert "2.00 to 3.00× on 2 hosts" in text
        assert "governor" in text


def test_a_host_of_which_nothing_came_is_no_difference_of_machines():
    """Each fact of the others beside `unknown` would fill the screen."""
    found = [host("a", 2.0, flags="x"), host("b", None)]
    out = io.StringIO()
    terminal.show(found, Console(file=out, width=80))

    assert "b: nothing was measured" in out.getvalue()
    assert "unknown" not in out.getvalue()
    assert "flags" not in out.getvalue()


def shown(*found):
    """What the terminal and the page show of these hosts, each with single spaces."""
    out = io.StringIO()
    terminal.show(found, Console(file=out, width=80))
    names = tuple(one.host for one in found)
    page = hosts_file.render(Sweep(started=1.0, hosts=names), found)
    return [" ".join(text.split()) for text in (out.getvalue(), page)]


def test_doubts_of_a_host_are_told_in_the_summary_over_all_hosts():
    """Only the report of the host itself said that other programs had run there."""
    one = host("a", 2.0)
    results = msgspec.structs.replace(
        one.results, run=msgspec.structs.replace(one.results.run, warnings=("busy",))
    )
    doubted = msgspec.structs.replace(
        one, results=results, doubts=("other programs", "wide", "few", "two modes")
    )

    for text in shown(doubted, host("b", 2.0)):
        assert "a: busy" in text
        assert "a: other programs" in text
        assert "a: wide" in text
        assert "a: 2 more doubts: see its own report" in text
        assert "b: busy" not in text


def test_the_load_and_the_noise_are_shown_even_if_they_are_equal():
    """With one host, all facts are equal, and these were folded away."""
    one = host("a", 2.0, load="4.76", flags="-O3")
    told, same = words.same_facts(words.facts([one]))

    assert dict(told)["load"] == ("4.76",)
    assert dict(told)["noise floor"] == ("not measured",)
    assert [name for name, _ in same if name == "flags"]
    for text in shown(one):
        assert "noise floor" in text
        assert "4.76" in text


def test_names_of_hosts_are_escaped_in_the_page():
    """A worker's name is whatever someone typed."""
    name = "<b>"
    one = HostResults(host=name)
    page = hosts_file.render(Sweep(started=1.0, hosts=(name,)), [one])

    assert "<b>" not in page
    assert "&lt;b&gt;" in page
