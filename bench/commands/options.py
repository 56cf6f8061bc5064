"""What options of several commands have in common: lists, parts of a whole."""

from collections.abc import Callable

import rich_click as click

Check = Callable[[click.Context, click.Parameter, str | None], tuple[float, ...]]


def numbers(kind: type[int] | type[float], low: float, high: float) -> Check:
    """Make the callback of an option that takes numbers separated by commas."""

    def check(
        ctx: click.Context, param: click.Parameter, text: str | None
    ) -> tuple[float, ...]:
        try:
            found = tuple(kind(word) for word in text.split(",")) if text else ()
        except ValueError:
            found = (low - 1,)
        if not all(low <= number <= high for number in found):
            raise click.BadParameter(
                f"{text!r} is not numbers from {low:g} to {high:g}, such as 1,10"
            )
        return found

    return check


def shard(
    ctx: click.Context, param: click.Parameter, text: str | None
) -> tuple[int, int]:
    """Read I/N, the I-th of N parts; the callback of --shard."""
    part, _, parts = (text or "1/1").partition("/")
    if not (part.isdigit() and parts.isdigit() and 1 <= int(part) <= int(parts)):
        raise click.BadParameter(f"{text!r} is not I/N, such as 1/4, with I up to N")
    return int(part), int(parts)
