"""The study of the throughput method: which trials it makes, and what it stores."""

import msgspec
from click.testing import CliRunner

from bench.studies.noise import Trial, cells, kept, main, missing, study


def test_the_cells_are_four_pairs_by_four_neighbours_in_both_models():
    titles = {one.title for one in cells(10.0)}
    assert len(titles) == 4 * 4 * 2
    assert "jobs, threads A/A" in titles
    assert "event, asyncio A/A, two hogs" in titles


def test_the_kinds_of_trials_take_turns():
    kinds = cells(10.0)[:2]
    order = [(one.title, seed) for one, seed in missing(kinds, range(2), ())]
    first, second = (one.title for one in kinds)
    assert order == [(first, 0), (second, 0), (first, 1), (second, 1)]


def test_a_stored_trial_is_not_made_again():
    [one] = study(is_quick=True)[:1]
    done = [Trial(one.title, one.seconds, 0), Trial(one.title, one.seconds + 1, 1)]
    assert [seed for _, seed in missing([one], range(3), done)] == [1, 2]


def test_an_incomplete_last_line_is_removed(tmp_path):
    file = tmp_path / "trials.jsonl"
    line = msgspec.json.encode(Trial("one", 5.0, 0)) + b"\n"
    file.write_bytes(line + line[:-9])
    assert [one.title for one in kept(file)] == ["one"]
    assert file.read_bytes() == line


def test_a_text_of_no_title_is_an_error_with_the_titles():
    """An empty table with status 0 would look like a result."""
    asked = CliRunner().invoke(main, ["--cells", "--only", "condition"])
    assert asked.exit_code == 2
    assert "event, threads A/A" in asked.output.replace("\n", " ")
