"""What all entries of the journal of a document have in common: they are values, and change people or nothing."""

from abc import abstractmethod
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from swahr.document.people import People

Index = Annotated[int, Field(ge=0)]


class Edit(BaseModel):
    """A correction."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    kind: str

    def apply(self, people: People) -> None:
        """Change people; those that it is not about stay as they are."""
        self._change(people)

    def touches(self, frame: int) -> bool:
        """Return whether it may change somebody in a frame."""
        return self._touches(frame)

    def joints_named(self) -> tuple[int, ...]:
        """Return the numbers of all joints that it names."""
        return self._joints()

    @abstractmethod
    def _change(self, people: People) -> None: ...

    @abstractmethod
    def _touches(self, frame: int) -> bool: ...

    def _joints(self) -> tuple[int, ...]:
        return ()
