"""The audit's reading of published bytes: walkers of its own for every format, in the sandboxed child.

Nothing here shares code with what writes files, so that a writer's mistake cannot hide itself. A walker names
what a file needs to show its picture and play its sound; everything else is reported, also what it does not
know, and what it could not read. :mod:`footage.media.audit` is the door to it.

Not looked at:

- what the pictures show and the sound says: a face in a reflection, a name spoken aloud, a caption's words;
- watermarks and anything hidden in the values of pixels and samples; surplus bits inside a coded picture or
  inside JPEG's, GIF's and WebP's compressed data (of PNG's, what goes on behind the picture is found);
- pictures that a codec keeps for reference but never shows (VP9, AV1), and what other codecs than H.264,
  HEVC, MPEG, AV1, Motion JPEG, DV and ProRes may say inside their pictures (DNxHD, VP8, VP9, FFV1);
- timecodes inside H.264's picture timing; GOP timecodes of MPEG-2;
- what is said inside coded sound (filling elements of AAC, tags of MP3 frames, auxiliary bits of AC-3);
- the tiles' own bytes of HEIC, and the strips of a TIFF that are JPEGs themselves;
- sound, where files are held against an original: only pictures are compared;
- extended attributes of files, their dates, and what an archive around them says.
"""
