"""What a module under exploration gets for `dataclasses` and `operator`.

The methods that a dataclass is given, and the getters of `operator`, look at
attributes and items, and are no code of the program.
"""

import dataclasses
import functools
import operator
from collections.abc import Callable
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.instrument.sites import INSPECTION_SITE
from bench.correctness.models.stdlib.collections_ import DATACLASS_FUNCTIONS
from bench.correctness.models.substitution import module
from bench.correctness.tracking.accesses import access_attribute
from bench.correctness.tracking.calls import call
from bench.correctness.tracking.containers import get_item
from bench.correctness.tracking.deep_reads import report_reads

LOOKING = ("__eq__", "__lt__", "__le__", "__gt__", "__ge__", "__repr__", "__hash__")


def watched(method: Callable[..., Any]) -> Callable[..., Any]:
    """A method that was made for a dataclass: it looks at all fields."""

    @functools.wraps(method)
    def look(*compared: Any) -> Any:
        if not kernel.alone:
            report_reads(compared, INSPECTION_SITE, attributes=True)
        return method(*compared)

    return look


def dataclass(cls: Any = None, /, **options: Any) -> Any:
    """`dataclasses.dataclass`, whose products tell what they look at."""
    if cls is None:
        return lambda one: dataclass(one, **options)
    own = set(vars(cls))
    made: Any = dataclasses.dataclass(**options)(cls)
    for name in LOOKING:
        method = vars(made).get(name)
        if name not in own and method is not None and not options.get("frozen"):
            setattr(made, name, watched(method))
    return made


def attrgetter(*names: str) -> Callable[[Any], Any]:
    """`operator.attrgetter`: reads an attribute, or those of a dotted name."""

    def get(thing: Any, dotted: str) -> Any:
        for name in dotted.split("."):
            if not kernel.alone:
                access_attribute(thing, name, False, INSPECTION_SITE)
            thing = getattr(thing, name)
        return thing

    if len(names) == 1:
        return lambda thing: get(thing, names[0])
    return lambda thing: tuple(get(thing, name) for name in names)


def itemgetter(*keys: Any) -> Callable[[Any], Any]:
    """`operator.itemgetter`: reads an item, or several."""
    if len(keys) == 1:
        return lambda thing: get_item(thing, keys[0], INSPECTION_SITE)
    return lambda thing: tuple(get_item(thing, key, INSPECTION_SITE) for key in keys)


def methodcaller(name: str, /, *args: Any, **options: Any) -> Callable[[Any], Any]:
    """`operator.methodcaller`: calls a method by its name."""
    return lambda thing: call(getattr(thing, name), INSPECTION_SITE, *args, **options)


DATACLASSES = module(
    "dataclasses", dataclasses, dataclass=dataclass, **DATACLASS_FUNCTIONS
)
OPERATOR = module(
    "operator",
    operator,
    attrgetter=attrgetter,
    itemgetter=itemgetter,
    methodcaller=methodcaller,
)
