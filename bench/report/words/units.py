"""Figures for readers: three significant digits and a unit."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime

from bench.records.samples import Comparison, Unmeasured
from bench.records.subjects import Runtime

SECONDS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))
BYTES = ((2.0**30, "GiB"), (2.0**20, "MiB"), (2.0**10, "KiB"), (1.0, "B"))
DECIMAL_BYTES = ((1e9, "GB"), (1e6, "MB"), (1e3, "KB"), (1.0, "B"))
SMALL_RATIO = 0.095
LEAST = 0.001  # the smallest number without a unit that is written in digits
NUMBERS = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)


def digits(value: float) -> str:
    """Three significant digits, thousands grouped: 0.0123, 1.23, 123, 12,300."""
    return _rounded(value, 3)


def _rounded(value: float, count: int) -> str:
    """A figure with so many significant digits, never with an exponent."""
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    places = count - 1 - math.floor(math.log10(abs(value)))
    return f"{round(value, places):,.{max(places, 0)}f}"


def _scaled(value: float, scale: tuple[tuple[float, str], ...], even: bool) -> str:
    size, unit = next((step for step in scale if abs(value) >= step[0]), scale[-1])
    figure = digits(value / size)
    if "." in figure and not even:
        figure = figure.rstrip("0").rstrip(".")
    return f"{figure} {unit}"


def seconds(value: float, *, even: bool = False) -> str:
    """Seconds in the unit that fits; an `even` column keeps trailing zeros."""
    return _scaled(value, SECONDS, even) if value else "0 s"


def bytes_(value: float, *, even: bool = False) -> str:
    return _scaled(value, BYTES, even and value >= BYTES[-2][0])


def decimal_bytes(value: float) -> str:
    """Bytes in powers of ten, as limits usually are: 512 MB."""
    return _scaled(value, DECIMAL_BYTES, even=False)


def per_second(value: float) -> str:
    return f"{digits(value)}/s"


def times(ratio: float) -> str:
    """A ratio to two decimals (the third is noise): 1.42×."""
    if 0 < ratio < SMALL_RATIO:  # two decimals would show at most one digit
        return f"{_rounded(ratio, 2)}×"
    return f"{ratio:.2f}×" if ratio < 10 else f"{digits(ratio)}×"


def about(ratio: float) -> str:
    """A ratio in a sentence, to two digits: 1.4, 720; below 1.1 to three: 1.04."""
    if 1 <= ratio < 1.1:  # "1.0 times faster" would say that nothing is faster
        return f"{ratio:.2f}"
    return f"{ratio:.1f}" if ratio < 10 else _rounded(ratio, 2)


def interval(low: float, high: float) -> str:
    return f"{times(low).removesuffix('×')} to {times(high)}"


def many(count: int, thing: str) -> str:
    """A number and its noun: `1 job`, `1,200 jobs`."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def words(count: int) -> str:
    """A small number spelt out, for a sentence."""
    return NUMBERS[count] if count < len(NUMBERS) else f"{count:,}"


def listed(words: Sequence[str]) -> str:
    """Words as in a sentence: `a`, `a and b`, `a, b and c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def shards(missing: Sequence[tuple[int, int]]) -> str:
    """Shards that are missing: `shard 2/3 is`, `shards 1/3 and 2/3 are`."""
    names = [f"{index}/{count}" for index, count in missing]
    return f"shard {names[0]} is" if len(names) == 1 else f"shards {listed(names)} are"


def percent(share: float) -> str:
    return f"{share * 100:.3g} %"


def moment(epoch: float) -> str:
    """A date and time in UTC, the same for every reader."""
    return f"{datetime.fromtimestamp(epoch, UTC):%Y-%m-%d %H:%M:%S} UTC"


def measure(name: str, value: float, *, even: bool = False) -> str:
    """A figure in the unit that ends its name: `_seconds`, `_bytes`, `_per_second`."""
    if "seconds" in name:
        return seconds(value, even=even)
    if "bytes" in name:
        return bytes_(value, even=even)
    if "jain" in name:
        return f"{value:.3f}"
    if name.endswith("_per_second"):
        return per_second(value)
    if 0 < abs(value) < LEAST:
        return f"under {LEAST}"
    return f"{value:,.0f}" if value == int(value) else digits(value)


def runtime(one: Runtime) -> str:
    """A runtime in words; the usual settings are left out."""
    said = [f"Python {one.python}"]
    if one.anyio:
        said.append("anyio")
    if one.loop not in (None, "asyncio"):
        said.append(f"on {one.loop}")
    if one.eager:
        said.append("eager tasks")
    if one.carrier:
        said.append(one.carrier)
    said.append("one core" if one.placement == "pinned" else "all cores")
    return ", ".join(said)


def setting(one: Comparison | Unmeasured) -> str:
    """The runtime of a comparison; both runtimes if its sides differ."""
    left, right = runtime(one.threads), runtime(one.asyncio)
    if set(left.split(", ")) <= set(right.split(", ")):
        # the words of the right side include those of the left side
        return right
    return f"{left} against {right}"
