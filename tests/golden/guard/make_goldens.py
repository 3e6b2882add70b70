"""Golden values of tests/stages/guard_time, from Python's own implementations: PIL and imagehash for image hashes,
hashlib and hmac for HKDF (written here from RFC 5869), scipy for the half-normal's quantile.

    python3 -m venv VENV && VENV/bin/pip install pillow==13.0.0 imagehash==4.3.2 scipy==1.17.1
    VENV/bin/python tests/golden/guard/make_goldens.py       rewrites image_hashes.txt and guard_delays.txt beside it

image_hashes.txt: "stored NAME HEIGHT WIDTH CHANNELS HASH HEXPIXELS", pixels in row, column, channel order; and
"drawn SEED SMOOTHING HEIGHT WIDTH CHANNELS HASH", whose pixels draw() makes (content_hash_test.cpp has it in C++).
guard_delays.txt: "HASH SEED HALF_NORMAL"; the secret is the bytes 0 .. 31.
"""
import hashlib, hmac, pathlib
import imagehash, numpy, scipy.special
from PIL import Image

here = pathlib.Path(__file__).parent


def draw(seed, smoothing, height, width, channels):
    """Bytes of a linear congruential generator; each then, `smoothing` times over, averaged with its (averaged) predecessor."""
    state, pixels = seed, []
    for _ in range(height * width * channels):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        pixels.append(state >> 56)
    for _ in range(smoothing):
        for i in range(1, len(pixels)):
            pixels[i] = (pixels[i] + pixels[i - 1]) // 2
    return numpy.array(pixels, numpy.uint8).reshape(height, width, channels)


def average_hash(pixels):
    return imagehash.average_hash(Image.fromarray(pixels if pixels.shape[2] == 3 else pixels[:, :, 0]))


def stored():
    y, x = numpy.mgrid[0:32, 0:32]
    yield "black", numpy.zeros((32, 32, 3), numpy.uint8)
    yield "gradient", numpy.stack([8 * x, 8 * y, 255 - 4 * (x + y)], 2).astype(numpy.uint8)
    yield "rings", (127 + 127 * numpy.sin(numpy.hypot(x - 11, y - 19)))[:, :, None].repeat(3, 2).astype(numpy.uint8)
    yield "stripes", (255 * (x // 2 % 2))[:, :, None].astype(numpy.uint8)
    padded = numpy.zeros((32, 32, 3), numpy.uint8)
    padded[2:30, 2:30] = draw(7, 3, 28, 28, 1)
    yield "padded_grey", padded
    yield "noise", draw(1, 0, 32, 32, 3)
    yield "small", draw(2, 0, 5, 7, 3)
    yield "eight", draw(3, 0, 8, 8, 3)
    yield "wide", draw(4, 1, 9, 70, 1)


def drawn():
    shapes = [(32, 32, 3), (28, 28, 1), (64, 64, 3), (8, 32, 3), (32, 8, 1), (3, 3, 1), (17, 41, 3), (100, 75, 3)]
    for seed in range(240):
        yield seed, seed % 4, *shapes[seed % len(shapes)]


def hkdf(secret, info, length):
    key, out, block = hmac.digest(bytes([111]) * 512, secret, "sha256"), b"", b""
    while len(out) < length:
        block = hmac.digest(key, block + info + bytes([len(out) // 32 + 1]), "sha256")
        out += block
    return out[:length]


def contents():
    yield from ("0000000000000000", "ffffc3c3c3ffffff")
    yield from (f"{i * 0x9E3779B97F4A7C15 % 2**64:016x}" for i in range(1, 30))
    yield from (hashlib.sha512(bits.encode()).hexdigest() for bits in ("1010", "1011", "0" * 446))


def half_normal(seed):
    u = numpy.longdouble((seed >> 12) * 2 + 1) / numpy.longdouble(2**53)
    return float(-scipy.special.ndtri(float((1 - u) / 2)))  # (1 - u) / 2 is exact


with open(here / "image_hashes.txt", "w") as out:
    for name, pixels in stored():
        print("stored", name, *pixels.shape, average_hash(pixels), pixels.tobytes().hex(), file=out)
    for row in drawn():
        print("drawn", *row, average_hash(draw(*row)), file=out)
with open(here / "guard_delays.txt", "w") as out:
    for content in contents():
        seed = int.from_bytes(hkdf(bytes(range(32)), content.encode(), 8), "big")
        print(content, f"{seed:016x}", repr(half_normal(seed)), file=out)
