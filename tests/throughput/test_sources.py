"""What a figure was made with: the pair, and all of ours that it runs."""

import pytest

from bench.throughput import sources

models = pytest.mark.parametrize("model", ["threads", "asyncio", "anyio"])


@models
def test_what_a_pair_imports_belongs_to_what_was_measured(model):
    """A faster connection makes another figure, though the pair's file is the same."""
    modules = sources.modules_of("url_fetch", model)

    assert "fetching.body_file" in modules
    assert any(name.endswith("connections.session") for name in modules)


def test_a_change_of_an_imported_module_changes_the_hash(monkeypatch):
    """Or a run would be taken up again with other code."""
    read = sources.source

    def changed(name, top=None):
        text = read(name, top)
        return text + b"#" if text and name == "fetching.body_file" else text

    before = sources.of_pairs(["url_fetch", "lock"])
    monkeypatch.setattr(sources, "source", changed)
    after = sources.of_pairs(["url_fetch", "lock"])

    assert before["url_fetch", "threads"] != after["url_fetch", "threads"]
    assert before["lock", "threads"] == after["lock", "threads"] != ""


def test_a_run_names_each_module_with_its_hash():
    """So that two runs can tell what differs."""
    found = sources.of_run(["lock"])

    assert {"threaded.lock", "asyncio_impl.lock", "bench.throughput.worker"} <= {*found}
    assert all(len(one) == 64 for one in found.values())


def test_what_does_not_exist_in_a_model_has_no_hash():
    """The control pair of jobs has no anyio form."""
    assert sources.of_pairs(["jobs"])["jobs", "anyio"] == ""
