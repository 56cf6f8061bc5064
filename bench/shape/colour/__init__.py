"""How far `async` spreads, and what stops a loop."""

from bench.shape.colour.spread import (
    not_followed,
    spread,
    spread_of,
    stops_the_loop,
    stops_the_loop_of,
)

__all__ = [
    "not_followed",
    "spread",
    "spread_of",
    "stops_the_loop",
    "stops_the_loop_of",
]
