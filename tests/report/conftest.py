"""Pages that several tests read, made once."""

import pytest

from bench.report.page import html_file
from tests.report.sample_results import hostile, rich


@pytest.fixture(scope="session")
def rich_page() -> str:
    """The report of a run with everything in it."""
    return html_file.render(rich())


@pytest.fixture(scope="session")
def hostile_page() -> str:
    """The report of a run in which every text is an attack."""
    return html_file.render(hostile())
