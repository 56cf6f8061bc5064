"""The end state of a run is all that is plain in its scenario, and nothing else."""

from collections import Counter, OrderedDict, defaultdict, deque
from types import SimpleNamespace

import pytest

from bench.correctness import explore
from bench.correctness.programs.end_state import is_plain, state_of


class SecondItem:
    """Only the second item of a dict differs between the orders."""

    def __init__(self):
        self.table = {"first": 0, "second": None}

    def one(self):
        self.table["second"] = 1

    def two(self):
        self.table["second"] = 2

    workers = (one, two)


class SecondOfNested(SecondItem):
    def __init__(self):
        self.table = {"first": 0, "second": {"x": 0, "y": None}}

    def one(self):
        self.table["second"]["y"] = 1

    def two(self):
        self.table["second"]["y"] = 2

    workers = (one, two)


@pytest.mark.parametrize("scenario", [SecondItem, SecondOfNested])
def test_states_that_differ_in_any_item_are_two_rows_of_the_table(scenario):
    """A table that looks at one item of a dict would show one outcome of two."""
    verdict = explore(scenario)
    assert len({outcome.state for outcome in verdict.outcomes}) == 2


def in_order(*numbers):
    """A set of numbers that Python goes through in the order of their arrival."""
    made = set()
    for number in numbers:
        made.add(number)
    return made


NESTED = {
    "dict": lambda made: {"key": made},
    "list": lambda made: [[made]],
    "defaultdict": lambda made: defaultdict(set, key=made),
    "deque": lambda made: deque([made]),
    "key": lambda made: {(frozenset(made),): 1},
    "set": lambda made: {frozenset(made), 1},
    "two": lambda made: {"one": made, "other": {*made, 16}},
}


@pytest.mark.parametrize("nest", NESTED.values(), ids=NESTED)
def test_equal_sets_are_one_row_wherever_they_stand(nest):
    """Their order differs between two schedules, and between two processes."""
    first, second = in_order(0, 8), in_order(8, 0)
    assert repr(first) != repr(second)

    states = {
        state_of(SimpleNamespace(state=nest(made), count=1)) for made in (first, second)
    }

    assert len(states) == 1


HIDDEN = object()


@pytest.mark.parametrize(
    "value",
    [
        [1, HIDDEN],
        (1, HIDDEN),
        {1, HIDDEN},
        deque([1, HIDDEN]),
        {"a": 1, "b": HIDDEN},
        {"a": 1, HIDDEN: 1},
        {"a": {"b": 1, "c": [HIDDEN]}},
        [[[[[1]]]]],
    ],
)
def test_a_collection_with_anything_that_is_not_plain_is_left_out(value):
    """Its text could have an address, which differs in each run."""
    assert not is_plain(value)


@pytest.mark.parametrize(
    "value",
    [1, "a", None, [1, "a"], {"a": [1, {2}]}, OrderedDict(a=1), Counter("ab")],
)
def test_a_plain_value_is_in_the_end_state(value):
    holder = type("Holder", (), {})()
    holder.value = value
    assert is_plain(value)
    assert state_of(holder).startswith("value=")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (set(), "set()"),
        (frozenset(), "frozenset()"),
        ({}, "{}"),
        ([set(), {}], "[set(), {}]"),
        ({frozenset(), 1}, "{1, frozenset()}"),
        ({2, 1}, "{1, 2}"),
    ],
)
def test_an_empty_set_is_not_shown_as_a_dict(value, text):
    assert state_of(SimpleNamespace(state=value)) == f"state={text}"


class SetsAttributes:
    """The workers set attributes in every order, and end in the same state."""

    def __init__(self):
        self.turn = None

    def one(self):
        self.turn = "any"
        self.first = 1

    def two(self):
        self.turn = "any"
        self.second = 2

    workers = (two, one)


class SetsAttributesInTasks(SetsAttributes):
    async def one_task(self):
        self.one()

    async def two_tasks(self):
        self.two()

    workers = (two_tasks, one_task)


@pytest.mark.parametrize("search", ["dpor", "brute"])
@pytest.mark.parametrize("scenario", [SetsAttributes, SetsAttributesInTasks])
def test_the_order_in_which_workers_set_attributes_is_no_part_of_the_state(
    scenario, search
):
    """Otherwise one state would have several rows in the outcome table."""
    verdict = explore(scenario, search=search, jobs=1)

    states = {row.state for row in verdict.outcomes}
    assert verdict.schedules > 1
    assert states == {"turn='any', first=1, second=2"}


class Shouting(list):
    """A list that must not be asked how it looks, nor what is in it."""

    def __repr__(self):
        raise LookupError

    __iter__ = __repr__


class Shouter:
    def __init__(self):
        self.items = Shouting()

    def add(self):
        self.items.append(1)

    workers = (add, add)


def test_a_value_that_shows_itself_by_the_programs_code_is_left_out():
    """That code could count, lock or raise: the program does not call it."""
    verdict = explore(Shouter)
    assert (verdict.outcome, verdict.outcomes[0].state) == ("holds", "ended")
