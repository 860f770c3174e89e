"""Names of the files in a package: the originals', unless two would be the same on any disk."""

import unicodedata
from fractions import Fraction

import pytest

from footage.actions.naming import package_names
from footage.model.asset import Asset, Kind
from footage.settings import read_profile

MASTER, WEB = read_profile("master"), read_profile("web")


def assets(*names: str) -> list[Asset]:
    """Stills (videos where they end in mp4 or mov) of those names, numbered from 1."""
    return [
        Asset(
            number=number,
            sha256=f"{number:064x}",
            name=name,
            path=f"/{name}",
            kind=Kind.VIDEO if name.endswith(("mp4", "mov")) else Kind.STILL,
            size=1,
            format="mp4",
            width=1,
            height=1,
            time_base=Fraction(1),
            start=0,
            end=0,
            frames=1,
            streams=(),
            added="",
        )
        for number, name in enumerate(names, 1)
    ]


@pytest.mark.parametrize(
    ("names", "given"),
    [
        (["clip.mp4", "still.jpg"], ["clip.mp4", "still.jpg"]),
        (["a.mp4", "A.mp4"], ["a-1.mp4", "A-2.mp4"]),
        (["a.mp4", "a.mp4", "b.mp4"], ["a-1.mp4", "a-2.mp4", "b.mp4"]),
        (["a.mp4", "a.jpg"], ["a-1.mp4", "a-2.jpg"]),
        (["straße.jpg", "STRASSE.jpg"], ["straße-1.jpg", "STRASSE-2.jpg"]),
        (["a.jpg", "A.jpg", "a-1.jpg", "A-2.jpg"], ["a-1-1.jpg", "A-2-2.jpg", "a-1.jpg", "A-2.jpg"]),
        (["a-1.jpg", "a.jpg", "a.png"], ["a-1.jpg", "a-2.jpg", "a-3.png"]),
        (["a.jpg", "a.jpg.xmp"], ["a-1.jpg", "a.jpg-2.xmp"]),
        (["a.jpg", "a.caption.txt"], ["a-1.jpg", "a.caption-2.txt"]),
        (["index.jpg", "Manifest.jpg", "pictures.jpg"], ["index-1.jpg", "Manifest-2.jpg", "pictures-3.jpg"]),
        (["two\nlines.jpg", "\x1b.jpg", "a\udcff.jpg"], ["two_lines.jpg", "_.jpg", "a_.jpg"]),
        (["a\udcff.jpg", "a\udcfe.jpg"], ["a_-1.jpg", "a_-2.jpg"]),
        (["noextension", ".hidden"], ["noextension", "_hidden"]),
    ],
)
def test_names_in_a_master_package(names: list[str], given: list[str]) -> None:
    assert list(package_names(assets(*names), MASTER).values()) == given


def test_names_in_normal_forms_collide() -> None:
    forms = [unicodedata.normalize(form, "їжак.mp4") for form in ("NFC", "NFD")]
    found = package_names(assets(*forms), MASTER)
    assert [unicodedata.normalize("NFC", name) for name in found.values()] == ["їжак-1.mp4", "їжак-2.mp4"]


def test_web_package_names_what_it_is() -> None:
    found = package_names(assets("tape.mov", "chart.png", "chart.tiff"), WEB)
    assert found == {1: "tape.mp4", 2: "chart-2.jpg", 3: "chart-3.jpg"}
