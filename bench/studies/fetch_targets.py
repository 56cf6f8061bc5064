"""The targets for speed and memory of the fetches, and whether each is met."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

from bench.studies.fetch_runs import Run

Rounds = Sequence[Mapping[str, Run]]  # for each round of a case, the run of each tool
LINE = "{:9}{:21}{:20}{:23}{}"


@dataclass(frozen=True)
class Target:
    """A target of one form in one case; the median of the rounds decides."""

    case: str
    form: str
    kind: Literal["speed", "cpu", "memory"]
    # "speed": the lowest ratio to the peer; "cpu": the most microseconds for each URL;
    # "memory": the most MiB
    wanted: float
    peer: str = ""  # the tool whose speed is 1

    @property
    def words(self) -> str:
        """The target in words."""
        if self.kind == "speed":
            return f"{self.wanted:g}x {self.peer}"
        return f"at most {self.wanted:g} {'us CPU' if self.kind == 'cpu' else 'MiB'}"

    @property
    def names(self) -> tuple[str, ...]:
        """The forms and peers that must run for this target."""
        return (self.form, self.peer) if self.peer else (self.form,)

    def figures(self, found: Rounds, count: int) -> list[float]:
        """The figure of each round with `count` URLs; empty if it is unknown."""
        if not all(name in each for each in found for name in self.names):
            return []
        ours = [each[self.form] for each in found]
        if self.kind == "cpu":
            return [one.cpu_seconds / count * 1e6 for one in ours]
        if self.kind == "memory":
            return [one.peak_mib for one in ours if one.peak_mib is not None]
        return [each[self.peer].seconds / each[self.form].seconds for each in found]

    def is_met(self, figures: Sequence[float]) -> bool:
        """Whether the median of these figures meets the target."""
        middle = median(figures)
        return middle >= self.wanted if self.kind == "speed" else middle <= self.wanted


def of_speed(case: str, peer: str, wanted: Mapping[str, float]) -> list[Target]:
    return [Target(case, form, "speed", least, peer) for form, least in wanted.items()]


def of_memory(case: str, wanted: Mapping[str, float]) -> list[Target]:
    return [Target(case, form, "memory", most) for form, most in wanted.items()]


TARGETS = [
    *of_speed("small", "curl -Z", {"lean asyncio, uvloop": 1.5}),
    Target("small", "lean asyncio, uvloop", "cpu", 20),
    *of_speed("small", "curl -Z", {
        "lean asyncio": 0.85, "lean threads, 8": 1.0, "lean threads, 1 core": 1.0,
        "aiohttp, uvloop": 0.40, "aiohttp": 0.27,
    }),
    *of_speed("latency", "h2load", {"lean asyncio": 0.93, "aiohttp, uvloop": 0.44}),
    *of_speed("latency", "urllib3 threads", {"aiohttp, uvloop": 2.0}),
    *of_memory("latency", {"aiohttp, uvloop": 64}),
    *of_speed("large", "curl", {
        "lean threads": 2.0, "lean asyncio": 1.5, "aiohttp": 0.85,
    }),
    *of_memory("large", {"lean threads": 28, "lean asyncio": 28, "aiohttp": 60}),
]  # fmt: skip


@dataclass(frozen=True)
class Row:
    """A target with its figures; no figures if one of its tools is not installed."""

    target: Target
    figures: tuple[float, ...]

    @property
    def met(self) -> bool | None:
        return self.target.is_met(self.figures) if self.figures else None

    def __str__(self) -> str:
        target = self.target
        measured, met = "not measured", "-"
        if self.figures:
            low, middle, high = (
                f"{one:.2f}" if target.kind == "speed" else f"{one:.0f}"
                for one in (min(self.figures), median(self.figures), max(self.figures))
            )
            measured = f"{middle} ({low} to {high})"
            met = "yes" if self.met else "no"
        return LINE.format(target.case, target.form, target.words, measured, met)


def rows(case: str, found: Rounds, count: int) -> Iterator[Row]:
    """The targets of a case, with the figures from its rounds."""
    for target in TARGETS:
        if target.case == case:
            yield Row(target, tuple(target.figures(found, count)))


def heading() -> str:
    """The heading above the rows."""
    return LINE.format("case", "form", "wanted", "measured (range)", "met")
