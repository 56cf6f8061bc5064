"""The placements that a run measures are those that its user named."""

import pytest
from click.testing import CliRunner

from bench.commands import beginning
from bench.commands import run as run_command
from bench.errors import CannotRunError


@pytest.mark.parametrize(
    ("typed", "measured"),
    [
        ([], ("pinned",)),
        (["free"], ("free",)),
        (["free", "pinned"], ("pinned", "free")),
        (["both"], ("pinned", "free")),
        (["both", "free"], ("pinned", "free")),
    ],
)
def test_each_placement_that_is_named_is_measured(typed, measured, monkeypatch):
    """The first of two was dropped without a word."""
    options = [word for name in typed for word in ("--placement", name)]
    made = {}

    def begun(pairs, asked, folder, at):
        made.update(asked)
        raise CannotRunError("enough is known")

    monkeypatch.setattr(run_command, "started", begun)
    CliRunner().invoke(run_command.command, ["lock", *options])

    assert beginning.placements(made["placements"]) == measured
