"""The verdicts for several draws of a program, combined into one.

A program's draws (random numbers, the time of day) are the same in all schedules of one
search.  So a proof is valid only for these draws, and the verdict says so.
"""

from dataclasses import replace

from bench.correctness.records.verdict import Verdict
from bench.correctness.search.tally import Tally


def all_draws(verdicts: list[Verdict]) -> Verdict:
    """One verdict for all draws: that of the last draw, with the outcomes of all draws.

    The last verdict is the worst, because the search stops at the first draw whose
    verdict is not "holds".
    """
    last = verdicts[-1]
    if len(verdicts) == 1:
        return last
    tally = Tally()
    for verdict in verdicts:
        tally.add_outcomes(verdict.outcomes)
    drawn_in = {name for verdict in verdicts for name in verdict.drawn_in}
    if any(verdict.draws and not verdict.drawn_in for verdict in verdicts):
        drawn_in = set()  # the program itself drew, at least for one seed
    return replace(
        last,
        schedules=sum(verdict.schedules for verdict in verdicts),
        outcomes=tally.outcomes(),
        draws=tuple(seed for verdict in verdicts for seed in verdict.draws),
        drawn_in=tuple(sorted(drawn_in)),
    )
