"""The settings language: models of typed fields, each with its meaning, range and how front ends show it."""

from collections.abc import Callable, Iterator
from importlib import import_module
from types import UnionType
from typing import TYPE_CHECKING, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from swahr._util.alike import alike
from swahr.errors import SettingError

if TYPE_CHECKING:
    from pydantic._internal._model_construction import ModelMetaclass
else:
    ModelMetaclass = type(BaseModel)

S = TypeVar("S", bound="Settings")


def setting(
    default: Any,
    help: str,
    *,
    label: str = "",
    unit: str = "",
    unset: str = "",
    flag: str = "",
    door: str = "",
    step: float | None = None,
    **limits: Any,
) -> Any:
    """Describe a field of a settings model.

    Args:
        default: `...` where it has to be given.
        help: One sentence that says what it is, with the unit where it has one.
        label: What the window calls it, a word or two; "" is its name with spaces.
        unit: Stands behind the number in the window.
        unset: What None means, such as "the model's own".
        flag: The option of the command line, without the dashes, where it is not the field's name.
        door: The registry whose names it takes, such as "swahr.formats:FORMATS".
        step: Of the window's field, for numbers.
        limits: ge, gt, le, lt, multiple_of, min_length as pydantic takes them.

    >>> class Camera(Settings):
    ...     '''Camera.'''
    ...     rate: int = setting(25, "Frames per second.", unit="Hz", ge=1, le=120)
    >>> Camera(rate=500)
    Traceback (most recent call last):
        ...
    swahr.errors.SettingError: rate is 500; expected a whole number of at most 120
    >>> Camera.described()[0].range("N")
    '1 <= N <= 120'
    """
    shown = {"label": label, "unit": unit, "unset": unset, "flag": flag, "door": door, "step": step}
    return Field(default, description=help, json_schema_extra={k: v for k, v in shown.items() if v}, **limits)


class _Explaining(ModelMetaclass):
    """Turns pydantic's errors into ours where a model is called; inside a larger model pydantic collects them."""

    if not TYPE_CHECKING:

        def __call__(cls, *args: Any, **values: Any) -> Any:  # noqa: N805 - of a metaclass
            try:
                return super().__call__(*args, **values)
            except ValidationError as error:
                raise SettingError(explained(error, model=cls)) from error


class Settings(BaseModel, metaclass=_Explaining):
    """A group of settings; the first line of its docstring is its heading."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    def changed(self: S, **values: Any) -> S:
        """Return these settings with other values.

        Raises:
            SettingError: A value makes no sense, or there is no such setting.
        """
        return type(self)(**{**self.values(), **values})

    def values(self) -> dict[str, Any]:
        """Return the values by name, groups within as they are."""
        return {name: getattr(self, name) for name in type(self).model_fields}

    def chosen(self) -> dict[str, Any]:
        """Return the values that differ from the defaults, by name."""
        return {
            name: value
            for name, value in self.values().items()
            if type(self).model_fields[name].get_default(call_default_factory=True) != value
        }

    def __repr_args__(self) -> Iterator[tuple[str, Any]]:
        """Show what was chosen alone, so that a repr is short."""
        yield from self.chosen().items()

    @classmethod
    def described(cls) -> "tuple[SettingInfo, ...]":
        """Return what a front end needs to know of each field."""
        return tuple(SettingInfo(name, field) for name, field in cls.model_fields.items())

    @classmethod
    def heading(cls) -> str:
        """Return the group's heading."""
        return (cls.__doc__ or cls.__name__).splitlines()[0].rstrip(".")


class SettingInfo:
    """A field of a settings model, for front ends.

    Attributes:
        name: The field's. help, label, unit, unset, flag, step: see `setting`.
        kind: Its type; `base` is the same without None, `choices` are those of a Literal, `names` those of its door.
        default: Its value where nothing is said; `required` where there is none.
        low: The range of a number begins here; None without a limit. low_open: the limit itself is not in it.
        high: ... and ends here, likewise; high_open.
    """

    def __init__(self, name: str, field: FieldInfo) -> None:
        extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
        self.name, self.kind = name, field.annotation
        self.required = field.default is PydanticUndefined and field.default_factory is None
        self.default: Any = None if self.required else field.get_default(call_default_factory=True)
        self.help = field.description or ""
        self.label = str(extra.get("label") or name.replace("_", " ").capitalize())
        self.unit, self.unset = str(extra.get("unit", "")), str(extra.get("unset", ""))
        self.flag = "--" + str(extra.get("flag") or name.replace("_", "-"))
        self.door = str(extra.get("door", ""))
        self.step: Any = extra.get("step")
        self.low, self.high = _limit(field, "ge", "gt"), _limit(field, "le", "lt")
        self.low_open, self.high_open = _limit(field, "gt") is not None, _limit(field, "lt") is not None

    @property
    def optional(self) -> bool:
        """Whether None is a value of it."""
        return type(None) in _members(self.kind)

    @property
    def base(self) -> Any:
        """Its type without None."""
        left = [kind for kind in _members(self.kind) if kind is not type(None)]
        return left[0] if len(left) == 1 else self.kind

    @property
    def choices(self) -> tuple[Any, ...]:
        """What it may be, where that is a list of values."""
        return get_args(self.base) if get_origin(self.base) is Literal else ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names that its door has, plugins' too; the modules behind the door are loaded for it."""
        if not self.door:
            return ()
        module, _, attribute = self.door.partition(":")
        return tuple(getattr(import_module(module), attribute).names())

    def range(self, value: str = "x") -> str:
        """Return the range in signs, such as `0 <= x <= 1`.

        Args:
            value: What stands for the number; it is returned alone where there are no limits.
        """
        low = "" if self.low is None else f"{self.low:g} {'<' if self.low_open else '<='} "
        high = "" if self.high is None else f" {'<' if self.high_open else '<='} {self.high:g}"
        if low and not high:
            return f"{value} {'>' if self.low_open else '>='} {self.low:g}"
        return f"{low}{value}{high}"


def _members(kind: Any) -> tuple[Any, ...]:
    return get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)


def _limit(field: FieldInfo, *names: str) -> Any:
    for each in field.metadata:
        for name in names:
            if getattr(each, name, None) is not None:
                return getattr(each, name)
    return None


def explained(
    error: ValidationError, named: Callable[[str], str] = str, model: type[BaseModel] | None = None
) -> str:
    """Return what is wrong with some values in one line: each field, what it is and what was expected.

    Args:
        error: as pydantic raised it.
        named: gives what a front end calls a field.
        model: of the values; a name that does not exist then gets the one that it looks like.
    """
    return "; ".join(_explained(dict(each), named, model) for each in error.errors(include_url=False))


def _explained(fault: dict[str, Any], named: Callable[[str], str], model: type[BaseModel] | None) -> str:
    context, value, place = fault.get("ctx", {}), fault.get("input"), fault["loc"]
    unknown = fault["type"] == "extra_forbidden"
    name = ".".join(str(part) if unknown or at else named(str(part)) for at, part in enumerate(place))
    match fault["type"]:
        case "extra_forbidden":
            return f"{name}: there is no such setting{_meant(place, model)}"
        case "missing":
            return f"{name}: is missing, and has to be given"
        case "value_error":
            said = str(context.get("error", fault["msg"]))
            return f"{name}: {said}" if place else said
        case "literal_error":
            return f"{name} is {value!r}; expected {str(context['expected']).replace(chr(39), '')}"
        case "finite_number":
            return f"{name} is {value!r}; expected a finite number"
        case "greater_than_equal" | "greater_than" | "less_than_equal" | "less_than" as kind:
            key, words = _LIMITS[kind]
            whole = "a whole number of " if isinstance(context[key], int) else ""
            return f"{name} is {value!r}; expected {whole}{words} {context[key]:g}"
        case _:
            return f"{name} is {value!r}; {fault['msg'][:1].lower()}{fault['msg'][1:]}"


# The limit's key in what pydantic says, and its words.
_LIMITS = {
    "greater_than_equal": ("ge", "at least"),
    "greater_than": ("gt", "more than"),
    "less_than_equal": ("le", "at most"),
    "less_than": ("lt", "less than"),
}


def _meant(location: tuple[int | str, ...], model: type[BaseModel] | None) -> str:
    """Return what may have been meant by a field that is not there: one of another kind, or one that is alike."""
    for part in location[:-1]:
        if model is not None and isinstance(part, str):
            model = section_of(model.model_fields[part].annotation) if part in model.model_fields else None
    if model is None:
        return ""
    name, kinds = str(location[-1]), list(getattr(model, "kinds", ()))
    having = [kind.kind for kind in kinds if name in kind.model_fields]
    if having:
        return f" of this kind; it is one of {', '.join(having)}"
    near = alike(name, [known for each in kinds or [model] for known in each.model_fields])
    return f"; did you mean {near}?" if near else ""


def section_of(kind: Any) -> type[BaseModel] | None:
    """Return the model that a field of this type holds, one or many; None for plain values."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind
    return next((found for part in get_args(kind) if (found := section_of(part)) is not None), None)
