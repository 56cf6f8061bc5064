"""What `run` says of the schedules of a pair of the user's, and how to see them."""

import msgspec
import pytest

from bench.commands import run, user_pairs
from bench.commands.effects import check_effects
from bench.errors import CannotRunError
from bench.pairs import function_pairs
from bench.pairs.catalogue import PAIRS
from bench.records.certificates import Certificate, Failure, Outcome
from bench.records.models import MODELS
from bench.records.runs import Results
from bench.records.user_pairs import UserPair
from bench.report.words import reproduce
from bench.report.words.answer import answer
from bench.runs import user_correctness
from tests.report.sample_results import run as run_record

BROKEN = Certificate(
    pair="fleet", model="asyncio", scenario="fleet", outcome="broken",
    method="explored", schedules=10,
    outcomes=(Outcome(state="'late'", schedules=3), Outcome(state="7", schedules=7)),
    failure=Failure(symptom="2 different outcomes, by when timers fire"),
)  # fmt: skip
FLEET = UserPair(name="fleet", threads="fleet:t", asyncio="fleet:a", small="[2]")
LATE = """\
import asyncio


def run(count):
    return list(range(count))


async def arun(count):
    async def one(number):
        try:
            return await asyncio.wait_for(asyncio.sleep(0.001, number), 1.0)
        except TimeoutError:
            return "late"

    return list(await asyncio.gather(*map(one, range(count))))
"""


@pytest.fixture(autouse=True)
def _a_catalogue_of_its_own():
    """What a test registers is forgotten after it."""
    before = dict(PAIRS)
    yield
    PAIRS.clear()
    PAIRS.update(before)


def results(command="python -m bench run fleet", **changed):
    made = msgspec.structs.replace(
        run_record(command=command), own=(FLEET,), pairs=("fleet",)
    )
    return Results(run=made, certificates=(BROKEN,), **changed)


def test_a_pair_that_breaks_is_a_line_with_its_outcomes():
    """And with the rule that lets a timer fire early, where that is the cause."""
    function_pairs.register((FLEET,))
    [line] = user_pairs.broken(("fleet",), [BROKEN])

    assert line.startswith("fleet: asyncio breaks: 2 different outcomes")
    assert "(7 in 7, 'late' in 3 of 10 schedules)" in line
    assert "a timer may fire before other work is done" in line


def test_a_pair_that_holds_or_is_ours_has_no_line():
    """Counter-examples of ours break on purpose."""
    function_pairs.register((FLEET,))
    holds = msgspec.structs.replace(BROKEN, outcome="holds", failure=None)

    assert user_pairs.broken(("fleet",), [holds]) == []
    assert user_pairs.broken(("lock",), [BROKEN]) == []


def test_a_run_with_a_pair_that_breaks_fails(monkeypatch, tmp_path, capsys):
    """The exit status follows from these lines."""
    function_pairs.register((FLEET,))
    monkeypatch.setattr(run.saved, "results", lambda _: results())
    monkeypatch.setattr(run.html_file, "write", lambda *_: None)
    failed = run.finish(tmp_path, opened=False)

    assert len(failed) == 1
    assert "failed: fleet: asyncio breaks" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        ([], 0),
        (["fleet: threads hung: no result after 5 s"], 1),
        (["fleet: threads crashed: ValueError: cannot be used: x"], 1),
        (["fleet: threads cannot be used: jobs has no rnu; did you mean run?"], 2),
        (["fleet: no code shape: no source of jbos was found"], 2),
        (["a: threads cannot be used: x has no y", "b: asyncio breaks: z"], 1),
    ],
)
def test_a_function_that_cannot_be_used_has_the_status_of_a_refusal(lines, status):
    """A misspelt name in a script is not a pair that fails."""
    assert user_pairs.status_of(lines) == status


def test_what_breaks_is_said_first():
    """Where no speeds were measured there is nothing that matters more."""
    assert answer(results()).headline == (
        "`fleet` breaks in asyncio: 2 different outcomes, by when timers fire."
    )


@pytest.mark.parametrize(
    ("command", "again"),
    [
        ("python -m bench run fleet", "run fleet --lens correctness"),
        (
            "python -m bench run --threads fleet:t --asyncio fleet:a --small [2]",
            "run --threads fleet:t --asyncio fleet:a --args '{}' --small '[2]' "
            "--name fleet --lens correctness",
        ),
    ],
)
def test_the_schedules_of_a_users_pair_are_tried_again_by_run(command, again):
    """`explore fleet` knows no pair of that name, or takes a file beside it."""
    commands = [one.command for one in reproduce.commands(results(command))]

    assert f"python -m bench {again}" in commands
    assert not any("explore fleet" in one for one in commands)


def asked(**changed):
    known = {"lenses": (), "against": None, "aa": False, "sweep": "none"}
    return known | changed


def test_the_correctness_lens_alone_needs_small_arguments():
    """Or it would end with 0 and have tried nothing."""
    function_pairs.register(
        (UserPair(name="fleet", threads="fleet:t", asyncio="fleet:a"),)
    )

    with pytest.raises(CannotRunError, match="give small arguments as `small`"):
        check_effects(["fleet"], set(), asked(lenses=("correctness",)))
    check_effects(["fleet"], set(), asked())


def test_workers_have_no_effect_on_a_pair_of_the_users():
    """It says itself how many it has."""
    function_pairs.register((FLEET,))

    with pytest.raises(CannotRunError, match="--workers has no effect on fleet"):
        check_effects(["fleet"], {"workers"}, asked())


@pytest.mark.long
def test_outcomes_that_differ_by_timers_alone_are_told_as_that(tmp_path):
    """A timeout of a second fires before a sleep of a millisecond in some schedules."""
    (tmp_path / "late.py").write_text(LATE)
    mine = function_pairs.pair(
        UserPair(name="late", threads="late:run", asyncio="late:arun", small="[2]",
            folders=(str(tmp_path),))
    )  # fmt: skip
    threads, tasks = user_correctness.certificates([(mine, m) for m in MODELS])

    assert threads.outcome == "holds"
    assert tasks.failure.symptom == "4 different outcomes, by when timers fire"


ORDERED = """\
import threading
from collections import Counter

SMALL = {"count": 2}


def run(count):
    found, by_number = Counter(), {}

    def work(number):
        found[number] += 1
        by_number[number] = {"b": 1, "a": {number}}

    team = [threading.Thread(target=work, args=(one,)) for one in range(count)]
    for one in team:
        one.start()
    for one in team:
        one.join()
    return [found, by_number, (by_number,)]


def each(count):
    yield count


def ends(count):
    import ctypes

    ctypes.string_at(0)
"""


def certificates(tmp_path, small, threads="ordered:run"):
    (tmp_path / "ordered.py").write_text(ORDERED)
    (tmp_path / "sizes.py").write_text('SMALL = {"count": 2}\n')
    mine = UserPair(
        name="ordered", threads=threads, asyncio=threads, small=small,
        folders=(str(tmp_path),),
    )  # fmt: skip
    function_pairs.register((mine,))
    wanted = [(PAIRS["ordered"], model) for model in MODELS]
    return list(user_correctness.certificates(wanted))


@pytest.mark.long
@pytest.mark.parametrize(
    "small",
    ['{"count": 2}', "ordered:SMALL", "sizes:SMALL"],
    ids=["json", "own", "far"],
)
def test_outcomes_whose_keys_were_added_in_another_order_are_equal(small, tmp_path):
    """Two equal dicts counted as different outcomes, and the pair as broken."""
    one, _ = certificates(tmp_path, small)

    assert one.outcome == "holds"
    assert one.exhausted
    assert len(one.outcomes) == 1


@pytest.mark.long
@pytest.mark.parametrize(
    ("small", "threads", "told"),
    [
        ('{"number": 1}', "ordered:run", """give --small '{"count": ...}', or small"""),
        ("[2]", "ordered:rnu", "ordered has no rnu; did you mean run?"),
        ("[2]", "absent:run", "there is no module absent; check its name"),
        ("[2]", "ordered:SMALL", "ordered:SMALL is {'count': 2}, not a function"),
        ("[2]", "ordered:each", "each returns a generator, and a call runs none of"),
        ("sizes:absent", "ordered:run", "sizes has no absent; it has SMALL"),
    ],
)
def test_small_arguments_that_do_not_fit_fail(small, threads, told, tmp_path):
    """The run ended with status 0, and its table said `0, cut` without a reason."""
    found = certificates(tmp_path, small, threads)
    lines = user_pairs.broken(("ordered",), found)

    assert len(lines) == 2
    assert told in lines[0]
    assert lines[0].startswith("ordered: threads cannot be used: ")
    assert user_pairs.untried(("ordered",), found) == []


@pytest.mark.long
def test_a_process_that_ends_within_a_schedule_is_told_with_its_status(tmp_path):
    """`were tried: by SIGSEGV` did not say what happened."""
    found = certificates(tmp_path, "[2]", "ordered:ends")

    assert user_pairs.untried(("ordered",), found)[0].endswith("killed: by SIGSEGV")


def test_a_symptom_is_told_without_what_a_terminal_would_obey():
    """The text of an error is the user's."""
    function_pairs.register((FLEET,))
    failure = Failure(symptom="ValueError: \x1b[2Jx\u202ey")
    [line] = user_pairs.broken(
        ("fleet",), [msgspec.structs.replace(BROKEN, outcomes=(), failure=failure)]
    )

    assert line == "fleet: asyncio breaks: ValueError: xy"


def test_what_the_explorer_cannot_run_is_a_note_with_its_reason():
    """It is no mistake of the pair, and a reader must know that nothing was tried."""
    function_pairs.register((FLEET,))
    one = msgspec.structs.replace(
        BROKEN, outcome="cut", schedules=0, failure=None, bound="it uses a socket"
    )

    assert user_pairs.broken(("fleet",), [one]) == []
    assert user_pairs.untried(("fleet",), [one]) == [
        "no schedules of fleet in asyncio were tried: it uses a socket"
    ]


@pytest.mark.parametrize(
    ("lenses", "is_failed"), [(("shape",), True), (("shape", "throughput"), False)]
)
def test_a_pair_without_sources_is_told_when_its_code_is_compared(
    lenses, is_failed, monkeypatch, tmp_path, capsys
):
    """`run --lens shape` of a module that does not exist ended with status 0."""
    lost = UserPair(name="lost", threads="lost:t", asyncio="lost:a")
    function_pairs.register((lost,))
    made = run_record(command="python -m bench run lost")
    made = msgspec.structs.replace(made, own=(lost,), pairs=("lost",), lenses=lenses)
    found = Results(run=made)
    monkeypatch.setattr(run.saved, "results", lambda _: found)
    monkeypatch.setattr(run.html_file, "write", lambda *_: None)
    failed = run.finish(tmp_path, opened=False)

    line = "lost: no code shape: no source of lost was found; check the name"
    told = capsys.readouterr()
    assert [one.startswith(line) for one in failed] == [True] * is_failed
    assert (f"note: {line}" in told.err) is not is_failed
