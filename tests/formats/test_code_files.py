"""Photo Mechanic's code replacement files, in the encodings in which they come."""

import pytest

from footage.errors import BadInput
from footage.formats import codes
from footage.formats.codes import read_codes

TEXT = "// names\r\nDD14\tKen Pierce\tPierce\r\n\r\nno tab\r\n k \t Ґудзь’ \t\t\r\nempty\t\r\n"
TEXT += "DD14\tKen Pierce\tPierce\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings(encoding: str) -> None:
    assert read_codes(TEXT.encode(encoding)) == {"DD14": (("Ken Pierce", "Pierce"),), "k": (("Ґудзь’",),)}


@pytest.mark.parametrize(
    ("content", "name"), [(b"r\tRen\xe9 \x93R\x94\n", "René “R”"), (b"r\tRen\xe9 \x81\n", "René \x81")]
)
def test_western_files(content: bytes, name: str) -> None:
    assert read_codes(content) == {"r": ((name,),)}


def test_a_code_of_two_meanings_keeps_both() -> None:
    assert read_codes(b"a\tone\na\ttwo\nA\tthree\ra\t\tthird\n") == {
        "a": (("one",), ("two",), ("", "third")),
        "A": (("three",),),
    }


def test_what_is_no_code_file(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_codes(b"") == {} == read_codes(bytes(range(14, 256)))
    monkeypatch.setattr(codes, "LONGEST", 10)
    with pytest.raises(BadInput):
        read_codes(b"a\tlonger than that")
