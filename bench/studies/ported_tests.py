"""A package's own tests: fetched with its source release, run on what is installed."""

import contextlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from xml.etree import ElementTree

from bench.studies.ported_cases import PortedPackage

INSTALL_SECONDS = 240.0
TEST_SECONDS = 240.0


def place(case: PortedPackage, folder: Path) -> Path:
    return folder / f"{case.package}-{case.release}"


def install(case: PortedPackage, folder: Path) -> None:
    """Put a release, the needs of its tests, and its source release into the folder."""
    target = place(case, folder)
    if target.is_dir():
        return
    made = Path(tempfile.mkdtemp(dir=folder))
    try:
        _pip(
            "install",
            "--target",
            str(made / "installed"),
            case.requirement,
            *case.needs,
        )
        _pip("download", "--no-deps", "--no-binary", case.package, "--dest", str(made),
             case.requirement)  # fmt: skip
        (archive,) = made.glob("*.tar.gz")
        with tarfile.open(archive) as packed:
            packed.extractall(made / "source", filter="data")
        (root,) = (made / "source").iterdir()
        # otherwise the tests would import the source release, and not the port
        for inside in (root, root / "src"):
            shutil.rmtree(inside / case.module, ignore_errors=True)
        made.replace(target)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _pip(command: str, *arguments: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "pip", command, "--quiet",
         "--disable-pip-version-check", *arguments],
        check=True, capture_output=True, text=True, timeout=INSTALL_SECONDS,
    )  # fmt: skip


def tested(case: PortedPackage, installed: Path, source: Path) -> dict[str, str]:
    """Run the package's own tests on what is installed; the outcome of each test."""
    (root,) = source.iterdir()
    report = source.parent / "tests.xml"
    report.unlink(missing_ok=True)
    apart = " or ".join(word for word, _ in case.apart)
    environment = {**os.environ, "PYTHONPATH": str(installed.absolute())}
    command = [
        sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider",
        "-o", "addopts=", "-o", "asyncio_default_fixture_loop_scope=function",
        f"--junitxml={report.absolute()}", *case.options,
        *(["-k", f"not ({apart})"] if apart else []), *case.tests,
    ]  # fmt: skip
    with contextlib.suppress(subprocess.TimeoutExpired):  # a port may wait for ever
        subprocess.run(
            command, cwd=root, env=environment, check=False, capture_output=True,
            timeout=TEST_SECONDS,
        )  # fmt: skip
    return ended(report) if report.is_file() else {}


def ended(report: Path) -> dict[str, str]:
    """The outcome of each test of a report: "passed", "failed" or "skipped"."""
    found = {}
    # this program let pytest write the file, so the XML can be trusted
    for test in ElementTree.parse(report).getroot().iter("testcase"):
        kinds = {part.tag for part in test}
        bad = kinds & {"failure", "error"}
        outcome = "failed" if bad else "skipped" if "skipped" in kinds else "passed"
        name = f"{test.get('classname', '').rpartition('.')[2]}.{test.get('name')}"
        found[name] = outcome
    return found
