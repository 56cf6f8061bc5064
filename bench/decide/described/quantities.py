"""Quantities as people write them, read strictly: `50ms`, `64KB`, `2000/s`, `30%`.

A number without a unit is refused.  If it were read in the wrong unit, for example
milliseconds instead of seconds, the answer would be wrong by a factor of a thousand.
The error message suggests the quantity that was probably meant.
"""

import difflib
import math
import re

SECONDS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0}
BYTES = {
    "B": 1,
    "KB": 10**3,
    "MB": 10**6,
    "GB": 10**9,
    "KiB": 2**10,
    "MiB": 2**20,
    "GiB": 2**30,
}
RATES = {"/s": 1.0, "/min": 1 / 60}
SHARES = {"%": 0.01}
NAMES = {  # other spellings of a unit that people use
    "sec": "s",
    "secs": "s",
    "second": "s",
    "seconds": "s",
    "msec": "ms",
    "millis": "ms",
    "milliseconds": "ms",
    "usec": "us",
    "m": "min",
    "k": "KB",
    "kb": "KB",
    "mb": "MB",
    "gb": "GB",
    "g": "GB",
    "kib": "KiB",
    "mib": "MiB",
    "gib": "GiB",
    "b": "B",
    "bytes": "B",
    "/sec": "/s",
    "/second": "/s",
    "rps": "/s",
    "qps": "/s",
    "hz": "/s",
    "per second": "/s",
    "/m": "/min",
    "percent": "%",
}
FORM = re.compile(r"\s*(?P<number>[-+]?[\d.,_]*\d[\d.,_]*(?:e[-+]?\d+)?)(?P<rest>.*)")
COUNTS = {"k": 1_000, "m": 1_000_000}


class QuantityError(ValueError):
    """The text is not a quantity with a unit; the message says how to write one."""


def seconds(text: str) -> float:
    """A time in seconds, from `50ms`, `2s`, `100us`; at least 0."""
    return _read(text, "a time", SECONDS, "50ms", ("ms", "s"))


def bytes_(text: str) -> int:
    """A size in bytes, from `512MB` (10^6) or `512MiB` (2^20); at least 0."""
    return round(_read(text, "a size", BYTES, "512MB", ("MB", "KB")))


def rate(text: str) -> float:
    """Arrivals a second, from `2000/s` or `90/min`; at least 0."""
    return _read(text, "a rate", RATES, "2000/s", ("/s",))


def share(text: str) -> float:
    """A part of a whole, 0 to 1, from `30%`."""
    found = _read(text, "a share", SHARES, "30%", ("%",))
    if found > 1:
        raise QuantityError(f"{text!r} is more than the whole; give 0% to 100%")
    return found


def whole(text: str) -> int:
    """A number of things, at least 1: `300`, `2_000`."""
    cleaned = text.strip()
    if re.fullmatch(r"\d+(_\d{3})*", cleaned) and int(cleaned) >= 1:
        return int(cleaned)
    near = ""
    if found := re.fullmatch(r"([\d.]*\d)\s*([kKmM])", cleaned):
        near = str(round(float(found[1]) * COUNTS[found[2].lower()]))
    elif re.fullmatch(r"\d{1,3}([, ']\d{3})+", cleaned):
        near = re.sub(r"\D", "", cleaned)
    elif re.fullmatch(r"\d+\.0*", cleaned):
        near = cleaned.partition(".")[0]
    hint = f"did you mean {near}?" if near else "such as 300"
    raise QuantityError(f"{text!r} is not a whole number of at least 1; {hint}")


def _read(
    text: str,
    kind: str,
    units: dict[str, float] | dict[str, int],
    example: str,
    usual: tuple[str, ...],
) -> float:
    found = FORM.fullmatch(text)
    if found and (counted := _counted(found, units)):
        raise QuantityError(f"{text!r} is not {kind}; did you mean {counted}?")
    if not found:
        raise QuantityError(f"{text!r} is not {kind}; write it as {example}")
    number, unit = found["number"], found["rest"].strip()
    value = _number(number, text, kind, example)
    if unit in units:
        return value * units[unit]
    if not unit:
        if value == 0:
            return 0.0
        if units is SHARES and value < 1:  # a share as a fraction, such as 0.3 for 30%
            number = f"{value * 100:g}"
        either = " or ".join(f"{number}{one}" for one in usual)
        raise QuantityError(f"{text!r} has no unit; did you mean {either}?")
    near = _near(unit, units)
    hint = f"did you mean {number}{near}?" if near else f"there are {', '.join(units)}"
    raise QuantityError(f"{text!r}: {unit!r} is no unit of {kind[2:]}; {hint}")


def _counted(
    found: re.Match[str], units: dict[str, float] | dict[str, int]
) -> str | None:
    """A rate with k or m, in thousands or millions, written out: 2000/s for 2k/s."""
    parts = re.fullmatch(r"([kKmM])\s*(/.*)", found["rest"].strip())
    if parts is None or not re.fullmatch(r"\d+(\.\d+)?", found["number"]):
        return None
    unit = _near(parts[2], units)
    number = float(found["number"]) * COUNTS[parts[1].lower()]
    return f"{number:.0f}{unit}" if unit else None


def _number(number: str, text: str, kind: str, example: str) -> float:
    try:
        value = float(number)
    except ValueError:
        value = math.nan
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", number):
        hint = text.replace(",", "").strip()
        raise QuantityError(f"{text!r} has commas; did you mean {hint}?")
    if re.fullmatch(r"\d+,\d+", number):
        hint = text.replace(",", ".").strip()
        raise QuantityError(f"{text!r} has a comma; did you mean {hint}?")
    if not math.isfinite(value) or value < 0:
        raise QuantityError(f"{text!r} is not {kind} of at least 0, such as {example}")
    return value


def _near(unit: str, units: dict[str, float] | dict[str, int]) -> str | None:
    """The unit that was probably meant, or None."""
    same = [one for one in units if one.lower() == unit.lower()]
    if same:
        return same[0]
    if (known := NAMES.get(unit.lower())) in units:
        return known
    # a larger or smaller multiple, such as TB, is not a slip of B
    close = [
        one
        for one in difflib.get_close_matches(unit, units, n=1)
        if not unit.endswith(one)
    ]
    return close[0] if close else None
