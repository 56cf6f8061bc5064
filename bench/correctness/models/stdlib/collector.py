"""Models of `gc.enable`, `gc.disable` and `gc.isenabled`: the collector stays off."""

from bench.correctness.engine.kernel import kernel
from bench.correctness.instrument.sites import CALLBACK_SITE
from bench.correctness.tracking.module_state import CHANGES, access_process_state

DISABLED: set[str] = set()  # not empty while the program has disabled the collector
PLACE = "garbage collector"


def use(*, write: bool) -> None:
    if write:
        CHANGES.append(DISABLED.clear)
    if not kernel.alone:
        access_process_state(PLACE, write, CALLBACK_SITE)


def enable() -> None:
    """`gc.enable`."""
    use(write=True)
    DISABLED.clear()


def disable() -> None:
    """`gc.disable`."""
    use(write=True)
    DISABLED.add(PLACE)


def isenabled() -> bool:
    """`gc.isenabled`: a process begins with the collector enabled."""
    use(write=False)
    return not DISABLED


REPLACED = {"enable": enable, "disable": disable, "isenabled": isenabled}
