"""Two workers use several places of one container: every end state is found.

An access to one item once hid the same worker's earlier access to another, so that a
bank which keeps its accounts in a dict was said to hold.
"""

import pytest

from bench.correctness.programs.discovery import find_scenarios
from tests.correctness.interleaved import KINDS, drawn, outcomes, program_of
from tests.correctness.outcomes import end_states

PROGRAMS = 12  # of each kind


@pytest.mark.long
@pytest.mark.parametrize("model", ["threads", "tasks"])
@pytest.mark.parametrize("kind", KINDS)
def test_all_end_states_of_two_workers_on_one_container_are_found(
    kind, model, tmp_path
):
    """The truth is every interleaving of the single reads and writes, run plainly."""
    tasks = model == "tasks"
    for seed in range(PROGRAMS):
        workers = drawn(kind, seed)
        path = tmp_path / f"program_{seed}.py"
        path.write_text(program_of(kind, workers, tasks=tasks))
        (program,) = find_scenarios(str(path))
        found = end_states(program, "dpor")
        assert found == outcomes(kind, workers, atomic_lines=tasks), workers
