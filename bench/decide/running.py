"""Runs the work in candidates; each step of an answer uses this."""

from collections.abc import Callable
from dataclasses import replace
from time import monotonic

from bench.decide import verifying, window_plans
from bench.decide.candidates import Candidate
from bench.decide.cost_model import Prediction
from bench.decide.costs import Costs
from bench.decide.described.work import Wishes, Work
from bench.decide.figures import Figures
from bench.decide.findings import Finding, Question
from bench.decide.judging import Judgement, decide, judge, settled
from bench.decide.predicting import Predictor
from bench.throughput.launching import Launcher

# after this share of the budget, no further candidate is run
OPTION_SHARE = 0.8
JUDGED_WINDOWS = 4  # windows of a candidate that is run and judged alone
CANCEL_WORKERS_MOST = 200
CANCEL_WAIT_MOST = 2.0

Tell = Callable[[str], object]


class Runner:
    """Runs candidates for a question, and knows how much of its budget is left."""

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
        self.predictor = Predictor(costs)
        # by kind of candidate: the seconds until its cancelled jobs have ended
        self.cancelled: dict[str, float] = {}
        self.others_used = 0.0  # cores that other processes used in the last run

    def left(self, share: float = 1.0) -> float:
        """Seconds left until this share of the budget is spent."""
        return share * self.question.budget_seconds - (self.clock() - self.start)

    def compare(self, work: Work, wishes: Wishes, seconds: float) -> Finding:
        """Figures, ratio and verdict of both models, within this many seconds."""
        predictor = Predictor(self.costs)
        left, right = predictor.pair(work)
        pair = self.mine(left), self.mine(right)
        predictions = (
            predictor.predict(work, pair[0]),
            predictor.predict(work, pair[1]),
        )
        tasks = self.tasks(work, wishes, list(pair), list(predictions))
        kept = verifying.KEPT_WINDOWS
        is_long = work.alone_seconds >= window_plans.LONG_CYCLE_SECONDS
        if is_long and verifying.Runs(tasks).block_seconds > self.left():
            tasks = self.tasks(work, wishes, list(pair), list(predictions), brief=True)
            kept = 1
        start = self.clock()
        cancel = self.cancel(work) if wishes.cancel else {}
        if work == self.question.work:
            self.cancelled = cancel

        def read(runs: verifying.Runs) -> tuple[list[Figures], list[Judgement]]:
            figures = [
                replace(one, cancel_seconds=cancel.get(one.candidate.kind))
                for one in runs.figures()
            ]
            return figures, [judge(one, wishes) for one in figures]

        expected = predictor.ratio(work)

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
                and settled(ratio, expected)
                and "undecided" not in (left.meets, right.meets)
            )

        runs = verifying.run(
            tasks, self.launcher, seconds - (self.clock() - start), enough, kept=kept
        )
        figures, judgements = read(runs)
        ratio = None if runs.failures else runs.ratio()
        return Finding(
            predictor=predictor,
            pair=pair,
            predictions=predictions,
            figures=figures,
            judgements=judgements,
            ratio=ratio,
            decision=decide(judgements[0], judgements[1], ratio, wishes, expected),
            others=[],
            thresholds=[],
        )

    def tasks(
        self, work: Work, wishes: Wishes, candidates: list[Candidate],
        predictions: list[Prediction], *, brief: bool = False,
    ) -> list[window_plans.Task]:  # fmt: skip
        """One task for each candidate of a block, with windows of equal length."""
        seconds = window_plans.seconds(work, wishes, predictions, brief=brief)
        return [
            window_plans.task(work, wishes, one, self.costs, predicted, seconds)
            for one, predicted in zip(candidates, predictions, strict=True)
        ]

    def cancel(self, work: Work) -> dict[str, float]:
        """The time to end jobs that wait, for each kind of candidate."""
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

    def once(self, one: Candidate, predicted: Prediction) -> Figures | None:
        """The figures of one candidate from one block; None if no time is left."""
        work, wishes = self.question.work, self.question.wishes
        [task] = self.tasks(work, wishes, [one], [predicted])
        if verifying.Runs([task]).block_seconds > self.left(OPTION_SHARE):
            return None
        runs = verifying.run([task], self.launcher, 0.0, lambda _: True)
        cancelled = self.cancelled.get(one.kind) if wishes.cancel else None
        return replace(runs.figures()[0], cancel_seconds=cancelled)

    def needs(
        self, work: Work, wishes: Wishes, ones: list[Candidate], kept: int
    ) -> float:
        """The seconds of a block in which each candidate has `kept` windows."""
        predictions = [Predictor(self.costs).predict(work, one) for one in ones]
        tasks = self.tasks(work, wishes, ones, predictions)
        return verifying.Runs(tasks, kept=kept).block_seconds

    def judged(self, work: Work, wishes: Wishes, one: Candidate) -> Judgement:
        """Run one candidate alone in two blocks, and judge it."""
        mine = self.mine(one)
        predicted = Predictor(self.costs).predict(work, mine)
        tasks = self.tasks(work, wishes, [mine], [predicted])
        runs = verifying.run(
            tasks, self.launcher, self.left(), lambda runs: len(runs.blocks) > 1,
            kept=JUDGED_WINDOWS,
        )  # fmt: skip
        [figures] = runs.figures()
        self.others_used = figures.other_cores
        if wishes.cancel:
            seconds = self.cancel(work).get(one.kind)
            figures = replace(figures, cancel_seconds=seconds)
        return judge(figures, wishes)

    def mine(self, one: Candidate) -> Candidate:
        """The candidate on the interpreter of the question."""
        return replace(one, executable=self.executable, python=self.costs.python)
