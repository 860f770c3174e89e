"""The examples in the catalogue's docstrings hold."""

import doctest
from types import ModuleType

import pytest

from footage.catalogue import batches, documents, escapes, frames


@pytest.mark.parametrize("module", [batches, documents, escapes, frames])
def test_examples_hold(module: ModuleType) -> None:
    result = doctest.testmod(module)
    assert result.attempted
    assert not result.failed
