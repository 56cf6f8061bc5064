"""The model of `operator`: its getters report which attributes and items they read."""

import operator
from collections.abc import Callable
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.instrument.sites import INSPECTION_SITE
from bench.correctness.models.substitution import module
from bench.correctness.tracking.accesses import access_attribute
from bench.correctness.tracking.calls import call
from bench.correctness.tracking.containers import get_item, read_container
from bench.correctness.tracking.deep_reads import is_written, report
from bench.correctness.tracking.getters import STOCK, STOCK_CALLER, is_stored
from bench.correctness.tracking.type_traits import WITHOUT_ATTRIBUTES


def attrgetter(*names: str) -> Callable[[Any], Any]:
    """`operator.attrgetter`: reads an attribute, or all attributes of a dotted name."""

    def get(thing: Any, dotted: str) -> Any:
        for name in dotted.split("."):
            if not kernel.alone:
                access_attribute(thing, name, False, INSPECTION_SITE)
            thing = getattr(thing, name)
        return thing

    stock = operator.attrgetter(*names)
    if len(names) == 1:
        return stands_for(stock, lambda thing: get(thing, names[0]))

    def get_all(thing: Any) -> Any:
        if not kernel.alone and all(is_stored(thing, name) for name in names):
            read = [(thing, name, False) for name in names if is_written(name)]
            report(read, INSPECTION_SITE)  # one operation: it is one call in C
            return tuple(getattr(thing, name) for name in names)
        return tuple(get(thing, name) for name in names)

    return stands_for(stock, get_all)


def stands_for(stock: object, getter: Any) -> Callable[[Any], Any]:
    """Store CPython's getter in its model.

    For example, if the program passes the model to `sorted`, a hook may replace the
    model by CPython's getter.
    """
    setattr(getter, STOCK, stock)
    return getter  # type: ignore[no-any-return]


def itemgetter(*keys: Any) -> Callable[[Any], Any]:
    """`operator.itemgetter`: reads an item, or several."""
    stock = operator.itemgetter(*keys)
    if len(keys) == 1:
        return stands_for(
            stock, lambda thing: get_item(thing, keys[0], INSPECTION_SITE)
        )

    def get_all(thing: Any) -> Any:
        if not kernel.alone and type(thing) in WITHOUT_ATTRIBUTES:
            read_container(thing, INSPECTION_SITE)  # one operation: one call in C
            return tuple(thing[key] for key in keys)
        return tuple(get_item(thing, key, INSPECTION_SITE) for key in keys)

    return stands_for(stock, get_all)


def methodcaller(name: str, /, *args: Any, **options: Any) -> Callable[[Any], Any]:
    """`operator.methodcaller`: calls a method by its name."""

    def call_method(thing: Any) -> Any:
        if not kernel.alone:
            access_attribute(thing, name, False, INSPECTION_SITE)
        return call(getattr(thing, name), INSPECTION_SITE, *args, **options)

    setattr(call_method, STOCK_CALLER, operator.methodcaller(name, *args, **options))
    return call_method


OPERATOR = module(
    "operator",
    operator,
    attrgetter=attrgetter,
    itemgetter=itemgetter,
    methodcaller=methodcaller,
)
