"""Articles read back: what a story's text says, and where it stands."""

import datetime as dt
import textwrap
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from footage.model.article import ReadArticle, read_article
from footage.model.facts import Facts
from footage.model.flag import Reason, Treatment
from footage.model.moment import Moment
from footage.model.source import Source, SourceKind
from footage.model.wording import compose
from subjects import BRIGADE, CAPTION, FOOTAGE, NEWSFLASH, RELEASED, TODAY, style

FORCES = Source(
    "ground-forces",
    "Ground Forces of the Armed Forces of Ukraine",
    "the Ground Forces of the Armed Forces of Ukraine",
    kind=SourceKind.MILITARY,
)
STRAY = CAPTION.replace("OMBr/Newsflash)", "OMBr/Newsflash )")
OBTAINED = (
    "The images were obtained from the 92nd Ivan Sirko Separate Mechanized Brigade of the Armed Forces of "
    "Ukraine on Friday, on 24th March, along with a statement saying: “The 92nd brigade continues the fight.”"
)
RELAYED = "The images and statement were also relayed by the Ground Forces of the Armed Forces of Ukraine."
MASKED = "Some of the pictures are blacked out, apparently because they were too graphic."
COUNTED = "Today marks the 394th day of the full-scale war."
LOSSES = (
    "From 24th February 2022 to 24th March, the General Staff claims that Russia has lost around 169,170 "
    "personnel. Meanwhile the Russian Armed Forces claim that 405 warplanes have been destroyed."
)
LINES = (
    "Ukrainian Fighters Destroy Russian Military Positions Near Bakhmut",
    "Footage shows Ukrainian fighters destroying Russian military positions.",
    STRAY,
    OBTAINED,
    RELAYED,
    MASKED,
    CAPTION,
    COUNTED,
    LOSSES,
)


def read(text: str, known: tuple[Source, ...] = (), today: dt.date = TODAY, layout: str = "") -> ReadArticle:
    return read_article(text, style(layout) if layout else NEWSFLASH, known, "Newsflash", today)


def wrapped(lines: tuple[str, ...]) -> str:
    """The same text with its paragraphs apart and broken into short lines."""
    return "\n\n".join("\n".join(textwrap.wrap(line, 70)) for line in lines)


@pytest.mark.parametrize("laid_out", ["\n".join, "\n\n".join, wrapped], ids=["lines", "apart", "wrapped"])
def test_a_story_gives_its_facts(laid_out: Callable[[tuple[str, ...]], str]) -> None:
    article = read(laid_out(LINES))
    assert article.facts == Facts(
        headline=LINES[0],
        shows="Ukrainian fighters destroy Russian military positions",
        place="Bakhmut direction",
        country="Ukraine",
        undated=True,
        released=RELEASED,
        source="92ombr",
        statement="The 92nd brigade continues the fight.",
        relayed_by=("ground-forces",),
    )
    assert article.new_sources == (BRIGADE, FORCES)
    assert [one.facts.source for one in article.captions] == ["92ombr"]


def test_what_the_desk_knows_is_not_new() -> None:
    article = read("\n".join(LINES), (BRIGADE, replace(FORCES, key="gf")))
    assert article.new_sources == article.filled == ()
    assert (article.facts.source, article.facts.relayed_by) == ("92ombr", ("gf",))


def test_a_stub_is_filled_in_with_its_long_name() -> None:
    stub = replace(BRIGADE, name="", in_caption="", stub=True)
    article = read("\n".join(LINES), (stub, FORCES))
    assert article.filled == (replace(BRIGADE, in_caption=BRIGADE.in_caption),) or article.filled[0].name
    assert article.new_sources == () and not article.filled[0].stub


def test_the_lines_are_told() -> None:
    places = {one.field: one.line for one in read("\n".join(LINES)).proposals}
    assert (places["headline"], places["shows"], places["statement"], places["relayed-by"]) == (1, 3, 4, 5)
    assert (places["masks"], places["standing text"]) == (6, 9)


def test_a_caption_that_stands_twice_is_one_and_is_told() -> None:
    article = read("\n".join(LINES))
    assert len(article.captions) == 1
    assert "line 7: the caption of line 3 again" in article.remarks
    assert "line 3: there are stray spaces in it" in article.remarks


def test_a_headline_that_places_it_differently_is_a_remark() -> None:
    assert any("'Near Bakhmut'" in one and "both can stand" in one for one in read("\n".join(LINES)).remarks)
    same = ("Fighters Hold Out In Bakhmut Direction", *LINES[1:])
    assert not any("both can stand" in one for one in read("\n".join(same)).remarks)


def test_masks_of_some_pictures_are_no_fact_of_the_story() -> None:
    article = read("\n".join(LINES))
    (mask,) = article.masks
    assert (mask.treatment, mask.reasons, mask.partial) == (Treatment.FILL, (Reason.DEATH,), True)
    assert article.facts.masked_at_source is None
    assert any("--by-source --reason death --treatment fill" in one for one in article.remarks)
    all_of_them = read("\n".join((*LINES[:5], "The images are blurred, apparently to protect identities.")))
    assert all_of_them.facts.masked_at_source is True
    assert all_of_them.masks[0].reasons == (Reason.PRIVACY,)


def test_standing_paragraphs_are_found_and_their_days_counted() -> None:
    counted, losses = read("\n".join(LINES)).standing
    assert counted.text == "Today marks the {days since 2022-02-24, ordinal} day of the full-scale war."
    assert (losses.text, losses.as_of, losses.line) == (LOSSES, dt.date(2023, 3, 24), 9)


def test_captions_that_differ_give_what_they_agree_in() -> None:
    other = CAPTION.replace("Bakhmut direction", "Kyiv").replace("Mar. 24", "Mar. 23").replace("Fri", "Thurs")
    article = read("\n".join((LINES[0], CAPTION, other, OBTAINED)))
    assert len(article.captions) == 2
    assert (article.facts.place, article.facts.released) == (None, None)
    assert (article.facts.country, article.facts.source) == ("Ukraine", "92ombr")
    assert any("differ in place: Bakhmut direction; Kyiv" in one for one in article.remarks)


def test_captions_of_two_sources_leave_the_source_open() -> None:
    other = CAPTION.replace("92nd OMBr", "93rd OMBr").replace("@92OMBr", "@93OMBr")
    article = read("\n".join((LINES[0], CAPTION, other)), (BRIGADE,))
    assert article.facts.source is None
    assert [one.facts.source for one in article.captions] == ["92ombr", "93ombr"]


def test_what_the_text_says_against_the_captions_is_told() -> None:
    text = "\n".join((CAPTION, OBTAINED.replace("24th", "23rd").replace("Friday", "Thursday")))
    assert any(
        "obtained on 2023-03-23, and by the captions released on 2023-03-24" in r for r in read(text).remarks
    )
    text = "\n".join((CAPTION, OBTAINED.replace("92nd Ivan", "93rd Ivan")))
    assert any("93rd Ivan Sirko" in one and "the 92nd OMBr" in one for one in read(text).remarks)


def test_a_day_without_a_year_is_the_last_of_its_weekday() -> None:
    article = read(OBTAINED, today=dt.date(2025, 1, 1))
    assert article.facts.released == Moment(dt.date(2023, 3, 24))


@pytest.mark.parametrize("marks", ["“{}”", '"{}"', "«{}»", "„{}“"])
def test_a_statement_in_any_quotes(marks: str) -> None:
    said = marks.format("The 92nd brigade continues the fight.")
    article = read(f"{OBTAINED.partition('“')[0]}\n{said}")
    assert article.facts.statement == "The 92nd brigade continues the fight."


def test_several_relays() -> None:
    relayed = "relayed by the Ground Forces, the General Staff and the Ministry of Defence"
    article = read(f"{CAPTION}\nThe images were {relayed}.", (BRIGADE,))
    assert article.facts.relayed_by == ("ground-forces", "general-staff", "ministry-of-defence")


def test_a_caption_in_the_middle_of_a_paragraph() -> None:
    article = read(f"Headline\n\nThe fight goes on. {CAPTION} Nobody was hurt. Smoke rose.")
    (caption,) = article.captions
    assert caption.exact and caption.text == CAPTION


def test_a_caption_of_no_style_is_read_as_far_as_it_can_be() -> None:
    article = read(
        "Headline\n\nSmoke over Kyiv. Photo released by the 92nd OMBr. (@92OMBr/Newsflash)", (BRIGADE,)
    )
    (caption,) = article.captions
    assert not caption.style and article.facts.source == "92ombr"


def test_captions_without_brackets_are_found_where_the_style_writes_them_so() -> None:
    caption = compose(FOOTAGE, style("reuters"), TODAY)
    article = read(f"Headline\n\nText about it.\n\n{caption}", (BRIGADE,), layout="reuters")
    assert [one.exact for one in article.captions] == [True]


def test_the_sample_reads_whole() -> None:
    sample = Path(__file__).resolve().parents[2] / "samples" / "story.txt"
    article = read(sample.read_text("utf-8"), today=dt.date(2024, 4, 20))
    assert [one.exact for one in article.captions] == [True, True]
    assert (article.facts.place, article.facts.country) == ("Lower Arn sector", "Marovia")
    assert article.facts.statement == "The 7th brigade keeps the ford open."
    assert [source.name for source in article.new_sources] == [
        "7th Anna Karel Separate Field Brigade of the Army of Marovia",
        "Ground Forces of Marovia",
    ]


@pytest.mark.parametrize(
    "text", ["", "\n\n", "Newsflash", "(Newsflash)", "(@x/Newsflash)\n" * 50, "a. " * 5000]
)
def test_no_text_stops_the_reading(text: str) -> None:
    began = time.perf_counter()
    assert read(text).text == text
    assert time.perf_counter() - began < 20
