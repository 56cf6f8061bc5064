"""The fetches under each model, called alike, and how to check what they bring."""

import hashlib
import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from models import ASYNCIO, ON_ANYIO, ON_TRIO, THREADED, quiet

from bench.origin import content
from fetching.options import Options

FORMS = [  # on anyio both tools stand on one session
    pytest.param(form.values[0], tool, id=f"{form.id}-{tool}")
    for tool, forms in (
        ("url_fetch", (THREADED, ASYNCIO, ON_ANYIO, ON_TRIO)),
        ("lean_fetch", (THREADED, ASYNCIO)),
    )
    for form in forms
]
in_every_fetch = pytest.mark.parametrize(("model", "tool"), FORMS)
PROGRAMS = ["threaded", "asyncio_impl", "asyncio_impl.on_anyio"]
each_program = pytest.mark.parametrize("package", PROGRAMS)


def fetched(model, tool, output, urls, **options):
    """The outcome of one run into a file."""
    module = model.module(tool)
    log, workers = options.pop("log", quiet), options.pop("workers", 4)
    resume = options.pop("resume", False)
    asked = Options(**{"idle_timeout": 60.0, "backoff": 0.0, **options})

    def run():
        fetch = module.Fetch(str(output), resume=resume)
        return module.run(fetch, urls, workers, asked, log)

    return model.drive(run)


def entries(output) -> list[dict]:
    """The last line of each number in the index, without one that a kill cut off."""
    text = Path(f"{output}.index.jsonl").read_bytes()
    lines = [json.loads(line) for line in text.split(b"\n")[:-1]]
    last = {line["number"]: line for line in lines}
    return [line for line in lines if last[line["number"]] is line]


def sha256_of(url: str, length: int) -> str:
    """What the origin sent for a URL of its own."""
    query = parse_qs(urlsplit(url).query)
    return content.sha256(int(query.get("seed", ["0"])[0]), length)


def assert_whole(output, *, tiled: bool = True) -> None:
    """Every indexed body is what was sent, and every byte belongs to one of them."""
    body, end = Path(output).read_bytes(), 0
    indexed = [entry for entry in entries(output) if entry["offset"] is not None]
    for entry in sorted(indexed, key=lambda entry: (entry["offset"], entry["length"])):
        assert entry["offset"] == end or not tiled, "a gap, or two bodies in one place"
        assert entry["error"] is None
        assert 200 <= entry["status"] < 300
        end = entry["offset"] + entry["length"]
        found = hashlib.sha256(body[entry["offset"] : end]).hexdigest()
        assert found == sha256_of(entry["url"], entry["length"]), entry
    assert len(body) == end or not tiled
