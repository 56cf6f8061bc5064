"""Functions of libraries that call, enter or iterate over their arguments."""

from bench.shape.tables.vocabulary import CONTEXT_RUN, words

EXHAUSTS = words(  # built-in functions that iterate over their first argument
    """
    list tuple set frozenset sorted sum min max any all dict next iter enumerate zip
    reversed collections.deque functools.reduce bytes str.join list.extend
    itertools.islice itertools.takewhile itertools.dropwhile itertools.groupby
    itertools.accumulate itertools.batched itertools.pairwise itertools.chain
    itertools.cycle itertools.tee itertools.compress
    """
)
APPLIES = frozenset(  # functions that call their first argument
    ["map", "filter", "functools.reduce", "itertools.starmap"]
)
STACKS = frozenset(  # functions that enter their first argument
    ["contextlib.ExitStack.enter_context", "contextlib.AsyncExitStack.enter_context"]
)
CALLED_WITHIN = {  # method -> index of an argument that runs before the caller ends
    "contextlib.ExitStack.callback": 0,
    CONTEXT_RUN: 0,
    "contextlib.AsyncExitStack.callback": 0,
    "unittest.TestCase.addCleanup": 0,
    "unittest.TestCase.assertRaises": 1,
    "unittest.TestCase.assertRaisesRegex": 2,
}
# functions that call their argument `key`
BY_KEY = frozenset(["sorted", "min", "max", "list.sort"])
