"""What captions and credit lines say, word for word."""

import datetime as dt
from dataclasses import dataclass, replace
from fractions import Fraction

import pytest
from hypothesis import given, settings

from footage.errors import Refused
from footage.model.asset import Kind
from footage.model.caption import Subject, Timing
from footage.model.facts import Facts
from footage.model.flag import Reason, State, Treatment
from footage.model.moment import Moment
from footage.model.provenance import About, Standing, Verdict
from footage.model.source import Source, SourceKind
from footage.model.span import Span
from footage.model.style import SENTENCE_NAMES, Medium, Style, Voice
from footage.model.template import parse_template
from footage.model.wording import (
    caption_credit,
    compose,
    credit_line,
    in_sentence,
    lacks,
    missing,
    restrictions,
    unnamed_people,
    verification,
    voice_of,
)
from subjects import (
    AFP,
    AP,
    BRIGADE,
    CAPTION,
    FACTS,
    FOOTAGE,
    NEWSFLASH,
    REUTERS,
    SHOT,
    STYLES,
    TODAY,
    flag,
    full_subjects,
    subjects,
)

FIRST = "Ukrainian fighters destroy Russian military positions in Bakhmut direction in Ukraine"
RELEASE = "The footage was released by the 92nd OMBr on Friday, Mar. 24, 2023."
AP_RELEASE = "released by the 92nd OMBr on Friday, March 24, 2023,"
AP_SHOWS = "Ukrainian fighters destroy Russian military positions in Bakhmut direction, Ukraine"
STAFF = Source("jdoe", "Jane Doe", kind=SourceKind.STAFF)


def stating(subject: Subject = FOOTAGE, **facts: object) -> Subject:
    return replace(subject, facts=replace(subject.facts, **facts))  # type: ignore[arg-type]


STILL = replace(FOOTAGE, kind=Kind.STILL)
DATED = stating(undated=None, shot=SHOT)


def test_the_house_caption_comes_out_character_for_character() -> None:
    assert compose(FOOTAGE, NEWSFLASH, TODAY) == CAPTION


def test_newsflash_does_not_speak_of_our_own_masks() -> None:
    masked = replace(FOOTAGE, flags=(flag(State.MASKED, Reason.DEATH),))
    assert compose(masked, NEWSFLASH, TODAY) == CAPTION


def test_cuts_are_told_by_newsflash_and_silence_by_ap() -> None:
    cut = replace(flag(State.MASKED, Reason.DEATH), treatment=Treatment.CUT)
    mute = replace(flag(State.MASKED, Reason.LANGUAGE), treatment=None, mute=True)
    edited = replace(FOOTAGE, flags=(cut, mute, flag(State.MASKED, Reason.MINOR)))
    told = "Newsflash has cut parts of the footage because they were too graphic."
    assert compose(edited, NEWSFLASH, TODAY) == CAPTION.replace(" (@", f" {told} (@")
    assert (
        "Newsflash has obscured parts of the video to protect a minor. "
        "Newsflash has cut parts of the video because they were too graphic. "
        "Newsflash has silenced parts of the video because of strong language. (92nd OMBr via Newsflash)"
    ) in compose(edited, AP, TODAY)
    assert compose(replace(edited, flags=(replace(cut, state=State.OPEN),)), NEWSFLASH, TODAY) == CAPTION


@pytest.mark.parametrize(
    ("subject", "caption"),
    [
        (
            replace(FOOTAGE, source=None),
            f"{FIRST} in undated footage. The footage was released on Friday, Mar. 24, 2023. (Newsflash)",
        ),
        (
            stating(released=None),
            f"{FIRST} in undated footage. The footage was released by the 92nd OMBr. (@92OMBr/Newsflash)",
        ),
        (
            replace(stating(released=None), source=None),
            f"{FIRST} in undated footage. (Newsflash)",
        ),
        (
            stating(place=None),
            f"Ukrainian fighters destroy Russian military positions in Ukraine in undated footage. {RELEASE}"
            " (@92OMBr/Newsflash)",
        ),
        (
            stating(place=None, country=None),
            f"Ukrainian fighters destroy Russian military positions in undated footage. {RELEASE}"
            " (@92OMBr/Newsflash)",
        ),
        (
            stating(place=None, city="Bakhmut"),
            f"Ukrainian fighters destroy Russian military positions in Bakhmut in Ukraine in undated footage."
            f" {RELEASE} (@92OMBr/Newsflash)",
        ),
        (
            STILL,
            f"{FIRST} in an undated image. The image was released by the 92nd OMBr on Friday, Mar. 24, 2023."
            " (@92OMBr/Newsflash)",
        ),
        (
            replace(STILL, grab=True),
            f"{FIRST} in an undated image. The image was released by the 92nd OMBr on Friday, Mar. 24, 2023."
            " (@92OMBr/Newsflash)",
        ),
        (DATED, f"{FIRST} in footage shot on Sunday, Mar. 5, 2023. {RELEASE} (@92OMBr/Newsflash)"),
        (
            replace(DATED, kind=Kind.STILL),
            f"{FIRST} in an image shot on Sunday, Mar. 5, 2023. The image was released by the 92nd OMBr on"
            " Friday, Mar. 24, 2023. (@92OMBr/Newsflash)",
        ),
        (
            replace(DATED, source=STAFF),
            f"{FIRST} in footage shot on Sunday, Mar. 5, 2023. (Jane Doe/Newsflash)",
        ),
        (
            stating(masked_at_source=True),
            f"{FIRST} in undated footage. {RELEASE} Parts of the footage were released obscured, apparently"
            " by the source. (@92OMBr/Newsflash)",
        ),
        (
            replace(STILL, flags=(flag(State.SOURCE, Reason.DEATH, treatment=Treatment.FILL),)),
            f"{FIRST} in an undated image. The image was released by the 92nd OMBr on Friday, Mar. 24, 2023."
            " Parts of the image were released blacked out, apparently because they were too graphic."
            " (@92OMBr/Newsflash)",
        ),
    ],
)
def test_newsflash_words_what_is_known_and_lets_fall_away_what_is_not(subject: Subject, caption: str) -> None:
    assert compose(subject, NEWSFLASH, TODAY) == caption


@pytest.mark.parametrize(
    ("subject", "caption"),
    [
        (FOOTAGE, f"In this undated video {AP_RELEASE} {AP_SHOWS}. (92nd OMBr via Newsflash)"),
        (STILL, f"In this undated photo {AP_RELEASE} {AP_SHOWS}. (92nd OMBr via Newsflash)"),
        (
            replace(STILL, grab=True),
            f"In this undated frame from video {AP_RELEASE} {AP_SHOWS}. (92nd OMBr via Newsflash)",
        ),
        (
            replace(DATED, kind=Kind.STILL),
            f"In this photo taken on March 5, 2023, and {AP_RELEASE} {AP_SHOWS}. (92nd OMBr via Newsflash)",
        ),
        (
            replace(DATED, kind=Kind.STILL, source=STAFF),
            f"{AP_SHOWS}, on March 5, 2023. (Newsflash Photo/Jane Doe)",
        ),
        (
            stating(replace(DATED, source=STAFF), shot=Moment(dt.date(2023, 3, 24)), country=None),
            "Ukrainian fighters destroy Russian military positions in Bakhmut direction, on Friday,"
            " March 24, 2023. (Newsflash Video/Jane Doe)",
        ),
        (
            replace(stating(released=None), source=None),
            f"In this undated video, {AP_SHOWS}. (Newsflash)",
        ),
        (
            stating(city="Bakhmut", place="Independence Square", creator="Іван Ґудзь"),
            f"In this undated video {AP_RELEASE} Ukrainian fighters destroy Russian military positions in"
            " Independence Square, Bakhmut, Ukraine. (Іван Ґудзь/92nd OMBr via Newsflash)",
        ),
        (
            stating(city="Bakhmut"),
            f"In this undated video {AP_RELEASE} {AP_SHOWS}. (92nd OMBr via Newsflash)",
        ),
        (
            replace(FOOTAGE, flags=(flag(State.MASKED, Reason.DEATH), flag(State.MASKED, Reason.PRIVACY))),
            f"In this undated video {AP_RELEASE} {AP_SHOWS}. Newsflash has obscured parts of the video"
            " because they were too graphic and to protect privacy. (92nd OMBr via Newsflash)",
        ),
        (
            stating(masked_at_source=True),
            f"In this undated video {AP_RELEASE} {AP_SHOWS}. Parts of the video were released obscured,"
            " apparently by the source. (92nd OMBr via Newsflash)",
        ),
    ],
)
def test_ap_words_what_is_known_and_lets_fall_away_what_is_not(subject: Subject, caption: str) -> None:
    assert compose(subject, AP, TODAY) == caption


@pytest.mark.parametrize(
    ("shows", "newsflash", "ap"),
    [
        ("fighters fire mortars", "Fighters fire mortars in Bakhmut", "fighters fire mortars in Bakhmut,"),
        ("Fighters fire mortars.", "Fighters fire mortars in Bakhmut", "fighters fire mortars in Bakhmut,"),
        ("The army's\n tanks  roll", "The army's tanks roll in Bakhmut", "the army's tanks roll in Bakhmut,"),
        ("Ukrainian tanks roll", "Ukrainian tanks roll in Bakhmut", "Ukrainian tanks roll in Bakhmut,"),
        ("US tanks roll", "US tanks roll in Bakhmut", "US tanks roll in Bakhmut,"),
        ("iPhone users queue", "iPhone users queue in Bakhmut", "iPhone users queue in Bakhmut,"),
        ("ґанок горить", "Ґанок горить in Bakhmut", "ґанок горить in Bakhmut,"),
        (
            "“slava,” fighters shout",
            "“Slava,” fighters shout in Bakhmut",
            "“slava,” fighters shout in Bakhmut,",
        ),
        (
            "smoke rises in Bakhmut",
            "Smoke rises in Bakhmut in Ukraine in",
            "smoke rises in Bakhmut in Ukraine.",
        ),
        ("smoke rises in bakhmut, Ukraine", "Smoke rises in bakhmut, Ukraine in", "in bakhmut, Ukraine."),
        ("Bakhmut burns", "Bakhmut burns in Bakhmut in Ukraine", "Bakhmut burns in Bakhmut, Ukraine."),
        (
            "Ukraine's tanks roll",
            "Ukraine's tanks roll in Bakhmut in Ukraine",
            "tanks roll in Bakhmut, Ukraine.",
        ),
    ],
)
def test_what_it_shows_may_be_typed_as_it_comes(shows: str, newsflash: str, ap: str) -> None:
    subject = stating(shows=shows, place="Bakhmut")
    assert compose(subject, NEWSFLASH, TODAY).startswith(newsflash)
    assert ap in compose(subject, AP, TODAY)


@pytest.mark.parametrize(
    ("place", "country", "newsflash", "ap"),
    [
        ("Near Bakhmut", "Ukraine", "near Bakhmut in Ukraine in", "near Bakhmut, Ukraine."),
        ("north of Kyiv", "Ukraine", "north of Kyiv in Ukraine in", "north of Kyiv, Ukraine."),
        ("Bakhmut, Ukraine", "Ukraine", "in Bakhmut, Ukraine in", "in Bakhmut, Ukraine."),
        ("eastern Ukraine", "Ukraine", "in eastern Ukraine in", "in eastern Ukraine."),
        ("Singapore", "Singapore", "in Singapore in", "in Singapore."),
        (None, "Netherlands", "in the Netherlands in", "in the Netherlands."),
        ("The Hague", "Netherlands", "in The Hague in the Netherlands in", "in The Hague, Netherlands."),
        ("Washington, D.C.", None, "in Washington, D.C. in", "in Washington, D.C. ("),
        ("Bakhmut.", "Ukraine.", "in Bakhmut in Ukraine in", "in Bakhmut, Ukraine."),
        ("In Salah", "Algeria", "in In Salah in Algeria in", "in In Salah, Algeria."),
    ],
)
def test_places_stand_in_sentences_as_people_say_them(
    place: str | None, country: str | None, newsflash: str, ap: str
) -> None:
    subject = stating(place=place, country=country)
    assert f" positions {newsflash} undated footage." in compose(subject, NEWSFLASH, TODAY)
    assert f" positions {ap}" in compose(subject, AP, TODAY)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (BRIGADE, "the 92nd OMBr"),
        (Source("gf", "Ground Forces of Ukraine"), "the Ground Forces of Ukraine"),
        (Source("gf", "The Ground Forces"), "The Ground Forces"),
        (Source("suspilne", "Suspilne", article=False), "Suspilne"),
        (Source("ivan", "Іван Ґудзь", kind=SourceKind.PERSON), "Іван Ґудзь"),
        (Source("ivan", "Іван Ґудзь", kind=SourceKind.EYEWITNESS), "Іван Ґудзь"),
        (Source("stub", handle="@somebody", stub=True), "@somebody"),
        (Source("nothing"), ""),
    ],
)
def test_sources_stand_in_sentences_with_their_article(source: Source, name: str) -> None:
    assert in_sentence(source) == name


@pytest.mark.parametrize(
    ("facts", "source", "line"),
    [
        (Facts(), BRIGADE, "@92OMBr/Newsflash"),
        (Facts(credit="Іван Ґудзь/Newsflash"), BRIGADE, "Іван Ґудзь/Newsflash"),
        (Facts(credit=" (@92OMBr/Newsflash )"), None, "@92OMBr/Newsflash"),
        (Facts(credit="(Ivan) Somebody (TV)"), None, "(Ivan) Somebody (TV)"),
        (Facts(credit="  "), BRIGADE, "@92OMBr/Newsflash"),
        (Facts(), replace(BRIGADE, handle=""), "92nd OMBr/Newsflash"),
        (Facts(), Source("gf", "Ground Forces of Ukraine"), "Ground Forces of Ukraine/Newsflash"),
        (Facts(creator="Іван Ґудзь"), BRIGADE, "@92OMBr/Newsflash"),
        (Facts(creator="Іван Ґудзь"), None, "Іван Ґудзь/Newsflash"),
        (Facts(creator="Newsflash"), None, "Newsflash"),
        (Facts(), STAFF, "Jane Doe/Newsflash"),
        (Facts(creator="John Roe"), replace(STAFF, name="Newsflash"), "John Roe/Newsflash"),
        (Facts(), replace(STAFF, name="NEWSFLASH"), "Newsflash"),
        (Facts(), Source("nothing"), ""),
        (Facts(), None, ""),
    ],
)
def test_the_credit_line_names_who_must_be_credited(facts: Facts, source: Source | None, line: str) -> None:
    assert credit_line(facts, source, "Newsflash") == line


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.name)
def test_a_credit_that_a_person_wrote_stands_in_every_style(style: Style) -> None:
    frame = "Desk/Newsflash" if style is REUTERS else "(Desk/Newsflash)"
    owed = restrictions(FOOTAGE, style)
    written = compose(stating(credit="(Desk/Newsflash)"), style, TODAY)
    assert written.endswith(f". {frame} {owed}".rstrip())


@pytest.mark.parametrize(
    ("facts", "hint"),
    [
        (replace(FACTS, shows=None), 'footage set 12 --shows "who does what"'),
        (replace(FACTS, shows=" . "), 'footage set 12 --shows "who does what"'),
        (replace(FACTS, undated=None), "footage set 12 --undated"),
        (replace(FACTS, undated=False), "footage set 12 --undated"),
        (replace(FACTS, shot=SHOT), "footage set 12 --unset shot (or --unset undated)"),
        (Facts(), 'footage set 12 --shows "who does what" --undated'),
    ],
)
def test_a_caption_asks_rather_than_guesses(facts: Facts, hint: str) -> None:
    subject = replace(FOOTAGE, facts=facts)
    assert missing(subject) == tuple(what for what, _ in lacks(subject)) != ()
    with pytest.raises(Refused) as refusal:
        compose(subject, NEWSFLASH, TODAY, "12")
    assert refusal.value.hint == hint


def test_nothing_is_missing_where_a_caption_can_be_made() -> None:
    assert missing(replace(FOOTAGE, facts=Facts(shows="fighters fire", undated=True), source=None)) == ()


def test_masks_are_told_once_they_are_on_the_picture_and_not_before() -> None:
    for state, told in (
        (State.OPEN, False),
        (State.PROPOSED, False),
        (State.DISMISSED, False),
        (State.MASKED, True),
    ):
        subject = replace(FOOTAGE, flags=(flag(state, Reason.DEATH),))
        assert ("obscured" in compose(subject, AP, TODAY)) is told


BLACKED = flag(State.SOURCE, Reason.DEATH, treatment=Treatment.FILL)
BLURRED = flag(State.SOURCE, Reason.MINOR, treatment=Treatment.BLUR)
TIMED = replace(FOOTAGE, timing=Timing(100, Fraction(1, 10)))


@pytest.mark.parametrize(
    ("subject", "told"),
    [
        (
            replace(FOOTAGE, flags=(BLACKED, BLURRED)),
            "Parts of the footage were released blacked out, apparently because they were too graphic."
            " Parts of the footage were released blurred, apparently to protect a minor.",
        ),
        (
            replace(TIMED, flags=(replace(BLACKED, span=Span(140, 171)),)),
            "Parts of the footage were released blacked out, apparently because they were too graphic.",
        ),
        (
            replace(
                TIMED, flags=(replace(BLURRED, span=Span(220, 250)), replace(BLACKED, span=Span(147, 171)))
            ),
            "Parts of the footage from 0:04 to 0:08 were released blacked out, apparently because they were"
            " too"
            " graphic. Parts of the footage from 0:12 to 0:15 were released blurred, apparently to protect a"
            " minor.",
        ),
        (
            replace(
                TIMED,
                flags=(replace(BLACKED, span=Span(140, 170)), replace(BLACKED, span=Span(36200, 36300))),
            ),
            "Parts of the footage from 0:04 to 0:07 and from 1:00:10 to 1:00:20 were released blacked out,"
            " apparently because they were too graphic.",
        ),
        (
            replace(
                TIMED,
                flags=(
                    replace(BLACKED, span=Span(140, 170)),
                    replace(BLACKED, span=Span(200, 210)),
                    replace(flag(State.MASKED, Reason.DEATH), treatment=Treatment.CUT, span=Span(110, 120)),
                ),
            ),
            "Parts of the footage were released blacked out, apparently because they were too graphic."
            " Newsflash has cut parts of the footage because they were too graphic.",
        ),
    ],
)
def test_masks_of_the_source_are_told_span_by_span(subject: Subject, told: str) -> None:
    assert compose(subject, NEWSFLASH, TODAY) == CAPTION.replace(" (@", f" {told} (@")


@settings(deadline=None, max_examples=60)
@given(full_subjects())
def test_every_caption_is_one_line_that_tells_what_is_stated(subject: Subject) -> None:
    facts, source = subject.facts, subject.source
    for style in STYLES:
        caption = compose(subject, style, TODAY)
        assert caption == " ".join(caption.split())
        assert " ".join((facts.shows or "").split()).rstrip(" .,;").casefold() in caption.casefold()
        assert style.date(facts.shot.day, TODAY) in caption if facts.shot else "undated" in caption
        if source is None or source.kind is not SourceKind.STAFF:
            assert facts.released is None or style.date(facts.released.day, TODAY) in caption
            assert source is None or in_sentence(source) in caption
        assert all(person in caption for person in unnamed_people(facts))
        assert verification(subject, style) in caption
        assert (facts.credit or "").strip() or " ".join(subject.agency.split()) in caption


GROUND_FORCES = Source("gf", "Ground Forces of the Armed Forces of Ukraine", "the Ukrainian Ground Forces")
CHANNEL = Source("trench", "Trench Diary", "Trench Diary", "@trenchdiary", SourceKind.CHANNEL)
WITNESS = Source("olha", "Olha Koval", kind=SourceKind.EYEWITNESS)
REUTERS_SHOWS = f"{FIRST.removesuffix(' in Ukraine')}, Ukraine"
THIRD_PARTY = "HAS BEEN SUPPLIED BY A THIRD PARTY. MANDATORY CREDIT. NO RESALES. NO ARCHIVES."


@pytest.mark.parametrize(
    ("subject", "caption"),
    [
        (
            FOOTAGE,
            f"{REUTERS_SHOWS}, in this undated handout video released by the 92nd OMBr on March 24, 2023."
            f" 92nd OMBr/Handout via Newsflash ATTENTION EDITORS - THIS VIDEO {THIRD_PARTY}",
        ),
        (
            replace(DATED, kind=Kind.STILL, relayed_by=(GROUND_FORCES,)),
            f"{REUTERS_SHOWS}, on March 5, 2023, in this handout picture released by the 92nd OMBr on March"
            " 24,"
            " 2023. 92nd OMBr via Ukrainian Ground Forces/Handout via Newsflash ATTENTION EDITORS - THIS"
            " PICTURE"
            f" {THIRD_PARTY}",
        ),
        (
            replace(STILL, grab=True, source=CHANNEL),
            f"{REUTERS_SHOWS}, in this screen grab from an undated social media video posted by Trench Diary"
            " on"
            " March 24, 2023. @trenchdiary/Social media via Newsflash ATTENTION EDITORS - THIS SCREEN GRAB"
            f" {THIRD_PARTY}",
        ),
        (
            replace(FOOTAGE, source=WITNESS),
            f"{REUTERS_SHOWS}, in this undated eyewitness video released by Olha Koval on March 24, 2023."
            f" Olha Koval/via Newsflash ATTENTION EDITORS - THIS VIDEO {THIRD_PARTY}",
        ),
        (
            replace(DATED, kind=Kind.STILL, source=STAFF),
            f"{REUTERS_SHOWS}, on March 5, 2023. Newsflash/Jane Doe",
        ),
        (
            replace(FOOTAGE, source=None),
            f"{REUTERS_SHOWS}, in this undated video released on March 24, 2023. Newsflash",
        ),
    ],
)
def test_reuters_words_each_voice_and_prints_what_third_parties_ask(subject: Subject, caption: str) -> None:
    assert compose(subject, REUTERS, TODAY) == caption


@pytest.mark.parametrize(
    ("subject", "caption"),
    [
        (
            replace(STILL, relayed_by=(GROUND_FORCES,)),
            "In this undated handout picture released by the 92nd OMBr on March 24, 2023 and relayed by the"
            f" Ukrainian Ground Forces, {AP_SHOWS}. (Photo by Handout / 92nd OMBr / Newsflash) RESTRICTED TO"
            ' EDITORIAL USE - MANDATORY CREDIT "Newsflash / 92nd OMBr" - NO MARKETING NO ADVERTISING'
            " CAMPAIGNS"
            " - DISTRIBUTED AS A SERVICE TO CLIENTS",
        ),
        (
            replace(DATED, source=STAFF),
            f"{AP_SHOWS}, on March 5, 2023. (Video by Jane Doe / Newsflash)",
        ),
    ],
)
def test_afp_words_handouts_and_staff(subject: Subject, caption: str) -> None:
    assert compose(subject, AFP, TODAY) == caption


@pytest.mark.parametrize(
    ("source", "video", "credit"),
    [
        (CHANNEL, "In this undated video posted by Trench Diary on Friday,", "(@trenchdiary via Newsflash)"),
        (
            replace(WITNESS, handle="@olha"),
            "In this undated video posted by Olha Koval on Friday,",
            "(@olha via Newsflash)",
        ),
        (WITNESS, "In this undated video provided by Olha Koval on Friday,", "(Olha Koval via Newsflash)"),
    ],
)
def test_ap_tells_what_was_posted_from_what_was_provided(source: Source, video: str, credit: str) -> None:
    caption = compose(replace(FOOTAGE, source=source), AP, TODAY)
    assert caption.startswith(video) and caption.endswith(credit)


@pytest.mark.parametrize(
    ("kind", "handle", "voice"),
    [
        (SourceKind.MILITARY, "@a", Voice.HANDOUT),
        (SourceKind.GOVERNMENT, "", Voice.HANDOUT),
        (SourceKind.AGENCY, "", Voice.HANDOUT),
        (SourceKind.CHANNEL, "@a", Voice.SOCIAL),
        (SourceKind.CHANNEL, "", Voice.RELEASED),
        (SourceKind.EYEWITNESS, "@a", Voice.SOCIAL),
        (SourceKind.EYEWITNESS, " ", Voice.EYEWITNESS),
        (SourceKind.PERSON, "@a", Voice.RELEASED),
        (SourceKind.STAFF, "@a", Voice.STAFF),
    ],
)
def test_the_kind_of_a_source_decides_its_voice(kind: SourceKind, handle: str, voice: Voice) -> None:
    assert voice_of(Source("somebody", handle=handle, kind=kind)) is voice


def test_newsflash_keeps_its_two_sentences_whoever_released_and_relayed_it() -> None:
    for source in (BRIGADE, replace(BRIGADE, kind=SourceKind.CHANNEL)):
        relayed = replace(FOOTAGE, source=source, relayed_by=(GROUND_FORCES,))
        assert compose(relayed, NEWSFLASH, TODAY) == CAPTION


@pytest.mark.parametrize("place", ["unknown", "Unknown location", "exact location unknown", "undisclosed"])
def test_a_place_that_nobody_knows_is_told_like_undated(place: str) -> None:
    subject = stating(place=place)
    assert compose(subject, NEWSFLASH, TODAY) == CAPTION.replace(
        "in Bakhmut direction", "at an unknown location"
    )
    assert " positions at an unknown location in Ukraine." in compose(subject, AP, TODAY)
    city = stating(place=place, city="Bakhmut")
    assert "at an unknown location in Bakhmut in Ukraine in undated" in compose(city, NEWSFLASH, TODAY)
    assert "at an unknown location in Bakhmut, Ukraine, in this" in compose(city, REUTERS, TODAY)
    assert "at an unknown location in undated" in compose(
        stating(place=place, country=None), NEWSFLASH, TODAY
    )


def test_persons_are_named_once() -> None:
    subject = stating(shows="Ivan Sirko and fighters fire", person=("Ivan Sirko", "Olha Koval.", "Ян"))
    told = " The footage shows Olha Koval and Ян. (@92OMBr/Newsflash)"
    assert compose(subject, NEWSFLASH, TODAY).endswith(told)
    assert "The video shows" not in compose(stating(shows="Ян speaks", person=("Ян",)), AP, TODAY)


CHECKED = (
    Verdict(About.DATE, Standing.UNVERIFIED),
    Verdict(About.PLACE, Standing.VERIFIED, "by road signs and  landmarks."),
)


@pytest.mark.parametrize(
    ("style", "told"),
    [
        (REUTERS, "Location verified by road signs and landmarks; date not independently verified."),
        (
            NEWSFLASH,
            "The location was verified by road signs and landmarks; the date could not be independently"
            " verified.",
        ),
        (
            AP,
            "Newsflash verified the location by road signs and landmarks; Newsflash could not independently"
            " verify the date.",
        ),
        (
            AFP,
            "The location has been verified by road signs and landmarks; Newsflash has not been able to"
            " verify"
            " the date independently.",
        ),
    ],
)
def test_what_was_checked_is_told_before_the_credit(style: Style, told: str) -> None:
    subject = replace(FOOTAGE, verdicts=CHECKED)
    assert verification(subject, style) == told
    plain, checked = compose(FOOTAGE, style, TODAY), compose(subject, style, TODAY)
    credit = caption_credit(subject, style)
    assert checked.replace(f"{told} ", "") == plain
    assert checked.index(told) < checked.rindex(credit)


def test_restrictions_are_for_third_parties_alone() -> None:
    assert restrictions(FOOTAGE, REUTERS).startswith("ATTENTION EDITORS")
    for source in (None, STAFF, Source("ivan", "Ivan", kind=SourceKind.PERSON)):
        assert restrictions(replace(FOOTAGE, source=source), REUTERS) == ""
    assert restrictions(FOOTAGE, AP) == restrictions(FOOTAGE, NEWSFLASH) == ""


@dataclass(frozen=True, slots=True)
class About24(Moment):
    """A moment that is only about right."""

    circa: bool = True


@pytest.mark.parametrize(
    ("style", "told"),
    [
        (NEWSFLASH, " in Ukraine in footage shot around Sunday, Mar. 5, 2023. The"),
        (AP, "In this video taken around March 5, 2023, and released by"),
        (REUTERS, ", Ukraine, around March 5, 2023, in this handout video released"),
        (AFP, "In this handout video taken around March 5, 2023 and released by"),
    ],
)
def test_a_date_that_is_about_right_is_told_as_such(style: Style, told: str) -> None:
    assert told in compose(stating(undated=None, shot=About24(SHOT.day)), style, TODAY)


def test_a_style_without_words_for_such_a_date_puts_it_where_the_date_stands() -> None:
    sentences = NEWSFLASH.media[Medium.VIDEO].voices[Voice.HANDOUT]
    plain = parse_template("{Shows} in footage shot on {shot}.", SENTENCE_NAMES)
    voices = dict.fromkeys(Voice, replace(sentences, dated=plain))
    video = replace(NEWSFLASH.media[Medium.VIDEO], voices=voices)
    style = replace(NEWSFLASH, media={**NEWSFLASH.media, Medium.VIDEO: video})
    caption = compose(stating(undated=None, shot=About24(SHOT.day)), style, TODAY)
    assert "in footage shot on around Sunday, Mar. 5, 2023. The" in caption


@settings(deadline=None, max_examples=60)
@given(subjects())
def test_the_newsflash_credit_is_the_credit_line_or_the_agency_alone(subject: Subject) -> None:
    caption = compose(subject, NEWSFLASH, TODAY)
    line = credit_line(subject.facts, subject.source, subject.agency) or " ".join(subject.agency.split())
    assert caption.endswith(f" ({line})" if line else ".")
