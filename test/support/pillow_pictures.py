"""Small picture files of many kinds with their pixels by Pillow: what the lab's decoding is checked
against.

Usage: python test/support/pillow_pictures.py > test/support/pillow-pictures.json
Needs pillow and numpy from PyPI. Pillow 13.0.0 wrote the stored ones.

Pixels are RGB as the lab wants them: EXIF orientation applied, transparency over white.
"""

import base64
import io
import json
import struct
import sys
import zlib

import numpy as np
from PIL import Image, ImageFile, ImageOps

WIDTH, HEIGHT = 21, 13
# A JPEG that lacks nothing but its end marker is refused without this.
ImageFile.LOAD_TRUNCATED_IMAGES = True


def paint() -> np.ndarray:
    """Smooth, and different in each corner and channel."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    red = 250 - 9 * x - 3 * y
    green = 20 + 17 * y
    blue = 128 + 90 * np.sin(x / 4) * np.cos(y / 5)
    return np.stack([red, green, blue], -1).clip(0, 255).astype(np.uint8)


PIXELS = paint()
PICTURE = Image.fromarray(PIXELS)
PALETTE = PICTURE.quantize(16)
ALPHA = np.tile(np.linspace(0, 255, WIDTH).astype(np.uint8), (HEIGHT, 1))
WITH_ALPHA = Image.fromarray(np.dstack([PIXELS, ALPHA]))


def save(picture: Image.Image, kind: str, **options) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def jpeg(picture: Image.Image = PICTURE, **options) -> bytes:
    return save(picture, "JPEG", **{"quality": 92, **options})


def exif(order: str, kind: int, orientation: int) -> bytes:
    """EXIF with the orientation alone, as SHORT (3) or LONG (4)."""
    value = struct.pack(order + "HH", orientation, 0) if kind == 3 else struct.pack(order + "I", orientation)
    mark = b"II*\0" if order == "<" else b"MM\0*"
    return b"Exif\0\0" + mark + struct.pack(order + "IHHHI", 8, 1, 0x0112, kind, 1) + value + bytes(4)


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def interlaced_png() -> bytes:
    passes = [
        (0, 0, 8, 8),
        (4, 0, 8, 8),
        (0, 4, 4, 8),
        (2, 0, 4, 4),
        (0, 2, 2, 4),
        (1, 0, 2, 2),
        (0, 1, 1, 2),
    ]
    rows = b""
    for left, top, across, down in passes:
        for row in PIXELS[top::down, left::across]:
            rows += (b"\0" + row.tobytes()) if row.size else b""
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 1)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def rgb16_png() -> bytes:
    rows = b"".join(b"\0" + (row.astype(">u2") * 256 + 77).astype(">u2").tobytes() for row in PIXELS)
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 16, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def bmp(
    header_bytes: int, compression: int, bits: int, body: bytes, masks=(), palette=b"", height=HEIGHT
) -> bytes:
    header = struct.pack(
        "<IiiHHIIiiII", header_bytes, WIDTH, height, 1, bits, compression, len(body), 0, 0, 0, 0
    )
    masked = struct.pack(f"<{len(masks)}I", *masks)
    header += masked + bytes(max(0, header_bytes - 40 - len(masked))) + palette
    start = 14 + len(header)
    return b"BM" + struct.pack("<IHHI", start + len(body), 0, 0, start) + header + body


def bgra_rows(alpha: np.ndarray) -> bytes:
    return np.dstack([PIXELS[:, :, ::-1], alpha])[::-1].tobytes()


def rows_1555(alpha: int) -> bytes:
    red, green, blue = (PIXELS[::-1, :, channel].astype("<u2") >> 3 for channel in range(3))
    pixels = (alpha << 15) | (red << 10) | (green << 5) | blue
    return b"".join(row.astype("<u2").tobytes() + bytes(-WIDTH * 2 % 4) for row in pixels)


def rle8_bmp() -> bytes:
    colours = np.array(PALETTE.getpalette("RGB"), np.uint8).reshape(-1, 3)
    palette = b"".join(bytes([*colours[i][::-1], 0]) if i < len(colours) else bytes(4) for i in range(256))
    body = b""
    for row in np.asarray(PALETTE)[::-1]:
        at = 0
        while at < WIDTH:
            run = 1
            while at + run < WIDTH and row[at + run] == row[at]:
                run += 1
            body += bytes([run, row[at]])
            at += run
        body += b"\0\0"
    return bmp(40, 1, 8, body + b"\0\1", palette=palette)


def with_stray_zero(gif: bytes) -> bytes:
    """A zero byte before the first block and one before the frame."""
    start = 13 + 3 * (2 << (gif[10] & 7))
    frame = gif.index(b",", start)
    return gif[:start] + b"\0" + gif[start:frame] + b"\0" + gif[frame:]


MASKS = (0xFF0000, 0xFF00, 0xFF, 0xFF000000)
MASKS_1555 = (0x7C00, 0x3E0, 0x1F, 0x8000)
NO_ALPHA = np.zeros((HEIGHT, WIDTH), np.uint8)

# Name, bytes, and how far a channel may be off: decoders of JPEG and WebP round as they like.
KINDS = [
    ("jpeg 4:4:4", jpeg(subsampling=0), 3),
    ("jpeg 4:2:0", jpeg(subsampling=2), 4),
    ("jpeg progressive", jpeg(subsampling=0, progressive=True), 3),
    ("jpeg with restart markers", jpeg(subsampling=0, restart_marker_blocks=2), 3),
    ("jpeg grey", jpeg(PICTURE.convert("L")), 3),
    ("jpeg CMYK", jpeg(PICTURE.convert("CMYK"), subsampling=0), 4),
    ("jpeg without its end marker", jpeg(subsampling=0)[:-2], 3),
    ("jpeg progressive without its end marker", jpeg(subsampling=0, progressive=True)[:-2], 3),
    ("jpeg turned, SHORT, little-endian", jpeg(subsampling=0, exif=exif("<", 3, 6)), 3),
    ("jpeg turned, LONG, little-endian", jpeg(subsampling=0, exif=exif("<", 4, 8)), 3),
    ("jpeg turned, LONG, big-endian", jpeg(subsampling=0, exif=exif(">", 4, 6)), 3),
    ("png", save(PICTURE, "PNG"), 0),
    ("png turned, LONG, big-endian", save(PICTURE, "PNG", exif=exif(">", 4, 3)), 0),
    ("png palette", save(PALETTE, "PNG", bits=4), 0),
    ("png palette with a transparent entry", save(PALETTE, "PNG", transparency=3), 0),
    ("png 1 bit", save(PICTURE.convert("1"), "PNG"), 0),
    ("png grey with alpha", save(WITH_ALPHA.convert("LA"), "PNG"), 2),
    ("png alpha", save(WITH_ALPHA, "PNG"), 3),
    ("png interlaced", interlaced_png(), 0),
    ("png 16 bits", rgb16_png(), 1),
    ("gif", save(PALETTE, "GIF"), 0),
    ("gif with stray zero bytes", with_stray_zero(save(PALETTE, "GIF")), 0),
    ("gif transparent", save(PALETTE, "GIF", transparency=2), 0),
    ("bmp 1 bit", save(PICTURE.convert("1"), "BMP"), 0),
    ("bmp palette", save(PALETTE, "BMP"), 0),
    ("bmp run lengths", rle8_bmp(), 0),
    ("bmp 24 bits", save(PICTURE, "BMP"), 0),
    (
        "bmp 24 bits, top row first",
        bmp(
            40,
            0,
            24,
            b"".join(row[:, ::-1].tobytes() + bytes(-WIDTH * 3 % 4) for row in PIXELS),
            height=-HEIGHT,
        ),
        0,
    ),
    ("bmp 32 bits", bmp(40, 0, 32, bgra_rows(ALPHA)), 0),
    ("bmp with alpha", bmp(124, 3, 32, bgra_rows(ALPHA), MASKS), 3),
    ("bmp with alpha that is 0 everywhere", bmp(124, 3, 32, bgra_rows(NO_ALPHA), MASKS), 0),
    ("bmp with alpha that is 0 everywhere, short header", bmp(56, 3, 32, bgra_rows(NO_ALPHA), MASKS), 0),
    ("bmp 16 bits with alpha that is 0 everywhere", bmp(124, 3, 16, rows_1555(0), MASKS_1555), 1),
    ("webp", save(PICTURE, "WEBP", quality=95), 4),
    ("webp lossless", save(PICTURE, "WEBP", lossless=True), 0),
    ("webp with alpha", save(WITH_ALPHA, "WEBP", lossless=True, exact=True), 3),
]


def read(file: bytes) -> Image.Image:
    picture = ImageOps.exif_transpose(Image.open(io.BytesIO(file)))
    is_invisible = "A" in picture.getbands() and picture.getchannel("A").getextrema() == (0, 0)
    if is_invisible:
        # Pillow drops the alpha.
        return picture.convert("RGB")
    white = Image.new("RGBA", picture.size, "white")
    white.alpha_composite(picture.convert("RGBA"))
    return white.convert("RGB")


def encode(data: bytes) -> str:
    return base64.b64encode(data).decode()


kinds = []
for name, file, tolerance in KINDS:
    picture = read(file)
    kinds.append(
        {
            "name": name,
            "file": encode(file),
            "tolerance": tolerance,
            "width": picture.width,
            "height": picture.height,
            "pixels": encode(picture.tobytes()),
        }
    )
json.dump(kinds, sys.stdout, indent=1)
print()
