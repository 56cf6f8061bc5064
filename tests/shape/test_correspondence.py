"""Every cell of the correspondence table is what the running interpreter answers."""

import asyncio
import inspect
import pkgutil

import anyio
import pytest
import trio

from bench.shape.tables.correspondence import MATCHES, RULES, differences
from tests.shape import answers_of_workers  # noqa: F401, it registers its programs
from tests.shape.answers import ANSWERS

MODELS = {"threads": None, "asyncio": asyncio, "anyio": anyio, "trio": trio}


def ask(key, model):
    """Run a program in its model."""
    program, module = ANSWERS[key, model], MODELS[model]
    if model == "threads":
        return program()
    arguments = (module,) if inspect.signature(program).parameters else ()
    if model == "asyncio":
        return asyncio.run(program(*arguments))
    return module.run(program, *arguments)


@pytest.mark.long
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.key)
def test_a_rule_is_what_its_programs_answer(rule):
    """Both sides of the row, and anyio's and trio's: nothing from memory."""
    stated = {model: getattr(rule, model) for model in MODELS}

    assert {model: ask(rule.key, model) for model in MODELS} == stated


def test_no_program_is_without_its_rule():
    """A row that is taken out takes its programs with it."""
    assert {key for key, _ in ANSWERS} == {rule.key for rule in RULES}


def named(match):
    return [(m, getattr(match, m)) for m in MODELS]


@pytest.mark.parametrize("match", MATCHES, ids=lambda match: match.threads)
def test_a_name_of_the_table_exists(match):
    """And where the table says there is none, the model has none of that name."""
    for model, name in named(match):
        if name:
            assert pkgutil.resolve_name(name)
        else:
            assert not hasattr(MODELS[model], match.primitive)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.key)
def test_a_rule_belongs_to_a_name_of_the_table(rule):
    """And a rule that differs says how to port it."""
    assert rule.primitive in {match.primitive for match in MATCHES}
    assert rule.port or rule.verdict == "same"


def test_what_differs_is_found_by_primitive():
    """A bounded semaphore differs in what any semaphore does."""
    keys = {rule.key for rule in differences("threading.BoundedSemaphore")}

    assert "semaphore-try" in keys
    assert differences("threading.Lock")
    assert not differences("collections.deque")
