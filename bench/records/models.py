"""The models in which a pair is written, and the packages of their files.

Standard library only: the worker process that times a pair imports this module.
"""

from typing import Literal

Model = Literal["threads", "asyncio", "anyio"]
MODELS: tuple[Model, Model] = ("threads", "asyncio")  # the two columns of every table
FORMS: tuple[Model, ...] = (
    "threads",
    "asyncio",
    "anyio",
)  # the models that are explored
PACKAGES = {
    "threads": "threaded",
    "asyncio": "asyncio_impl",
    "anyio": "asyncio_impl.on_anyio",
}
