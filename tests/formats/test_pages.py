"""The pages escape what is hostile, hide nothing, and lie well in a browser at two widths."""

import io
import json
import re
import shutil
import subprocess
from base64 import b64decode, b64encode
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from itertools import pairwise
from urllib.parse import unquote

import pytest
from PIL import Image

from footage.formats.pages import contact_sheet, package_index
from footage.model.caption import Finding
from footage.model.page import (
    Package,
    PackageAsset,
    PackageFile,
    PageFact,
    PageFlag,
    PageShot,
    Picture,
    Sheet,
    SheetAsset,
)

CAPTION = (
    "Marovian sappers hold a river ford under smoke in Lower Arn sector in Marovia in undated footage. "
    "The footage was released by the 7th Field Brigade on Friday, Apr. 19, 2024. (@7FieldBrigade/Newsflash)"
)
HOSTILE = "<script>alert(1)</script>\"'&{{ 7*7 }}\u202egpj.exe\x1b[2J\udcff" + "W" * 90
WIDTHS = (390, 1280)
KINDS = ("sheet", "package", "hostile sheet", "hostile package")
COLOURS = ((90, 120, 90), (20, 60, 120))


def jpeg(width: int = 320, height: int = 180, colour: tuple[int, int, int] = COLOURS[0]) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(file, "JPEG")
    return file.getvalue()


def shot(number: int, picture: Picture) -> PageShot:
    return PageShot(
        number, picture, f"0:{4 * number:02}", "4.0 s", f"Wide of shot {number}", ("flag 3: privacy",)
    )


def sheet() -> Sheet:
    covered = Picture(320, 180, "Shot 1 of asset 1, covered", jpeg=jpeg(), covered=True)
    seen = Picture(320, 180, "Shot 2 of asset 1", jpeg=jpeg(colour=COLOURS[1]))
    video = SheetAsset(
        1,
        "clip.mp4",
        "video",
        covered,
        "1280 × 720",
        "0:20",
        shots=tuple(shot(number, covered if number == 1 else seen) for number in range(1, 6)),
        flags=(PageFlag(3, "0:08 to 0:12", ("privacy", "death"), "open", "asked for by exercise control"),),
        caption=CAPTION,
        credit="@7FieldBrigade/Newsflash",
    )
    stills = tuple(
        SheetAsset(number, f"still-{number}.jpg", "still", seen, "1350 × 900", damaged="ends at byte 4")
        for number in range(2, 7)
    )
    return Sheet("story:arn-ford", "Newsflash", "19 April 2024, 14:02 UTC", (video, *stills))


def package() -> Package:
    thumbnail = Picture(320, 180, "clip.mp4, first keyframe", path="pictures/clip #1.jpg")
    video = PackageAsset(
        1,
        "clip.mp4",
        "video",
        thumbnail,
        "1280 × 720",
        CAPTION,
        "@7FieldBrigade/Newsflash",
        headline="Sappers Hold Ford Near Lower Arn Under Smoke",
        duration="0:20",
        facts=(PageFact("Place", "Lower Arn sector"), PageFact("Statement", "One line.\nAnother line.")),
        restrictions=("Not to be used after 2024-05-01.",),
        shots=tuple(shot(number, thumbnail) for number in range(1, 6)),
        masked_by_us=("From 0:08 to 0:12 a person was made unrecognisable.",),
        masked_by_source=("Some pictures were blacked out, apparently because they were too graphic.",),
        files=(PackageFile("clip.mp4", "video", 6_146_337, "ab" * 32),),
        findings=(
            Finding("headline-place", "The headline says Lower Arn, the facts say Lower Arn sector.", "…"),
        ),
    )
    still = replace(video, number=2, name="still.jpg", kind="still", shots=(), duration="", findings=())
    manifest = PackageFile("manifest.json", "manifest", 2048, "cd" * 32)
    return Package(
        "Sappers Hold Ford Near Lower Arn Under Smoke",
        "Newsflash",
        "19 April 2024, 14:02 UTC",
        "footage 0.1.0",
        "ef" * 32,
        (video, still),
        story="arn-ford",
        files=(manifest,),
    )


class Reader(HTMLParser):
    """What a browser would make of a page: its tags, and its words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data

    def of(self, *names: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag in names]


def poisoned(value: object) -> object:
    """The same noun with every text in it hostile, save the words that pick a class or a path."""
    if isinstance(value, tuple):
        return tuple(poisoned(part) for part in value)
    if not hasattr(value, "__dataclass_fields__"):
        return HOSTILE if isinstance(value, str) and value else value
    kept = ("kind", "path", "state", "sha256", "weight")
    fields = {name: getattr(value, name) for name in value.__dataclass_fields__ if name not in kept}
    return replace(value, **{name: poisoned(part) for name, part in fields.items()})  # type: ignore[type-var]


def written(kind: str) -> str:
    """A page of either kind, calm or with hostile words."""
    noun: object = sheet() if "sheet" in kind else package()
    if "hostile" in kind:
        noun = poisoned(noun)
    if isinstance(noun, Sheet):
        return contact_sheet(noun)
    assert isinstance(noun, Package)
    return package_index(noun)


@pytest.mark.parametrize("kind", ["sheet", "package"])
def test_hostile_words_stay_words(kind: str) -> None:
    page = written(f"hostile {kind}")
    calm, attacked = Reader(written(kind)), Reader(page)
    assert [tag for tag, _ in attacked.tags if tag != "br"] == [tag for tag, _ in calm.tags if tag != "br"]
    for (tag, given), (_, expected) in zip(
        (tag for tag in attacked.tags if tag[0] != "br"),
        (tag for tag in calm.tags if tag[0] != "br"),
        strict=True,
    ):
        assert set(given) <= {*expected, "lang"}, f"a hostile text made an attribute of <{tag}>"
    assert "<script>alert(1)</script>" in attacked.words and "{{ 7*7 }}" in attacked.words
    page.encode("utf-8")
    assert not set(page) & {"\u202e", "\x1b", "\udcff"}
    assert "\\u202egpj.exe" in page and "\\x1b[2J" in page and "\\xff" in page


def test_only_picture_bytes_that_were_handed_in_are_on_the_sheet() -> None:
    page = Reader(contact_sheet(sheet()))
    sources = {image["src"] for image in page.of("img")}
    assert sources == {f"data:image/jpeg;base64,{b64encode(jpeg(colour=one)).decode()}" for one in COLOURS}
    assert page.words.count("Covered") == 1
    assert "filter" not in contact_sheet(sheet()) and not page.of("script", "link", "iframe", "object")


def test_package_leads_to_its_files_and_to_nothing_else() -> None:
    strange = "https:/%2e%2e/javascript:alert(1)?a#b \udcff.mp4"
    one = replace(package().assets[0], name=strange, files=(PackageFile(strange, "video", 1, "ab" * 32),))
    page = Reader(package_index(replace(package(), assets=(one,))))
    links = [given["href"] or "" for given in page.of("a")]
    assert [link for link in links if "alert" in link] and all(link.startswith(("./", "#")) for link in links)
    assert not any(set(link) & set("?#:") for link in links if link.startswith("./"))
    assert unquote(links[0][2:], errors="surrogateescape") == strange


def test_video_is_offered_to_play_only_where_browsers_can() -> None:
    assert not Reader(package_index(package())).of("video")
    played = replace(package().assets[0], playable=True)
    page = Reader(package_index(replace(package(), assets=(played,))))
    assert page.of("video")[0]["poster"] == "./pictures/clip%20%231.jpg"
    assert page.of("source")[0]["src"] == "./clip.mp4"


def test_everything_an_editor_needs_is_said() -> None:
    page = Reader(package_index(package()))
    words = " ".join(page.words.split())
    for needed in (
        CAPTION,
        "Lower Arn sector",
        "From 0:08 to 0:12 a person was made unrecognisable.",
        "apparently because they were too graphic",
        "Not to be used after 2024-05-01.",
        "6.1 MB",
        "ab" * 32,
        "ef" * 32,
        "The headline says Lower Arn",
    ):
        assert needed in words
    assert all(given["alt"] for given in page.of("img"))
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@dataclass(frozen=True)
class Found:
    """What headless Chromium finds on a page in a frame of a width."""

    wide: int
    images: int
    broken: list[str]
    font: str


PROBE = """<!doctype html><meta charset="utf-8"><pre id="found"></pre><script>
const look = (page, width) => new Promise(done => {
  const frame = document.createElement("iframe");
  Object.assign(frame, {width: width, height: 900, scrolling: "no"});
  frame.onload = async () => {
    const inside = frame.contentDocument, images = [...inside.images];
    images.forEach(image => image.loading = "eager");
    await Promise.allSettled(images.map(image => image.decode()));
    done({
      wide: inside.documentElement.scrollWidth,
      images: images.length,
      broken: images.filter(image => !image.naturalWidth).map(image => image.src),
      font: getComputedStyle(inside.querySelector("h1")).fontFamily,
    });
  };
  frame.src = page;
  document.body.append(frame);
});
Promise.all(PAGES.map(([page, width]) => look(page, width))).then(found => {
  document.getElementById("found").textContent = btoa(JSON.stringify(found));
});
</script>"""


@pytest.fixture(scope="module")
def probed(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, int], Found]:
    """Each kind of page at each width, as one run of the browser finds them."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("no Chromium on this machine")
    folder = tmp_path_factory.mktemp("pages")
    (folder / "pictures").mkdir()
    (folder / "pictures" / "clip #1.jpg").write_bytes(jpeg())
    for kind in KINDS:
        (folder / f"{kind}.html").write_text(written(kind), encoding="utf-8")
    asked = [(kind, width) for kind in KINDS for width in WIDTHS]
    pages = json.dumps([(f"{kind}.html", width) for kind, width in asked])
    (folder / "probe.html").write_text(PROBE.replace("PAGES", pages), encoding="utf-8")
    switches = "headless no-sandbox disable-gpu disable-quic no-first-run disable-background-networking"
    more = "disable-component-update disable-sync allow-file-access-from-files dump-dom"
    command = [chromium, *(f"--{switch}" for switch in f"{switches} {more}".split())]
    command += [f"--user-data-dir={folder / 'browser'}", "--virtual-time-budget=8000"]
    done = subprocess.run(
        [*command, (folder / "probe.html").as_uri()], capture_output=True, timeout=60, check=True
    )
    match = re.search(r'<pre id="found">(.+?)</pre>', done.stdout.decode())
    assert match, "the browser could not look at the pages"
    return {page: Found(**found) for page, found in zip(asked, json.loads(b64decode(match[1])), strict=True)}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("kind", KINDS)
def test_in_a_browser_it_fits_its_width_and_every_picture_loads(
    probed: dict[tuple[str, int], Found], kind: str, width: int
) -> None:
    found = probed[kind, width]
    assert found.images >= 6 and found.broken == []
    assert found.wide == width
    assert "Palatino" in found.font, "its style was not applied"
