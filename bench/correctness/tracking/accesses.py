"""Report accesses to attributes and containers to the kernel.

The kernel checks each access for races.  At a scheduling point, it lets other workers
run before the access.  Most sites are no scheduling points.
"""

import types
from collections.abc import Callable
from functools import partial
from typing import Any

from bench.correctness.engine.kernel import (
    access_at_point,
    check_races,
    kernel,
    name_of,
    note_change,
    publish,
    record_access,
)
from bench.correctness.engine.races import BASES, CLASS, NAMES
from bench.correctness.instrument.sites import SITES
from bench.correctness.tracking.base_slots import (
    bases,
    members,
    module_of,
    module_path,
    namespace_of,
)
from bench.correctness.tracking.deep_reads import (
    report,
    report_all_attributes,
    wrapped_accesses,
)
from bench.correctness.tracking.item_attributes import is_also_attribute, item_named
from bench.correctness.tracking.rereads import IN_CONTAINERS, note_read
from bench.correctness.tracking.special_objects import (
    ONE_DICT,
    REBOUND,
    accesses_to_class,
    accesses_to_special,
    also_names,
    class_reads,
    first_of_dict,
)
from bench.correctness.tracking.type_traits import (
    HIDES_WRITES,
    ITEMS,
    MODELLED,
    MORTAL,
    ORDINARY,
    PROGRAM,
    PROXIES,
    SPECIAL,
    TRACKED,
    WITHOUT_ATTRIBUTES,
    WRAPPED,
    is_per_thread,
)
from bench.correctness.tracking.weak_references import (
    behind_proxy,
    life_read,
)

KNOWN = TRACKED.known


def access(
    obj: object,
    key: object,
    write: bool,
    site: int,
    whole: bool,
    again: Callable[[], tuple[Any, bool]] | None = None,
) -> None:
    """Report one access to the kernel.

    If `whole` is true, the object is a container.  Then `key` is one of its items, or
    None for all items.  If `whole` is false, `key` is an attribute or a variable.

    At a scheduling point, other workers may run before the access.  They may change
    which item is accessed: for example, `items[-1]` is another item if the list has
    grown.  So after they have run, the function `again` is called, if it is given.  It
    returns the key of the item to access now, and whether the access writes this item.
    """
    if write:
        note_change()
    if kernel.held:
        kernel.let_go()
    if (
        whole
        and kernel.plain
        and type(obj) in WITHOUT_ATTRIBUTES
        and kernel.current.in_loop
        and (number := id(obj)) not in kernel.namespaces
        and not kernel.lets_die
    ):  # a shortcut for the most frequent case: a task uses a list or a dict
        named = kernel.names.get(number) or name_of(obj)
        if not kernel.exhaustive:
            record_access(named, key, write)
        return
    if whole and WRAPPED[type(obj)]:
        report(wrapped_accesses(obj, write), site)
        return
    if whole and id(obj) in kernel.namespaces:
        owner = kernel.owner_of(obj)
        if owner is not None:
            access_namespace(owner, key, write, site)
            return
    if write and key is None and HIDES_WRITES[type(obj)]:
        kernel.note_written(None)
    if kernel.lets_die:
        obj = kernel.known_as(obj)
    place: Any = id(obj) if whole else (id(obj), key)
    item = key if whole else None
    name: Any = None
    if KNOWN.get(type(obj)) != ORDINARY and issubclass(type(obj), types.ModuleType):
        place = name = (module_path(obj), key)
    worker = kernel.current
    if kernel.recording and (worker.in_loop or site not in kernel.points):
        info = SITES[site]
        kernel.annotate(info.verb if info.is_users else "", (obj, key), place)
    if worker.in_loop and not (kernel.mixed and kernel.split_before(site)):
        # `check_races` must come first.  `record_access` may add earlier accesses to
        # the happens-before clock of the worker, and `check_races` finds no race with
        # an access in this clock.
        if not kernel.plain:
            check_races(place, write, site, obj, item)
        if name is None:
            record_access(kernel.names.get(id(obj)) or name_of(obj), key, write)
        else:
            record_access(name, None, write)
        if kernel.mixed:
            publish()
    elif site in kernel.points:
        kernel.pause_once(site, (SITES[site].verb, (obj, key)))
        if again is not None:
            item, write = again()
            key = item
            if write:
                note_change()
        if whole and IN_CONTAINERS in kernel.points and not kernel.lets_die:
            note_read(site, partial(access, obj, key, write, site, whole, again))
        check_races(place, write, site, obj, item)
        if name is None:
            record_access(kernel.names.get(id(obj)) or name_of(obj), key, write)
        else:
            record_access(name, None, write)
        publish()
    else:
        check_races(place, write, site, obj, item)


def access_namespace(owner: Any, key: Any, write: bool, site: int) -> None:
    """Report an access to attributes or variables through the dict that stores them.

    For example, `vars(thing)["x"] = 1` writes the attribute `x` of `thing`.
    """
    if write:
        kernel.note_written(key)
        if issubclass(type(owner), types.ModuleType):
            kernel.discover(REBOUND)
    if key is None:
        report_all_attributes(owner, write, site)
        return
    names = also_names(owner, key, write, "deletes")
    if names:
        report([(owner, key, write), *names], site)
        return
    if TRACKED[type(owner)] == MORTAL:
        owner = kernel.stand_in(owner)
    access(owner, key, write, site, False)


def spend_spin_budget(site: int) -> None:
    """Reduce the spin budget of the current worker, for a read that cannot race.

    For a task of a loop, the budget is reduced only if threads run beside the loop.
    Without threads, no other worker can run before the task suspends.
    """
    if not kernel.current.in_loop or kernel.mixed:
        kernel.spend_spin_budget(site)


def access_attribute(obj: Any, key: str, write: bool, site: int) -> None:
    """Report that an attribute of any object is about to be read, set or deleted.

    If no worker writes attributes of this name, a read cannot race.  It only reduces
    the spin budget.
    """
    if not (tracked := TRACKED[type(obj)]):
        return
    if write:
        note_change()
        if key not in kernel.written_names:
            kernel.note_written(key)
    elif (
        tracked < SPECIAL
        and key not in kernel.written_names
        and not kernel.tracks_all_names
    ):
        spend_spin_budget(site)
        return
    track_attribute(obj, key, write, site, tracked)


def track_attribute(obj: Any, key: str, write: bool, site: int, tracked: int) -> None:
    """Report an access to an attribute that may be shared.

    `tracked` is the answer of `TRACKED` for the type of the object.
    """
    if tracked != ORDINARY or key == "__dict__" or not kernel.only_attributes:
        if key == "__dict__" and write and type(obj) not in PROXIES:
            kernel.note_written(None)
            report_all_attributes(obj, True, site)
            return
        if tracked == SPECIAL:
            if type(obj) in PROXIES:
                if not (key.startswith("__") and key.endswith("__")):
                    report(life_read(obj), site)
                    if (referent := behind_proxy(obj)) is not None:
                        access_attribute(referent, key, write, site)
                return
            track_special(obj, key, write, site)
            return
        if tracked == ITEMS and (item := item_named(obj, key, write, site)):
            if not write and is_also_attribute(obj, key):
                report([(obj, key, False), (obj, None, False)], site)
            else:
                access(obj, *item(), site, True, item)
            return
        if key == "__dict__":
            kernel.register_namespace(namespace_of(obj), obj)
            return
        if tracked == MODELLED and is_per_thread(type(obj), key):
            if kernel.class_points and ("class", key) in kernel.points:
                report_class_lookup(bases(type(obj)), key, site)
            return
        if kernel.class_points and ("class", key) in kernel.points:
            report_class_lookup(bases(type(obj)), key, site)
        names = namespace_of(obj) if kernel.tracks_name_sets else None
        if kernel.lets_die or tracked == MORTAL:
            if kernel.held:
                kernel.let_go()
            if ONE_DICT in kernel.points:
                obj = first_of_dict(obj)
            obj = kernel.known_as(obj)
            tracked = MODELLED if tracked == MODELLED else ORDINARY
        written = kernel.written_names
        if (names is not None or CLASS in written) and tracked == ORDINARY:
            also = []
            if names is not None and (
                key not in names
                or (write and SITES[site].verb != "writes")
                or id(obj) in kernel.filled
            ):
                also.append((obj, NAMES, write))
            if CLASS in written and (key != CLASS or BASES in written):
                also += class_reads(obj)
            if also:
                report([(obj, key, write), *also], site)
                return
    in_loop = kernel.current.in_loop
    if in_loop and kernel.plain and tracked == ORDINARY:
        record_access(kernel.names.get(id(obj)) or name_of(obj), key, write)
    elif not (in_loop or site in kernel.points or kernel.recording):
        check_races((id(obj), key), write, site, obj)
    elif tracked == ORDINARY and kernel.plain and not (kernel.lets_die or kernel.held):
        # Here `access_at_point` does the same as `access` in less time, except that it
        # does not call `note_change`.  Before a write, the caller has called that.
        access_at_point(obj, key, write, site, SITES[site].verb)
    else:
        access(obj, key, write, site, False)


def track_special(obj: Any, key: str, write: bool, site: int) -> None:
    """Report an access to an attribute of a module, function, class or generator."""
    if issubclass(type(obj), type):
        if write:
            kernel.discover("class")
            kernel.discover(("class", key))
        elif kernel.class_points and ("class", key) in kernel.points:
            report_class_lookup(bases(obj)[1:], key, site)
        accesses = accesses_to_class(obj, key, write)
    else:
        accesses = accesses_to_special(obj, key, write)
    if not accesses:
        spend_spin_budget(site)
        return
    if accesses[0][1] is not None:
        accesses += also_names(accesses[0][0], key, write, SITES[site].verb)
    if len(accesses) > 1:
        report(accesses, site)
    else:
        thing, part, writes = accesses[0]
        access(thing, part, writes, site, part is None)


def report_class_lookup(classes: tuple[type, ...], key: str, site: int) -> None:
    """Report that an attribute is looked up in one class after another."""
    for owner in classes:
        if module_of(owner) in PROGRAM:
            access(owner, key, False, site, False)
        if key in members(owner):
            break


def read_class(obj: Any, site: int) -> Any:
    """Report a read of the class of an object; return the object."""
    if CLASS in kernel.written_names and not kernel.alone:
        access_attribute(obj, CLASS, False, site)
    return obj
