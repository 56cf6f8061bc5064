"""Who answers at the address of `--on`: a scheduler, or one line says what does."""

import asyncio
import os
import socket
import subprocess
import sys

import pytest

from bench.errors import CannotRunError
from bench.hosts import connecting
from bench.hosts.connecting import check_scheduler, root_cause
from bench.hosts.sources import TOP
from tests.hosts.clusters import process, scheduler, worker

trustme = pytest.importorskip("trustme")
pytest.importorskip("distributed")
pytestmark = [pytest.mark.long, pytest.mark.timeout(120)]
ROLES = "SCHEDULER", "WORKER", "CLIENT"
PROGRAM = """\
class Lost:
    def __init__(self):
        self.value = 0

    def increment(self):
        self.value += 1

    workers = (increment,) * 4
"""


def test_a_server_that_is_none_of_dask_is_one_line(monkeypatch):
    """The port of the scheduler's web page is next to its own: it was waited for."""
    monkeypatch.setattr(connecting, "CONNECT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(CannotRunError, match=f"no scheduler answers at {address}"):
            check_scheduler(address)


@pytest.mark.parametrize(
    ("cause", "said"),
    [
        (OSError("Name or service not known"), "Name or service not known"),
        (asyncio.CancelledError(), "timed out after 5 s"),
    ],
)
def test_the_reason_is_what_an_exception_was_raised_from(cause, said):
    """That nothing came in time does not say why; a cancellation says less."""
    problem = OSError("timed out after 5 s")
    problem.__cause__ = cause

    assert str(root_cause(problem)) == said


def test_the_address_of_a_worker_is_no_scheduler():
    """A worker prints its own address first."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    with (
        scheduler() as address,
        process(
            "dask_worker", address, "--no-nanny", "--no-dashboard",
            "--host", "127.0.0.1", "--worker-port", str(port),
        ),
        pytest.raises(CannotRunError, match="but a worker; give the address of its"),
    ):  # fmt: skip
        check_scheduler(when_open(port))


def when_open(port):
    """The address of a port, once something listens there."""
    for _ in range(1000):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            subprocess.run(["sleep", "0.05"], check=True)
        else:
            break
    return f"tcp://127.0.0.1:{port}"


@pytest.fixture
def certificates(tmp_path):
    """The configuration of dask that names certificates for loopback."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    mine = authority.issue_cert("127.0.0.1")
    mine.private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "mine.pem"))
    base = "DASK_DISTRIBUTED__COMM__TLS__"
    return {f"{base}CA_FILE": str(tmp_path / "ca.pem")} | {
        f"{base}{role}__{what}": str(tmp_path / "mine.pem")
        for role in ROLES
        for what in ("CERT", "KEY")
    }


def explored(folder, address, **environment):
    return subprocess.run(
        [
            sys.executable, "-m", "bench", "explore", "lost.py", "--json",
            "--on", address,
        ],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(TOP), **environment},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )  # fmt: skip


def test_tls_takes_the_certificates_of_dasks_configuration(certificates, tmp_path):
    """A cluster on a network that others share has certificates of its own."""
    (tmp_path / "lost.py").write_text(PROGRAM)
    with (
        scheduler("tls", **certificates) as address,
        worker(address, "only", **certificates),
    ):
        found = explored(tmp_path, address, **certificates)
        without = explored(tmp_path, address)
        other = trustme.CA().cert_pem
        other.write_to_path(str(tmp_path / "other.pem"))
        stranger = certificates | {
            "DASK_DISTRIBUTED__COMM__TLS__CA_FILE": str(tmp_path / "other.pem")
        }
        refused = explored(tmp_path, address, **stranger)

    shared = "note: lost.py:Lost: searched by 1 worker: only\n"  # if it took so long
    assert found.returncode == 0
    assert found.stderr in ("", shared)
    assert '"outcome": "holds"' in found.stdout
    for one, why in ((without, "there are none"), (refused, "CERTIFICATE_VERIFY")):
        assert one.returncode == 2
        assert one.stderr.count("\n") == 1
        assert why in one.stderr
        assert "check ca-file, client.cert and client.key" in one.stderr
