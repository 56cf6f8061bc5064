"""The answer of `decide` in plain words, from its record alone."""

from bench.records.decisions import Bounds, Decision, Option, Predicted
from bench.report.words import alternatives, flips, functions, libraries, units

WISHES = {
    "p99": "the p99",
    "memory": "the memory",
    "rate": "the rate",
    "cancel": "the cancelling",
    "it runs": "running at all",
    "it got a core": "getting a core (other processes had them)",
}
NOT_MET = {  # words for a wish that is predicted not to be met
    "p99": "the p99 is above its limit",
    "memory": "the memory is above its limit",
    "rate": "the rate is not reached",
    "cancel": "cancelling takes longer than 100 ms",
}
# if a smaller share of the computing is done without the lock, it counts as none
FREE_LEAST = 0.05
CARRYING_LEAST = 0.02  # share of the computing that carrying adds; less is not reported
EQUAL = 1.05  # a ratio from 1 / EQUAL to EQUAL does not matter


def headline(one: Decision) -> str:
    """The verdict in one line."""
    left, right = one.names
    said = {
        "threads": _named("threads", left),
        "asyncio": _named("asyncio", right),
        "either": "Either: it does not matter.",
        "neither": "Neither.",
    }[one.verdict]
    return said if one.sure else f"{said[:-1]}, but that is not sure."


def _named(model: str, name: str) -> str:
    """The verdict; with the candidate's name if that does not begin with the model."""
    if name.startswith(model):
        return f"{_capital(name)}."
    return f"{_capital(model)} ({name})."


def paragraph(one: Decision) -> list[str]:
    """The answer in sentences: first the reasons, at the end the nearest flip."""
    return [
        *functions.of_decision(one),
        *_why(one),
        *libraries.of_decision(one),
        *_arithmetic(one),
        *alternatives.of_decision(one),
        *_remedies(one),
        *flips.of_decision(one),
    ]


def _why(one: Decision) -> list[str]:
    left, right = (option for option in one.evidence[:2])
    if one.because == "prediction":
        return [_by_the_prediction(one)]
    if one.because == "wishes":
        if one.verdict == "either":
            return [f"Both {_met(one)}."]
        if one.verdict == "neither":
            return [f"{_capital(_misses(left))}, {_misses(right)}."]
        good, bad = (left, right) if one.verdict == "threads" else (right, left)
        can = _met(one) if good.meets == "yes" else "may be able to do what was asked"
        return [f"{_capital(good.name)} {can}; {_misses(bad)}."]
    if one.ratio is None:
        return ["There was no time to compare them."]
    between = (
        f" ({units.interval(*one.interval)}, from {units.many(one.blocks, 'block')})"
        if one.interval
        else f" (from {units.many(one.blocks, 'block')}, too few for an interval)"
    )
    ours, theirs = one.names
    times = units.times(one.ratio)
    is_other = one.function is not None and one.function.threads_cpu_seconds
    how = "With the stand-in" if is_other else "Measured"
    said = f"{how}, {theirs} does {times} the jobs of {ours}{between}"
    if "pair" in one.asked:  # for a pair, one job is the whole call
        said = f"Measured, {theirs} is {times} as fast as {ours}{between}"
    if one.verdict == "either" and one.sure:
        said += ", which is within 5 %"
    elif one.verdict == "either" and not 1 / EQUAL <= one.ratio <= EQUAL:
        said += ", which may be no difference"
        said += alternatives.predicted(one)
    if not one.sure and one.interval:
        said += (
            ": its interval leaves another verdict possible; more --budget narrows it"
        )
    met = f" Both {_met(one)}." if _wished(one) and left.meets == "yes" else ""
    return [f"{said}.{met}"]


def _by_the_prediction(one: Decision) -> str:
    """The reasons if the verdict is predicted, because other processes took cores."""
    said = "Other processes disturbed the run, so this is what was predicted"
    if lacking := [miss for side in one.evidence[:2] if (miss := _would_miss(side))]:
        said += f": {', '.join(lacking)}"
    elif one.predicted_ratio is not None and one.verdict != "neither":
        ours, theirs = one.names
        times = units.times(one.predicted_ratio)
        said += f": {theirs} at {times} the jobs of {ours}"
    if one.ratio is not None:
        said += f"; in the disturbed run it was {units.times(one.ratio)}"
    return f"{said}. Ask again when those processes have ended."


def _would_miss(option: Option) -> str:
    """The wishes that a candidate is predicted to miss, except those that it met."""
    if option.predicted is None:
        return ""
    said = [
        NOT_MET.get(wish, wish)
        for wish, met in option.predicted.wishes.items()
        if met == "no" and option.wishes.get(wish) != "yes"
    ]
    return f"with {option.name} {' and '.join(said)}" if said else ""


def _arithmetic(one: Decision) -> list[str]:
    """What one interpreter lock allows, if that decides the verdict."""
    asked = one.asked
    count, wait, cpu, blocking = (
        float(asked.get(name) or 0)
        for name in ("concurrency", "wait_seconds", "cpu_seconds", "blocking_seconds")
    )
    if blocking:  # such a wait blocks a loop; in threads it blocks only its own thread
        looped = blocking + cpu
        return [
            f"{count:,.0f} × {units.seconds(looped)} = "
            f"{units.seconds(count * looped)} a round through one loop, which is "
            "blocked or computes for that long."
        ]
    said = []
    if rate := asked.get("rate_per_second"):
        return _arriving(float(rate), wait, cpu, count)
    if not cpu:
        return []
    right = one.evidence[1].predicted if len(one.evidence) > 1 else None
    limit = asked.get("p99_seconds")
    whole = count * cpu
    if right is not None and right.load >= 1 and right.bound == "the cores":
        said.append(
            f"A round needs {count:,.0f} × {units.seconds(cpu)} = "
            f"{units.seconds(whole)} of computing, for which "
            f"{units.many(one.cores, 'core')} take {units.seconds(whole / one.cores)} "
            f"at best."
        )
    elif right is not None and right.load >= 1:
        free = float(asked.get("without_gil") or 0.0)
        through = (
            "one interpreter lock" if free < FREE_LEAST else "the one core of a loop"
        )
        enough = alternatives.saturating(one, wait, cpu)
        verb = "saturates" if enough == 1 else "saturate"
        said.append(
            f"A round needs {count:,.0f} × {units.seconds(cpu)} = "
            f"{units.seconds(whole)} of computing{_carrying(one, count, cpu)}. In the "
            f"{units.seconds(wait + cpu)} that a job takes, {through} allows "
            f"{units.seconds(wait + cpu)} of computing, so "
            f"{units.many(enough, 'job')} at once {verb} it."
        )
        said += _one_core(one, right)
    if limit is not None and "p99" in _missed(one):
        is_free = float(asked.get("without_gil") or 0.0) >= FREE_LEAST
        said.append(
            alternatives.last_of_all(count, wait, whole, float(limit), free=is_free)
        )
    return said


def _arriving(rate: float, wait: float, cpu: float, count: float) -> list[str]:
    """What a rate of arrivals requires of the lock and of the jobs at once."""
    said = []
    arriving = units.per_second(rate)
    if cpu:
        said.append(
            f"{arriving} × {units.seconds(cpu)} = {units.seconds(rate * cpu)} of "
            "computing in each second; one interpreter lock allows 1 s."
        )
    if (in_hand := rate * (wait + cpu)) > count:
        said.append(
            f"{arriving} × {units.seconds(wait + cpu)} = {in_hand:,.0f} jobs in hand, "
            f"so {count:,.0f} at once are too few."
        )
    return said


def _one_core(one: Decision, right: Predicted) -> list[str]:
    """A sentence, if the lock keeps both models from computing on several cores."""
    left = one.evidence[0].predicted
    bounds = (left.bound if left is not None else "", right.bound)
    if one.cores < 2 or left is None or left.load < 1:
        return []
    if (one.asked.get("concurrency") or 0) == 1:
        return []
    if bounds[0] != "the lock" or bounds[1] not in ("the lock", "one core"):
        return []
    several = any(option.kind == "processes" for option in one.evidence)
    row = ", which have a row below" if several else ""
    return [
        "With the interpreter lock, neither model computes on more than one of the "
        f"{one.cores} cores: to use more cores, use more processes{row}."
    ]


def _carrying(one: Decision, count: float, cpu: float) -> str:
    """What carrying the jobs adds to a round, if this is a noticeable part of it."""
    most = one.limits.get("jobs_per_second_of_one_core")
    around = 1 / most - cpu if most else 0.0
    if around < CARRYING_LEAST * cpu:
        return ""
    return f", and {units.seconds(count * around)} of carrying the jobs"


def _remedies(one: Decision) -> list[str]:
    if not one.remedies:
        return []
    said = []
    for remedy in one.remedies:
        seen = {True: " (a run confirms it)", False: " (a run shows: not quite)"}
        said.append(remedy.text + seen.get(remedy.verified, "")
                    if remedy.verified is not None else remedy.text)  # fmt: skip
    return [f"What would be enough: {'; or '.join(said)}."]


def _wished(one: Decision) -> bool:
    wishes = ("p99_seconds", "memory_bytes", "rate_per_second", "cancel")
    return any(one.asked.get(name) for name in wishes)


def _met(one: Decision) -> str:
    """The words for wishes that are met, the same for one candidate and for both."""
    return "can do what was asked"


def _missed(one: Decision) -> set[str]:
    return {
        wish
        for option in one.evidence[:2]
        for wish, met in option.wishes.items()
        if met == "no"
    }


def _misses(option: Option) -> str:
    """The wishes that one candidate does not meet, with the figures."""
    if option.failure is not None:
        return f"{option.name} did not run ({option.failure})"
    missed = [wish for wish, met in option.wishes.items() if met == "no"]
    said = [
        f"the p99 is at least {units.seconds(option.p99_least_seconds)}"
        if wish == "p99" and option.p99_seconds is None
        else f"{WISHES.get(wish, wish)} is {figure(option, wish)}"
        for wish in missed
    ]
    return f"with {option.name} {' and '.join(said)}"


def figure(option: Option, wish: str) -> str:
    """The measured figure for a wish."""
    if wish == "p99":
        return latency(option.p99_seconds, option.window_seconds)
    if wish == "memory":
        if option.held_bytes > (option.memory_bytes or 0.0):
            held = units.decimal_bytes(option.held_bytes)
            return f"at least {held}, which its jobs hold together"
        return units.decimal_bytes(option.memory_bytes or 0.0)
    if wish == "rate":
        late = units.percent(option.unanswered)
        return f"not reached ({late} of the jobs not done in time)"
    if wish == "cancel":
        return f"done after {units.seconds(option.cancel_seconds or 0.0)}"
    return "no"


def latency(bounds: Bounds | None, window_seconds: float) -> str:
    """A percentile; if it is beyond the window, only a lower bound is known."""
    if bounds is None:
        return "unknown"
    if bounds.value is None:
        return f"more than {units.seconds(window_seconds)}"
    return units.seconds(bounds.value)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


# For each input of the question: its words, and how its value is shown.
ASKED: dict[str, tuple[str, flips.Show]] = {
    "concurrency": ("jobs at once", lambda value: f"{value:,.0f}"),
    "wait_seconds": ("a job waits", units.seconds),
    "blocking_seconds": ("of that on the loop's thread", units.seconds),
    "cpu_seconds": ("a job computes", units.seconds),
    "without_gil": ("of that without the lock", units.percent),
    "payload_bytes": ("a job holds", units.decimal_bytes),
    "p99_seconds": ("p99 at most", units.seconds),
    "memory_bytes": ("memory at most", units.decimal_bytes),
    "rate_per_second": ("jobs arrive", units.per_second),
}


def asked(one: Decision) -> list[tuple[str, str]]:
    """The question as rows: for each input, its words and its value."""
    found = []
    for name, value in one.asked.items():
        if name in ASKED and isinstance(value, int | float):
            called, show = ASKED[name]
            found.append((called, show(float(value))))
        else:
            said = "yes" if value is True else f"{value}"
            found.append((name.replace("_", " "), said))
    return found
