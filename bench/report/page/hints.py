"""The commands that the page advises for what its run did not measure."""

from dataclasses import dataclass
from functools import cached_property

from bench.records.runs import Results
from bench.report.words import reproduce
from bench.report.words.certainty import is_only_noise


@dataclass(frozen=True)
class Hints:
    """Commands for the pairs of one run, and reasons why a command is missing."""

    results: Results

    @cached_property
    def throughput(self) -> str:
        return reproduce.measuring(self.results.run, "--lens", "throughput")

    @cached_property
    def probes(self) -> str:
        """The command that measures latency and memory.

        It has no `--against`, because a run with `--against` does not measure these.
        """
        return reproduce.measuring(
            self.results.run, "--lens", "throughput", is_study=False
        )

    @cached_property
    def noise(self) -> str:
        return reproduce.measuring(self.results.run, "--aa")

    @cached_property
    def shape(self) -> str | None:
        """The command that compares the code; None if it would be refused."""
        return reproduce.of_shape(self.results.run)

    @cached_property
    def correctness(self) -> str | None:
        """The command that tries schedules; None if it would be refused."""
        return reproduce.of_correctness(self.results.run)

    @cached_property
    def where_small(self) -> str:
        """Where to give the arguments that schedules need."""
        return reproduce.where_small(self.results.run)

    @property
    def is_only_noise(self) -> bool:
        """Whether each side was measured against itself, as by `run --aa`."""
        return is_only_noise(self.results)

    @property
    def is_only_jobs(self) -> bool:
        """Whether the run has only the program of the harness."""
        return reproduce.is_only_jobs(self.results.run)

    @property
    def is_only_own(self) -> bool:
        """Whether all pairs of the run are the user's."""
        return (
            {one.name for one in self.results.run.own}
            == {*self.results.run.pairs}
            != set()
        )

    @property
    def has_no_source(self) -> bool:
        """Whether the source of a pair of the user's was not found."""
        run = self.results.run
        return bool(run.own and "shape" in run.lenses and self.results.end)
