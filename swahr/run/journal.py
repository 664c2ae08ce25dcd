"""The journal: how far a run is, and all that its next frame depends on. A small JSON file, replaced as a whole."""

import hashlib
import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from swahr._util.files import made_whole
from swahr._util.reading import parse_json, read_text
from swahr.errors import Hint, OutputError, ResumeError

ANEW = Hint("overwrite", True)


class Progress(BaseModel):
    """How far a run is.

    last_index: of the last frame that is written; -1 before the first. counts: what was counted so far.
    writers: each output's own state by its path. followers: of what gives ids and smooths, by name.
    spool_bytes: of the spool that are whole. closing: every frame is written, and outputs take their names.
    backend: what ran the network, so that the rest is found by the same; "" before it was chosen.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    last_index: int = -1
    counts: dict[str, int] = Field(default_factory=dict)
    writers: dict[str, Any] = Field(default_factory=dict)
    followers: dict[str, Any] = Field(default_factory=dict)
    spool_bytes: int = 0
    closing: bool = False
    backend: str = ""


class _Content(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    identity: dict[str, Any]
    progress: Progress
    sum: str


def journal_path(path: Path) -> Path:
    """Return the journal of an output: `out.csv.journal` for `out.csv`."""
    return path.with_name(path.name + ".journal")


class Journal:
    """The journal of the run that writes an output.

    Args:
        output: The first of the run's files.
        identity: What makes it this run and no other, as plain values: source, settings, weights.
    """

    def __init__(self, output: Path, identity: dict[str, Any]) -> None:
        self.path = journal_path(output)
        # As it will be read back: tuples become lists.
        self.identity: dict[str, Any] = json.loads(json.dumps(identity))

    def read(self) -> Progress | None:
        """Return how far the run was; None without a journal.

        Raises:
            ResumeError: It is the journal of a run with another source or other settings, or damaged.
        """
        try:
            text = read_text(self.path)
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise ResumeError(f"{self.path} cannot be read ({error})", hints=[ANEW]) from error
        try:
            # Not by pydantic's own JSON, which has no NaN; ValueError: what is no JSON, or no journal.
            plain = parse_json(text)
            content = _Content.model_validate(plain)
            if content.sum != _sum(plain["identity"], plain["progress"]):
                raise ValueError("it was changed since")
        except ValueError as error:
            raise ResumeError(f"{self.path} is damaged", hints=[ANEW]) from error
        for name in [*content.identity, *self.identity]:
            then, now = content.identity.get(name), self.identity.get(name)
            if then != now:
                raise ResumeError(
                    f"{self.path}: the run that it continues had {name} {_said(name, then)}, this one has "
                    f"{_said(name, now)}; give the same settings",
                    hints=[ANEW],
                )
        return content.progress

    def write(self, progress: Progress) -> None:
        """Replace the journal. It is on the disk when this returns; at no moment is it half there.

        Raises:
            OutputError: It cannot be written.
        """
        content = _Content(
            identity=self.identity, progress=progress, sum=_sum(self.identity, progress.model_dump())
        )
        try:
            with made_whole(self.path, lasting=True) as partial, partial.open("w", encoding="utf-8") as file:
                json.dump(content.model_dump(), file)
        except OSError as error:
            raise OutputError(f"{self.path} could not be written ({error.strerror})") from error

    def remove(self) -> None:
        """Forget the run: it is finished, or starts anew."""
        self.path.unlink(missing_ok=True)


def _sum(identity: Any, progress: Any) -> str:
    """Return what tells a journal that a run wrote from one that was made by hand, or cut and mended."""
    plain = json.dumps([identity, progress], sort_keys=True)
    # As it is read back: keys of numbers are text then, and in another order.
    again = json.dumps(json.loads(plain), sort_keys=True)
    return hashlib.sha256(again.encode()).hexdigest()


def _said(name: str, value: object) -> str:
    """Return an option's value in words; None is what it has where it is not given."""
    if value is None:
        return "the end" if name == "stop" else "the model's own"
    return repr(value)
