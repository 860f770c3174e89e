"""Templates of house styles: what stands, what falls away."""

import pytest

from footage.model.template import parse_template

NAMES = ("a", "b", "c")


@pytest.mark.parametrize(
    ("text", "values", "filled"),
    [
        ("{a} and {b}", {"a": "1", "b": "2"}, "1 and 2"),
        ("{a} and {b}", {"a": "1"}, ""),
        ("{a}[ in {b}][ on {c}]", {"a": "1", "c": "3"}, "1 on 3"),
        ("{a}[, seen[ in {b}][ on {c}]]", {"a": "1", "c": "3"}, "1, seen on 3"),
        ("{a}[, seen[ in {b}][ on {c}]]", {"a": "1"}, "1"),
        ("It was[ in {b}][ on {c}].", {"b": "2"}, "It was in 2."),
        ("It was[ in {b}][ on {c}].", {}, ""),
        ("Always.", {}, "Always."),
        ("", {}, ""),
        ("In {a}.", {"a": "Washington, D.C."}, "In Washington, D.C."),
        ("In {a}.", {"a": "“Slava!”"}, "In “Slava!”"),
        ("{a}", {"a": "[{b}]"}, "[{b}]"),
    ],
)
def test_what_has_no_value_falls_away_with_its_words(text: str, values: dict[str, str], filled: str) -> None:
    assert parse_template(text, NAMES).fill(values) == filled


def test_a_template_tells_its_names() -> None:
    assert parse_template("{a}[ x[ {b}]]", NAMES).names == {"a", "b"}
