"""One question about described work, from the calibration to the answer."""

import math
from dataclasses import replace

from bench.decide import easing, remedies, verifying
from bench.decide.candidates import ASYNCIO, Candidate, default_pool, placed
from bench.decide.cost_model import Prediction
from bench.decide.described.work import Wishes, Work, changed
from bench.decide.figures import Figures
from bench.decide.findings import Finding
from bench.decide.judging import Decision, doubted
from bench.decide.predicting import (
    CORRECTION_MOST,
    Correction,
    Predictor,
    flips,
)
from bench.decide.running import JUDGED_WINDOWS, OPTION_SHARE, Runner
from bench.decide.turning import Threshold

PAIR_SHARE = 0.5  # the largest share of the budget for comparing threads with asyncio
# if less of the budget than this is left, no further run is started
LEAST_LEFT_SECONDS = 1.5
# To check a predicted threshold, the work is run with a value beyond the threshold.
# This value differs from the threshold by this factor.
FLIP_MARGIN = 1.15


class Inquiry(Runner):
    """Makes the runs that a question needs, within its budget."""

    def agreed(self, *, did: bool) -> bool | None:
        """Whether a run agrees with the prediction; None if the run cannot show that.

        `did`: the run had the predicted result.  Then the answer is True, even if other
        processes disturbed the run: a disturbance only makes figures worse.  If an
        undisturbed run had another result, the answer is False.  If a disturbed run had
        another result, the disturbance may be the cause, so the answer is None.
        """
        return did or (None if self.others_used > verifying.DISTURBED_CORES else False)

    def find(self) -> Finding:
        """The answer to the question."""
        work, wishes = self.question.work, self.question.wishes
        self.tell("running the work on threads and on asyncio")
        found = self.compare(work, wishes, self.left(PAIR_SHARE))
        found.decision = self._doubted(found)
        self.predictor = Predictor(self.costs, self._correction(found))
        found.predictor = self.predictor
        found.controls = self.controls()
        if found.decision.verdict == "neither":
            self.remedy(found)
        self.tell("running the other candidates")
        found.others = self.others()
        if self.predictor.decide(work, wishes).verdict == found.decision.verdict:
            found.thresholds = flips(self.predictor, work, wishes)
            self.verify_flip(found)
        return found

    def others(self) -> list[tuple[Figures, Prediction]]:
        """The figures of the other candidates, one block for each."""
        work, _wishes = self.question.work, self.question.wishes
        found: list[tuple[Figures, Prediction]] = []
        plain = Predictor(self.costs)
        for one in self.other_candidates():
            predicted = plain.predict(work, one)
            if (figures := self.once(one, predicted)) is None:
                break
            found.append((figures, predicted))
        return [self.tuned(*one) for one in found]

    def tuned(
        self, figures: Figures, predicted: Prediction
    ) -> tuple[Figures, Prediction]:
        """The figures with a larger pool, if a larger pool is faster.

        The size of the pool is doubled as long as the throughput rises by more than
        5 % each time.  The pool has at most one worker for each job at once.  The pool
        of `to_thread` keeps its size.
        """
        one = figures.candidate
        while one.pool and one.kind != "to_thread" and figures.jobs_per_second:
            most = self.question.work.concurrency
            one = replace(one, pool=min(2 * one.pool, most))
            expected = Predictor(self.costs).predict(self.question.work, one)
            larger = self.once(one, expected) if one != figures.candidate else None
            if larger is None or larger.jobs_per_second is None:
                break
            if larger.jobs_per_second.value <= 1.05 * figures.jobs_per_second.value:
                break
            figures, predicted = larger, expected
        return figures, predicted

    def other_candidates(self) -> list[Candidate]:
        """The other candidates of this machine, the most promising first."""
        work = self.question.work
        threads, asyncio = self.predictor.pair(work)
        cores, pool = self.costs.cores, default_pool(self.costs.cores)
        found = []
        if (
            best := remedies.best_pool(self.predictor, work, threads)
        ) < work.concurrency:
            found.append(replace(threads, pool=best))
        # Jobs of a blocking library cannot wait on a loop.  But a job that never waits
        # can run there, because it blocks the loop only while it computes.
        is_on_loop = not work.blocking_library or not work.wait_seconds
        if cores > 1 and is_on_loop and work.concurrency > 1:
            count = min(cores, work.concurrency)
            found.append(
                replace(ASYNCIO, gil=asyncio.gil, kind="processes", pool=count)
            )
        if self.question.has_uvloop and not work.blocking_library:
            found.append(replace(asyncio, loop="uvloop"))
        found.append(
            Candidate(kind="to_thread", loop="asyncio", gil=threads.gil,
                      pool=min(pool, work.concurrency))
        )  # fmt: skip
        mine = [self.mine(one) for one in found]
        free = [
            placed(threads, other.executable, other.name, gil=other.gil)
            for other in self.question.free_threaded
        ]
        return [*free, *mine]

    def remedy(self, found: Finding) -> None:
        """Find what would be enough to meet the wishes, and check it by runs."""
        work, wishes = self.question.work, self.question.wishes
        if self.predictor.decide(work, wishes).verdict != "neither":
            # The run says "neither", but the prediction does not.  Remedies are found
            # by predictions, and these show nothing to remedy here.
            return
        found.fewer = remedies.fewer(self.predictor, work, wishes)
        found.more = remedies.more(self.predictor, work, wishes)
        found.processes = remedies.processes(self.predictor, work, wishes)
        found.eased = easing.eased(self.predictor, work, wishes)
        self._run_fewer(found)
        if (many := found.more) and self.has_time(many.candidate, many.at_once):
            found.more_verified = self._does(many)
        count = found.processes
        if found.more or not count or count.cores > self.costs.cores:
            return
        loop = self.predictor.pair(work)[1]
        several = replace(loop, kind="processes", pool=count.count)
        if self.has_time(several, work.concurrency):
            self.tell(f"running {count.count} processes")
            judged = self.judged(work, wishes, several)
            found.processes_verified = self.agreed(did=judged.meets == "yes")

    def _run_fewer(self, found: Finding) -> None:
        """Run the predicted number of jobs at once.

        If the wishes are not met in that run, a run with fewer jobs follows.  There are
        at most three runs in all.
        """
        few = found.fewer
        for _ in range(3):
            if few is None or not self.has_time(few.candidate, few.at_once):
                break
            found.fewer_verified = self._does(few)
            # A disturbed run shows nothing, so `found.fewer` does not get its number.
            if found.fewer_verified is None:
                break
            found.fewer = few
            if found.fewer_verified or few.at_once <= 1:
                break
            few = replace(few, at_once=max(1, round(few.at_once * 0.85)))

    def _does(self, one: remedies.AtOnce) -> bool | None:
        """Whether a run with this number of jobs at once meets the wishes.

        None if the run did not meet them, and other processes disturbed it.
        """
        self.tell(f"running {one.at_once} jobs at once")
        some = replace(self.question.work, concurrency=one.at_once)
        judged = self.judged(some, self.question.wishes, one.candidate)
        return self.agreed(did=judged.meets == "yes")

    def has_time(self, one: Candidate, at_once: int) -> bool:
        """Whether the rest of the budget is enough to run this many jobs at once."""
        some = replace(self.question.work, concurrency=at_once)
        wishes = self.question.wishes
        needed = self.needs(some, wishes, [self.mine(one)], JUDGED_WINDOWS)
        return self.left(OPTION_SHARE) >= max(needed, LEAST_LEFT_SECONDS)

    def verify_flip(self, found: Finding) -> None:
        """Run the work beyond the nearest threshold: does the verdict change there?"""
        if not found.thresholds:
            return
        threshold = found.thresholds[0]
        work, wishes = self.question.work, self.question.wishes
        there, wished = changed(work, wishes, threshold.input, self._beyond(threshold))
        pair = [self.mine(one) for one in self.predictor.pair(there)]
        needed = self.needs(there, wished, pair, verifying.KEPT_WINDOWS)
        if self.left() < max(needed, LEAST_LEFT_SECONDS):
            return
        if there == work and wished == wishes:
            return
        self.tell(f"running beyond the nearest threshold, of {threshold.input}")
        other = self.compare(there, wished, self.left())
        self.others_used = verifying.disturbed(other.figures)
        found.flip_verified = self.agreed(
            did=other.decision.verdict == threshold.verdict
        )

    @staticmethod
    def _beyond(threshold: Threshold) -> float:
        """A value that is clearly beyond the threshold."""
        if threshold.input == "without_gil":
            step = 0.05 if threshold.at > (threshold.now or 0.0) else -0.05
            return min(1.0, max(0.0, threshold.at + step))
        up = threshold.at > (threshold.now or 0.0)
        value = threshold.at * FLIP_MARGIN if up else threshold.at / FLIP_MARGIN
        # At `until` the verdict changes again, so the value must be between the
        # threshold and `until`.
        if threshold.until is not None:
            middle = math.sqrt(threshold.at * threshold.until)
            value = min(value, middle) if up else max(value, middle)
        if threshold.input == "concurrency":
            return math.ceil(value) if up else max(1, math.floor(value))
        return value

    def controls(self) -> dict[str, float]:
        """The ratios of two comparisons whose result is known.

        In the first comparison a job only waits; in the second it only computes.  In
        both, the models are equally fast, except for the cost of carrying a job.
        """
        if self.left() < 4 * LEAST_LEFT_SECONDS:
            return {}
        known = {
            "waiting": Work(concurrency=4, wait_seconds=0.02, cpu_seconds=0.0),
            "computing": Work(concurrency=2, wait_seconds=0.0, cpu_seconds=0.005),
        }
        found = {}
        for name, work in known.items():
            pair = [self.mine(one) for one in self.predictor.pair(work)]
            predictions = [self.predictor.predict(work, one) for one in pair]
            tasks = self.tasks(work, Wishes(), pair, predictions)
            runs = verifying.run(tasks, self.launcher, 0.0, lambda _: True)
            if not runs.failures and (ratio := runs.ratio()) is not None:
                found[name] = ratio.value
        return found

    def _doubted(self, found: Finding) -> Decision:
        """The decision of `found`; after a disturbed run, that of `judging.doubted`."""
        if verifying.disturbed(found.figures) <= verifying.DISTURBED_CORES:
            return found.decision
        work, wishes = self.question.work, self.question.wishes
        model = Predictor(self.costs)
        left, right = found.judgements
        predicted = model.judgements(work, wishes)
        return doubted(
            found.decision, (left, right), predicted, model.ratio(work), wishes
        )

    def _correction(self, found: Finding) -> Correction:
        """The correction of the predictions; none after a disturbed run."""
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


def _kept(factor: float) -> float:
    """The factor, limited to the range from 1 / CORRECTION_MOST to CORRECTION_MOST."""
    return max(1 / CORRECTION_MOST, min(CORRECTION_MOST, factor))
