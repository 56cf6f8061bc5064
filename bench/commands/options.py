"""Parts that several commands share: examples, and checks of options."""

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import rich_click as click
from click.core import ParameterSource
from rich.text import Text

from bench.decide.described.quantities import QuantityError
from bench.errors import CannotRunError

Check = Callable[[click.Context, click.Parameter, str | None], tuple[float, ...]]


def examples(*rows: tuple[str, str]) -> Any:
    """Make the epilog of a command: each call on a line of its own, then its effect.

    The result is a Text, because rich-click joins the lines of a str.  It is annotated
    as Any, because click declares the epilog as a str.
    """
    text = Text("Examples:")
    for arguments, effect in rows:
        text.append(f"\n  python -m bench {arguments}", "bold")
        text.append(f"\n      {effect}", "dim")
    return text


class InUnits(click.FloatRange):
    """A number with or without its unit: 60, 60s and 1min are equal."""

    def __init__(self, least: float, read: Callable[[str], float], unit: float) -> None:
        """`read` reads a quantity that has a unit.

        A number without a unit is in `unit`.  `least` and the result are in `unit` too.
        """
        super().__init__(least)
        self._read = read
        self._unit = unit

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Any:
        if isinstance(value, str) and value[:1].isdigit() and not _is_number(value):
            try:
                value = self._read(value) / self._unit
            except QuantityError as problem:
                self.fail(str(problem), param, ctx)
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{number} is not a finite number, such as 60", param, ctx)
        return number


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def finite(ctx: click.Context, param: click.Parameter, number: float) -> float:
    """Refuse infinity and NaN, which pass every range check."""
    if not math.isfinite(number):
        raise click.BadParameter(f"{number} is not a finite number, such as 60")
    return number


def numbers(kind: type[int] | type[float], low: float, high: float) -> Check:
    """Make the callback of an option with numbers separated by commas."""

    def check(
        ctx: click.Context, param: click.Parameter, text: str | None
    ) -> tuple[float, ...]:
        try:
            found = tuple(kind(word) for word in text.split(",")) if text else ()
        except ValueError:
            found = (low - 1,)
        if not all(low <= number <= high for number in found):
            raise click.BadParameter(
                f"{text!r} is not a list of numbers from {low:g} to {high:g},"
                " such as 1,10"
            )
        return found

    return check


def shard(
    ctx: click.Context, param: click.Parameter, text: str | None
) -> tuple[int, int]:
    """Read I/N, the I-th of N parts; the callback of --shard."""
    part, _, parts = (text or "1/1").partition("/")
    if not (part.isdecimal() and parts.isdecimal() and 1 <= int(part) <= int(parts)):
        raise click.BadParameter(f"{text!r} is not I/N, such as 1/4, with I up to N")
    return int(part), int(parts)


def refuse_same_file(outputs: Mapping[str, Path | None]) -> None:
    """Raise CannotRunError if two options name one file: one output would be lost."""
    named: dict[Path, str] = {}
    for option, path in outputs.items():
        if path is None:
            continue
        other = named.setdefault(path.resolve(), option)
        if other != option:
            raise CannotRunError(
                f"{other} and {option} are the same file, {path}; name two"
            )


def refuse_together(asked: Mapping[str, object], only: str) -> None:
    """Raise CannotRunError if several of these options are given.

    `only` is the reason that the message gives: "each is another output".
    """
    given_ = [option for option, value in asked.items() if value]
    if len(given_) > 1:
        raise CannotRunError(
            f"{' and '.join(given_)} exclude each other: {only}; give one"
        )


def given(ctx: click.RichContext) -> set[str]:
    """Return the names of the parameters that are given on the command line."""
    return {
        name
        for name in ctx.params
        if ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE
    }
