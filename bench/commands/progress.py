"""The progress of an exploration on a terminal, and the terminal's width."""

import shutil
import sys
from typing import Any

import rich_click as click


def terminal_width() -> int:
    """Return the width of the terminal in characters, at most 160."""
    return min(shutil.get_terminal_size((100, 24)).columns, 160)


def progress() -> Any:
    """Make the function that reports the progress to a terminal; None in a pipe."""
    if not sys.stderr.isatty():
        return None

    def tick(schedules: int, seconds: float) -> None:
        click.echo(f"\r{schedules:,} schedules, {seconds:.0f} s ", nl=False, err=True)

    return tick


def clear_progress() -> None:
    if sys.stderr.isatty():
        click.echo("\r" + " " * 40 + "\r", nl=False, err=True)
