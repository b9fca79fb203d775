"""The process that opens one picture: limited in memory and time, and expendable. Run by store/picture_shown.py.

The picture comes on stdin; on stdout stand width, height and kind in one line, and then the picture as it is shown:
upright, at most so large, without anything its camera wrote into it. It ends with TOO_LARGE, or otherwise than with 0.
"""

import io
import resource
import sys
from contextlib import suppress

MOST_POINTS = 60_000_000
LONGEST_SIDE = 1_600
MEGABYTES, SECONDS = 1_500, 30
TOO_LARGE = 3
DRAWN = ("PNG", "GIF")  # lines and letters stay sharp


def limit() -> None:
    """Limit this process for good: address space, CPU time, no core dump."""
    for what, most in (
        (resource.RLIMIT_AS, MEGABYTES * 1_048_576),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):  # a stricter limit is set already, or the system has none
            resource.setrlimit(what, (most, most))


def main() -> int:
    """Show the picture of stdin on stdout; how it ended. Raises whatever a library makes of a hostile file."""
    limit()
    content = sys.stdin.buffer.read()
    import pillow_heif
    from PIL import Image, ImageOps

    pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)
    Image.MAX_IMAGE_PIXELS = None  # MOST_POINTS is asked before anything is unpacked
    with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "GIF", "WEBP", "HEIF")) as opened:
        if opened.width * opened.height > MOST_POINTS:
            return TOO_LARGE
        kind = "png" if opened.format in DRAWN else "jpeg"
        opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        opened.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        upright = ImageOps.exif_transpose(opened)
        shown = Image.new("RGB", upright.size, "white")
        shown.paste(upright.convert("RGBA"), mask=upright.convert("RGBA").getchannel("A"))
    made = io.BytesIO()
    shown.save(made, kind, quality=85, optimize=True)
    sys.stdout.buffer.write(f"{shown.width} {shown.height} image/{kind}\n".encode() + made.getvalue())
    return 0


if __name__ == "__main__":
    sys.exit(main())
