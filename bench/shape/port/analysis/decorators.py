"""Decorators that accept a coroutine function, and caches, which do not."""

from bench.shape.tables.vocabulary import words

KEPT = words(  # decorators that work for a coroutine function as for a plain one
    """
    staticmethod classmethod abc.abstractmethod typing.override typing.final
    typing.overload typing.no_type_check functools.wraps property
    functools.cached_property contextlib.contextmanager
    contextlib.asynccontextmanager unittest.mock.patch unittest.mock.patch.object
    unittest.mock.patch.dict pytest.fixture pytest.mark.asyncio pytest.mark.parametrize
    pytest.mark.skip pytest.mark.skipif pytest.mark.xfail pytest.mark.usefixtures
    """
)
CACHES = words("functools.lru_cache functools.cache")
