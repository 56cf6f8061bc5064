"""Refuses options of `run` that would have no effect on the requested work."""

from collections.abc import Iterator, Sequence
from typing import Any

from bench.commands import user_pairs
from bench.errors import CannotRunError
from bench.pairs import function_pairs
from bench.pairs.catalogue import PAIRS, Pair, select
from bench.throughput.planning import JOBS, has_anyio_form, takes_capacity

MEASURING = (  # parameters of options that only the throughput lens uses
    "workers", "capacity", "cpu_share", "sweep", "placements", "pythons", "loops",
    "aa", "carriers", "seed", "shard", "against", "fail_over",
)  # fmt: skip
TYPED = {  # parameter -> its option, if the names differ
    "pythons": "python",
    "loops": "loop",
    "carriers": "carrier",
    "placements": "placement",
}


def check_effects(pairs: Sequence[str], given: set[str], asked: dict[str, Any]) -> None:
    """Refuse an option that has no effect, and say what to do instead.

    `given` has the names of the parameters on the command line.  `asked` has all
    parameters.  Raises CannotRunError for the first option without an effect.
    """
    for problem in _problems(pairs, given, asked):
        raise CannotRunError(problem)


def _problems(
    pairs: Sequence[str], given: set[str], asked: dict[str, Any]
) -> Iterator[str]:
    lenses = asked["lenses"]
    if lenses and "throughput" not in lenses:
        for name in MEASURING:
            if name in given:
                yield (
                    f"{_option(name)} has no effect with --lens {' '.join(lenses)}; "
                    "add --lens throughput, or leave it out"
                )
    mine = list(pairs)
    if lenses == ("correctness",) and mine and user_pairs.without_small(mine) == mine:
        yield (
            f"--lens correctness cannot try schedules of {' '.join(mine)}; give small "
            "arguments as `small` in its table, or --small"
        )
    if "workers" in given and mine and mine == _theirs(mine):
        yield (
            f"--workers has no effect on {' '.join(mine)}: a pair of yours says itself "
            "how many it has; leave it out"
        )
    if asked["against"] and asked["aa"]:
        yield "--against and --aa both set the other side; leave one of them out"
    if "fail_over" in given and not asked["against"]:
        yield "--fail-over has no effect without --against; name another version"
    for name in ("limit", "memory_limit"):
        if name in given and not _theirs(pairs):
            yield (
                f"{_option(name)} has no effect on {' '.join(pairs) or 'our pairs'}; "
                "it limits the calls of a pair of yours: leave it out"
            )
    if asked.get("ledger_only") and asked.get("opened"):
        yield "--open has no effect with --ledger-only: there is no page; leave one out"
    loops = asked.get("loops") or ("asyncio",)
    if pairs and {*loops} <= {"anyio", "trio"} and not any(map(has_anyio_form, pairs)):
        what = f"{' '.join(pairs)} {'has' if len(pairs) == 1 else 'have'} no form"
        yield f"{what} for {' or '.join(loops)}; name another --loop, or other pairs"
    if {*pairs} == {JOBS} and lenses and "throughput" not in lenses:
        yield f"{JOBS} has only speeds to compare; add --lens throughput"
    if JOBS in pairs and asked["sweep"] == "none":
        yield f"--sweep none leaves out {JOBS}, which is named; leave one of them out"
    has_jobs = not pairs or JOBS in pairs
    chosen = _chosen(pairs)
    for name in ("carriers", "cpu_share"):
        if name in given and not has_jobs:
            yield (
                f"{_option(name)} has no effect on {' '.join(pairs)}; "
                f"add {JOBS} to the pairs, or leave it out"
            )
    if "capacity" in given and not any(map(takes_capacity, chosen)):
        takers = ", ".join(name for name, one in PAIRS.items() if takes_capacity(one))
        named = " ".join(pairs)
        yield f"--capacity has no effect on {named}; it changes {takers}"
    if "sweep" in given and asked["sweep"] != "none":
        is_swept = has_jobs or (
            asked["sweep"] == "full" and any(pair.needs_origin for pair in chosen)
        )
        if not is_swept:
            yield (
                f"--sweep {asked['sweep']} has no effect on {' '.join(pairs)}; "
                f"add {JOBS} to the pairs, or leave it out"
            )
        elif JOBS in pairs and {"workers", "cpu_share"} & given and len(pairs) == 1:
            yield (
                "--sweep has no effect beside --workers or --cpu-share, which name the "
                "workloads; leave one of them out"
            )


def _theirs(pairs: Sequence[str]) -> list[str]:
    """Return the pairs among these that are the user's."""
    return [one.name for one in function_pairs.registered(list(pairs))]


def _chosen(pairs: Sequence[str]) -> list[Pair]:
    if pairs and set(pairs) <= {JOBS}:
        return []
    return select(name for name in pairs if name != JOBS)


def _option(name: str) -> str:
    return "--" + TYPED.get(name, name).replace("_", "-")
