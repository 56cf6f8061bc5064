"""Which sources a figure was made with: a hash for each file that was run."""

import hashlib
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

from bench.model import Model
from bench.pairs import PACKAGES
from bench.throughput import catalogue

MEASURING = (
    "bench.throughput.worker",
    "bench.throughput.calling",
    "bench.throughput.jobs",
)
NO_FILE = ""


def of_pairs(pairs: Iterable[str]) -> dict[tuple[str, Model], str]:
    """The hash of each pair's file in each model; empty where a model has none."""
    models: tuple[Model, ...] = ("threads", "asyncio", "anyio")
    return {
        (pair, model): sha256(module_of(pair, model))
        for pair in pairs
        for model in models
    }


def of_run(pairs: Iterable[str]) -> dict[str, str]:
    """The hash of each module that a run times, and of those that time it."""
    modules = [module_of(pair, model) for pair in pairs for model in PACKAGES]
    hashes = {module: sha256(module) for module in [*modules, *MEASURING]}
    return {module: found for module, found in hashes.items() if found != NO_FILE}


def module_of(pair: str, model: str) -> str:
    """The dotted name of a pair's file in a model."""
    return catalogue.find(pair).module(model)


def sha256(module: str) -> str:
    """The hash of a module's file, found without running it."""
    try:
        spec = find_spec(module)
    except ModuleNotFoundError:
        return NO_FILE
    if spec is None or spec.origin is None:
        return NO_FILE
    return hashlib.sha256(Path(spec.origin).read_bytes()).hexdigest()
