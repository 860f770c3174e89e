"""The sample story: an invented exercise of an invented army, in the shape of a real desk's copy."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StoryFacts:
    """What a desk would type about the sample story; each text as the command line takes it.

    Attributes:
        caption: what the house style ``newsflash`` makes of these facts for the clip, the agency being
            ``Newsflash``.
    """

    slug: str
    headline: str
    shows: str
    place: str
    country: str
    released: str
    source: str
    source_name: str
    source_in_caption: str
    source_handle: str
    statement: str
    relay: str
    relay_name: str
    caption: str


FACTS = StoryFacts(
    slug="arn-ford",
    headline="Sappers Hold Ford Near Lower Arn Under Smoke",
    shows="Marovian sappers hold a river ford under smoke",
    place="Lower Arn sector",
    country="Marovia",
    released="2024-04-19",
    source="7fb",
    source_name="7th Anna Karel Separate Field Brigade of the Army of Marovia",
    source_in_caption="the 7th Field Brigade",
    source_handle="@7FieldBrigade",
    statement="The 7th brigade keeps the ford open.",
    relay="gfm",
    relay_name="Ground Forces of Marovia",
    caption=(
        "Marovian sappers hold a river ford under smoke in Lower Arn sector in Marovia in undated footage. "
        "The footage was released by the 7th Field Brigade on Friday, Apr. 19, 2024. "
        "(@7FieldBrigade/Newsflash)"
    ),
)

SUBTITLES = """1
00:00:01,000 --> 00:00:03,000
Two more trucks, then we close the ford.

2
00:00:08,500 --> 00:00:11,000
You there, off the track!

3
00:00:16,500 --> 00:00:19,000
All across. Put out the smoke.
"""

TEXT = f"""{FACTS.headline}

Sappers of an invented army have kept a river crossing open for a third night, new footage of the exercise
shows, while smoke generators hid the trucks that went over it.

A drone follows one of the trucks down to the water. Later a trench line is seen at dusk, a flare sinking
behind it, and a role player in red overalls walks past a ruined wall.

The images were obtained from the {FACTS.source_name} on Friday, on 19th April, along with a statement saying:
“{FACTS.statement}”

The images and statement were also relayed by the {FACTS.relay_name}.

One of the pictures is blacked out, apparently because it was too graphic. Exercise control asked that role
players be made unrecognisable.

Today marks the 12th day of exercise Long Harvest.

By 19th April, the side that holds the ford counted 31 vehicles across. The side that attacks it, played by
another brigade, counted 19. Neither figure has been checked.

CAPTIONS

{FACTS.caption}

{FACTS.caption.replace("footage", "image").replace("undated", "an undated", 1)}
"""
