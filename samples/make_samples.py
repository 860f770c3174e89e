"""Draw the sample media beside this script, or into the folder named on the command line."""

import sys
from pathlib import Path

from footage.media.samples import make_samples

if __name__ == "__main__":
    made = make_samples(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
    for path in (made.clip, made.still, made.masked_still, made.heic, made.story, made.subtitles):
        print(path)
