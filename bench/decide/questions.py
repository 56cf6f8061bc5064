"""The 29 questions that people ask, each with what answers it on this machine.

An answer comes from the calibration, or from the newest run that is given; where
neither has it, there is the command that measures it.
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
    """What there is to answer from."""

    costs: Costs | None = None
    run: Results | None = None
    free_threaded: tuple[str, ...] = ()

    def measured(self, name: str, value: str) -> str | None:
        """A probe's value in both models, from the run."""
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
    """One question, the command that answers it, and what is known already."""

    number: int
    text: str
    command: str
    known: Callable[[Known], str | None] = lambda _: None


@dataclass(frozen=True)
class Answer:
    """A question with its answer, if there is one."""

    question: Question
    said: str | None


def answers(known: Known, numbers: Sequence[int] = ()) -> list[Answer]:
    """The questions of these numbers, or all, with what is known."""
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
        return "jobs that only wait 10 ms: predicted, nowhere up to 10,000 at once"
    return (
        f"jobs that only wait 10 ms: {turn[0].verdict} from about "
        f"{turn[0].at:,.0f} at once on (predicted)"
    )


def _saturation(costs: Costs) -> str:
    predictor = Predictor(costs)
    count = knee(predictor, TYPICAL)
    twice = predictor.predict(replace(TYPICAL, concurrency=2 * count), ASYNCIO)
    return (
        f"50 ms of waiting and 1 ms of computing fill one lock at {count} at once; "
        f"twice as many only wait: p99 {_time(twice.p99_seconds)} (predicted)"
    )


def _pool(costs: Costs) -> str:
    work = replace(TYPICAL, concurrency=MANY)
    best = best_pool(Predictor(costs), work, THREADS)
    left = lock_left(costs, MANY)
    return (
        f"for 1,000 jobs of 50 ms and 1 ms, {best} is predicted; 1,000 that want the "
        f"lock leave {left:.0%} of its time to computing"
    )


def _spawn(costs: Costs) -> str:
    floors = costs.floors
    switch = floors.get("process_switch_same_core_seconds")
    said = (
        f"thread {_time(costs.thread_start_seconds)}, task "
        f"{_time(costs.task_start_seconds)}, process "
        f"{_time(costs.process_start_seconds)} to start; a hop into a thread and back "
        f"{_time(costs.hop_seconds)}; a turn of the loop "
        f"{_time(floors.get('loop_turn_seconds', 0.0))}"
    )
    return said + (f", a switch of processes {_time(switch)}" if switch else "")


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
    return f"none was found; Python {known.costs.python} has its lock"


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
        f"{workers} at once: {one.whole.middle:.2f}× of aiohttp over urllib3 is "
        f"{one.model.middle:.2f}× by the model (one HTTP engine in both) times "
        f"{one.library.middle:.2f}× by the libraries"
    )
    share = one.model_share
    return said if share is None else f"{said}, {share:.0%} the model's"


def _races(known: Known) -> str | None:
    if known.run is None or not known.run.certificates:
        return None
    held = [one for one in known.run.certificates if one.expected == "holds"]
    fine = sum(one.outcome == "holds" for one in held)
    return f"{fine} of {len(held)} programs hold in every schedule that was tried"


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
    return f"{coloured} of {functions} functions of {len(shapes)} pairs become async"


DECIDE = "decide -n 300 -w 50ms -c 2ms"
FUNCTION = "decide --function pkg.mod:func -n 100"
BLOCKING = "decide -n 40 -w 20ms -c 1ms --blocking-library"
LOOPS = "run --loop asyncio --loop uvloop --loop eager"
PAIR = "run --threads a.b:f --asyncio c.d:g"
RUN = "run --budget 180"
QUESTIONS = (
    Question(1, "Does it wait or compute?", FUNCTION),
    Question(2, "How much of the computing holds the interpreter lock?", FUNCTION),
    Question(3, "Which wins at my concurrency, and is the difference real?", DECIDE),
    Question(4, "Where is the crossover?", "run jobs --sweep full --budget 600",
             _from_costs(_crossover)),
    Question(5, "What is the p99 at a fixed rate of arrivals?",
             f"{DECIDE} --rate 400/s",
             lambda known: known.measured("latency", "latency_p99_seconds")),
    Question(6, "What happens beyond saturation?", f"{DECIDE} --rate 2000/s",
             _from_costs(_saturation)),
    Question(7, "How many threads?", DECIDE, _from_costs(_pool)),
    Question(8, "Am I at a default pool's limit?",
             BLOCKING,
             _from_costs(lambda costs: f"`to_thread` and the resolver of names share "
                         f"{default_pool(costs.cores)} threads here, "
                         "min(32, cores + 4); anyio has 40")),
    Question(9, "What memory does one more idle worker take?", RUN,
             _from_costs(lambda costs: f"a thread {costs.thread_bytes / 1024:.1f} KiB, "
                         f"a task {costs.task_bytes / 1024:.2f} KiB, a process "
                         f"{costs.process_bytes / 2**20:.0f} MiB")),
    Question(10, "How many until it fails, and how does it fail?",
             "run jobs --sweep full --budget 600"),
    Question(11, "What do starting, a hop and a switch cost?", "decide --calibrate ...",
             _from_costs(_spawn)),
    Question(12, "Which line blocks my loop?", FUNCTION),
    Question(13, "`to_thread`, or all threads?", BLOCKING,
             _from_costs(lambda costs: f"a hop costs {_time(costs.hop_seconds)} more "
                         "than a thread of one's own")),
    Question(14, "Is it the model or the client library?", "run url_fetch lean_fetch",
             _library),
    Question(15, "uvloop, or eager tasks?", LOOPS,
             _from_costs(_uvloop)),
    Question(16, "A free-threaded Python?", "run --python all jobs", _free_threaded),
    Question(17, "Processes, or subinterpreters?", "run jobs --carrier processes",
             _from_costs(lambda costs: f"a process starts in "
                         f"{_time(costs.process_start_seconds)} and takes "
                         f"{costs.process_bytes / 2**20:.0f} MiB; there are "
                         f"{costs.cores} cores to gain")),
    Question(18, "What does a burst of computing do to its neighbours?", RUN,
             lambda known: known.measured("heartbeat", "lateness_p99_seconds")),
    Question(19, "Is it fair?", "run jobs", _fairness),
    Question(20, "How fast does it cancel, and what is left?", f"{DECIDE} --cancel",
             lambda known: known.measured("cancel", "cancel_seconds")),
    Question(21, "Do timeouts hold?", "explore FILE.py"),
    Question(22, "Ctrl-C and SIGTERM?", PAIR),
    Question(23, "Where can it race?", "explore FILE.py", _races),
    Question(24, "Do I need this lock?", "explore --without-locks FILE.py", _locks),
    Question(25, "Back-pressure, and memory?", "run bounded_queue --capacity 1,64,0"),
    Question(26, "What if one of N fails?", "explore FILE.py"),
    Question(27, "Can I see it when it is stuck?", PAIR),
    Question(28, "How much code changes colour?", "shape --package DIR", _shape),
    Question(29, "Will it hold on the production machine?",
             f"{DECIDE} --report a.html"),
)  # fmt: skip
