"""An evening at the desk: six clips of two channels, two clients, a correction and a kill."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

import clips
import masked
from desks import actions, kinds, state_of
from doors import Footage

MARK = "Zvirobiy"
"""A word that stands only where nobody outside may read: no file that leaves the house says it."""

SUBTITLES = f"""1
00:00:00,100 --> 00:00:00,500
Smoke rises.

2
00:00:00,600 --> 00:00:00,900
His name is {MARK}.

3
00:00:01,200 --> 00:00:01,700
They hold the ford.
"""
CHANNEL = (
    "source add hilltop --name 'Hilltop Channel' --in-caption 'the Hilltop Channel' --handle @Hilltop "
    "--kind channel"
)
OF_BRIGADE = (
    "--source 92ombr --released 2023-03-24 --undated --country Ukraine --place 'Bakhmut direction' "
    "--shows 'Ukrainian fighters destroy Russian military positions' --story bakhmut"
)
OF_CHANNEL = (
    "--source hilltop --released 2023-03-23 --undated --country Ukraine --place Soledar "
    "--shows 'Smoke rises over a town' --relayed-by 92ombr --story soledar"
)
BECAUSE = "It is older than its source said."
KILLED, EMBARGOED, CUT, MUTED, CAME_MASKED = 3, 6, 4, 1, 5


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six tiny clips, the fourth in two shots of a second; ``words.srt`` for the first."""
    folder = tmp_path_factory.mktemp("card")
    small: dict[str, Any] = {"size": (160, 90)}
    two_shots = [clips.draw(number, (160, 90)) for number in range(100, 150)]
    for picture in two_shots[25:]:
        picture[15:] = 255 - picture[15:]
    clips.make(folder / "1-spoken.mp4", audio=True, **small)
    clips.make(folder / "2-phone.mov", audio=True, frames=25, **small)
    clips.make(folder / "3-drone.mp4", codec="hevc", frames=25, **small)
    clips.make(folder / "4-two-shots.mp4", drawn=two_shots, **small)
    clips.make(folder / "5-blacked-out.mp4", frames=25, drawn=_blacked_out(25), **small)
    clips.make(folder / "6-early.mp4", frames=30, **small)
    (folder / "words.srt").write_text(SUBTITLES, encoding="utf-8")
    return folder


def _blacked_out(frames: int) -> Iterator[clips.Picture]:
    for number in range(200, 200 + frames):
        picture = clips.draw(number, (160, 90))
        picture[30:60, 40:80] = 0
        yield picture


def test_an_evening(footage: Footage, library: Path, card: Path) -> None:
    footage(CHANNEL)
    take_in(footage, card)
    hide(footage, card)
    send(footage, library)
    insist_on_packages(footage, library)
    correct_and_kill(footage, library)
    insist_on_notices(footage, library)
    insist_that_the_killed_one_stays(footage, library)
    insist_that_nothing_hidden_left_the_house(library)
    insist_on_custody(footage)


def take_in(footage: Footage, card: Path) -> None:
    """Three clips of each channel; a note for the desk alone."""
    first, last = (
        " ".join(str(path) for path in sorted(card.glob(pattern))) for pattern in ("[1-3]*", "[4-6]*")
    )
    footage(f"add {first} {OF_BRIGADE}")
    footage(f"add {last} {OF_CHANNEL}")
    footage(f"set 1..6 --note 'ask {MARK} before the morning'")
    footage(f"set {EMBARGOED} --embargo '2999-01-01 06:00 Europe/Kyiv'")


def hide(footage: Footage, card: Path) -> None:
    """Words are silenced, a shot is cut, what came blacked out is said."""
    footage(f"subtitles {MUTED} --read {card}/words.srt --language en")
    footage(f"flag {MUTED} 0:00.6 0:01 --reason privacy --mute --note 'it is {MARK}'")
    footage(f"shots {CUT} --describe 1 'Wide of a river'")
    footage(f"shots {CUT} --describe 2 'Close of {MARK}'")
    footage(f"flag {CUT} f25 f50 --reason death --treatment cut")
    footage(f"flag {CAME_MASKED} --reason death --region 25%,33%,25%,33% --by-source --treatment fill")
    (held,) = [one for one in footage("ready 1..6 --json", code=4).document if one["asset"] == CUT]
    assert kinds(held["obstacles"]) == ["open-flag"]
    footage(f"blur {MUTED} {CUT}")


def send(footage: Footage, library: Path) -> None:
    """Both clients get what is ready; what is under embargo is held back by name."""
    first = footage("export 1..6 --to ../first --for 'First Client' --ready-only --json", code=None).document
    assert [one["asset"] for one in first["held"]] == [EMBARGOED]
    assert kinds(first["held"][0]["obstacles"]) == ["embargo"]
    footage("export 1..6 --to ../no", code=4)
    footage(f"export 1 {KILLED} --to ../second --for 'Second Client' --profile web")
    assert not (library.parent / "no").exists()


def insist_on_packages(footage: Footage, library: Path) -> None:
    """Five clips went out, each saying what it is."""
    out = library.parent / "first"
    manifest = json.loads((out / "manifest.json").read_bytes())
    media = {file["asset"]: out / file["path"] for file in manifest["files"] if file["role"] == "video"}
    assert sorted(media) == [1, 2, 3, 4, 5] and media[2].suffix == ".mov"
    with av.open(str(media[3])) as container:
        assert container.streams.video[0].codec_context.name == "hevc"
    assert shown(media[CUT]) == list(range(100, 125))
    assert all(shown(path, pictures=True)[0] in range(100, 125) for path in out.glob("pictures/4-*.jpg"))
    assert "cut parts of the footage" in (out / "4-two-shots.caption.txt").read_text("utf-8")
    told = (out / "5-blacked-out.caption.txt").read_text("utf-8")
    assert "released blacked out, apparently because they were too graphic" in told
    assert not any(level > -60 for level in loudness(media[MUTED], 0.65, 0.95)), "the name is heard"
    assert all(level > -40 for level in loudness(media[MUTED], 1.2, 1.8)), "nothing else is"
    cues = (out / "1-spoken.vtt").read_text("utf-8")
    assert "Smoke rises." in cues and "They hold the ford." in cues and "00:00:00.600" not in cues
    listed = {(one["asset"], one["for"]) for one in footage("sent --json").document}
    assert listed == {(1, "First Client"), (2, "First Client"), (3, "First Client"), (4, "First Client"),
                      (5, "First Client"), (1, "Second Client"), (KILLED, "Second Client")}  # fmt: skip


def correct_and_kill(footage: Footage, library: Path) -> None:
    """The first clip's place was wrong, the third is old; each deed is looked at before it is done."""
    footage("set 1 --place 'Lyman direction'")
    for words in ("correct 1 --because 'The place was wrong.'", f"kill {KILLED} --because '{BECAUSE}'"):
        before = state_of(library)
        footage(f"{words} --dry-run")
        assert state_of(library) == before
        footage(words)


def insist_on_notices(footage: Footage, library: Path) -> None:
    """Both clients are told of both, with what they were told before and what holds now."""
    told = {}
    for path in sorted((library / "notices").rglob("notice.json")):
        notice = json.loads(path.read_bytes())
        told[notice["notice"], notice["to"]] = notice
    assert set(told) == {
        (deed, client) for deed in ("correction", "kill") for client in ("First Client", "Second Client")
    }
    for (deed, _), notice in told.items():
        (item,) = notice["items"]
        differences = {one["field"]: (one["before"], one["after"]) for one in item["differences"]}
        if deed == "correction":
            assert differences["place"] == ("Bakhmut direction", "Lyman direction")
            assert notice["because"] == "The place was wrong." and "Lyman direction" in item["caption"]
        else:
            assert (notice["because"], notice["pubStatus"]) == (BECAUSE, "canceled")
    sent = footage("sent --json").document
    packages = [one for one in sent if not one["notice"] and one["asset"] in (1, KILLED)]
    assert Counter((one["asset"], one["for"], one["followed"]["notice"]) for one in packages) == Counter(
        (asset, client, deed)
        for asset, deed in ((1, "correction"), (KILLED, "kill"))
        for client in ("First Client", "Second Client")
    )
    assert {one["asset"] for one in sent if one["killed"]} == {KILLED}
    assert "First Client" in footage("sent").out and "Second Client" in footage(f"sent {KILLED}").out


def insist_that_the_killed_one_stays(footage: Footage, library: Path) -> None:
    """It cannot be exported, with nothing and nobody's help, and nothing is grabbed from it."""
    for words in ("", "--finish", "--ready-only", "--profile web --for 'Third Client'"):
        said = footage(f"export {KILLED} --to ../third {words}", code=4)
        assert BECAUSE in said.out + said.err
    assert BECAUSE in footage(f"grab {KILLED} f3", code=4).err
    footage(f"export 1 {KILLED} --to ../third", code=4)
    assert not (library.parent / "third").exists()
    footage("export 1..5 --to ../late --for 'Third Client' --ready-only", code=None)
    assert not list((library.parent / "late").rglob("3-drone*"))
    assert "Lyman direction" in (library.parent / "late" / "1-spoken.caption.txt").read_text("utf-8")


def insist_that_nothing_hidden_left_the_house(library: Path) -> None:
    """The silenced words, the cut shot's description and the desk's notes stand in no file that goes out."""
    gone = [library.parent / name for name in ("first", "second", "late")] + [library / "notices"]
    files = [path for folder in gone for path in folder.rglob("*") if path.is_file()]
    assert len(files) > 100
    secret = [word.encode(coding) for word in (MARK, MARK.casefold()) for coding in ("utf-8", "utf-16-le")]
    assert [path for path in files if any(word in path.read_bytes() for word in secret)] == []
    kept = [path for path in library.glob("catalogue.sqlite*") if MARK.encode() in path.read_bytes()]
    assert kept, "the desk keeps them"


def insist_on_custody(footage: Footage) -> None:
    """The log holds each deed once, and everything is sound."""
    events = footage("history --json").document
    assert Counter(actions(events)) == Counter(
        {
            "init": 1,
            "source add": 2,
            "add": 6,
            "set": 3,
            "subtitles": 1,
            "describe": 2,
            "flag": 3,
            "blur": 2,
            "export": 3,
            "correct": 1,
            "kill": 1,
        }
    )
    own = list(actions(footage(f"history {KILLED} --json").document))
    assert own == ["add", "set", "export", "export", "kill"]
    assert footage("verify --json").document["sound"] is True


def shown(path: Path, *, pictures: bool = False) -> list[int]:
    """The numbers that a video's frames, or a picture, carry."""
    if pictures:
        with Image.open(path) as picture:
            return [clips.frame_number(np.asarray(picture.convert("RGB")))]
    return [clips.frame_number(frame.to_ndarray(format="rgb24")) for frame in masked.frames(path)]


def loudness(path: Path, begin: float, end: float) -> list[float]:
    """The loudness in dB of each tenth of a second of a clip's sound."""
    raw = clips.run("-i", path, "-map", "0:a", "-ac", "1", "-ar", "8000", "-f", "f32le", "-")
    samples = np.frombuffer(raw, "<f4")[int(begin * 8000) : int(end * 8000)]
    tenths = [samples[at : at + 800] for at in range(0, len(samples) - 799, 800)]
    return [20 * float(np.log10(np.sqrt(np.mean(tenth**2)) + 1e-9)) for tenth in tenths]
