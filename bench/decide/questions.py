"""The 29 questions that people ask, each with its answer on this machine.

An answer comes from the calibration, or from a saved run.  If neither has the figures
for an answer, the command that measures them is shown instead.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bench.decide.candidates import ASYNCIO, THREADS, default_pool
from bench.decide.costs import Costs, lock_left
from bench.decide.described.work import Wishes, Work
from bench.decide.predicting import Predictor, flips
from bench.decide.remedies import best_pool, knee
from bench.records import library_parts
from bench.records.runs import Results
from bench.records.samples import Comparison, Measurement

TYPICAL = Work(concurrency=100, wait_seconds=0.05, cpu_seconds=0.001)
MANY = 1_000
MODELS = ("threads", "asyncio")


@dataclass(frozen=True)
class Known:
    """The sources of the answers."""

    costs: Costs | None = None
    run: Results | None = None
    free_threaded: tuple[str, ...] = ()

    def measured(self, name: str, value: str) -> str | None:
        """A probe's value in both models, from the run; None if it was not measured."""
        if self.run is None:
            return None
        found = [one for one in self.run.measurements if one.name == name]
        by_model = {str(one.model): one for one in found if value in one.values}
        if not all(model in by_model for model in MODELS):
            return None
        said = (f"{model} {_time(by_model[model].values[value])}" for model in MODELS)
        return ", ".join(said) + f" ({_at(by_model['threads'])})"

    def compared(self, pair: str) -> list[Comparison]:
        """The comparisons of a pair with a ratio, from the run."""
        if self.run is None:
            return []
        return [one for one in self.run.comparisons if one.pair == pair and one.ratio]


@dataclass(frozen=True)
class Question:
    """One question, the command that measures its answer, and the known answer."""

    number: int
    text: str
    command: str
    known: Callable[[Known], str | None] = lambda _: None


@dataclass(frozen=True)
class Answer:
    """A question with its answer; None if the answer is not known."""

    question: Question
    said: str | None


def answers(known: Known, numbers: Sequence[int] = ()) -> list[Answer]:
    """The questions with these numbers, or all of them, with their known answers."""
    chosen = [one for one in QUESTIONS if not numbers or one.number in numbers]
    return [Answer(one, one.known(known)) for one in chosen]


def _time(seconds: float) -> str:
    for size, unit in ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs")):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def _at(one: Measurement) -> str:
    at = (f"{name.replace('_', ' ')} {v:g}" for name, v in one.coordinates.items())
    return ", ".join(at)


def _from_costs(said: Callable[[Costs], str]) -> Callable[[Known], str | None]:
    return lambda known: said(known.costs) if known.costs is not None else None


def _crossover(costs: Costs) -> str:
    work = Work(concurrency=10, wait_seconds=0.01, cpu_seconds=0.0)
    turn = [one for one in flips(Predictor(costs), work, Wishes())
            if one.input == "concurrency"]  # fmt: skip
    if not turn:
        return "for jobs that only wait 10 ms, none is predicted up to 10,000 at once"
    return (
        f"for jobs that only wait 10 ms, {turn[0].verdict} is predicted from about "
        f"{turn[0].at:,.0f} at once on"
    )


def _saturation(costs: Costs) -> str:
    predictor = Predictor(costs)
    count = knee(predictor, TYPICAL)
    twice = predictor.predict(replace(TYPICAL, concurrency=2 * count), ASYNCIO)
    return (
        f"jobs of 50 ms of waiting and 1 ms of computing fill one lock at {count} at "
        "once; twice as many jobs only wait longer, with a predicted p99 of "
        f"{_time(twice.p99_seconds)}"
    )


def _pool(costs: Costs) -> str:
    work = replace(TYPICAL, concurrency=MANY)
    best = best_pool(Predictor(costs), work, THREADS)
    left = lock_left(costs, MANY)
    return (
        f"for 1,000 jobs that wait 50 ms and compute 1 ms, {best} threads are "
        "predicted to be enough; while 1,000 threads want the lock, computing has "
        f"{left:.0%} of its usual speed"
    )


def _spawn(costs: Costs) -> str:
    floors = costs.floors
    switch = floors.get("process_switch_same_core_seconds")
    said = (
        f"to start a thread {_time(costs.thread_start_seconds)}, a task "
        f"{_time(costs.task_start_seconds)}, a process "
        f"{_time(costs.process_start_seconds)}; a hop into a thread and back "
        f"{_time(costs.hop_seconds)}; a turn of the loop "
        f"{_time(floors.get('loop_turn_seconds', 0.0))}"
    )
    return said + (f"; a switch between processes {_time(switch)}" if switch else "")


def _uvloop(costs: Costs) -> str:
    if costs.uvloop_job_seconds is None:
        return "uvloop is not installed"
    return (
        f"carrying a job takes {_time(costs.task_job_seconds)} on asyncio's loop, "
        f"{_time(costs.uvloop_job_seconds)} on uvloop's"
    )


def _free_threaded(known: Known) -> str | None:
    if known.costs is None:
        return None
    if known.free_threaded:
        return f"found: Python {', '.join(known.free_threaded)}"
    return f"none was found; Python {known.costs.python} has the interpreter lock"


def _fairness(known: Known) -> str | None:
    found = known.compared("jobs")
    if not found:
        return None
    most = max(found, key=lambda one: one.workload.workers)
    said = [
        f"{model} {most.measures[model]['fairness_jain']:.2f}"
        for model in MODELS
        if "fairness_jain" in most.measures.get(model, {})
    ]
    if not said:
        return None
    return f"Jain's index at {most.workload.workers} workers: {', '.join(said)}"


def _library(known: Known) -> str | None:
    found = library_parts.parts(known.run.comparisons) if known.run else []
    if not found:
        return None
    return "; ".join(_taken_apart(one) for one in found)


def _taken_apart(one: library_parts.Parts) -> str:
    workers = one.comparison.workload.workers
    said = (
        f"{workers} at once: aiohttp over urllib3 is {one.whole.middle:.2f}×, which is "
        f"{one.model.middle:.2f}× from the model (one HTTP engine in both) times "
        f"{one.library.middle:.2f}× from the libraries"
    )
    share = one.model_share
    return said if share is None else f"{said} (the model's part: {share:.0%})"


def _races(known: Known) -> str | None:
    if known.run is None or not known.run.certificates:
        return None
    held = [one for one in known.run.certificates if one.expected == "holds"]
    fine = sum(one.outcome == "holds" for one in held)
    programs = f"{len(held)} program{'s' * (len(held) != 1)}"
    hold = "holds" if fine == 1 else "hold"
    return f"{fine} of {programs} {hold} in every schedule that was tried"


def _locks(known: Known) -> str | None:
    if known.run is None or not known.run.locks:
        return None
    said = []
    for model in dict.fromkeys(one.model for one in known.run.locks):
        tried = [
            answer.answer != "not needed"
            for one in known.run.locks
            if one.model == model
            for answer in one.answers
            if answer.answer not in ("not tried", "undecided")
        ]
        said.append(f"in {model} {sum(tried)} of {len(tried)}")
    return f"of the locks of the pairs that were tried, {' and '.join(said)} are needed"


def _shape(known: Known) -> str | None:
    if known.run is None or not known.run.shapes:
        return None
    shapes = known.run.shapes
    coloured = sum(one.asyncio.coroutines for one in shapes)
    functions = sum(one.asyncio.functions for one in shapes)
    pairs = f"{len(shapes)} pair{'s' * (len(shapes) != 1)}"
    become = "becomes" if coloured == 1 else "become"
    return f"{coloured} of {functions} functions of {pairs} {become} async"


DECIDE = "decide -n 300 -w 50ms -c 2ms"
FUNCTION = "decide --function pkg.mod:func -n 100"
BLOCKING = "decide -n 40 -w 20ms -c 1ms --blocking-library"
LOOPS = "run --loop asyncio --loop uvloop --loop eager"
PAIR = "run --threads a.b:f --asyncio c.d:g"
RUN = "run --budget 180"
QUESTIONS = (
    Question(1, "Does my job wait or compute?", FUNCTION),
    Question(2, "How much of its computing holds the interpreter lock?", FUNCTION),
    Question(3, "Which model wins with my number of jobs, and is the difference real?",
             DECIDE),
    Question(4, "Where is the crossover from threads to asyncio?",
             "run jobs --sweep full --budget 600", _from_costs(_crossover)),
    Question(5, "What is the p99 at a fixed rate of arrivals?",
             f"{DECIDE} --rate 400/s",
             lambda known: known.measured("latency", "latency_p99_seconds")),
    Question(6, "What happens when more jobs arrive than can be done?",
             f"{DECIDE} --rate 2000/s", _from_costs(_saturation)),
    Question(7, "How many threads should I use?", DECIDE, _from_costs(_pool)),
    Question(8, "Does the size of a default thread pool limit my jobs?",
             BLOCKING,
             _from_costs(lambda costs: f"`to_thread` and the name resolver share "
                         f"{default_pool(costs.cores)} threads here, "
                         "min(32, cores + 4); anyio has 40 threads")),
    Question(9, "How much memory does one more idle worker take?", RUN,
             _from_costs(lambda costs: f"a thread {costs.thread_bytes / 1024:.1f} KiB, "
                         f"a task {costs.task_bytes / 1024:.2f} KiB, a process "
                         f"{costs.process_bytes / 2**20:.0f} MiB")),
    Question(10, "How many workers can I start, and how do more of them fail?",
             "run jobs --sweep full --budget 600"),
    Question(11, "What do a start, a hop into a thread and a switch cost?",
             "decide --calibrate ...", _from_costs(_spawn)),
    Question(12, "Which line blocks my event loop?", FUNCTION),
    Question(13, "`to_thread` on a loop, or threads for everything?", BLOCKING,
             _from_costs(lambda costs: f"a hop costs {_time(costs.hop_seconds)} more "
                         "than a job in a thread of its own")),
    Question(14, "Does the model or the client library make the difference?",
             "run url_fetch lean_fetch", _library),
    Question(15, "Does uvloop help, or do eager tasks?", LOOPS,
             _from_costs(_uvloop)),
    Question(16, "Does a free-threaded Python help?", "run --python all jobs",
             _free_threaded),
    Question(17, "Do processes or subinterpreters help?",
             "run jobs --carrier processes",
             _from_costs(lambda costs: f"a process starts in "
                         f"{_time(costs.process_start_seconds)} and takes "
                         f"{costs.process_bytes / 2**20:.0f} MiB; this machine has "
                         f"{costs.cores} cores for them")),
    Question(18, "How much does a burst of computing delay other workers?", RUN,
             lambda known: known.measured("heartbeat", "lateness_p99_seconds")),
    Question(19, "Do all workers get equal shares?", "run jobs", _fairness),
    Question(20, "How fast can jobs be cancelled, and what do they leave behind?",
             f"{DECIDE} --cancel",
             lambda known: known.measured("cancel", "cancel_seconds")),
    Question(21, "Do timeouts work in every schedule?", "explore FILE.py"),
    Question(22, "What happens on Ctrl-C and on SIGTERM?", PAIR),
    Question(23, "Where can a race happen?", "explore FILE.py", _races),
    Question(24, "Do I need this lock?", "explore --without-locks FILE.py", _locks),
    Question(25, "What does the size of a queue (back-pressure) change?",
             "run bounded_queue --capacity 1,64,0"),
    Question(26, "What happens if one of N jobs fails?", "explore FILE.py"),
    Question(27, "If a program hangs, can I see where?", PAIR),
    Question(28, "How much code must become async?", "shape --package DIR", _shape),
    Question(29, "Will the answer be the same on the production machine?",
             f"{DECIDE} --report a.html"),
)  # fmt: skip
