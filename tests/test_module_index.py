"""The page of modules is the one that the sources give."""

from tests import module_index


def test_the_page_of_modules_is_that_of_the_sources():
    """A reader finds a place by searching it; a stale line sends them elsewhere."""
    assert module_index.PAGE.read_text(encoding="utf-8") == module_index.page(), (
        f"run {module_index.COMMAND}"
    )


def test_the_page_has_every_module_with_a_sentence():
    """A module that says nothing of itself cannot be found by a search."""
    others = [path for path in module_index.modules() if path.name != "__init__.py"]

    assert len(others) > 400
    assert not [path for path in others if not module_index.summary(path)]
