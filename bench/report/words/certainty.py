"""How certain an answer is: noise, intervals, correctness, missing and failed parts."""

from collections.abc import Sequence

from bench.records.certificates import Certificate
from bench.records.models import FORMS
from bench.records.runs import Results
from bench.records.samples import Comparison, NoiseFloor
from bench.report.words import more_time, reproduce, standings, units, unmeasured

LONGEST_COMMAND = 160  # characters of a command that is shown in a sentence
# the most names in a sentence
MOST_MISSING = 3
SEVERAL = 2  # from this number of runtimes on, a sentence names them


def advice(
    comparisons: Sequence[Comparison], lacking: list[str], results: Results
) -> list[str]:
    """What is missing, and the command that gives this run more time, if that helps."""
    more = more_time.budget(results, comparisons)
    if more is None:
        return lacking
    longer = f"`{reproduce.longer(results.run, more)}`"
    if len(longer) > LONGEST_COMMAND:  # the command is too long for a sentence
        longer = f"the same command with `--budget {more:g}`"
    return [*lacking, f"More time may decide more: {longer}."]


def missing(results: Results) -> list[str]:
    """What was not measured within the budget: the names, or how many if many."""
    if not results.comparisons and not is_only_noise(results):
        return []
    found = [unmeasured.in_words(one) for one in results.unmeasured]
    if not found:
        return []
    if len(found) <= MOST_MISSING:
        return [f"There was no time to measure {units.listed(found)}."]
    measured = results.comparisons or results.noise
    of = units.many(len(found) + len(measured), "comparison")
    return [f"There was no time to measure {len(found)} of {of}: listed below."]


def losses(results: Results) -> list[str]:
    """Failures and warnings that a reader must know before trusting the figures."""
    wrong = dict.fromkeys(c.pair for c in results.comparisons if c.verdict == "wrong")
    said = [
        f"`{pair}` gave a wrong result, so its speed means nothing." for pair in wrong
    ]
    if lost := sum(sample.status != "ok" for sample in results.samples):
        said.append(
            f"{units.many(lost, 'sample')} of {len(results.samples):,} did not end well"
            " (wrong, hung, crashed or killed) and"
            f" {'counts' if lost == 1 else 'count'} in no ratio."
        )
    if results.end is not None and results.end.unchecked:
        names = unmeasured.unchecked(results.end)
        shown, rest = names[:MOST_MISSING], len(names) - MOST_MISSING
        shown += [f"{rest:,} more"] if rest > 0 else []
        checks = units.many(len(names), "check")
        said.append(
            f"There was no time for {checks} of programs: {units.listed(shown)}."
        )
    if results.run.lacks:
        lacks = units.shards(results.run.lacks)
        said.append(f"The run is not complete: {lacks} missing.")
    said += [f"Warned: {warning}." for warning in results.warnings[:2]]
    if results.end is None:
        said.append("The run was cut off: these are its results up to then.")
    return said


def is_only_noise(results: Results) -> bool:
    """Whether each side was measured against itself, as by `run --aa`."""
    settings = results.run.settings
    is_asked = settings is not None and settings.against_itself
    return is_asked or bool(results.noise and not results.comparisons)


def sureness(comparisons: Sequence[Comparison], results: Results) -> list[str]:
    """The noise floor, and the confidence of the intervals."""
    said = []
    noise = results.noise
    if noise:
        low, high = min(n.ratio for n in noise), max(n.ratio for n in noise)
        equal = sum(n.low <= 1 <= n.high for n in noise)
        where, of = _where(comparisons, noise), units.many(len(noise), "interval")
        said.append(
            f"The noise floor: the same code against itself{where}"
            f" came out at {_range(low, high)}; {equal} of {of}"
            f" {'holds' if equal == 1 else 'hold'} 1, as"
            f" {'it' if len(noise) == 1 else 'all'} should."
        )
    elif comparisons or is_only_noise(results):
        said.append("The noise floor is not known: it has too few blocks.")
    sure = [one.confidence for one in comparisons if one.confidence is not None]
    if sure:
        least = units.percent(min(sure))
        said.append(f"Each interval holds with {least} confidence or more.")
    return said


def _where(comparisons: Sequence[Comparison], noise: Sequence[NoiseFloor]) -> str:
    """The pair and the runtimes of a noise floor, if the run has several runtimes."""
    if len({units.setting(one) for one in comparisons}) < SEVERAL:
        return ""
    pairs = dict.fromkeys(f"`{one.subject.pair}`" for one in noise)
    runtimes = dict.fromkeys(units.runtime(one.subject.runtime) for one in noise)
    return f" ({', '.join(pairs)} with {'; '.join(runtimes)})"


def _range(low: float, high: float) -> str:
    one = units.times(low)
    return one if one == units.times(high) else units.interval(low, high)


def broken(certificates: Sequence[Certificate]) -> list[str]:
    """A sentence for each program that must hold but does not."""
    return [
        f"`{one.pair}` breaks in {one.model}: {one.failure.symptom}."
        for one in certificates
        if one.expected == "holds" and one.outcome == "broken" and one.failure
    ]


def correctness(certificates: Sequence[Certificate]) -> list[str]:
    """How many programs hold, and how many counter-examples fail with their symptom."""
    found = [
        one
        for pair in dict.fromkeys(one.pair for one in certificates)
        for model in FORMS
        if (
            one := standings.of_model(
                [c for c in certificates if c.pair == pair], model
            )
        )
    ]
    said = []
    if found:
        holding = sum(one.outcome == "holds" for one in found)
        programs = units.many(len(found), "program")
        hold = "holds" if 1 in (holding, len(found)) else "hold"
        claim = f"{holding:,} of {programs} {hold}"
        said.append(f"{claim} in every schedule of a small load")
        if cut := sum(one.cut for one in found if one.outcome == "holds"):
            said[-1] += f" ({units.many(cut, 'larger load')} cut short)"
        open_ones = [one for one in found if one.outcome == "cut"]
        if untried := sum(not one.schedules for one in open_ones):
            were = "was" if untried == 1 else "were"
            said.append(f"{untried:,} {were} not tried")
        if unsettled := len(open_ones) - untried:
            are = "is" if unsettled == 1 else "are"
            said.append(
                f"{unsettled:,} {are} not settled (no failure in the schedules that"
                " ran, but there are others)"
            )
    named, of = standings.broken_as_named(certificates)
    if of:
        examples = units.many(of, "counter-example")
        breaks = "breaks with its" if named == 1 else "break with their"
        said.append(f"{named:,} of {examples} {breaks} expected symptom")
    return [f"{'; '.join(said)}."] if said else []
