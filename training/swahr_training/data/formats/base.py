"""The door of label formats: how a file of labels is recognised, read and written, all in the format's own module."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, TypeVar

from swahr._util.registry import Modules, Registry, require_complete
from swahr.errors import SettingError
from swahr.pose.skeleton import Skeleton
from swahr_training.data.formats.file import LabelFile
from swahr_training.data.labels import Labels

F = TypeVar("F", bound="type[LabelFormat]")

SPLITS = ("train", "val", "test")


@dataclass(frozen=True)
class Wanted:
    """What is to be read of a file of labels.

    images: folder of the photos; None: where tools of the format put them. category: name of the class of people, where
    there are several. split: which part, where there are several. skeleton: names the joints of a file that does not,
    and their order in one that does. only: leave out the photos whose fields have none of these values.
    """

    images: Path | None = None
    category: str | None = None
    split: str = "train"
    skeleton: Skeleton | None = None
    only: Mapping[str, Sequence[str]] = field(default_factory=dict)


class LabelFormat(ABC):
    """A format of labels. `register_label_format` makes it known by its name; there is no other list of them.

    name: what users call it. description: who writes it, in a few words, for lists and messages.
    """

    name: ClassVar[str]
    description: ClassVar[str]

    @abstractmethod
    def recognises(self, file: LabelFile) -> bool:
        """Return whether a file or folder that is there looks like this format.

        It is asked of every file and folder that users name, so it must be quick and must not raise.
        """

    @abstractmethod
    def read(self, file: LabelFile, wanted: Wanted) -> Labels:
        """Read labels; what is wrong with single ones goes into `Labels.problems`.

        Raises:
            SwahrError: the file cannot be read at all, or lacks what is wanted.
        """

    def splits(self, file: LabelFile) -> tuple[str, ...]:
        """Return which parts are there, of SPLITS; () where the labels have no parts."""
        return ()

    def write(self, labels: Labels, target: Path) -> Path:
        """Write labels, of photos that are there, and return the file or folder to name when they are read.

        Args:
            labels: what is written.
            target: a folder, which is made.

        Raises:
            SettingError: this format is read alone.
        """
        raise SettingError(f"{self.name} is read alone; choose another of {', '.join(writable())}")


LABEL_FORMATS: Registry[LabelFormat] = Registry("label format", Modules("swahr_training.data.formats"))


def register_label_format(kind: F) -> F:
    """Make a label format known, as a decorator of its class.

    Raises:
        SettingError: another format has its name, or the class lacks methods.
    """
    require_complete("label format", kind)
    LABEL_FORMATS.register(kind.name, kind())
    return kind


def writable() -> tuple[str, ...]:
    """Return the names of the formats that can be written."""
    return tuple(known.name for known in LABEL_FORMATS if type(known).write is not LabelFormat.write)
