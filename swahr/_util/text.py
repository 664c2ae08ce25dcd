"""Words of messages, and text from elsewhere as a terminal may have it."""

import re

NAMES_SHOWN = 3  # in a message, of names that may be many

MAX_SHOWN = 2000  # characters of a message; names and values in files may have any length
ENDS_WITH = 500  # of which so many are its end, where a message says what to do

# What a terminal obeys, what turns the direction of writing, and halves of characters that cannot be printed.
_UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")

# Of an address, wherever it stands: up to the last @ before its path, as a password may hold one. All of it is hidden
# where no : divides it, since a token stands so. A path that an address was taken for has one / of two.
_SECRET = re.compile(r"\b([A-Za-z][A-Za-z0-9+.-]{1,20}:/{1,2})([^/?#\s]{0,500})@")
# What cameras and clouds take a key by, in the part after the ?.
_KEYS = re.compile(
    r"([?&;](?:[^=&#;?\s]{0,40}[_-])?(?:pass|passwd|password|pwd|token|secret|key|apikey|sig|signature|credential|auth)=)"
    r"[^&#;\s]+",
    re.IGNORECASE,
)


def without_secrets(text: str) -> str:
    """Return text with the passwords of all addresses in it hidden; they need not make sense.

    >>> without_secrets("no answer from http://me:secret@[::1/x?size=1&token=abc")
    'no answer from http://me:***@[::1/x?size=1&token=***'
    """
    return _KEYS.sub(r"\1***", _SECRET.sub(_hidden, text))


def _hidden(found: re.Match[str]) -> str:
    user, divided, _ = found[2].partition(":")
    return f"{found[1]}{user}:***@" if divided else f"{found[1]}***@"


def printable(text: str, limit: int | None = MAX_SHOWN, keep: str = "") -> str:
    r"""Return text that a terminal shows and does not obey, in one line and without passwords.

    Args:
        text: From wherever.
        limit: Characters at most, its middle left out; None: any number.
        keep: Characters that stay though they are no text, such as line feeds.

    >>> printable("a\x1b[2Jb\nc\td")
    'a\\x1b[2Jb\\nc\\td'
    >>> printable("begin" * 1000 + "end", limit=20)
    'beginbe [...] eginbeginend'
    """
    if limit is not None and len(text) > 10 * limit:  # what no one will see need not be searched
        text = text[: 5 * limit] + text[-5 * limit :]
    text = without_secrets(text)
    if limit is not None and len(text) > limit:
        end = min(ENDS_WITH, 3 * limit // 5)
        text = f"{text[: limit - end - 1]} [...] {text[-end:]}"
    return _UNSHOWN.sub(lambda found: found[0] if found[0] in keep else _escaped(found[0]), text)


def _escaped(character: str) -> str:
    return repr(character)[1:-1] if not character.isprintable() else f"\\u{ord(character):04x}"


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return a number and what it counts.

    Args:
        number: How many.
        one: The word for one.
        many: The word for more, where it is not `one` with an s.

    >>> counted(1, "frame"), counted(2, "frame"), counted(0, "person", "people")
    ('1 frame', '2 frames', '0 people')
    """
    return f"{number} {one if number == 1 else many or one + 's'}"


def natural_key(name: str) -> tuple[list[str | int], str]:
    """Return what names are sorted by, so that numbers in them count as numbers.

    >>> sorted(["frame10.png", "frame9.png", "Frame1.png"], key=natural_key)
    ['Frame1.png', 'frame9.png', 'frame10.png']
    """
    # Numbers by their length and digits: int() refuses those of thousands of digits.
    parts = re.split(r"([0-9]+)", name.casefold())
    return [_number_key(part) if place % 2 else part for place, part in enumerate(parts)], name


def _number_key(digits: str) -> str:
    plain = digits.lstrip("0")
    return f"{len(plain):06d}{plain}"
