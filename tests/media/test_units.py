"""The pieces of coded pictures: taken apart, put together, renumbered; and what decoders are told of them."""

import random
from itertools import islice
from pathlib import Path

import av
import pytest

import clips
from footage.media.rendering.parametersets import (
    AvcConfiguration,
    HevcConfiguration,
    read_configuration,
    renumbered,
)
from footage.media.rendering.units import (
    H264,
    HEVC,
    Malformed,
    escaped,
    golomb,
    golombs,
    joined,
    split,
    split_stream,
    unescaped,
    without_leading,
)


def extradata(path: Path) -> bytes:
    with av.open(str(path)) as container:
        return container.streams.video[0].codec_context.extradata or b""


def encoder_sets(path: Path, *words: str) -> list[bytes]:
    """The parameter sets of a raw stream that the program encodes."""
    codec = path.suffix[1:]
    made_of = ("-f", "lavfi", "-i", "testsrc2=s=320x180:d=0.2", "-pix_fmt", "yuv420p")
    clips.run(*made_of, *words, "-f", codec, path)
    syntax = H264 if codec == "h264" else HEVC
    found = (unit for unit in split_stream(path.read_bytes()) if syntax.kind(unit) in syntax.sets)
    return list(dict.fromkeys(found))


class Test_units:
    def test_come_apart_and_together(self) -> None:
        units = [b"a", b"bc", bytes(300)]
        for prefix in (2, 3, 4):
            assert split(joined(units, prefix), prefix) == units
        assert split_stream(b"\0\0\0\1a\0\0\1bc\0\0\0\1d") == [b"a", b"bc", b"d"]

    def test_that_do_not_add_up(self) -> None:
        for wrong in (b"\0\0\0\5abcd", b"\0\0\0", b"\xff\xff\xff\xff"):
            with pytest.raises(Malformed):
                split(wrong, 4)
        with pytest.raises(Malformed):
            joined([bytes(256)], 1)

    def test_never_hold_a_start_code(self) -> None:
        chance = random.Random(2)
        for _ in range(500):
            body = bytes(chance.choices((0, 0, 0, 1, 2, 3, 4, 255), k=chance.randrange(1, 24))) + b"\x80"
            kept = escaped(body)
            assert unescaped(kept) == body
            assert not any(code in kept for code in (b"\0\0\0", b"\0\0\1", b"\0\0\2"))

    def test_golomb_numbers(self) -> None:
        numbers = [0, 1, 2, 15, 30, 255, 0]
        bits = "".join(map(golomb, numbers)) + "1"
        bits += "0" * (-len(bits) % 8)
        body = int(bits, 2).to_bytes(len(bits) // 8, "big")
        assert list(islice(golombs(body), len(numbers))) == numbers
        with pytest.raises(Malformed):
            list(golombs(b"\0"))


class Test_copied:
    def test_slices_and_what_decoders_need(self) -> None:
        slices, sets, delimiter = b"\x65slice", [b"\x67sps", b"\x68pps"], b"\x09\x10"
        recovery, captions = b"\x06\x01\x84", b"\x04\x03abc"
        both = b"\x06" + recovery + captions + b"\x80"
        assert H264.copied([delimiter, *sets, both, slices]) == [
            delimiter,
            b"\x06" + recovery + b"\x80",
            slices,
        ]

    def test_not_what_is_only_said(self) -> None:
        for words in (
            b"\x06\x05\x04abcd\x80",
            b"\x06\x04\x03abc\x80",
            b"\x06\x05\xff",
            b"\x0cfiller",
            b"\x1ewhat",
        ):
            assert H264.copied([words, b"\x41slice"]) == [b"\x41slice"]

    def test_not_another_layer_or_view(self) -> None:
        assert HEVC.copied([b"\x02\x01slice", b"\x02\x09view", b"\x7c\x01rpu"]) == [b"\x02\x01slice"]
        assert H264.copied([b"\x41slice", b"\x74view", b"\x53alpha"]) == [b"\x41slice"]

    def test_as_the_start_of_a_sequence(self) -> None:
        assert without_leading([b"\x2a\x01slice", b"\x46\x01"]) == [b"\x24\x01slice", b"\x46\x01"]


class Test_configurations:
    @pytest.mark.parametrize("codec", ["h264", "hevc"])
    def test_are_written_as_they_were_read(self, tmp_path: Path, codec: str) -> None:
        for pixels in ("yuv420p", "yuv422p10le"):
            data = extradata(clips.make(tmp_path / "clip.mp4", codec=codec, frames=3, pixel_format=pixels))
            told = read_configuration(codec, data)
            again = read_configuration(codec, told.packed())
            assert again == told
            assert again.one_size
            if codec == "h264":
                assert told.packed() == data

    def test_that_break_off(self, tmp_path: Path) -> None:
        for codec in ("h264", "hevc"):
            data = extradata(clips.make(tmp_path / "clip.mp4", codec=codec, frames=3))
            # The last bytes of an avcC may be missing.
            for length in range(0, len(data) - 4, 3):
                with pytest.raises(Malformed):
                    read_configuration(codec, data[:length])

    def test_hold_an_encoders_sets_beside_the_sources(self, tmp_path: Path) -> None:
        told = AvcConfiguration.read(extradata(clips.make(tmp_path / "clip.mp4", frames=3)))
        number = told.unused_id()
        words = ("-c:v", "libx264", "-level", "5.1", "-x264-params", f"sps-id={number}")
        both = told.with_sets(encoder_sets(tmp_path / "more.h264", *words))
        assert (len(both.sequence), len(both.picture)) == (2, 2)
        assert both.unused_id() == number - 1
        assert both.level == 51
        assert AvcConfiguration.read(both.packed()) == both

    def test_renumber_those_of_hevc(self, tmp_path: Path) -> None:
        told = HevcConfiguration.read(extradata(clips.make(tmp_path / "clip.mp4", codec="hevc", frames=3)))
        words = ("-c:v", "libx265", "-x265-params", "log-level=none:level-idc=51")
        sets = encoder_sets(tmp_path / "more.hevc", *words)
        both = told.with_sets(sets)
        assert len(both.sets) == len(set(both.sets)) == 6
        assert both.unused_id() == told.unused_id() - 1
        assert both.packed()[12] == 153
        assert HevcConfiguration.read(both.packed()).packed() == both.packed()
        with pytest.raises(Malformed):
            told.with_sets([*sets, *sets])


class Test_renumbered_slices:
    def test_differ_by_a_byte(self) -> None:
        """A flag, the number, and what is behind it moved by eight bits."""
        assert renumbered(b"\x02\x01" + bytes([0b11_101010, 7, 8, 9]), 15) == b"\x02\x01" + bytes(
            [0b1_0000100, 0b00_101010, 7, 8, 9]
        )
        assert renumbered(b"\x26\x01" + bytes([0b101_01010, 7, 8, 9]), 30) == b"\x26\x01" + bytes(
            [0b10_000011, 0b111_01010, 7, 8, 9]
        )

    def test_of_another_set_are_refused(self) -> None:
        with pytest.raises(Malformed):
            renumbered(b"\x02\x01" + bytes([0b10_101010, 7, 8]), 15)

    def test_never_hold_a_start_code(self) -> None:
        chance = random.Random(5)
        for _ in range(2000):
            kind = chance.choice((0, 1, 8, 19, 21))
            body = bytes(chance.choices((0, 0, 0, 1, 2, 3, 4, 255), k=chance.randrange(1, 14))) + b"\x80"
            first = chance.randrange(256) | (0x20 if kind > 15 else 0x40)
            number = chance.randrange(15, 31)
            made = renumbered(bytes([kind << 1, 1]) + escaped(bytes([first]) + body), number)
            assert not any(code in made[2:] for code in (b"\0\0\0", b"\0\0\1", b"\0\0\2"))
            bits = "".join(f"{byte:08b}" for byte in bytes([first]) + body)
            before = 2 if kind > 15 else 1
            wanted = bits[:before] + golomb(number) + bits[before + 1 :]
            assert "".join(f"{byte:08b}" for byte in unescaped(made[2:])) == wanted
