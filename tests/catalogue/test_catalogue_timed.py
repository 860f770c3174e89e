"""Subtitles and soundbites in the catalogue."""

from collections.abc import Callable

from sqlalchemy import Connection

from footage.catalogue import soundbites, subtitles
from footage.model.span import Span
from footage.model.timed import Cue, Soundbite

HOSTILE = "a\n<b>&amp;\\N {x} --> \u202e Київ \udcff \\udcff 'q' \"z\""


def test_cues_come_back_as_they_were(connection: Connection, catalogued: Callable[..., int]) -> None:
    number, other = catalogued(), catalogued()
    cues = (Cue(Span(0, 2**40), HOSTILE), Cue(Span(5, 6), ""), Cue(Span(7, 9), "x" * 10_000))
    subtitles.put(connection, number, "uk", cues)
    subtitles.put(connection, number, "en", cues[:1])
    assert subtitles.of_asset(connection, number) == {"en": cues[:1], "uk": cues}
    assert subtitles.of_asset(connection, other) == {}


def test_the_cues_of_a_language_are_replaced_and_forgotten(
    connection: Connection, catalogued: Callable[..., int]
) -> None:
    number = catalogued()
    for text in ("a", "b"):
        subtitles.put(connection, number, "uk", (Cue(Span(0, 1), text),))
    assert subtitles.of_asset(connection, number)["uk"][0].text == "b"
    subtitles.put(connection, number, "uk", ())
    assert subtitles.of_asset(connection, number) == {}


def test_soundbites_come_back_by_time(connection: Connection, catalogued: Callable[..., int]) -> None:
    number, other = catalogued(), catalogued()
    late, early = Soundbite(Span(9, 12), "uk", HOSTILE, HOSTILE), Soundbite(Span(0, 20), "en", "B", "c")
    soundbites.put(connection, number, late)
    soundbites.put(connection, number, early)
    assert soundbites.of_assets(connection, [number, other]) == {number: (early, late), other: ()}
    again = Soundbite(Span(9, 13), "ru", "D", "e")
    soundbites.put(connection, number, again)
    soundbites.drop(connection, number, 0)
    assert soundbites.of_asset(connection, number) == (again,)
