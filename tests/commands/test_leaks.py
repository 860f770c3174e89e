"""What a package must not hold: pictures and sound that no player shows, words beside the coded pictures."""

import hashlib
import json
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

import clips
import masked
from doors import FACTS, Footage
from footage.actions.naming import insist_unique
from footage.errors import ToolFailed
from footage.media.masking import Outline, cover_of
from footage.media.proving.watching import Findings
from footage.model.geometry import Region, Shape

PLACE = "+48.5947+037.9999"
SEI = f"h264_metadata=sei_user_data=086f3693b7b34f2c965321492feee5b8+{PLACE}"


def exported(footage: Footage, *words: str) -> tuple[Path, str]:
    """The media of asset 1 in a fresh package, and what was told about it."""
    told = footage("export", "1", "--to", "out", *words).err
    manifest = json.loads(Path("out/manifest.json").read_text())
    (media,) = (file["path"] for file in manifest["files"] if file["role"] == "video")
    return Path("out") / media, told


def shown(path: Path) -> list[int]:
    """The numbers that a player's frames carry."""
    return [clips.frame_number(frame.to_ndarray(format="rgb24")) for frame in masked.frames(path)]


def hidden(path: Path) -> list[int]:
    """How many packets of each stream, pictures first, no player shows."""
    with av.open(str(path)) as container:
        found = {stream.index: 0 for stream in (*container.streams.video, *container.streams.audio)}
        for packet in container.demux():
            if packet.stream_index in found:
                found[packet.stream_index] += packet.is_discard
    return list(found.values())


def heard(path: Path) -> tuple[float, int]:
    """When the sound starts, and how many samples a player plays."""
    with av.open(str(path)) as container:
        frames = list(container.decode(audio=0))
    return frames[0].time or 0.0, sum(frame.samples for frame in frames)


def decodable(path: Path) -> int:
    """How many samples of sound or frames can be taken out of a file by whoever ignores its edit list."""
    raw = clips.run("-ignore_editlist", "1", "-i", path, "-map", "0:a", "-f", "s16le", "-ac", "1", "-")
    return len(raw) // 2


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("suffix", [".mp4", ".mov"])
def test_what_an_edit_list_hides_does_not_go_out(footage: Footage, tmp_path: Path, suffix: str) -> None:
    whole = clips.make(tmp_path / f"whole{suffix}", frames=75, gop=75, audio=True, options=_sound(suffix))
    source = clips.trimmed(whole, tmp_path / f"clip{suffix}", Fraction(6, 5))
    assert hidden(source)[0] > 20 and decodable(source) > heard(source)[1] + 40_000
    footage(f"add {source} {FACTS}")
    media, told = exported(footage)
    assert media.suffix == suffix
    assert "asset 1: encoded anew, because the file holds 30 pictures that no player shows" in told
    assert "and sound that no player plays" in told
    assert shown(media) == shown(source) == list(range(30, 75))
    assert hidden(media) == [0, 0 if suffix == ".mov" else 2]
    assert heard(media) == heard(source)
    assert decodable(media) <= heard(media)[1] + 3 * 1024
    with av.open(str(source)) as was, av.open(str(media)) as now:
        times = [[frame.time for frame in each.decode(video=0)] for each in (was, now)]
    assert times[0] == times[1]


@pytest.mark.usefixtures("library")
def test_hidden_sound_alone_does_not_go_out(footage: Footage, tmp_path: Path) -> None:
    pictures = clips.make(tmp_path / "pictures.mov", frames=25)
    sound = tmp_path / "sound.mov"
    tone = ("-f", "lavfi", "-i", "sine=duration=3:sample_rate=48000", "-c:a", "pcm_s16le")
    clips.run(*tone, sound)
    source = tmp_path / "clip.mov"
    clips.run("-i", pictures, "-ss", "2", "-i", sound, "-map", "0:v", "-map", "1:a", "-c", "copy", source)
    _hide_start(source, sound, tmp_path)
    assert hidden(source)[0] == 0 and hidden(source)[1] > 0
    footage(f"add {source} {FACTS}")
    media, told = exported(footage)
    assert "asset 1: encoded anew, because the file holds sound that no player plays" in told
    assert hidden(media) == [0, 0]
    assert heard(media) == heard(source)


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("suffix", [".mp4", ".mov"])
def test_masked_clips_keep_no_hidden_sound(footage: Footage, tmp_path: Path, suffix: str) -> None:
    whole = clips.make(tmp_path / f"whole{suffix}", frames=75, gop=75, audio=True, options=_sound(suffix))
    source = clips.trimmed(whole, tmp_path / f"clip{suffix}", Fraction(6, 5))
    footage(f"add {source} {FACTS}")
    footage("flag 1 f10 f20 --reason death --region 40%,30%,20%,25% --treatment fill")
    footage("blur 1")
    media, told = exported(footage)
    assert "encoded anew" not in told
    assert heard(media) == heard(source)
    assert decodable(media) <= heard(media)[1] + (1023 if suffix == ".mov" else 3 * 1024)


def test_a_proof_refuses_hidden_sound(tmp_path: Path) -> None:
    whole = clips.make(tmp_path / "whole.mov", frames=75, gop=75, audio=True, options=_sound(".mov"))
    source = clips.trimmed(whole, tmp_path / "clip.mov", Fraction(6, 5))
    masks = [masked.mask(masked.index_of(source), 0, 3)]
    made = masked.rendered(source, masks, tmp_path / "made").path
    assert masked.proven(source, made, masks) == {}
    leaking = tmp_path / "leaking.mov"
    timed = ("-copyts", "-avoid_negative_ts", "disabled", "-fflags", "+bitexact", "-map_metadata", "-1")
    clips.run("-i", made, "-i", source, "-map", "0:v", "-map", "1:a", "-c", "copy", *timed, leaking)
    assert hidden(leaking)[1] > 0
    assert "sound" in masked.proven(source, leaking, masks)


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".ts"])
def test_words_beside_h264_pictures_do_not_go_out(footage: Footage, tmp_path: Path, suffix: str) -> None:
    plain = clips.make(tmp_path / "plain.mp4", frames=24, audio=True)
    source = tmp_path / f"clip{suffix}"
    clips.run("-i", plain, "-c", "copy", "-bsf:v", SEI, source)
    _expect_bare(footage, source)


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("suffix", [".mp4", ".ts"])
def test_words_beside_hevc_pictures_do_not_go_out(footage: Footage, tmp_path: Path, suffix: str) -> None:
    plain, raw = tmp_path / "plain.mp4", tmp_path / "plain.hevc"
    clips.make(plain, codec="hevc", frames=24, b_frames=0)
    clips.run("-i", plain, "-c", "copy", raw)
    said = b"\x4e\x01\x05" + bytes([16 + len(PLACE)]) + bytes(range(1, 17)) + PLACE.encode() + b"\x80"
    start = min(
        raw.read_bytes().find(b"\0\0\1" + head) % (1 << 40)
        for head in (b"\x26\x01", b"\x28\x01", b"\x2a\x01")
    )
    raw.write_bytes(raw.read_bytes()[:start] + b"\0\0\1" + said + raw.read_bytes()[start:])
    source = tmp_path / f"clip{suffix}"
    timed = ("-bsf:v", "setts=pts=3600*N:dts=3600*N:time_base=1/90000", "-c", "copy")
    clips.run("-f", "hevc", "-framerate", "25", "-i", raw, *timed, source)
    _expect_bare(footage, source)


@pytest.mark.usefixtures("library")
def test_pictures_that_only_such_words_start_are_encoded_anew(footage: Footage, tmp_path: Path) -> None:
    whole, source = tmp_path / "whole.ts", tmp_path / "clip.ts"
    clips.make(whole, frames=48, options=("-x264-params", "open-gop=1:keyint=12:scenecut=0"))
    with av.open(str(whole)) as container:
        starts = [packet.pos for packet in container.demux(video=0) if packet.is_keyframe and packet.pos]
    content = whole.read_bytes()
    source.write_bytes(content[: 3 * 188] + content[starts[1] :])
    footage(f"add {source} {FACTS}")
    media, told = exported(footage)
    assert "asset 1: encoded anew, because its pictures cannot be started at" in told
    assert shown(media) == shown(source)


def _expect_bare(footage: Footage, source: Path) -> None:
    assert PLACE.encode() in source.read_bytes()
    footage(f"add {source} {FACTS}")
    media, told = exported(footage)
    assert "encoded anew" not in told
    assert PLACE.encode() not in media.read_bytes()
    before, after = masked.frames(source), masked.frames(media)
    assert [frame.time for frame in before] == [frame.time for frame in after]
    for was, now in zip(before, after, strict=True):
        assert np.array_equal(was.to_ndarray(), now.to_ndarray())


@pytest.mark.usefixtures("masked_desk")
def test_every_file_of_a_package_is_named_once_and_is_what_the_manifest_says(footage: Footage) -> None:
    footage("export 1,2 --to out")
    files = json.loads(Path("out/manifest.json").read_text())["files"]
    there = {str(path.relative_to("out")) for path in Path("out").rglob("*") if path.is_file()}
    assert sorted(file["path"] for file in files) == sorted(there - {"manifest.json"})
    for file in files:
        content = (Path("out") / file["path"]).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (file["size"], file["sha256"])


@pytest.mark.parametrize("paths", [["a.jpg", "A.JPG"], ["pictures/1.jpg", "pictures/1.jpg"], ["Index.html"]])
def test_two_files_under_one_name_are_refused(paths: list[str]) -> None:
    insist_unique(["b.jpg", "b.png"])
    with pytest.raises(ToolFailed):
        insist_unique(paths)


def test_only_the_first_finding_is_put_into_words() -> None:
    worded: list[int] = []

    def word() -> str:
        worded.append(1)
        return "frame 3: it shines through"

    findings = Findings()
    assert findings.words() == ""
    for _ in range(5):
        findings.add(word)
    assert (len(worded), findings.words()) == (1, "frame 3: it shines through, and 4 more")


def test_few_covers_are_kept() -> None:
    for number in range(20):
        cover_of(Outline(Shape.BOX, Region(number / 40, 0.0, 0.5, 1.0)), 64, 36)
    assert cover_of.cache_info().currsize <= 8


def _sound(suffix: str) -> tuple[str, ...]:
    return ("-c:a", "pcm_s16le") if suffix == ".mov" else ()


def _hide_start(source: Path, sound: Path, folder: Path) -> None:
    """Give a clip's sound an edit list that hides its first two seconds."""
    clips.run(
        *("-i", source, "-itsoffset", "-2", "-i", sound, "-map", "0:v", "-map", "1:a", "-c", "copy"),
        *("-avoid_negative_ts", "disabled", folder / "shifted.mov"),
    )
    (folder / "shifted.mov").replace(source)
