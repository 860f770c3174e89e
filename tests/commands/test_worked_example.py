"""The worked example, as written in the guide, on a real clip."""

import hashlib
import shutil
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from doors import Footage

CAPTION = (
    "Ukrainian fighters destroy Russian military positions in Bakhmut direction in Ukraine in undated "
    "footage. The footage was released by the 92nd OMBr on Friday, Mar. 24, 2023. (@92OMBr/Newsflash)"
)
FACTS = (
    "--source 92ombr --released 2023-03-24 --undated --country Ukraine --place 'Bakhmut direction' "
    "--shows 'Ukrainian fighters destroy Russian military positions' --story bakhmut"
)
FLAG = (
    "footage flag 1 0:04 0:07 --reason death --region '0:04 40%,30%,20%,25%' --region '0:07 55%,35%,20%,25%' "
    "--treatment fill"
)


def luma(path: Path) -> list[tuple[Fraction, NDArray[np.uint8]]]:
    """Every shown frame's time in seconds and its luma."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert stream.time_base is not None
        return [
            (frame.pts * stream.time_base, np.asarray(frame.to_ndarray(format="gray"), np.uint8))
            for frame in container.decode(stream)
            if frame.pts is not None
        ]


def sound(path: Path) -> list[tuple[bytes, int | None]]:
    """Every audio packet's bytes and time."""
    with av.open(str(path)) as container:
        packets = container.demux(container.streams.audio)
        return [(bytes(packet), packet.pts) for packet in packets if packet.size]


def export(footage: Footage, library: Path, real_media: Path) -> Path:
    """The commands as they are written; gives the package."""
    shutil.copy(real_media / "tmk_chair-orig-22-sd-bar.mp4", library / "clip.mp4")
    shutil.copy(real_media / "exif_landscape_6.jpg", library / "still.jpg")
    assert "asset 1" in footage(f"footage add clip.mp4 still.jpg {FACTS}").out
    footage(FLAG)
    footage("footage blur 1")
    assert footage("footage caption 1").out == CAPTION + "\n"
    footage("footage ready story:bakhmut")
    footage("footage export story:bakhmut --to out")
    return library / "out"


def test_worked_example(footage: Footage, library: Path, real_media: Path) -> None:
    exported = export(footage, library, real_media)
    insist_on_pictures_and_sound(library / "clip.mp4", exported / "clip.mp4")
    insist_on_evidence(footage, library, real_media, exported)


def insist_on_pictures_and_sound(original: Path, out: Path) -> None:
    """The fill on every flagged frame, the original picture elsewhere but for the padding, the sound."""
    before, after = luma(original), luma(out)
    assert [time for time, _ in after] == [time for time, _ in before]
    height, width = before[0][1].shape
    padding = 2 * (before[1][0] - before[0][0])
    flagged = 0
    for (time, was), (_, now) in zip(before, after, strict=True):
        if Fraction(4) - padding <= time < Fraction(7) + padding:
            flagged += 1
            share = float(min(max((time - 4) / 3, Fraction(0)), Fraction(1)))
            left, top = 0.40 + 0.15 * share, 0.30 + 0.05 * share
            rows = slice(int(top * height) + 3, int((top + 0.25) * height) - 2)
            columns = slice(int(left * width) + 3, int((left + 0.20) * width) - 2)
            assert now[rows, columns].max() <= 22, f"the picture shows at {time}"
            now, was = now.copy(), was.copy()
            margin = 24
            hidden = (
                slice(max(0, int(top * height) - margin), int((top + 0.25) * height) + margin),
                slice(max(0, int(left * width) - margin), int((left + 0.20) * width) + margin),
            )
            now[hidden] = was[hidden] = 0
        assert np.abs(now.astype(int) - was).mean() < 2.5, f"another picture at {time}"
    assert flagged > 50
    assert sound(out) == sound(original)


def insist_on_evidence(footage: Footage, library: Path, real_media: Path, exported: Path) -> None:
    """The original is as it was, each deed is on record, the captions are beside the media."""
    events = footage("footage --json history 1").document
    assert [event["action"] for event in events] == ["add", "flag", "blur", "export"]
    source = real_media / "tmk_chair-orig-22-sd-bar.mp4"
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    kept = library / "vault" / "originals" / digest[:2] / digest
    assert kept.read_bytes() == source.read_bytes()
    assert kept.stat().st_mode & 0o777 == 0o444
    assert footage("footage verify --json").document["sound"] is True
    assert (exported / "clip.caption.txt").read_text() == CAPTION + "\n"
    still = (exported / "still.caption.txt").read_text()
    assert (
        still.startswith("Ukrainian fighters") and " in an undated image. The image was released by " in still
    )
