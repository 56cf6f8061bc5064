"""Classes of tests: unittest calls their methods, and one base class awaits them."""

from bench.shape.resolution.evaluate import Types
from bench.shape.resolution.members import linear
from bench.shape.resolution.scopes import Scope
from bench.shape.resolution.values import Library

CASE, ASYNC_CASE = "unittest.TestCase", "IsolatedAsyncioTestCase"
CASES = (CASE, "unittest.case.TestCase")
TEST_HOOKS = {"setUp": "asyncSetUp", "tearDown": "asyncTearDown"}


def is_test_case(types: Types, scope: Scope | None) -> bool:
    """Whether a class derives from `unittest.TestCase`."""
    return scope is not None and any(
        isinstance(base, Library) and base.name in CASES
        for base in linear(types, scope.key)
    )


def called_by_unittest(types: Types, scope: Scope) -> bool:
    """Whether a function is a test of a class of tests, or a hook such as `setUp`."""
    name = scope.name.rpartition(".")[2]
    is_named = name.startswith("test") or name in TEST_HOOKS
    return is_named and is_test_case(types, scope.owner)
