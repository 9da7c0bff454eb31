"""Ways in which the bytes of a file go wrong."""

from __future__ import annotations

import random
from collections.abc import Callable

Mutation = Callable[[bytes, random.Random], bytes]

WORDS = (
    *(b"NO", b"~", b"-1", b"1e999", b".nan", b"[]", b"{}", b"&a", b"*a", b"<<", b"!!int", b"\x00"),
    *(b"\xff\xfe", b"\xed\xa0\x80", b"'", b'"', b"\t", b"---", b"- ", b": ", b"#", b"9" * 30),
    *(b"true", b"production", b"FR", b"\xe2\x80\xae", b"|", b">", b"%", b"\r", b"0x", b"1" * 400),
)


def flip(text: bytes, chance: random.Random) -> bytes:
    """One byte becomes any other."""
    at = chance.randrange(len(text))
    return text[:at] + bytes([chance.randrange(256)]) + text[at + 1 :]


def insert(text: bytes, chance: random.Random) -> bytes:
    """Something with a meaning of its own stands anywhere."""
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice(WORDS) + text[at:]


def cut(text: bytes, chance: random.Random) -> bytes:
    """A piece is missing."""
    start, end = sorted(chance.sample(range(len(text) + 1), 2))
    return text[:start] + text[min(end, start + 40) :]


def repeat(text: bytes, chance: random.Random) -> bytes:
    """A line stands twice."""
    lines = text.split(b"\n")
    at = chance.randrange(len(lines))
    return b"\n".join([*lines[: at + 1], *lines[at:]])


def swap(text: bytes, chance: random.Random) -> bytes:
    """A value stands in another's place."""
    values = [word for word in text.split() if not word.endswith(b":")] or [b"x"]
    old, new = chance.choice(values), chance.choice([*values, *WORDS])
    return text.replace(old, new, chance.choice((1, -1)))


def indent(text: bytes, chance: random.Random) -> bytes:
    """A line is moved to the left or the right."""
    lines = text.split(b"\n")
    at = chance.randrange(len(lines))
    lines[at] = chance.choice((b"  " + lines[at], lines[at].strip(), lines[at][1:]))
    return b"\n".join(lines)


MUTATIONS: tuple[Mutation, ...] = (flip, insert, cut, repeat, swap, indent)
