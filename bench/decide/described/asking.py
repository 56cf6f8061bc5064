"""The questions that describe a workload, one after the other on a terminal."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bench.decide.described import quantities
from bench.decide.described.quantities import QuantityError


@dataclass(frozen=True)
class Asked:
    """One question, the function that reads its answer, and the default answer."""

    name: str
    text: str
    parse: Callable[[str], Any]
    usual: str


QUESTIONS = (
    Asked("concurrency", "How many jobs at once?", quantities.whole, "100"),
    Asked(
        "wait",
        "How long does a job wait in all (network, disk, database)?",
        quantities.seconds,
        "50ms",
    ),
    Asked("cpu", "How long does a job compute?", quantities.seconds, "1ms"),
    Asked(
        "without_gil",
        "How much of the computing is in C code that releases the lock "
        "(hashing, compression, numpy)?",
        quantities.share,
        "0%",
    ),
)
WISHES = (
    Asked("p99", "By when must 99 of 100 jobs be done?", quantities.seconds, "none"),
    Asked("memory", "How much memory may the process hold?", quantities.bytes_, "none"),
)
YES, NO = ("y", "yes"), ("n", "no")


def ask(
    prompt: Callable[..., str],
    tell: Callable[[str], object],
    given: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The answers, by option; a question is repeated until its answer can be read.

    `given` are the values of options; an option that has a value is not asked for.
    """
    found = {
        name: value
        for name, value in (given or {}).items()
        if value is not None and value is not False
    }
    for question in QUESTIONS:
        if question.name == "without_gil" and not found["cpu"]:
            continue
        if question.name not in found:
            found[question.name] = _answer(question, prompt, tell)
    if "blocking_library" not in found:
        found["blocking_library"] = _yes_or_no(
            "Is there only a blocking library for what a job waits for?", prompt, tell
        )
    for question in WISHES:
        if question.name not in found:
            found[question.name] = _answer(question, prompt, tell)
    return found


def _answer(
    question: Asked, prompt: Callable[..., str], tell: Callable[[str], object]
) -> Any:
    while True:
        text = prompt(question.text, default=question.usual)
        if text == "none" and question.usual == "none":
            return None
        try:
            return question.parse(text)
        except QuantityError as problem:
            tell(f"  {problem}")


def _yes_or_no(
    text: str, prompt: Callable[..., str], tell: Callable[[str], object]
) -> bool:
    while True:
        said = prompt(f"{text} (y/n)", default="n").strip().lower()
        if said in YES + NO:
            return said in YES
        tell(f"  {said!r} is neither y nor n")
