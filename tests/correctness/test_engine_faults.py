"""The faults that the study plants in the explorer still fit, and their tests exist.

`python -m bench.studies.engine_mutations` plants them, and says which tests notice.
"""

from pathlib import Path

import pytest

from bench.studies import engine_mutations
from bench.studies.engine_mutations import FAULTS, StaleError, planted, tried
from bench.studies.fault import Fault

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda one: one.name)
def test_each_fault_has_one_place_and_tests_that_are_there(fault):
    """A fault that no longer fits would be reported as noticed by nothing."""
    source = (ROOT / fault.file).read_text(encoding="utf-8")

    changed = planted(source, fault)

    assert changed != source
    compile(changed, fault.file, "exec")
    assert fault.tests
    assert all((ROOT / test.partition("::")[0]).is_file() for test in fault.tests)


def test_no_two_faults_have_one_name():
    """A name chooses a fault."""
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)


def test_a_fault_without_its_place_is_refused():
    """Nothing would be planted, and every test would pass."""
    fault = Fault("none", "none.py", "here", "there", ("test.py",))

    with pytest.raises(StaleError, match="has 0 places"):
        planted("nothing", fault)
    with pytest.raises(StaleError, match="has 2 places"):
        planted("here and here", fault)


@pytest.mark.long
@pytest.mark.parametrize(
    ("checked", "noticed"), [("sum([1, 2]) == 3", None), ("one() == 1", "test_it.py")]
)
def test_a_fault_is_noticed_where_a_test_fails(checked, noticed, tmp_path):
    """A test that does not look at the fault says nothing of it."""
    (tmp_path / "it.py").write_text("def one():\n    return 1\n", encoding="utf-8")
    (tmp_path / "test_it.py").write_text(
        f"from it import one\ndef test_it():\n    assert {checked}\n", encoding="utf-8"
    )
    fault = Fault("two for one", "it.py", "return 1", "return 2", ("test_it.py",))

    found = tried(tmp_path, fault)

    assert (found.noticed_by or "").partition("::")[0] == (noticed or "")
    assert (tmp_path / "it.py").read_text(encoding="utf-8").endswith("return 1\n")


def test_tests_that_do_not_end_have_noticed(tmp_path, monkeypatch):
    """A search that never ends is as wrong as one that ends too soon."""
    monkeypatch.setattr(engine_mutations, "LIMIT_SECONDS", 0.1)
    (tmp_path / "test_it.py").write_text(
        "def test_it():\n    while True: pass\n", encoding="utf-8"
    )

    assert engine_mutations.first_failure(tmp_path, ["test_it.py"]) is not None
