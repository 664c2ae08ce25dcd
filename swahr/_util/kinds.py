"""Settings of which there are several kinds, each with its own fields: backbones, heads, losses.

A kind is a class of settings that registers itself by name. In a file, and in the metadata of a checkpoint, it is a
mapping with its `kind` and its fields.
"""

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any, ClassVar, TypeVar

from pydantic import SerializerFunctionWrapHandler, ValidationError, model_serializer, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from swahr._util.registry import Modules, Registry
from swahr._util.settings import Settings


class KindSettings(Settings):
    """Settings of one kind; `kind` is the name that it registered, and stands first where settings are written."""

    kind: ClassVar[str] = ""
    kinds: ClassVar["Kinds[Any]"]

    @model_validator(mode="before")
    @classmethod
    def _without_kind(cls, values: Any) -> Any:
        if not isinstance(values, Mapping) or "kind" not in values:
            return values
        if values["kind"] != cls.kind:
            raise ValueError(f"kind is {values['kind']!r}; these are settings of {cls.kind}")
        return {name: value for name, value in values.items() if name != "kind"}

    @model_serializer(mode="wrap")
    def _with_kind(self, fields: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {"kind": self.kind, **fields(self)}


K = TypeVar("K", bound=KindSettings)


class Kinds(Registry[type[K]]):
    """The kinds of one thing.

    Args:
        what: it is called in messages, such as "backbone".
        default: the kind of settings that name none.
        package: whose modules register our own kinds; all are imported at the first look.
    """

    def __init__(self, what: str, default: str, package: str) -> None:
        super().__init__(what, Modules(package))
        self.default = default

    def registering(self, name: str) -> Callable[[type[K]], type[K]]:
        """Return the decorator of a class of settings.

        Raises:
            SettingError: when used, for a name that another class has.
        """

        def register(settings: type[K]) -> type[K]:
            self.register(name, settings)
            settings.kind = name
            return settings

        return register

    def chosen(self, value: Any) -> Any:
        """Return the settings of the kind that a mapping names, for pydantic's `BeforeValidator`; a name alone will do.

        Raises:
            ValueError: for what is no mapping.
            ValidationError: for a kind that does not exist, and for fields that are not its own.
        """
        if isinstance(value, KindSettings):
            return value
        value = {"kind": value} if isinstance(value, str) else value
        if not isinstance(value, Mapping):
            raise ValueError(f"expected a mapping of settings, got {type(value).__name__}")
        name = value.get("kind", self.default)
        if not isinstance(name, str) or name not in self:
            raise self._unknown(name)
        return self.find(name).model_validate(value)

    def _unknown(self, name: Any) -> ValidationError:
        alike = get_close_matches(str(name), self.names(), 1)
        meant = f"; did you mean {alike[0]}?" if alike else ""
        message = f"Expected one of {', '.join(self.names())}{meant}"
        error = PydanticCustomError("unknown_kind", "{said}", {"said": message})
        return ValidationError.from_exception_data(
            self.kind, [InitErrorDetails(type=error, loc=("kind",), input=name)]
        )
