"""Damage of files by chance, from seeds: what disks, cables, editors and hands do to them."""

import io
import json
import random
import struct
import zipfile
from collections.abc import Callable

from tests.fuzz.mutation import mutated

Damage = Callable[[bytearray, random.Random], None]


def _place(content: bytearray, chance: random.Random) -> tuple[int, int]:
    """Return a stretch: short ones are as likely as long ones."""
    start = chance.randrange(len(content))
    return start, min(len(content), start + int(2 ** chance.uniform(0, len(content).bit_length())))


def cut_off(content: bytearray, chance: random.Random) -> None:
    del content[chance.randrange(len(content)) :]


def zeroed(content: bytearray, chance: random.Random) -> None:
    start, end = _place(content, chance)
    content[start:end] = bytes(end - start)


def overwritten(content: bytearray, chance: random.Random) -> None:
    start, end = _place(content, chance)
    content[start:end] = chance.randbytes(end - start)


def flipped(content: bytearray, chance: random.Random) -> None:
    for _ in range(int(2 ** chance.uniform(0, 8))):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)


def flipped_in_the_head(content: bytearray, chance: random.Random) -> None:
    for _ in range(chance.randint(1, 12)):
        content[chance.randrange(min(600, len(content)))] = chance.choice(
            (0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256))
        )


def lost(content: bytearray, chance: random.Random) -> None:
    start, end = _place(content, chance)
    del content[start:end]


def doubled(content: bytearray, chance: random.Random) -> None:
    start, end = _place(content, chance)
    content[end:end] = content[start:end]


def swapped(content: bytearray, chance: random.Random) -> None:
    half = max(1, len(content) // 4)
    a, b = chance.randrange(half), chance.randrange(2 * half, 3 * half)
    size = chance.randrange(1, half + 1)
    content[a : a + size], content[b : b + size] = content[b : b + size], content[a : a + size]


WAYS: tuple[Damage, ...] = (
    cut_off, zeroed, overwritten, flipped, flipped_in_the_head, lost, doubled, swapped,
)  # fmt: skip


def damaged(content: bytes, seed: object) -> bytes:
    """Return content with one kind of damage, or sometimes two, that the seed chooses."""
    chance = random.Random(str(seed))
    changed = bytearray(content)
    for _ in range(chance.choice((1, 1, 2))):
        if changed:
            chance.choice(WAYS)(changed, chance)
    return bytes(changed)


def damaged_text(content: bytes, seed: object) -> bytes:
    """Return a text with pieces in it that parsers stumble over, or damaged as any other file."""
    chance = random.Random(str(seed))
    return mutated(content, chance) if chance.random() < 0.7 else damaged(content, seed)


def damaged_tensors(content: bytes, seed: object) -> bytes:
    """Return a safetensors file whose head was changed and fits its length, so that what it says is read."""
    (size,) = struct.unpack("<Q", content[:8])
    head = mutated(content[8 : 8 + size], random.Random(str(seed)))
    return struct.pack("<Q", len(head)) + head + content[8 + size :]


def damaged_metadata(content: bytes, seed: object) -> bytes:
    """Return a safetensors file of whose metadata one was changed, so that all else is right."""
    chance = random.Random(str(seed))
    (size,) = struct.unpack("<Q", content[:8])
    head = json.loads(content[8 : 8 + size])
    name = chance.choice(sorted(head["__metadata__"]))
    changed = mutated(head["__metadata__"][name].encode(), chance)
    head["__metadata__"][name] = changed.decode(errors="replace")
    text = json.dumps(head).encode()
    return struct.pack("<Q", len(text)) + text + content[8 + size :]


def damaged_member(content: bytes, seed: object) -> bytes:
    """Return a zip, as .pth and .xlsx are, of which one member was damaged and has a right checksum."""
    chance = random.Random(str(seed))
    taken = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(taken, "w") as target:
        names = source.namelist()
        # The pickle says what all others are.
        chosen = next((name for name in names if name.endswith("data.pkl")), chance.choice(names))
        if chance.random() < 0.3:
            chosen = chance.choice(names)
        for name in names:
            data = source.read(name)
            target.writestr(name, damaged(data, seed) if name == chosen else data)
    return taken.getvalue()
