"""The plan of a run: its cases, and the order of the samples in a block.

The module is pure: the same pairs, settings and sources give the same plan.  So an
interrupted run can be resumed, and shards cover a plan without overlap.
"""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Literal

import msgspec

from bench.errors import CannotRunError
from bench.pairs.catalogue import PAIRS, Pair
from bench.pairs.function_pairs import FunctionPair
from bench.records.models import Model
from bench.records.runs import Settings
from bench.records.subjects import Runtime, Subject
from bench.records.workload import Workload, key
from bench.throughput import measurable
from bench.throughput.crossover_points import is_spare, jobs_workloads

JOBS = measurable.CONTROL
ABBA = (0, 1, 1, 0)
ORDERS = {
    4: (ABBA, (1, 0, 0, 1)),  # in these orders a linear drift of the machine cancels
    # In these orders a drift does not cancel: it adds noise.  A block of two samples
    # takes half of the time.
    2: ((0, 1), (1, 0)),
}
BLOCK_SECONDS = 0.6  # seconds of a block of four samples, in most cases
COSTS_SECONDS = 13.0  # seconds of all rounds of the usual probes on two runtimes
COSTS_SHARE = 0.2  # the largest share of the budget that the probes may take
# the shortest budget of a run with probes; it has time for two rounds of them
LEAST_BUDGET_SECONDS = 30.0
# A block has four samples if there is time for so many blocks of each case, else two.
ENOUGH_BLOCKS = 12
ALONE = 1  # with one worker, a fetch shows the effect of the client library alone
# numbers of workers, for an origin that answers after 20 ms
FETCHERS = (1, 10, 100, 1000)


Placement = Literal["pinned", "free"]
Hashes = Mapping[tuple[str, Model], str]


@dataclass(frozen=True)
class Case:
    """One comparison: two sides, left and right, with one workload.

    `workload.operations` is 0 here; a calibration chooses it once for both sides.
    """

    workload: Workload
    sides: tuple[Subject, Subject]
    slowed: float = 1.0  # the right side is slowed by this factor, to test the method
    is_spare: bool = False  # measured only if the curve of the crossover bends there
    name: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", self._name())

    def _name(self) -> str:
        left, right = (
            f"{side.model}{f' at {side.version}' * bool(side.version)}"
            f" ({side.runtime.label})"
            for side in self.sides
        )
        slowed = f" slowed {self.slowed:g}" if self.slowed != 1 else ""
        return f"{self.sides[0].pair} [{key(self.workload)}] {left} : {right}{slowed}"

    @property
    def pair(self) -> str:
        return self.sides[0].pair

    @property
    def against_itself(self) -> bool:
        """Whether both sides are the same code, so that the true ratio is 1."""
        return self.sides[0] == self.sides[1] and self.slowed == 1


@dataclass(frozen=True)
class Plan:
    """The cases of a run, and its settings."""

    cases: tuple[Case, ...]
    settings: Settings
    block_samples: Literal[2, 4] = 4
    # the budget of the samples; None: the budget in the settings
    seconds: float | None = None
    # the top folders of the code and of its other version
    moved: tuple[str, str] = ("", "")

    @property
    def with_costs(self) -> bool:
        """Whether the run takes probes.

        Three conditions must hold: the budget is long enough; the run is the first
        shard; the run compares the models, and neither equal code nor two versions.
        """
        asked = self.settings
        is_study = asked.against_itself or asked.slowed != 1 or bool(asked.against)
        is_first = asked.shard[0] == 1
        has_time = asked.budget_seconds >= LEAST_BUDGET_SECONDS
        return has_time and is_first and not is_study

    @property
    def budget_seconds(self) -> float:
        """The budget of the samples: that of the run minus the time of the probes."""
        if self.seconds is not None:
            return self.seconds
        return self.settings.budget_seconds - self.costs_seconds

    @property
    def costs_seconds(self) -> float:
        """The time that is reserved for the probes."""
        if not self.with_costs:
            return 0.0
        asked = self.settings
        several = max(1.0, len(asked.runtimes) / 2)
        wanted = COSTS_SECONDS * several * (5 if asked.sweep == "full" else 1)
        return min(wanted, COSTS_SHARE * asked.budget_seconds)

    def order(self, case: Case, block: int) -> tuple[int, ...]:
        """The side of each sample of a block, drawn from the seed of the run."""
        drawn = random.Random(f"{self.settings.seed} {case.name} {block}")
        return drawn.choice(ORDERS[self.block_samples])


def plan(
    pairs: Iterable[str],
    settings: Settings,
    sources: Hashes | None = None,
    former: Hashes | None = None,
) -> Plan:
    """List the cases of these pairs, on the runtimes that the settings name.

    For the noise floor, each side of the first case is also measured against itself; of
    two versions, only the present one.  These cases come last, after all cases that the
    user asked for.  A block has four samples (ABBA or BAAB) if the budget is enough for
    ENOUGH_BLOCKS such blocks of each case, else two (AB or BA).  Spare points do not
    count as cases here, because perhaps none of them will be measured.  `sources` has a
    hash for each pair in each model, and `former` has those of the other version.  The
    samples of each version record the hashes of their own version.
    """
    hashes = sources or {}
    wanted = [
        (pair, workload, contest)
        for pair in pairs
        for workload in workloads(pair, settings)
        for contest in contestants(settings, pair)
    ]
    cases = [
        Case(
            workload,
            (_subject(pair, left, hashes), _subject(pair, right, hashes)),
            settings.slowed,
            is_spare(pair, workload, settings),
        )
        for pair, workload, (left, right) in wanted
    ]
    if settings.against:
        cases = against_version(cases, settings, former)
    elif settings.against_itself:
        cases = [itself for case in cases for itself in _against_itself(case)]
    if settings.noise and cases and not settings.against_itself:
        floors = _against_itself(cases[0])
        cases += floors[1:] if settings.against else floors
    distinct = tuple({case.name: case for case in cases}.values())
    sure = sum(not case.is_spare for case in distinct)
    enough_seconds = sure * ENOUGH_BLOCKS * BLOCK_SECONDS
    return Plan(
        cases=shard(distinct, settings.shard),
        settings=settings,
        block_samples=4 if settings.budget_seconds >= enough_seconds else 2,
    )


def against_version(
    cases: Iterable[Case], settings: Settings, former: Hashes | None = None
) -> list[Case]:
    """Each side of the cases against the same side at another version.

    Sides whose code is equal in both versions are left out.  The two versions are the
    sides of a case, so each block has samples of both.
    """
    hashes = former or {}
    changed = [
        Case(case.workload, (_at_version(side, settings.against, hashes), side))
        for case in cases
        for side in case.sides
        if f"{side.pair} {side.model}" not in settings.unchanged
    ]
    return list({case.name: case for case in changed}.values())


def workloads(pair: str, settings: Settings) -> list[Workload]:
    """The workloads of one pair: the usual one, several, or those of the settings."""
    if pair == JOBS:
        return jobs_workloads(settings)
    usual = PAIRS[pair].usual
    if isinstance(PAIRS[pair], FunctionPair):
        return [usual]  # the user's functions choose their own number of workers
    capacities = settings.capacities if takes_capacity(PAIRS[pair]) else ()
    swept = []
    if PAIRS[pair].needs_origin and settings.sweep == "full":
        swept = [
            replace(usual, workers=count, wait_seconds=0.020) for count in FETCHERS
        ]
    usual_workers: tuple[int, ...] = (usual.workers,)
    if PAIRS[pair].needs_origin and settings.sweep != "none":
        usual_workers = (ALONE, usual.workers)
    return swept + [
        replace(usual, workers=count, capacity=capacity)
        for count, capacity in product(
            settings.workers or usual_workers, capacities or (usual.capacity,)
        )
    ]


def takes_capacity(pair: Pair) -> bool:
    """Whether the capacity changes what a pair does."""
    one, other = (replace(pair.usual, capacity=room) for room in (1, 2))
    return pair.options(one) != pair.options(other)


def has_anyio_form(pair: str) -> bool:
    """Whether a pair is also written on anyio, as the pairs of the catalogue are."""
    own = isinstance(PAIRS.get(pair), FunctionPair)
    return pair != measurable.CONTROL and not own


def contestants(settings: Settings, pair: str) -> list[tuple[Runtime, Runtime]]:
    """Pair each runtime of threads with the loops of the same interpreter.

    The control pair has no anyio form, but it has other carriers of its workers.
    """
    threads = [runtime for runtime in settings.runtimes if runtime.loop is None]
    loops = [runtime for runtime in settings.runtimes if runtime.loop is not None]
    meetings = [
        (left, right)
        for left, right in product(threads, loops)
        if left.executable == right.executable
        and not (right.anyio and not has_anyio_form(pair))
    ]
    if pair == measurable.CONTROL:
        meetings += [
            (left, carried(left, carrier))
            for left, carrier in product(threads, settings.carriers)
        ]
    return [
        (placed(left, placement), placed(right, placement))
        for placement in settings.placements
        for left, right in meetings
    ]


def carried(threads: Runtime, carrier: str) -> Runtime:
    """The same interpreter with another carrier of its workers.

    Raises CannotRunError for a carrier that is not among measurable.CARRIERS.
    """
    if carrier not in measurable.CARRIERS:
        raise CannotRunError(
            f"there is no carrier {carrier!r}; "
            f"there are {', '.join(measurable.CARRIERS)}"
        )
    loop = "asyncio" if carrier == "to_thread" else None
    return msgspec.structs.replace(threads, carrier=carrier, loop=loop)


def placed(runtime: Runtime, placement: Placement) -> Runtime:
    """The same runtime with another placement.

    Processes, and threads of a free-threaded build, are always placed freely, because
    on one core they could not run in parallel.
    """
    if runtime.carrier == "processes" or not runtime.gil:
        placement = "free"
    return msgspec.structs.replace(runtime, placement=placement)


def shard(cases: Sequence[Case], part: tuple[int, int]) -> tuple[Case, ...]:
    """Every n-th case from the i-th on; each case is in exactly one of the n parts.

    Raises CannotRunError for a part that does not exist.
    """
    index, count = part
    if not 1 <= index <= count:
        raise CannotRunError(
            f"shard {index}/{count} does not exist; give i/n with 1 <= i <= n"
        )
    return tuple(cases[index - 1 :: count])


def _subject(pair: str, runtime: Runtime, hashes: Hashes) -> Subject:
    model = model_of(runtime)
    sha256 = hashes.get((pair, model), "")
    return Subject(pair=pair, model=model, runtime=runtime, source_sha256=sha256)


def _at_version(side: Subject, version: str, hashes: Hashes) -> Subject:
    sha256 = hashes.get((side.pair, side.model), "")
    return msgspec.structs.replace(side, version=version, source_sha256=sha256)


def model_of(runtime: Runtime) -> Model:
    """The model that a runtime runs."""
    if runtime.loop is None:
        return "threads"
    return "anyio" if runtime.anyio else "asyncio"


def _against_itself(case: Case) -> list[Case]:
    """Both sides of a case, each against itself."""
    return [
        Case(case.workload, (subject, subject), case.slowed) for subject in case.sides
    ]
