"""Pages that several tests look at, made once."""

import pytest

from bench.report import html
from tests.report.sample_results import hostile, rich


@pytest.fixture(scope="session")
def rich_page() -> str:
    """The report of a run with everything in it."""
    return html.render(rich())


@pytest.fixture(scope="session")
def hostile_page() -> str:
    """The report of a run whose every text means harm."""
    return html.render(hostile())
