"""Looking for pieces among all bytes of a file: none is missed, none is made up."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from footage.media.proving.filebytes import FileBytes
from footage.media.proving.leftovers import LEAST, Pieces, joined

NOISE = np.random.default_rng(5)


def spans(*each: tuple[int, int]) -> NDArray[np.int64]:
    return joined(np.array(each, np.int64).reshape(-1, 2))


def noise(count: int) -> bytes:
    return NOISE.integers(0, 256, count, np.uint8).tobytes()


def found(
    tmp_path: Path, content: bytes, pieces: dict[int, bytes], *spared: tuple[int, int]
) -> set[tuple[int, int]]:
    """Whose pieces are found, and where."""
    path = tmp_path / "file"
    path.write_bytes(content)
    wanted = Pieces()
    for owner, piece in pieces.items():
        wanted.add(owner, piece)
    with FileBytes(str(path)) as mapped:
        return {(piece.owner, at) for piece, at in wanted.found_in(mapped, spans(*spared))}


@pytest.mark.parametrize("length", [LEAST, 33, 100, 5000])
@pytest.mark.parametrize("at", [0, 1, 7, (1 << 20) - 20, 1 << 20, 3_000_000])
def test_a_piece_is_found_wherever_it_lies(tmp_path: Path, at: int, length: int) -> None:
    piece = noise(length)
    content = bytearray(bytes(at) + piece)
    assert found(tmp_path, bytes(content), {3: piece}) == {(3, at)}


def test_every_place_is_told(tmp_path: Path) -> None:
    one, other = noise(60), noise(4000)
    content = noise(100) + one + noise(100) + other + one
    assert found(tmp_path, content, {1: one, 2: other, 3: noise(80)}) == {(1, 100), (2, 260), (1, 4260)}


def test_what_differs_in_one_byte_is_another(tmp_path: Path) -> None:
    piece = noise(5000)
    for at in (0, 2400, 4999):
        changed = bytearray(piece)
        changed[at] ^= 1
        assert not found(tmp_path, noise(50) + bytes(changed) + noise(50), {1: piece})


def test_what_breaks_off_is_another(tmp_path: Path) -> None:
    piece = noise(500)
    assert not found(tmp_path, noise(50) + piece[:-1], {1: piece})
    assert not found(tmp_path, piece[1:] + noise(50), {1: piece})


def test_short_pieces_do_not_count(tmp_path: Path) -> None:
    piece = noise(LEAST - 1)
    assert not found(tmp_path, piece, {1: piece})


def test_of_pieces_alike_in_most_both_are_found(tmp_path: Path) -> None:
    """As pictures are that begin with the same tables and end in the same flat ground."""
    one, other = (noise(300)[:150] + bytes(4000) for _ in range(2))
    assert found(tmp_path, one + other, {1: one, 2: other}) == {(1, 0), (2, 4150)}


def test_what_is_spared_is_not_looked_at(tmp_path: Path) -> None:
    piece = noise(500)
    content = noise(1000) + piece + noise(1000)
    assert not found(tmp_path, content, {1: piece}, (900, 1600))
    assert found(tmp_path, content, {1: piece}, (0, 1000), (1500, 2500)) == {(1, 1000)}
    assert found(tmp_path, content, {1: piece}, (0, 400), (300, 999), (1501, 1600)) == {(1, 1000)}


def test_stretches_are_joined() -> None:
    assert spans((5, 9), (0, 2), (2, 3), (6, 7)).tolist() == [[0, 3], [5, 9]]
    assert spans().shape == (0, 2)
