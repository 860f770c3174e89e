"""Facts as a text to edit: what was written reads back, however an editor saved it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footage.errors import BadInput, Usage
from footage.formats.facts_text import Section, read_facts_text, write_facts_text
from typing_facts import HOSTILE, TEXTS


def values(content: bytes) -> dict[int, dict[str, str]]:
    return {n: {name: line.value for name, line in s.items()} for n, s in read_facts_text(content).items()}


def section(number: int, **lines: str) -> Section:
    return Section(
        number, "clip\n[asset 9].mp4", list(lines.items()), {"city": ["the story says: a\nnote: x"]}
    )


@given(st.lists(TEXTS, min_size=1, max_size=4), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_values_read_back_however_an_editor_saves(texts: list[str], end: str, trims: bool) -> None:
    told = {f"f{at}": text for at, text in enumerate(texts)}
    text = write_facts_text(["opening"], [section(1, city="", **told), section(2, **told)])
    lines = [line.rstrip() if trims else line for line in text.split("\n")]
    assert values(end.join(lines).encode()) == {1: {"city": "", **told}, 2: told}


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_values_read_back_and_show_themselves(value: str) -> None:
    text = write_facts_text([], [section(1, note=value)])
    assert values(text.encode()) == {1: {"note": value}}
    assert "\x1b" not in text and "\u202e" not in text and "\u200f" not in text


def test_what_a_person_types_is_read_kindly() -> None:
    text = "\ufeff# x\n\n[ Asset 7 ]\ncity :Kyiv  \nmasked_at source: yes\n"
    text += "note: one\n\n\ttwo\n # three\n# not this\n  four\n\n"
    assert values(text.encode()) == {
        7: {"city": "Kyiv", "masked-at-source": "yes", "note": "one\n\ntwo\n# three\nfour"}
    }
    assert read_facts_text(text.encode())[7]["note"].number == 6


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("city: x\n", "line 1 cannot"), ("[asset 1]\nno colon here\n", "line 2 cannot"),
        ("[asset 1]\n  indented\n", "line 2 cannot"),
        ("[asset 1]\ncity: a\nCity: b\n", "line 3: city is there twice"),
        ("[asset 1]\n[asset 1]\n", "line 2: asset 1 is there twice"), ("[asset one]\n", "line 1 cannot"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_names_its_line(text: str, told: str) -> None:
    with pytest.raises(Usage) as error:
        read_facts_text(text.encode())
    assert told in error.value.message and error.value.hint


def test_a_text_in_another_encoding_is_refused() -> None:
    with pytest.raises(BadInput):
        read_facts_text("[asset 1]\ncity: caf\xe9\n".encode("latin-1"))
    assert values("[asset 1]\ncity: Київ\n".encode("utf-16")) == {1: {"city": "Київ"}}
