"""Damage of texts: what parsers stumble over, at random places."""

import random

# What parsers stumble over.
PIECES = (
    b"[" * 3000, b"{", b"}", b"]", b"-1", b"1e999", b"9" * 30, b"NaN", b"null", b'""', b"\0", b"\xff", b",", b"\n",
    b":", b"&a ", b"*a", b"2020-99-99", b"true", b"9" * 5000, b"1e300", b"0.5", b"=1+1", b"\xef\xbb\xbf",
)  # fmt: skip


def mutated(seed: bytes, random_: random.Random) -> bytes:
    """Return a seed with some pieces cut, doubled, or replaced."""
    content = bytearray(seed)
    for _ in range(random_.randint(1, 6)):
        start = random_.randint(0, len(content))
        end = min(len(content), start + random_.choice((0, 1, 1, 2, 8, 64)))
        kind = random_.randrange(3)
        if kind == 0:
            content[start:end] = random_.choice(PIECES)
        elif kind == 1:
            content[start:end] = content[start:end] * 2
        else:
            content[start:end] = bytes(random_.randbytes(end - start))
    return bytes(content)
