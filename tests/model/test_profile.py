"""Profiles of packages: what their files may say, and what is said of those that say something else."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from footage.errors import NotFound, Usage
from footage.model.profile import Coding, Sidecar, parse_profile
from footage.settings import profile_names, read_profile

WHOLE: dict[str, Any] = {
    "title": "Television",
    "name": "{released}-{stem}",
    "formats": ["xmp", "ninjs"],
    "terms": "Not online.",
    "video": {"coding": "h264", "longest_side": 1280, "lower_third": True},
    "still": {"coding": "jpeg", "longest_side": 2000, "quality": 80, "lower_third": True},
}


def changed(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    """The whole profile with something done to it."""
    data = copy.deepcopy(WHOLE)
    change(data)
    return data


def test_a_profile_says_what_goes_out() -> None:
    profile = parse_profile("tv", WHOLE)
    assert (profile.name, profile.title, profile.terms) == ("tv", "Television", "Not online.")
    assert profile.formats == {Sidecar.XMP, Sidecar.NINJS}
    assert (profile.video.coding, profile.video.longest_side, profile.video.lower_third) == (
        Coding.H264,
        1280,
        True,
    )
    still = profile.still
    assert (still.coding, still.longest_side, still.quality, still.lower_third) == ("jpeg", 2000, 80, True)
    assert profile.naming.fill({"released": "2024-04-19", "stem": "clip"}) == "2024-04-19-clip"


def test_what_a_profile_leaves_out_is_as_usual() -> None:
    least = {"title": "T", "formats": [], "video": {"coding": "kept"}, "still": {"coding": "kept"}}
    profile = parse_profile("least", least)
    assert profile.naming.text == "{stem}" and profile.terms == ""
    assert (profile.still.quality, profile.still.longest_side, profile.video.longest_side) == (92, 0, 0)


@pytest.mark.parametrize(
    ("change", "said", "hint"),
    [
        (lambda data: data["still"].update(qualty=9), "'still.qualty'", "longest_side|quality"),
        (lambda data: data.update(titel="x"), "'titel'", "title"),
        (lambda data: data.update(colour="x"), "'colour'", "known here"),
        (lambda data: data.pop("formats"), "lacks the key 'formats'", "profile web"),
        (lambda data: data["video"].pop("coding"), "lacks the key 'video.coding'", ""),
        (lambda data: data.update(title=7), "needs a text at 'title', not 7", "title ="),
        (lambda data: data.update(formats="xmp"), "needs a list at 'formats'", "xmp"),
        (lambda data: data.update(formats=["nijs"]), "'nijs' at 'formats'", "did you mean ninjs?"),
        (lambda data: data.update(formats=[7]), "7 at 'formats'", "one of xmp"),
        (lambda data: data.update(video=3), "needs a table at 'video'", "[video]"),
        (lambda data: data["video"].update(coding="h265"), "'h265' at 'video.coding'", "h264"),
        (lambda data: data["video"].update(coding="jpeg"), "'jpeg' at 'video.coding'", "one of kept, h264"),
        (lambda data: data["video"].update(coding="kept"), "'video.longest_side' with pictures", "h264"),
        (lambda data: data["video"].update(lower_third="yes"), "true or false at 'video.lower_third'", ""),
        (lambda data: data["still"].update(quality=0), "a number from 1 to 100 at 'still.quality'", ""),
        (lambda data: data["still"].update(quality=True), "a number from 1 to 100", ""),
        (lambda data: data["still"].update(longest_side=2), "a number from 16 to 16384", ""),
        (lambda data: data.update(name="{sten}"), "has a flaw at 'name'", "did you mean {stem}?"),
        (lambda data: data.update(name="[{stem}"), "does not close", ""),
    ],
)
def test_what_does_not_fit_is_named(change: Callable[[dict[str, Any]], object], said: str, hint: str) -> None:
    with pytest.raises(Usage) as refused:
        parse_profile("tv", changed(change))
    assert "the profile tv" in refused.value.message and said in refused.value.message
    assert any(word in refused.value.hint for word in hint.split("|"))


def test_a_librarys_own_profile_comes_before_the_programs(tmp_path: Path) -> None:
    assert profile_names() == profile_names(tmp_path) == ("master", "web")
    folder = tmp_path / "profiles"
    folder.mkdir()
    text = 'title = "Ours"\nformats = []\n[video]\ncoding = "kept"\n[still]\ncoding = "kept"\n'
    for name in ("web", "tv"):
        (folder / f"{name}.toml").write_text(text)
    (folder / "notes.txt").write_text("no profile")
    assert profile_names(tmp_path) == ("master", "tv", "web")
    assert read_profile("web", tmp_path).title == "Ours" != read_profile("web").title
    with pytest.raises(NotFound) as unknown:
        read_profile("tvv", tmp_path)
    assert unknown.value.hint == "did you mean tv? one of master, tv, web"
    with pytest.raises(NotFound):
        read_profile("../profiles/tv", tmp_path)
    (folder / "tv.toml").write_bytes(b"title = \xff")
    with pytest.raises(Usage, match="the profile tv cannot be read"):
        read_profile("tv", tmp_path)
