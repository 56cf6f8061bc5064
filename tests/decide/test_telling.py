"""How an answer is told: the paragraph, the table, the page, JSON."""

import json
import sys
from io import StringIO

import msgspec
import pytest
from rich.console import Console

from bench import cli
from bench.commands import decisions as measuring
from bench.commands.decide import whole
from bench.records.decisions import Bounds, Decision, Flip, Predicted
from bench.report.page import decision_file
from bench.report.terminal import decision as terminal
from bench.report.words import decision as words
from bench.report.words import decision_tables as tables
from bench.report.words import flips as flips_in_words
from tests.decide.decisions import function, newcomer, option

PREDICTED = {"jobs_per_second": 490.0, "bound": "the lock", "load": 0.5}
ASKED = ["--concurrency", "300", "--wait", "50ms", "--cpu", "2ms"]


def paragraph(**changed):
    return " ".join(words.paragraph(newcomer(**changed)))


def test_the_newcomer_is_told_the_arithmetic():
    """Then it says what would be enough, and what would change the verdict."""
    said = paragraph()

    assert words.headline(newcomer()) == "Neither."
    assert "300 × 2 ms = 600 ms of computing" in said
    assert "50 ms + 600 ms = 650 ms at best, and 200 ms was asked for" in said
    assert "at most about 71 at once (a run confirms it)" in said
    assert "4 processes on 4 cores" in said
    assert (
        "The verdict would be asyncio with about 650 ms or more allowed at p99" in said
    )


@pytest.mark.parametrize(
    ("at", "sentence", "cell"),
    [
        (75, "at about 75 jobs at once or fewer", "at most 75"),
        (1, "one at a time", "at most 1"),
        (400, "with about 400 or more jobs at once", "at least 400"),
    ],
)
def test_jobs_at_once_are_whole_where_they_turn(at, sentence, cell):
    """The first number with the other verdict is in it."""
    turn = Flip(input="concurrency", now=300, at=at, verdict="asyncio")

    assert flips_in_words.flip(turn) == sentence
    assert tables.flip_rows(newcomer(flips=(turn,)))[0][1] == cell


def test_what_carrying_adds_is_named_where_it_matters():
    """200 ms of computing in a room of 200 ms was called saturated."""
    said = paragraph(limits={"jobs_per_second_of_one_core": 1 / 0.00202})
    assert (
        "= 600 ms of computing. In the 52 ms that a job takes, one interpreter lock"
        in said
    )
    said = paragraph(limits={"jobs_per_second_of_one_core": 1 / 0.0022})
    assert "600 ms of computing, and 60 ms of carrying the jobs. In the 52 ms" in said


def test_a_loop_has_one_core_where_threads_have_more():
    """Of computing without the lock."""
    free = {"concurrency": 8, "cpu_seconds": 0.02, "without_gil": 1.0}

    said = paragraph(asked=free, limits={})
    assert (
        "160 ms of computing. In the 20 ms that a job takes, the one core of a loop"
        in said
    )
    said = paragraph(asked=free, limits={"saturated_from_at_once": 1.0})
    assert "allows 20 ms of computing, so 1 job at once saturates it." in said


def test_sizes_are_told_in_the_unit_that_they_are_asked_for_in():
    """300 MB came back as 286 MiB."""
    said = dict(words.asked(newcomer(asked={"memory_bytes": 300_000_000})))
    turn = Flip(input="memory", now=300e6, at=150e6, verdict="neither")

    assert said["memory at most"] == "300 MB"
    assert flips_in_words.flip(turn) == "below about 150 MB of memory allowed"
    assert "24 MB" in tables.rows(newcomer())[0]


def test_threads_behind_a_loop_have_all_cores():
    """Handed to `to_thread`, computing without the lock has more than a loop's core."""
    free = {"concurrency": 8, "cpu_seconds": 0.02, "without_gil": 1.0}
    bound = Predicted(jobs_per_second=100.0, bound="the cores", load=4.0)
    pair = option("threads"), option("to_thread", predicted=bound)

    assert "160 ms of computing, for which 2 cores take 80 ms at best" in (
        paragraph(asked=free, evidence=pair)
    )


def test_what_was_longer_than_was_waited_is_told_as_that():
    """A number would be made up."""
    assert "with threads the p99 is more than 800 ms" in paragraph().lower()


def test_an_answer_that_is_not_sure_says_so():
    """In its first line."""
    assert "not sure" in words.headline(newcomer(verdict="threads", sure=False))


def test_a_ratio_is_told_with_its_interval():
    """And with what it is over."""
    said = paragraph(verdict="either", because="throughput")

    assert "asyncio does 1.02× the jobs of threads (0.97 to 1.08×" in said


def test_a_difference_that_may_be_none_is_told_as_that():
    """The verdict is `either` although the ratio is beyond 5 %."""
    unsure = {"verdict": "either", "because": "throughput", "sure": False}

    beyond = paragraph(**unsure, ratio=1.07, interval=(0.97, 1.12))
    within = paragraph(**unsure, ratio=1.04, interval=(0.90, 1.12))

    assert "which may be no difference, and none was predicted" in beyond
    assert "no difference" not in within


def test_a_disturbed_run_is_told_by_what_was_predicted():
    """And what it gave is told beside it."""
    said = paragraph(
        verdict="asyncio",
        because="prediction",
        sure=False,
        predicted_ratio=2.26,
        ratio=0.91,
    )

    assert "what was predicted: asyncio at 2.26× the jobs of threads" in said
    assert "in the disturbed run it was 0.91×. Ask again" in said


def test_a_disturbed_run_says_what_is_predicted_not_to_be_met():
    """`Neither` was told without a word of cancelling."""
    stuck = PREDICTED | {"wishes": {"p99": "yes", "cancel": "no"}}
    pair = [
        option(name, wishes={"cancel": "no"}, predicted=Predicted(**stuck))
        for name in ("threads", "asyncio")
    ]
    said = paragraph(because="prediction", sure=False, evidence=tuple(pair))

    assert "with threads cancelling takes longer than 100 ms" in said


def test_a_wish_that_was_met_in_spite_of_a_disturbance_is_not_told_as_missed():
    """Other processes only make figures worse."""
    stuck = PREDICTED | {"wishes": {"cancel": "no"}}
    pair = [
        option(name, wishes={"cancel": "yes"}, predicted=Predicted(**stuck))
        for name in ("threads", "asyncio")
    ]

    assert "cancelling" not in paragraph(because="prediction", evidence=tuple(pair))


def test_too_few_jobs_for_a_p99_are_told_by_what_it_exceeds():
    """`the p99 is 1 s` stood beside `8 jobs: too few`."""
    few = [
        option(name, p99_seconds=None, p99_least_seconds=0.35)
        for name in ("threads", "asyncio")
    ]
    said = paragraph(evidence=tuple(few))

    assert "With threads the p99 is at least 350 ms, with asyncio" in said


def test_memory_that_was_never_in_hand_is_told_by_arithmetic():
    """1,000 x 300 KB."""
    held = {"wishes": {"memory": "no"}, "memory_bytes": 253e6, "held_bytes": 300e6}
    pair = option("threads", **held), option("asyncio", **held)

    assert "memory is at least 300 MB, which its jobs hold together" in paragraph(
        evidence=pair
    )


def test_a_small_difference_of_a_pair_may_be_none():
    """Of a pair nothing is predicted, and so nothing is said of that."""
    said = paragraph(
        verdict="either", because="throughput", sure=False, ratio=0.94,
        interval=(0.90, 1.01), predicted_ratio=None,
    )  # fmt: skip

    assert "which may be no difference: its interval" in said
    assert "none was predicted" not in said


def test_a_function_is_told_by_its_shares_without_the_queue():
    """0.5 of 0.8 that it had a core or waited."""
    said = paragraph(function=function(blocks=((0.02, "jobs.py:7 in run"),)))

    assert "takes 8 ms a call: 62 % of it computes with the lock" in said
    assert "for 20 ms at a time, at jobs.py:7 in run" in said


def test_a_pair_is_named_by_its_functions():
    """The prediction first: that is the answer."""
    named = newcomer(verdict="asyncio", names=("a:f", "b:g"))

    assert words.headline(named) == "Asyncio (b:g)."


@pytest.mark.parametrize("columns", [80, 120])
def test_the_terminal_shows_it_within_its_width(columns):
    """Nothing is cut off."""
    console = Console(file=StringIO(), width=columns)
    terminal.show(newcomer(), console)
    shown = console.file.getvalue()

    assert max(map(len, shown.splitlines())) <= columns
    for part in ("Neither.", "uvloop", "> 800 ms", "prediction and run", "Controls"):
        assert part in shown


def test_a_candidate_that_failed_has_its_reason_in_its_row():
    """And no figures."""
    failed = option("uvloop", failure="killed: by SIGKILL", jobs_per_second=None)
    console = Console(file=StringIO(), width=140)
    terminal.show(newcomer(evidence=(*newcomer().evidence[:2], failed)), console)

    assert "no: killed: by SIGKILL" in console.file.getvalue()


def test_the_page_holds_the_answer_and_fetches_nothing():
    """What the user wrote is escaped."""
    page = decision_file.render(newcomer(command="decide --name <script>alert(1)"))

    assert "Neither." in page
    assert "650 ms" in page
    assert "<script>alert(1)" not in page
    assert 'src="http' not in page


def test_json_has_what_the_answer_rests_on():
    """The keys that programs read."""
    found = json.loads(msgspec.json.encode(whole(newcomer())))

    assert {"verdict", "ratio", "interval", "shares", "limits", "flips", "evidence",
            "predicted"} <= found.keys()  # fmt: skip
    assert found["predicted"] == {"ratio": 1.0, "verdict": "neither"}
    assert found["flips"][1]["verified"] is None
    assert found["evidence"][0]["predicted"]["jobs_per_second"] == 490.0
    assert msgspec.json.decode(msgspec.json.encode(newcomer()), type=Decision)


@pytest.fixture
def call(monkeypatch, capsys):
    """Run `decide`, answered without measuring; its status, stdout and stderr."""

    def status_and_output(*arguments):
        monkeypatch.setattr(measuring, "of_description", lambda *_: newcomer())
        monkeypatch.setattr(sys, "argv", ["bench", "decide", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return (ended.value.code, *capsys.readouterr())

    return status_and_output


@pytest.mark.parametrize(
    ("expected", "status"), [("neither", 0), ("threads", 1), ("asyncio", 1)]
)
def test_assert_makes_the_verdict_an_exit_status(expected, status, call):
    """For CI."""
    assert call(*ASKED, "--assert", expected)[0] == status


def test_assert_takes_several_verdicts(call):
    """One of them is enough."""
    assert call(*ASKED, "--assert", "either", "--assert", "neither")[0] == 0


def test_json_is_all_that_is_printed(call):
    """A program reads it."""
    status, shown, _ = call(*ASKED, "--json")

    assert status == 0
    assert json.loads(shown)["verdict"] == "neither"


def test_a_report_is_written_where_it_is_asked_for(call, tmp_path):
    """One file."""
    page = tmp_path / "answer.html"

    assert call(*ASKED, "--report", str(page))[0] == 0
    assert "Neither." in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "advice"),
    [
        ([], "give --concurrency, --wait and --cpu"),
        (["--concurrency", "300"], "--wait and --cpu are missing"),
        (["--concurrency", "300", "--wait", "50"], "did you mean 50ms or 50s?"),
        ([*ASKED, "--memory", "512"], "did you mean 512MB or 512KB?"),
        (["--threads", "a:f"], "--asyncio is missing"),
        (["--threads", "a.f", "--asyncio", "b:g"], "package.module:function"),
        (["--function", "a:f"], "--concurrency is missing"),
        (["--function", "a:f", "--wait", "5ms"], "--wait is not for a function"),
        (["--pair", "absent"], "there is no pair absent; you have named none; `list`"),
        (["--pair", "semaphor"], "there is no pair semaphor; did you mean semaphore?"),
        (
            ["--pair", "lock", "--threads", "a:f"],
            "--threads is not for the pair lock; leave it out",
        ),
        ([*ASKED, "--limit", "5"], "--limit is not for described work"),
        ([*ASKED, "--memory-limit", "2"], "--memory-limit is not for described work"),
        (["--pair", "lock", "--limit", "5"], "--limit is not for the pair lock"),
        (["--function", "a:f", "--small", "[1]"], "--small is not for a function"),
        (["--function", "a.f", "-n", "2"], "--function is 'a.f', which is not"),
        (["--function", "a.f", "-n", "2"], "did you mean a:f?"),
        (["--function", "a:f", "-n", "2", "--args", "3"], "--args is '3'; write an"),
        (["--function", "a:f", "-n", "2", "--args", "3"], "such as [3]"),
        ([*ASKED, "--report", "/absent/page.html"], "there is no folder /absent"),
        (["--args", "[1]", *ASKED], "give --threads and --asyncio too"),
        ([*ASKED, "--budget", "nan"], "finite"),
        ([*ASKED, "--assert", "both"], "both"),
    ],
)
def test_a_question_that_cannot_be_asked_costs_one_line(arguments, advice, call):
    """With the value and the next step, and status 2."""
    status, _, complaint = call(*arguments)

    assert status == 2
    assert advice in complaint
    assert len(complaint.splitlines()) == 1


def test_a_call_of_a_function_may_take_as_long_as_the_limit_says(call):
    """And no longer: the option is for functions too."""
    asked = ("--function", "time:sleep", "--args", "[30]", "-n", "2")
    status, _, complaint = call(*asked, "--limit", "0.3")

    assert status == 2
    assert "time:sleep hung: no result after 0.3 s" in complaint


def cancelled(name, met):
    return option(
        name, wishes={"cancel": met}, meets=met, cancel_seconds=0.0121,
        p99_seconds=Bounds(value=0.067, low=0.0635, high=0.0702),
    )  # fmt: skip


@pytest.mark.parametrize("columns", [40, 60, 80, 100, 120])
def test_no_word_of_the_evidence_is_cut(columns):
    """At 80 columns `undecided: cancelling` was shown as `undecide`, `cancelli`."""
    pair = cancelled("threads", "yes"), cancelled("asyncio, pool of 40", "undecided")
    console = Console(file=StringIO(), width=columns)
    terminal.show(newcomer(evidence=pair), console)
    shown = console.file.getvalue()

    assert max(map(len, shown.splitlines())) <= columns
    if columns >= 60:
        for word in ("undecided:", "cancelling", "(63.5-70.2)", "meets it", "12.1"):
            assert word in shown


def test_all_columns_stand_in_one_table_where_they_fit():
    """And in two where they do not, each with its candidates."""
    pair = cancelled("threads", "yes"), cancelled("asyncio, pool of 40", "undecided")
    one = newcomer(evidence=pair)

    assert len(terminal.evidence(one, 120)) == 1
    first, second = terminal.evidence(one, 70)
    assert [str(column.header) for column in first.columns][-1] == "meets it"
    assert [str(column.header) for column in second.columns] == [
        "candidate", "memory", "cores", "start", "cancel"
    ]  # fmt: skip


def test_one_lock_is_told_to_leave_the_other_cores_idle():
    """Of a pure Python loop `threads` was told, and not that neither uses two cores."""
    asked = {"concurrency": 20, "wait_seconds": 0.0, "cpu_seconds": 0.002}
    bound = Predicted(jobs_per_second=490.0, bound="the lock", load=20.0)
    pair = option("threads", predicted=bound), option("to_thread", predicted=bound)
    several = option("2 processes", kind="processes")

    said = paragraph(asked=asked, evidence=(*pair, several))
    assert "neither model computes on more than one of the 2 cores" in said
    assert "use more processes, which have a row below" in said
    assert "row below" not in paragraph(asked=asked, evidence=pair)
    alone = paragraph(asked=asked | {"concurrency": 1}, evidence=pair)
    assert "more than one of" not in alone


def test_the_rows_of_a_function_are_of_a_stand_in():
    """They were called measured, as if the function had been called in them."""
    own = function(threads_cpu_seconds=0.002)

    assert "The rows are measured with a stand-in" in paragraph(function=function())
    said = paragraph(function=own)
    assert "It computes 2 ms a call in threads of its own, which is counted" in said
    assert "The function has threads of its own" in said
    ahead = paragraph(function=own, verdict="asyncio", because="throughput", ratio=1.5)
    assert "With the stand-in, asyncio does 1.50× the jobs" in ahead
    assert "Measured" not in ahead


@pytest.mark.parametrize("columns", range(72, 100))
def test_the_last_column_is_whole_at_every_width(columns):
    """`no: cancelling` was cut to `cancel` where all columns just fitted."""
    pair = [
        option(
            name, wishes={"cancel": "no"}, cancel_seconds=0.495, p99_seconds=None,
            p50_seconds=Bounds(value=0.513, low=0.51, high=0.518), samples=40,
        )
        for name in ("threads", "asyncio + to_thread, pool of 20")
    ]  # fmt: skip
    console = Console(file=StringIO(), width=columns)
    terminal.show(newcomer(evidence=tuple(pair)), console)
    shown = console.file.getvalue()

    assert max(map(len, shown.splitlines())) <= columns
    for word in ("cancelling", "to_thread,", "(510-518)", "meets it"):
        assert word in shown.partition("candidate")[2]


@pytest.mark.parametrize(
    ("count", "cpu", "said"),
    [
        (100, 0.002, ["20 s of computing in each second", "520 jobs in hand, so 100"]),
        (1000, 0.002, ["20 s of computing in each second"]),
        (100, 0.0, ["500 jobs in hand, so 100 at once are too few"]),
    ],
)
def test_a_rate_is_told_with_the_computing_and_the_jobs_in_hand(count, cpu, said):
    """10,000/s of 50 ms + 2 ms: that 100 at once are too few was not said."""
    asked = {
        "concurrency": count, "wait_seconds": 0.05, "cpu_seconds": cpu,
        "rate_per_second": 10_000.0,
    }  # fmt: skip
    sentences = paragraph(asked=asked)

    for part in said:
        assert part in sentences
    assert ("jobs in hand" in sentences) == (count == 100)


def test_processes_of_a_function_take_the_cores_in_either_model():
    """2 cores do 100 a second of what computes 20 ms in another process."""
    own = function(children_cpu_seconds=0.02)

    said = "In either model all cores together do at most about 100/s."
    assert said in paragraph(function=own)


def to_thread(rate, **changed):
    return option(
        "asyncio + to_thread, pool of 6", kind="to_thread", wishes={}, meets="yes",
        jobs_per_second=Bounds(value=rate), **changed,
    )  # fmt: skip


@pytest.mark.parametrize(("rate", "is_named"), [(460.0, True), (400.0, False)])
def test_asyncio_that_hands_its_jobs_to_threads_may_do_as_much(rate, is_named):
    """Computing without the lock: threads, 0.50x; to_thread makes it equal."""
    said = paragraph(
        verdict="threads", because="throughput", ratio=0.5, interval=(0.49, 0.51),
        evidence=(option("threads"), option("asyncio"), to_thread(rate)),
    )  # fmt: skip

    named = "asyncio + to_thread, pool of 6 does about as much as threads (a row below)"
    assert (named in said) == is_named


@pytest.mark.parametrize(
    ("rate", "changed", "is_named"),
    [
        (800.0, {}, True),
        (540.0, {}, False),
        (800.0, {"asked": {"concurrency": 300, "rate_per_second": 400.0}}, False),
    ],
)
def test_a_much_faster_candidate_is_named(rate, changed, is_named):
    """A pool of few threads often does more than one thread for each job."""
    pool = option("threads, pool of 23", kind="threads", meets="yes",
                  jobs_per_second=Bounds(value=rate))  # fmt: skip
    evidence = (option("threads"), option("asyncio"), pool)
    said = paragraph(**{"evidence": evidence} | changed)

    named = "The fastest in one process is threads, pool of 23, with 1.62×"
    assert (named in said) == is_named


def test_a_candidate_that_misses_a_wish_is_not_recommended():
    pool = option("threads, pool of 23", kind="threads", meets="no",
                  jobs_per_second=Bounds(value=900.0))  # fmt: skip
    said = paragraph(evidence=(option("threads"), option("asyncio"), pool))

    assert "The fastest" not in said


@pytest.mark.parametrize(
    ("predicted", "end"),
    [(1.02, "and none was predicted"), (1.10, "and a lead of asyncio was predicted"),
     (0.90, "and a lead of threads was predicted")],
)  # fmt: skip
def test_a_small_difference_is_told_with_the_prediction(predicted, end):
    said = paragraph(
        verdict="either", sure=False, because="throughput", ratio=0.93,
        interval=(0.88, 0.98), predicted_ratio=predicted,
    )  # fmt: skip

    assert f"which may be no difference, {end}" in said


def test_a_p99_that_the_arithmetic_allows_is_missed_for_a_reason():
    """40 jobs of 20 ms and 1 ms: 60 ms at best for 100 ms, and 227 ms measured."""
    said = paragraph(
        asked={"concurrency": 40, "wait_seconds": 0.02, "cpu_seconds": 0.001,
               "p99_seconds": 0.1},
    )  # fmt: skip

    assert "20 ms + 40 ms = 60 ms at best. But each worker goes on with its" in said


def test_no_speed_is_praised_that_the_jobs_at_once_do_not_allow():
    """One job that waits 10 ms: 211 a second of a disturbed run are not possible."""
    fast = option("uvloop", meets="yes", jobs_per_second=Bounds(value=211.0))
    slow = {"jobs_per_second": Bounds(value=95.0)}
    asked = {"concurrency": 1, "wait_seconds": 0.01, "cpu_seconds": 0.0}
    evidence = (option("threads", **slow), option("asyncio", **slow), fast)

    assert "The fastest" not in paragraph(asked=asked, evidence=evidence)


@pytest.mark.parametrize(("known", "told"), [(27.0, 26), (26.0, 26), (40.0, 40)])
def test_the_jobs_that_saturate_follow_from_the_figures_beside_them(known, told):
    """52 ms for 2 ms are 26 jobs; carrying them may make it one more."""
    said = paragraph(limits={"saturated_from_at_once": known})

    assert f"so {told} jobs at once saturate it" in said


def test_computing_without_the_lock_has_its_last_job_on_a_loop():
    """In threads, two cores share it."""
    said = paragraph(
        asked={"concurrency": 10, "cpu_seconds": 0.01, "without_gil": 1.0,
               "p99_seconds": 0.09},
    )  # fmt: skip

    assert "the last of 10 is done on a loop after 0 s + 100 ms = 100 ms" in said


def test_a_verdict_that_lasts_down_to_zero_has_no_end():
    """A range "from about 0 s to 2.01 ms, and asyncio below that" is none."""
    turn = Flip(input="wait", now=0.01, at=0.00201, verdict="threads", until=0.0,
                then="asyncio")  # fmt: skip

    assert flips_in_words.flip(turn) == "below about 2.01 ms of waiting in a job"
    assert tables.flip_rows(newcomer(flips=(turn,)))[0][1:3] == (
        "below 2.01 ms", "threads")  # fmt: skip
