"""A whole run made up for the tests: every figure is invented, and looks it."""

import difflib
import inspect
from importlib import import_module
from itertools import zip_longest

from bench.records.certificates import Certificate, Failure, Outcome, Step, Waiter
from bench.records.locks import LockAnswer, LockNeeds
from bench.records.primitives import Internals, Made, Rule
from bench.records.runs import End, Machine, Results, Run
from bench.records.samples import Comparison, Measurement, NoiseFloor, Sample
from bench.records.shapes import Row, Shape, ShapeComparison, Stretch
from bench.records.subjects import Runtime, Subject
from bench.records.workload import Workload

THREADS = Runtime(python="3.11.7", placement="free")
ASYNCIO = Runtime(python="3.11.7", loop="asyncio", placement="free")
STARTED = 1_700_000_000.0
RATIOS = {  # by pair: ratio, half of the interval in logarithms, verdict
    "condition": (3.0, 0.1, "faster"),
    "event": (5.0, 0.2, "faster"),
    "bounded_queue": (2.0, 0.05, "faster"),
    "lock": (0.5, 0.05, "slower"),
    "rlock": (0.8, 0.1, "slower"),
    "semaphore": (1.0, 0.02, "equivalent"),
    "candy_machine": (1.1, 0.3, "undecided"),
    "url_fetch": (4.0, 0.1, "faster"),
}
WORKERS = (1, 10, 100, 1000)
SWEEP = {  # by CPU share: the ratio at each number of workers
    0.0: (0.9, 1.0, 1.5, 3.0),
    0.05: (0.8, 0.95, 1.2, 1.4),
    0.5: (1.0, 1.0, 1.01, 0.99),
}


def verdict_of(low: float, high: float) -> str:
    if low > 1.05:
        return "faster"
    if high < 0.95:
        return "slower"
    return "equivalent" if low >= 0.95 and high <= 1.05 else "undecided"


def comparison(pair, workload, ratio, half, verdict=None, **more) -> Comparison:
    low, high = ratio / (1 + half), ratio * (1 + half)
    return Comparison(
        pair=pair,
        workload=workload,
        threads=THREADS,
        asyncio=more.pop("asyncio", ASYNCIO),
        blocks=12,
        verdict=verdict or verdict_of(low, high),
        ratio=ratio,
        low=low,
        high=high,
        confidence=0.9614,
        operations_per_second={"threads": 10_000.0, "asyncio": 10_000.0 * ratio},
        measures={
            "threads": measures(1e-4, 16_000.0, 0.5),
            "asyncio": measures(1e-4 / ratio, 1_100.0, 0.99),
        }
        if pair in ("condition", "lock")
        else {},
        **more,
    )


def measures(seconds: float, memory: float, fairness: float) -> dict[str, float]:
    return {
        "latency_p50_seconds": seconds * 10,
        "latency_p90_seconds": seconds * 20,
        "latency_p99_seconds": seconds * 50,
        "latency_p999_seconds": seconds * 200,
        "memory_bytes_per_worker": memory,
        "fairness_jain": fairness,
        "voluntary_switches_per_operation": 2.0,
    }


def measurements() -> list[Measurement]:
    """What is measured apart from the pairs, a probe that failed among them."""
    made = [
        Measurement(
            name=name,
            title=title,
            model=model,
            runtime=runtime,
            coordinates={"workers": 50.0, "rate_per_second": 400.0},
            values={figure: value * factor for figure, value in values.items()},
        )
        for name, title, values in (
            (
                "latency",
                "latency at a fixed rate",
                {"latency_p50_seconds": 0.005, "latency_p99_9_seconds": 0.02},
            ),
            ("memory", "one more idle worker", {"memory_bytes_per_worker": 16_000.0}),
            ("cancel", "ending workers that wait", {"cancel_seconds": 0.001}),
        )
        for model, runtime, factor in (
            ("threads", THREADS, 1.0),
            ("asyncio", ASYNCIO, 0.5),
        )
    ]
    made.append(
        Measurement(
            name="floors",
            title="what a switch costs at least",
            values={"loop_turn_seconds": 2e-6},
        )
    )
    made.append(
        Measurement(
            name="heartbeat",
            title="lateness of a beat",
            model="threads",
            runtime=THREADS,
            status="hung",
            reason="no answer within 60 s",
        )
    )
    return made


def samples_of(pair: str, ratio: float, workload: Workload) -> list[Sample]:
    return [
        Sample(
            subject=Subject(pair=pair, model=model, runtime=runtime),
            workload=workload,
            case=pair,
            block=block,
            side=position,
            position=position,
            seconds_per_operation=seconds,
            windows=(seconds * 3, seconds, seconds, seconds),
            cpu_seconds_per_operation=seconds / 2,
            measures=measures(seconds, 1_100.0, 0.99),
            started=STARTED + block,
            elapsed_seconds=0.5,
        )
        for block in range(6)
        for position, (model, runtime, seconds) in enumerate(
            (("threads", THREADS, 1e-4), ("asyncio", ASYNCIO, 1e-4 / ratio))
        )
    ]


def steps() -> tuple[Step, ...]:
    file = "threaded/broken/condition.py"
    return tuple(
        Step(worker=worker, action=action, file=file, line=line, source=source)
        for worker, action, line, source in (
            ("consumer 0", "acquires not_empty", 13, "with self.not_empty:"),
            ("consumer 0", "reads integers: 0 items", 14, "if not self.integers:"),
            ("consumer 0", "waits for not_empty", 15, "self.not_empty.wait()"),
            ("producer", "acquires not_empty", 25, "with self.not_empty:"),
            ("producer", "appends 0 to integers", 26, "self.integers.append(integer)"),
            ("producer", "notifies not_empty", 27, "self.not_empty.notify()"),
            ("consumer 1", "acquires not_empty", 13, "with self.not_empty:"),
            ("consumer 1", "takes 0", 16, "return self.integers.popleft()"),
            ("consumer 0", "raises IndexError", 16, "return self.integers.popleft()"),
        )
    )


def certificates() -> list[Certificate]:
    made = [
        Certificate(
            pair=pair,
            model=model,
            scenario=pair,
            outcome="holds",
            method="explored",
            schedules=206 if model == "threads" else 37,
            exhausted=True,
            seconds=0.12,
            granularity="sync+shared",
            search="dpor",
            order="any",
            outcomes=(
                Outcome(state="[[0, 1], []]", schedules=120),
                Outcome(state="[[0], [1]]", schedules=86),
            ),
        )
        for pair in ("condition", "rlock", "url_fetch")
        for model in ("threads", "asyncio")
    ]
    made += [
        Certificate(
            pair="condition",
            model=model,
            scenario="broken.condition",
            expected="broken",
            symptom="IndexError",
            outcome="broken",
            method="explored",
            schedules=14,
            granularity="sync+shared",
            search="fewest preemptions first",
            outcomes=(
                Outcome(state="[[0, 1], []]", schedules=13),
                Outcome(state="IndexError", schedules=1, acceptable=False),
            ),
            failure=Failure(
                symptom="IndexError: pop from an empty deque",
                steps=steps(),
                preemptions=1,
                fifo=False if model == "asyncio" else None,
                schedule=("consumer 0", "producer", "consumer 1", "consumer 0"),
                replay="python -m bench explore broken.condition --replay 0,2,1,0",
            ),
        )
        for model in ("threads", "asyncio")
    ]
    made.append(
        Certificate(
            pair="rlock",
            model="threads",
            scenario="broken.rlock",
            expected="broken",
            symptom="deadlock",
            outcome="broken",
            method="explored",
            schedules=1,
            failure=Failure(
                symptom="deadlock",
                steps=steps()[:2],
                waiters=(
                    Waiter(
                        worker="consumer 0",
                        waits_for="the lock of the ledger",
                        held_by="consumer 0",
                        file="threaded/broken/rlock.py",
                        line=20,
                        source="with self.guard:",
                    ),
                ),
            ),
        )
    )
    made.append(
        Certificate(
            pair="url_fetch",
            model="threads",
            scenario="url_fetch",
            outcome="cut",
            method="explored",
            schedules=100_000,
            bound="100,000 schedules",
        )
    )
    return made


def lock_needs() -> list[LockNeeds]:
    """Every answer that there is for a lock."""
    return [
        LockNeeds(
            pair="candy_machine",
            model="threads",
            outcome="answered",
            answers=(
                LockAnswer(
                    name="guard",
                    lock="Lock",
                    answer="needed",
                    schedules=214,
                    different=96,
                    workload="count=2, people=2, capacity=1",
                    symptom="the transcript is torn at line 1",
                ),
                LockAnswer(
                    name="bars",
                    lock="Semaphore",
                    answer="not tried",
                    reason="used to wait or to count",
                ),
            ),
        ),
        LockNeeds(
            pair="candy_machine",
            model="asyncio",
            outcome="answered",
            answers=(
                LockAnswer(
                    name="guard",
                    lock="Lock",
                    answer="not needed",
                    schedules=2_741,
                    exhausted=True,
                ),
            ),
        ),
        LockNeeds(
            pair="condition",
            model="threads",
            outcome="answered",
            answers=(
                LockAnswer(
                    name="not_empty",
                    lock="RLock",
                    answer="undecided",
                    reason="the limit of 3,000 schedules was reached",
                ),
            ),
        ),
        LockNeeds(
            pair="condition",
            model="asyncio",
            outcome="answered",
            answers=(
                LockAnswer(
                    name="not_empty",
                    lock="Lock",
                    answer="changes the end",
                    schedules=12,
                    different=4,
                    exhausted=True,
                    workload="count=1, consumers=2",
                ),
            ),
        ),
        LockNeeds(pair="event", model="threads", outcome="no locks"),
        LockNeeds(
            pair="event",
            model="asyncio",
            outcome="not asked",
            reason="it is broken with all its locks",
        ),
    ]


def shape(pair: str) -> ShapeComparison:
    left, right = (
        "".join(inspect.getsourcelines(import_module(f"{package}.{pair}"))[0][:40])
        for package in ("threaded", "asyncio_impl")
    )
    return ShapeComparison(
        pair=pair,
        threads=counts(left, suspension_points=0, coroutines=0),
        asyncio=counts(right, suspension_points=9, coroutines=5),
        changed_lines={"colour": 13, "primitive": 2, "life cycle": 5, "errors": 1},
        edit_distance=31,
        primitives=(
            ("threading.Condition", "asyncio.Condition"),
            ("ThreadPoolExecutor", "asyncio.TaskGroup"),
        ),
        rules=(
            Rule(
                key="wait",
                primitive="Condition",
                situation="wait(timeout) runs out",
                threads="returns False",
                asyncio="takes no timeout",
                anyio="takes no timeout",
                trio="takes no timeout",
                port="async with asyncio.timeout(...)",
            ),
        ),
        threads_source=left,
        asyncio_source=right,
        rows=tuple(rows(left.splitlines(), right.splitlines())),
    )


def counts(source: str, *, suspension_points: int, coroutines: int) -> Shape:
    return Shape(
        lines=len(source.splitlines()),
        statements=30,
        suspension_points=suspension_points,
        synchronization_points=4,
        coroutines=coroutines,
        functions=6,
        life_cycle_statements=3,
        longest_stretch=Stretch(
            statements=5, function="consume", first_line=44, last_line=50
        )
        if coroutines
        else None,
        gzip_bytes=700,
    )


def rows(left: list[str], right: list[str]) -> list[Row]:
    made: list[Row] = []
    kinds = {"await": "colour", "async ": "colour", "threading": "primitive"}
    matcher = difflib.SequenceMatcher(None, left, right, autojunk=False)
    for tag, left_from, left_to, right_from, right_to in matcher.get_opcodes():
        lines = zip_longest(range(left_from, left_to), range(right_from, right_to))
        for one, two in lines:
            text = right[two] if two is not None else left[one or 0]
            kind = next((kinds[word] for word in kinds if word in text), "life cycle")
            made.append(
                Row(
                    difference="same" if tag == "equal" else kind,
                    left=None if one is None else one + 1,
                    right=None if two is None else two + 1,
                    note="The waiter looks again: a wake-up is only a hint."
                    if "wait_for" in text
                    else None,
                )
            )
    return made


def rich() -> Results:
    """Everything a report can show, at once."""
    workload = Workload(workers=2, operations=1000)
    comparisons = [
        comparison(
            pair,
            workload,
            ratio,
            half,
            verdict,
            bimodal=("threads",) if pair == "event" else (),
        )
        for pair, (ratio, half, verdict) in RATIOS.items()
    ]
    comparisons += [
        comparison(
            "jobs",
            Workload(
                workers=workers,
                operations=1000,
                wait_seconds=round(0.01 * (1 - share), 9),
                cpu_share=share,
            ),
            ratio,
            0.03,
        )
        for share, ratios in SWEEP.items()
        for workers, ratio in zip(WORKERS, ratios, strict=True)
    ]
    samples = [
        sample
        for pair, (ratio, _, _) in RATIOS.items()
        for sample in samples_of(pair, ratio, workload)
    ]
    samples.append(
        Sample(
            subject=Subject(pair="event", model="threads", runtime=THREADS),
            workload=workload,
            block=2,
            position=0,
            status="hung",
            reason="no window within 30 s; consumer 1 waits at threaded/event.py:31",
        )
    )
    return Results(
        run=run(),
        samples=tuple(samples),
        comparisons=tuple(comparisons),
        certificates=tuple(certificates()),
        locks=tuple(lock_needs()),
        shapes=(shape("condition"),),
        internals=(
            Internals(
                primitive="Condition",
                python="3.11.7",
                made=(
                    Made(
                        model="threads",
                        question="holds",
                        words="a lock and a deque of waiters",
                        file="lib/threading.py",
                        line=1,
                        source="lock = RLock()",
                    ),
                    Made(model="asyncio", question="holds"),
                ),
            ),
        ),
        measurements=tuple(measurements()),
        noise=(
            NoiseFloor(
                subject=Subject(pair="condition", model="threads", runtime=THREADS),
                workload=workload,
                blocks=12,
                ratio=1.001,
                low=0.987,
                high=1.013,
            ),
        ),
        end=End(
            finished=STARTED + 80,
            elapsed_seconds=80.0,
            warnings=("load average was 3.2 at the start: stop other programs",),
        ),
    )


def run(command: str = "python -m bench run --budget 90") -> Run:
    return Run(
        started=STARTED,
        command=command,
        version="0.0.0",
        machine=Machine(
            hostname_sha256="0" * 64,
            cpu="Invented CPU @ 1.00 GHz",
            cores=2,
            memory_bytes=4 * 2**30,
            system="Linux",
            kernel="0.0.0-invented",
            virtual_machine="kvm",
            facts={"governor": "performance", "aiohttp": "3.14.5"},
        ),
        budget_seconds=90.0,
        seed=7,
        pairs=tuple(RATIOS),
        sources={"threaded.condition": "a" * 64, "asyncio_impl.condition": "b" * 64},
    )


def empty() -> Results:
    """A run that was cut off before its first sample."""
    return Results(run=run())


HOSTILE = (
    "</script><script>document.title='run'</script>",
    "<img src=x onerror=\"document.title='run'\">",
    "\" onclick='document.title=1' x=\"",
    "javascript:document.title='run'",
    "{{ 7 * 7 }}{% raw %}",
    "]]></style><style>*{display:none}",
    "\u202eevil\u2066\x00\x07\x1b[31m",
    "&lt;b&gt; 'quoted' \"twice\" `thrice`",
    "=HYPERLINK(1)",
    "x" * 100_000,
    "",
)


def hostile() -> Results:
    """A run in which every text is an attack."""
    found = []
    for text in HOSTILE:
        step = Step(worker=text, action=text, file=text, line=1, source=text)
        waiter = Waiter(worker=text, waits_for=text, held_by=text, source=text)
        load = Workload(workers=2)
        found.append(
            (
                comparison(text, load, 2.0, 0.1, note=text),
                comparison(text, Workload(workers=3), 0.5, 0.1),
                Sample(
                    subject=Subject(pair=text, model="threads", runtime=THREADS),
                    workload=load,
                    block=0,
                    position=0,
                    status="crashed",
                    reason=text,
                ),
                Certificate(
                    pair=text,
                    model="threads",
                    scenario=text,
                    outcome="broken",
                    method="explored",
                    symptom=text,
                    outcomes=(Outcome(state=text, schedules=1),),
                    failure=Failure(
                        symptom=text, steps=(step,), waiters=(waiter,), replay=text
                    ),
                ),
                LockNeeds(
                    pair=text,
                    model="threads",
                    outcome="answered",
                    answers=(
                        LockAnswer(
                            name=text,
                            lock=text,
                            answer="needed",
                            workload=text,
                            symptom=text,
                            reason=text,
                        ),
                    ),
                    reason=text,
                ),
                ShapeComparison(
                    pair=text,
                    threads=counts(text, suspension_points=0, coroutines=0),
                    asyncio=counts(text, suspension_points=1, coroutines=1),
                    primitives=((text, text),),
                    threads_source=text,
                    asyncio_source=text,
                    rows=(
                        Row(difference="else", left=1, right=99, note=text),
                        Row(difference="same", left=None, right=0),
                    ),
                ),
            )
        )
    comparisons, others, samples, certificates, locks, shapes = zip(*found, strict=True)
    return Results(
        run=Run(
            started=STARTED,
            command=HOSTILE[0],
            version=HOSTILE[1],
            machine=Machine(cpu=HOSTILE[2], facts={HOSTILE[0]: HOSTILE[1]}),
        ),
        comparisons=(*comparisons, *others),
        samples=samples,
        certificates=certificates,
        locks=locks,
        shapes=shapes,
        end=End(finished=STARTED, elapsed_seconds=1.0, warnings=HOSTILE),
    )
