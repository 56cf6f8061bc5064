"""A job runner that keeps its jobs in SQLite; a connection for each thread."""

import json
import os
import sqlite3
import tempfile
import threading
import time

SCHEMA = """
create table if not exists jobs (
    id integer primary key, kind text, payload text,
    state text default 'new', result text
)
"""


class Store:
    def __init__(self, path):
        self.path = path
        self._local = threading.local()
        self._write = threading.Lock()
        with self.connection() as connection:
            connection.execute(SCHEMA)

    def connection(self):
        if not hasattr(self._local, "connection"):
            self._local.connection = sqlite3.connect(self.path, timeout=5)
            self._local.connection.row_factory = sqlite3.Row
        return self._local.connection

    def close(self):
        self.connection().close()
        del self._local.connection

    def add(self, kind, **payload):
        with self._write, self.connection() as connection:
            cursor = connection.execute(
                "insert into jobs (kind, payload) values (?, ?)",
                (kind, json.dumps(payload)),
            )
            return cursor.lastrowid

    def claim(self):
        with self._write, self.connection() as connection:
            row = connection.execute(
                "select * from jobs where state = 'new' order by id limit 1"
            ).fetchone()
            if row is None:
                return None
            connection.execute(
                "update jobs set state = 'running' where id = ?", (row["id"],)
            )
            return dict(row)

    def finish(self, job_id, state, result):
        with self._write, self.connection() as connection:
            connection.execute(
                "update jobs set state = ?, result = ? where id = ?",
                (state, json.dumps(result), job_id),
            )

    def counts(self):
        rows = self.connection().execute(
            "select state, count(*) as n from jobs group by state order by state"
        )
        return {row["state"]: row["n"] for row in rows}


class Runner:
    def __init__(self, store, workers=2):
        self.store = store
        self.wake = threading.Semaphore(0)
        self.stopping = False
        self.threads = [threading.Thread(target=self.work) for _ in range(workers)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *exc):
        self.stopping = True
        self.wake.release(len(self.threads))
        for thread in self.threads:
            thread.join()

    def enqueue(self, kind, **payload):
        job_id = self.store.add(kind, **payload)
        self.wake.release()
        return job_id

    def work(self):
        try:
            while True:
                self.wake.acquire()
                job = self.store.claim()
                if job is None:
                    if self.stopping:
                        return
                    continue
                self.execute(job)
        finally:
            self.store.close()

    def execute(self, job):
        payload = json.loads(job["payload"])
        try:
            result = getattr(self, "do_" + job["kind"])(**payload)
        except Exception as error:
            self.store.finish(job["id"], "failed", str(error))
        else:
            self.store.finish(job["id"], "done", result)

    def do_add(self, a, b):
        return a + b

    def do_sleep(self, seconds):
        time.sleep(seconds)
        return "slept"


def main():
    with tempfile.TemporaryDirectory() as folder:
        store = Store(os.path.join(folder, "jobs.db"))
        with Runner(store) as runner:
            for number in range(4):
                runner.enqueue("add", a=number, b=1)
            runner.enqueue("sleep", seconds=0.002)
            runner.enqueue("fly")
        print(store.counts())
        for row in store.connection().execute("select id, state, result from jobs"):
            print(tuple(row))
        store.close()


if __name__ == "__main__":
    main()
