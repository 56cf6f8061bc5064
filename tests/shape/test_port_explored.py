"""Drafts of ordinary modules are explored, each beside its threaded form."""

import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

PROGRAMS = Path(__file__).parent / "threaded"
LIMIT_SECONDS = 60  # of a command that takes one or two
SCENARIOS = {
    "hub": """
        from hub import Hub


        class TwoPublishers:
            def __init__(self):
                self.hub = Hub()
                self.box = self.hub.subscribe("a*", size=2)
                self.heard = []

            def publish(self):
                self.hub.publish("a.1", 1)

            def listen(self):
                self.heard.append(self.box.receive())

            workers = (publish, publish, listen)

            def check(self):
                assert self.hub.published == 2 and self.heard == [("a.1", 1)]
        """,
    "pooled_connections": """
        from pooled_connections import Connection, ConnectionPool


        class OneConnection:
            def __init__(self):
                self.pool = ConnectionPool(Connection, size=1)
                self.done = 0

            def use(self):
                with self.pool.connection(timeout=60) as connection:
                    connection.execute("SELECT 1")
                    self.done += 1

            workers = (use, use)

            def check(self):
                assert self.done == 2 and len(self.pool._idle) == 1
        """,
    "expiring_cache": """
        from expiring_cache import Clock, TTLCache


        class TwoReaders:
            def __init__(self):
                self.cache = TTLCache(10, lambda key: key * key, Clock())
                self.out = []

            def read(self):
                self.out.append(self.cache.get(3))

            def clean(self):
                self.cache.clean()

            workers = (read, read, clean)

            def check(self):
                assert self.out == [9, 9] and self.cache.misses == 1
        """,
    "batches": """
        from batches import BatchWriter


        class Writer:
            def __init__(self):
                self.records = []

            def run(self):
                writer = BatchWriter(self.records.extend, size=2)
                writer.write_all([1, 2])
                writer.close()

            workers = (run,)

            def check(self):
                assert self.records == [1, 2]
        """,
    "api_client": """
        from api_client import ApiClient, TokenBucket


        class TwoCalls:
            def __init__(self):
                bucket = TokenBucket(100, 5, lambda: 0.0)
                self.client = ApiClient(str.upper, bucket, 1)

            def call(self):
                assert self.client.get("a") == "A"

            workers = (call, call)

            def check(self):
                assert (self.client.calls, self.client.most_parallel) == (2, 1)
        """,
}


def bench(folder, *words):
    return subprocess.run(
        [sys.executable, "-m", "bench", *words],
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
        cwd=folder,
        check=False,
    )


@pytest.mark.long
@pytest.mark.parametrize(("name", "scenario"), SCENARIOS.items(), ids=SCENARIOS)
def test_a_draft_ends_only_as_its_threads_do(name, scenario, tmp_path):
    """Nothing is mended by hand, of the module or of its scenario."""
    (tmp_path / "plain").mkdir()
    shutil.copy(PROGRAMS / f"{name}.py", tmp_path / "plain")
    text = dedent(scenario).lstrip("\n")
    (tmp_path / "plain" / "scenario.py").write_text(text, encoding="utf-8")
    drafted = bench(tmp_path, "port", "plain", "--into", "drafts")
    assert drafted.returncode == 0, drafted.stderr

    files = ["plain/scenario.py", "drafts/scenario.py"]
    ended = bench(tmp_path, "explore", *files, "--timers", "idle")

    assert "kept: every end of the port" in ended.stdout, ended.stdout
    assert ended.returncode == 0
