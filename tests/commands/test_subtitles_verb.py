"""``footage subtitles``: from files into the catalogue, checked, and out again in step with what goes out."""

import json
from pathlib import Path

import pytest

from desks import actions, rows, state_of
from doors import Footage

SRT = """1
00:00:00,200 --> 00:00:00,600
Hello & <i>good</i> bye

2
00:00:01,000 --> 00:00:01,400
His name is Taras --> remember it

3
00:00:01,600 --> 00:00:02,500
The end
"""


@pytest.fixture
def told(desk: Path, footage: Footage) -> Path:
    """The desk with Ukrainian subtitles of its clip."""
    (desk / "clip.srt").write_text(SRT, "utf-8")
    footage("subtitles 1 --read clip.srt --language uk")
    return desk


def cues(footage: Footage, *words: str) -> list[tuple[float, float, str]]:
    found = footage("subtitles", "1", *words, "--json").document["cues"]
    return [(cue["in"], cue["out"], cue["text"]) for cue in found]


def test_subtitles_are_read_and_listed(told: Path, footage: Footage) -> None:
    assert cues(footage) == [
        (0.2, 0.6, "Hello & good bye"),
        (1.0, 1.4, "His name is Taras --> remember it"),
        (1.6, 2.5, "The end"),
    ]
    said = footage("subtitles 1").out.splitlines()
    assert said[0] == "cue\tin\tout\tuk" and said[1] == "1\t0:00.200\t0:00.600\tHello & good bye"
    event = footage("history 1 --json").document[-1]
    assert (
        event["action"] == "subtitles"
        and event["detail"]["cues"] == 3
        and event["detail"]["file"] == "clip.srt"
    )
    assert str(told) not in json.dumps(event["detail"])


def test_what_was_left_out_of_a_file_is_said(desk: Path, footage: Footage) -> None:
    (desk / "clip.srt").write_text(SRT, "utf-8")
    said = footage("subtitles 1 --read clip.srt")
    assert "the styling of 1 cue was left out" in said.err and "3 cues in und" in said.out


def test_the_spoken_language_is_theirs_where_it_is_stated(desk: Path, footage: Footage) -> None:
    (desk / "clip.srt").write_text(SRT, "utf-8")
    footage("set 1 --language UK")
    assert footage("subtitles 1 --read clip.srt --json").document["language"] == "uk"


def test_several_languages_stand_beside_each_other(told: Path, footage: Footage) -> None:
    (told / "english.vtt").write_text("WEBVTT\n\n00:00.000 --> 00:01.000\nHi\n", "utf-8")
    footage("subtitles 1 --read english.vtt --language en")
    assert footage("subtitles 1", code=2).err.count("en, uk") == 1
    assert cues(footage, "--language", "EN") == [(0, 1, "Hi")]
    assert "uk" in footage("subtitles 1 --language fr", code=3).err
    footage("subtitles 1 --language en --remove")
    assert len(cues(footage)) == 3


def test_no_subtitles_are_no_error_until_something_is_asked_of_them(desk: Path, footage: Footage) -> None:
    said = footage("subtitles 1")
    assert "no subtitles" in said.out and "--read" in said.err
    for words in ("--write a.vtt", "--check bbc", "--remove", "--language uk --check bbc"):
        assert "no subtitles" in footage(f"subtitles 1 {words}", code=3).err
    assert not (desk / "a.vtt").exists()


@pytest.mark.parametrize("kind", ["vtt", "srt"])
def test_written_subtitles_read_back(told: Path, footage: Footage, kind: str) -> None:
    before = cues(footage)[:2]
    footage(f"subtitles 1 --write out.{kind}")
    text = (told / f"out.{kind}").read_text("utf-8")
    assert text.count(" --> ") == 3 and "00:00:01" in text and "--&gt; remember" in text
    footage(f"subtitles 1 --read out.{kind} --language uk")
    assert cues(footage) == [*before, (1.6, 2.0, "The end")]


def test_silenced_words_and_cut_ones_stand_in_nothing_written(told: Path, footage: Footage) -> None:
    footage("flag 1 0:01.1 0:01.2 --reason privacy --mute")
    footage("flag 1 f0 f10 --reason death --treatment cut")
    for step in ("open", "masked"):
        said = footage(f"subtitles 1 --write {step}.vtt")
        assert "cue 2 is left out, because sound in it is silenced" in said.err
        assert "cue 1 is left out, because part of it was cut out" in said.err
        assert "cue 3 is shortened by the clip's end" in said.err
        text = (told / f"{step}.vtt").read_text("utf-8")
        assert "Taras" not in text and "Hello" not in text
        assert "00:00:01.200 --> 00:00:01.600\nThe end" in text
        if step == "open":
            footage("blur 1")
    findings = footage("subtitles 1 --check bbc --json").document["findings"]
    withheld = [(f["cue"], f["rule"]) for f in findings if f["rule"] in ("silenced", "cut")]
    assert withheld == [(1, "cut"), (2, "silenced")]


@pytest.mark.usefixtures("told")
def test_what_goes_out_is_checked(footage: Footage) -> None:
    """Nothing is asked of words that stay behind, and an end is the published clip's."""
    footage("flag 1 f22 f38 --reason death --treatment cut")
    findings = footage("subtitles 1 --check netflix --json").document["findings"]
    assert [(f["cue"], f["rule"]) for f in findings if f["cue"] == 2] == [(2, "cut")]
    (late,) = [f for f in findings if f["rule"] == "beyond-the-end"]
    assert (late["cue"], late["at"], late["proposal"]) == (3, 1.6, "end it at 0:02.000")


def test_a_dismissed_silence_hides_nothing(told: Path, footage: Footage) -> None:
    footage("flag 1 0:01 0:01.4 --reason privacy --mute")
    footage("resolve 1 --dismiss --because 'he agreed'")
    footage("subtitles 1 --write all.vtt")
    assert "Taras" in (told / "all.vtt").read_text("utf-8")


def test_what_lies_beside_a_published_clip_is_in_step_with_it(told: Path, footage: Footage) -> None:
    footage("flag 1 0:01.1 0:01.2 --reason privacy --mute")
    footage("flag 1 f0 f10 --reason death --treatment cut")
    footage("blur 1")
    said = footage("export 1 --to out --profile web")
    text = (told / "out" / "clip.vtt").read_text("utf-8")
    assert "Taras" not in text and "Hello" not in text and "00:00:01.200 --> 00:00:01.600\nThe end" in text
    assert "cue 1 is left out, because part of it was cut out" in said.out + said.err
    assert "cue 2 is left out, because sound in it is silenced" in said.out + said.err
    everything = b"".join(path.read_bytes() for path in (told / "out").rglob("*") if path.is_file())
    assert b"Taras" not in everything


def test_subtitles_that_were_replaced_or_forgotten_come_back(told: Path, footage: Footage) -> None:
    before = cues(footage)
    (told / "new.vtt").write_text("WEBVTT\n\n00:00.000 --> 00:01.000\nNew\n", "utf-8")
    footage("subtitles 1 --read new.vtt --language uk")
    assert cues(footage) == [(0, 1, "New")]
    footage("undo")
    assert cues(footage) == before
    footage("subtitles 1 --remove")
    footage("undo")
    assert cues(footage) == before
    footage("undo")
    assert "no subtitles" in footage("subtitles 1").out


def test_all_words_are_written_where_that_is_asked_for_and_it_is_logged(told: Path, footage: Footage) -> None:
    footage("flag 1 0:01 0:01.4 --reason privacy --mute")
    footage("subtitles 1 --write own.srt --original")
    text = (told / "own.srt").read_text("utf-8")
    assert "Taras" in text and "00:00:01,600 --> 00:00:02,500" in text
    assert list(actions(footage("history 1 --json").document))[-1] == "subtitles original"


def test_checks_name_cue_time_rule_and_proposal(told: Path, footage: Footage) -> None:
    document = footage("subtitles 1 --check netflix --json").document
    found = {(f["cue"], f["rule"]): f for f in document["findings"]}
    assert {(1, "too-short"), (2, "speed"), (3, "beyond-the-end")} <= set(found)
    assert found[2, "speed"]["at"] == 1.0 and found[3, "beyond-the-end"]["proposal"] == "end it at 0:02.000"
    said = footage("subtitles 1 --check netflix").out.splitlines()
    assert said[0].split("\t") == ["cue", "in", "rule", "finding", "proposal"]
    assert len(said) == 1 + len(document["findings"])
    assert "did you mean netflix" in footage("subtitles 1 --check netflx", code=3).err
    (told / "good.vtt").write_text("WEBVTT\n\n00:00.000 --> 00:01.500\nSmoke\n", "utf-8")
    assert "nothing to mend" in footage("subtitles 1 --read good.vtt --language uk --check netflix").out


def test_bad_files_change_nothing_and_are_named(told: Path, footage: Footage) -> None:
    before = state_of(told)
    (told / "cyrillic.srt").write_bytes(SRT.replace("Taras", "Тарас").encode("cp1251"))
    (told / "escape.vtt").write_text("WEBVTT\n\n00:00.000 --> 00:01.000\n\x1b[2J\n", "utf-8")
    (told / "large.srt").write_bytes(b"x" * (11 << 20))
    (told / "folder.srt").mkdir()
    for name, word, code in (
        ("cyrillic.srt", "UTF-8", 5),
        ("escape.vtt", "cue 1 (line 3) holds the sign \\x1b", 5),
        ("large.srt", "bytes", 5),
        ("clip.mp4", "no file", 3),
        ("folder.srt", "no file", 3),
    ):
        said = footage("subtitles", "1", "--read", name, code=code)
        assert word in said.err and name in said.err and "hint" in said.err and "\x1b" not in said.err
        (told / name).rmdir() if name == "folder.srt" else (told / name).unlink(missing_ok=True)
    assert state_of(told) == before


def test_nothing_is_written_over(told: Path, footage: Footage) -> None:
    (told / "there.vtt").write_text("mine", "utf-8")
    (told / "link.vtt").symlink_to(told / "nowhere")
    for name, code in (
        ("there.vtt", 7),
        ("link.vtt", 7),
        ("vault/a.vtt", 7),
        ("a.txt", 2),
        ("no/such/a.vtt", 6),
    ):
        footage("subtitles", "1", "--write", name, code=code)
    assert (told / "there.vtt").read_text("utf-8") == "mine" and not (told / "nowhere").exists()


def test_a_dry_run_says_all_and_changes_nothing(told: Path, footage: Footage) -> None:
    (told / "new.vtt").write_text("WEBVTT\n\n00:00.000 --> 00:01.000\nNew\n", "utf-8")
    before = state_of(told)
    said = footage("subtitles 1 --read new.vtt --language uk --write out.vtt --check bbc --dry-run --json")
    assert [cue["text"] for cue in said.document["cues"]] == ["New"]
    footage("subtitles 1 --remove --dry-run")
    footage("subtitles 1 --write own.vtt --original --dry-run")
    assert state_of(told) == before


def test_what_makes_no_sense_is_refused(told: Path, footage: Footage) -> None:
    for words in (
        "1 --original",
        "1 --remove --check bbc",
        "1 --read clip.srt --language Ukrainian!",
        "1..2",
    ):
        footage(f"subtitles {words}", code=2)
    assert "still" in footage("subtitles 2", code=2).err
    assert "still" in footage("subtitles 2 --read clip.srt", code=2).err
    assert rows(told, "SELECT count(*) FROM subtitle") == [(1,)]


def test_hostile_words_do_nothing_on_the_screen(told: Path, footage: Footage) -> None:
    (told / "odd.vtt").write_text("WEBVTT\n\n00:00.000 --> 00:01.000\na\u202eb\u2028c\n\td\n", "utf-8")
    footage("subtitles 1 --read odd.vtt --language uk")
    assert cues(footage)[0][2] == "a\u202eb\u2028c\n\td"
    said = footage("subtitles 1").out
    assert "\u202e" not in said and len(said.splitlines()) == 2 and said.splitlines()[1].count("\t") == 3
