"""One question about described work, from the calibration to the answer."""

import math
from collections.abc import Callable
from dataclasses import replace
from time import monotonic

from bench.decide import remedies, verifying, windows
from bench.decide.candidates import Candidate, default_pool, placed
from bench.decide.costs import Costs
from bench.decide.described.work import Wishes, Work, changed
from bench.decide.figures import Figures
from bench.decide.findings import Finding, Question
from bench.decide.judging import Judgement, decide, judge, settled
from bench.decide.model import Prediction
from bench.decide.predicting import CORRECTION_MOST, Correction, Model, Turn, flips
from bench.throughput.launching import Launcher

PAIR_SHARE = 0.5  # of the budget, at most, for threads against asyncio
OPTION_SHARE = 0.8  # of it, at most, until the other candidates are done
LEAST_LEFT_SECONDS = 1.5  # for a run more
CANCEL_WORKERS_MOST = 200
CANCEL_WAIT_MOST = 2.0
FLIP_MARGIN = 1.15  # beyond the predicted value, to be clear of it
CONTROL_SECONDS = 0.3

Tell = Callable[[str], object]


class Inquiry:
    """Runs what a question needs, within its budget."""

    def __init__(
        self, question: Question, costs: Costs, executable: str, launcher: Launcher,
        tell: Tell, clock: Callable[[], float] = monotonic,
    ) -> None:  # fmt: skip
        self.question = question
        self.costs = costs
        self.executable = executable
        self.launcher = launcher
        self.tell = tell
        self.clock = clock
        self.start = clock()
        self.model = Model(costs)
        self.others_used = 0.0  # cores, by other processes, in the last run

    def agreed(self, *, did: bool) -> bool | None:
        """Whether a run agrees with the model; None when it was disturbed and did not.

        A disturbance makes nothing better, so that what does in spite of it does.
        """
        return did or (None if self.others_used > verifying.DISTURBED_CORES else False)

    def left(self, share: float = 1.0) -> float:
        """Seconds left until this share of the budget is spent."""
        return share * self.question.budget_seconds - (self.clock() - self.start)

    def find(self) -> Finding:
        """The answer to the question."""
        work, wishes = self.question.work, self.question.wishes
        self.tell("running the work on threads and on asyncio")
        found = self.compare(work, wishes, self.left(PAIR_SHARE))
        self.model = Model(self.costs, self._correction(found))
        found.model = self.model
        found.controls = self.controls()
        if found.decision.verdict == "neither":
            self.remedy(found)
        self.tell("running what else could carry it")
        found.others = self.others()
        if self.model.decide(work, wishes).verdict == found.decision.verdict:
            found.turns = flips(self.model, work, wishes)
            self.verify_flip(found)
        return found

    def compare(self, work: Work, wishes: Wishes, seconds: float) -> Finding:
        """Both models at one point: figures, ratio and verdict, in so many seconds."""
        model = Model(self.costs)
        left, right = model.pair(work)
        pair = self._mine(left), self._mine(right)
        predictions = (model.predict(work, pair[0]), model.predict(work, pair[1]))
        tasks = self.tasks(work, wishes, list(pair), list(predictions))
        start = self.clock()
        cancel = self.cancel(work) if wishes.cancel else {}

        def read(runs: verifying.Runs) -> tuple[list[Figures], list[Judgement]]:
            figures = [
                replace(one, cancel_seconds=cancel.get(one.candidate.kind))
                for one in runs.figures()
            ]
            return figures, [judge(one, wishes) for one in figures]

        def enough(runs: verifying.Runs) -> bool:
            _, (left, right) = read(runs)
            if left.meets == right.meets == "no":
                return True
            if "no" in (left.meets, right.meets):
                return "undecided" not in (left.meets, right.meets)
            if wishes.rate_per_second is not None:
                return len(runs.blocks) > 1 and left.meets == right.meets == "yes"
            ratio = runs.ratio()
            return (
                len(runs.blocks) in verifying.LOOKS
                and ratio is not None
                and settled(ratio)
                and "undecided" not in (left.meets, right.meets)
            )

        runs = verifying.run(
            tasks, self.launcher, seconds - (self.clock() - start), enough
        )
        figures, judgements = read(runs)
        ratio = None if runs.failures else runs.ratio()
        return Finding(
            model=model,
            pair=pair,
            predictions=predictions,
            figures=figures,
            judgements=judgements,
            ratio=ratio,
            decision=decide(judgements[0], judgements[1], ratio, wishes),
            others=[],
            turns=[],
        )

    def tasks(
        self, work: Work, wishes: Wishes, candidates: list[Candidate],
        predictions: list[Prediction],
    ) -> list[windows.Task]:  # fmt: skip
        """What the processes of a block are told; their windows are equally long."""
        seconds = windows.seconds(work, wishes, predictions)
        return [
            windows.task(work, wishes, one, self.costs, predicted, seconds)
            for one, predicted in zip(candidates, predictions, strict=True)
        ]

    def cancel(self, work: Work) -> dict[str, float]:
        """How long it takes to end jobs that wait, in both ways to carry them."""
        options = {
            "workers": min(work.concurrency, CANCEL_WORKERS_MOST),
            "wait_seconds": max(0.02, min(work.wait_seconds, CANCEL_WAIT_MOST)),
        }
        ended = {
            function: verifying.probe(
                self.launcher, "cancel", function, self.executable, **options
            ).get("cancel_seconds")
            for function in ("threads", "asyncio_")
        }
        kinds = {"threads": "threads", "to_thread": "threads", "asyncio": "asyncio_"}
        return {
            kind: seconds
            for kind, function in kinds.items()
            if (seconds := ended[function]) is not None
        }

    def others(self) -> list[tuple[Figures, Prediction]]:
        """What else could carry the work, a block for all of them together."""
        work, wishes = self.question.work, self.question.wishes
        found: list[tuple[Figures, Prediction]] = []
        plain = Model(self.costs)
        for one in self.candidates():
            predicted = plain.predict(work, one)
            [task] = self.tasks(work, wishes, [one], [predicted])
            needed = task.seconds * 2.5 + verifying.STARTING_SECONDS
            if needed > self.left(OPTION_SHARE):
                break
            runs = verifying.run([task], self.launcher, 0.0, lambda _: True)
            found += [(figures, predicted) for figures in runs.figures()]
        return found

    def candidates(self) -> list[Candidate]:
        """The other candidates of this machine, the likeliest first."""
        work = self.question.work
        threads, asyncio = self.model.pair(work)
        cores, pool = self.costs.cores, default_pool(self.costs.cores)
        found = []
        if (best := remedies.best_pool(self.model, work, threads)) < work.concurrency:
            found.append(replace(threads, pool=best))
        if cores > 1 and not work.blocking_library and work.concurrency > 1:
            count = min(cores, work.concurrency)
            found.append(replace(asyncio, kind="processes", pool=count))
        if self.question.has_uvloop and not work.blocking_library:
            found.append(replace(asyncio, loop="uvloop"))
        found.append(
            Candidate(kind="to_thread", loop="asyncio", gil=threads.gil,
                      pool=min(pool, work.concurrency))
        )  # fmt: skip
        mine = [self._mine(one) for one in found]
        free = [
            placed(threads, other.executable, other.name, gil=other.gil)
            for other in self.question.free_threaded
        ]
        return [*free, *mine]

    def remedy(self, found: Finding) -> None:
        """What would do, and whether a run agrees."""
        work, wishes = self.question.work, self.question.wishes
        found.fewer = remedies.fewer(self.model, work, wishes)
        found.processes = remedies.processes(self.model, work, wishes)
        few = found.fewer
        for _ in range(3):
            if few is None or self.left(OPTION_SHARE) < LEAST_LEFT_SECONDS:
                break
            self.tell(f"running {few.at_once} at once")
            smaller = replace(work, concurrency=few.at_once)
            judged = self.judged(smaller, wishes, few.candidate)
            found.fewer_verified = self.agreed(did=judged.meets == "yes")
            if found.fewer_verified is None:  # by the model, as far as is known
                break
            found.fewer = few
            if found.fewer_verified or few.at_once <= 1:
                break
            few = replace(few, at_once=max(1, round(few.at_once * 0.85)))
        count = found.processes
        if count and count.cores <= self.costs.cores and self.left() > 2:
            self.tell(f"running {count.count} processes")
            loop = self.model.pair(work)[1]
            several = replace(loop, kind="processes", pool=count.count)
            judged = self.judged(work, wishes, several)
            found.processes_verified = self.agreed(did=judged.meets == "yes")

    def judged(self, work: Work, wishes: Wishes, one: Candidate) -> Judgement:
        """Run one candidate alone and judge it, in two blocks."""
        mine = self._mine(one)
        predicted = Model(self.costs).predict(work, mine)
        tasks = self.tasks(work, wishes, [mine], [predicted])
        runs = verifying.run(
            tasks, self.launcher, self.left(), lambda runs: len(runs.blocks) > 1,
            kept=4,
        )  # fmt: skip
        [figures] = runs.figures()
        self.others_used = figures.other_cores
        if wishes.cancel:
            seconds = self.cancel(work).get(one.kind)
            figures = replace(figures, cancel_seconds=seconds)
        return judge(figures, wishes)

    def verify_flip(self, found: Finding) -> None:
        """Run the work beyond the nearest turn; does the verdict change there?"""
        if not found.turns:
            return
        turn = found.turns[0]
        work, wishes = self.question.work, self.question.wishes
        there, wished = changed(work, wishes, turn.input, self._beyond(turn))
        if self.left() < LEAST_LEFT_SECONDS or (there == work and wished == wishes):
            return
        self.tell(f"running beyond the nearest turn, {turn.input}")
        other = self.compare(there, wished, self.left())
        self.others_used = verifying.disturbed(other.figures)
        found.flip_verified = self.agreed(did=other.decision.verdict == turn.verdict)

    @staticmethod
    def _beyond(turn: Turn) -> float:
        """A value that is clear of the turn."""
        if turn.input == "without_gil":
            step = 0.05 if turn.at > (turn.now or 0.0) else -0.05
            return min(1.0, max(0.0, turn.at + step))
        up = turn.at > (turn.now or 0.0)
        value = turn.at * FLIP_MARGIN if up else turn.at / FLIP_MARGIN
        if turn.input == "concurrency":
            return math.ceil(value) if up else max(1, math.floor(value))
        return value

    def controls(self) -> dict[str, float]:
        """The same comparison where the truth is known: only waiting, only computing.

        Both are equal in both models, but for what carrying costs.
        """
        if self.left() < 4 * LEAST_LEFT_SECONDS:
            return {}
        known = {
            "waiting": Work(concurrency=4, wait_seconds=0.02, cpu_seconds=0.0),
            "computing": Work(concurrency=2, wait_seconds=0.0, cpu_seconds=0.005),
        }
        found = {}
        for name, work in known.items():
            pair = [self._mine(one) for one in self.model.pair(work)]
            predictions = [self.model.predict(work, one) for one in pair]
            tasks = self.tasks(work, Wishes(), pair, predictions)
            runs = verifying.run(tasks, self.launcher, 0.0, lambda _: True)
            if not runs.failures and (ratio := runs.ratio()) is not None:
                found[name] = ratio.value
        return found

    def _correction(self, found: Finding) -> Correction:
        """How far the model was off here; a disturbed run does not say."""
        if verifying.disturbed(found.figures) > verifying.DISTURBED_CORES:
            return Correction()
        predicted = found.predictions[1].jobs_per_second / (
            found.predictions[0].jobs_per_second
        )
        p99 = {}
        for figures, expected in zip(found.figures, found.predictions, strict=True):
            seen = figures.p99.value if figures.p99 else math.inf
            if math.isfinite(seen) and self.question.wishes.rate_per_second is None:
                p99[figures.candidate.kind] = _kept(seen / expected.p99_seconds)
        ratio = found.ratio.value / predicted if found.ratio else 1.0
        return Correction(_kept(ratio), {str(kind): by for kind, by in p99.items()})

    def _mine(self, one: Candidate) -> Candidate:
        """The candidate on the interpreter that is asked about."""
        return replace(one, executable=self.executable, python=self.costs.python)


def _kept(factor: float) -> float:
    """A factor that can be believed."""
    return max(1 / CORRECTION_MOST, min(CORRECTION_MOST, factor))
