"""The mark `sampled`: of the cases of a test, one in so many runs by `make test`.

    @pytest.mark.sampled(3)
    @pytest.mark.parametrize(...)

The other cases are marked `long`, so that `make long` runs them.  The choice depends
only on the name of a case: a new case changes nothing for the cases that exist.
"""

import zlib

import pytest


@pytest.hookimpl(tryfirst=True)  # before -m takes what it is to run
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as long what is left out, and nothing of a test that has one case."""
    cases: dict[str, list[pytest.Item]] = {}
    for item in items:
        if item.get_closest_marker("sampled") and not item.get_closest_marker("long"):
            cases.setdefault(item.nodeid.partition("[")[0], []).append(item)
    for of_one_test in cases.values():
        kept = [one for one in of_one_test if is_drawn(one)] or of_one_test[:1]
        for one in of_one_test:
            if one not in kept:
                one.add_marker(pytest.mark.long)


def is_drawn(item: pytest.Item) -> bool:
    """Whether a case is one of the sample."""
    mark = item.get_closest_marker("sampled")
    assert mark is not None
    return zlib.crc32(item.name.encode()) % mark.args[0] == 0
