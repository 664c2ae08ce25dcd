"""Groups of options: a dataclass that several commands take whole, so that no option is written down twice."""

import inspect
from collections.abc import Callable
from copy import copy
from dataclasses import MISSING, fields, is_dataclass
from functools import wraps
from typing import Annotated, Any, get_args, get_type_hints

from typer.models import OptionInfo


def grouped(command: Callable[..., None]) -> Callable[..., None]:
    """Return a command whose parameters that are dataclasses are their fields, for typer to read.

    Each field is annotated as a parameter would be, and the first line of the dataclass's docstring is the heading
    under which `--help` shows them.
    """
    groups: dict[str, type] = {}
    parameters: list[inspect.Parameter] = []
    for parameter in inspect.signature(command).parameters.values():
        if not is_dataclass(parameter.annotation):
            parameters.append(parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY))
            continue
        group = parameter.annotation
        assert isinstance(group, type)
        groups[parameter.name] = group
        parameters += _parameters(group)

    @wraps(command)
    def run(**values: Any) -> None:
        for name, group in groups.items():
            values[name] = group(**{field.name: values.pop(field.name) for field in fields(group)})
        command(**values)

    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return run


def _parameters(group: Any) -> list[inspect.Parameter]:
    heading = (group.__doc__ or group.__name__).splitlines()[0].rstrip(".")
    hints = get_type_hints(group, include_extras=True)
    found = []
    for field in fields(group):
        kind, *extras = get_args(hints[field.name])
        kind_and_extras = (kind, *(_under(heading, extra) for extra in extras))
        default = inspect.Parameter.empty if field.default is MISSING else field.default
        found.append(
            inspect.Parameter(
                field.name,
                inspect.Parameter.KEYWORD_ONLY,
                default=default,
                annotation=Annotated[kind_and_extras],
            )
        )
    return found


def _under(heading: str, extra: Any) -> Any:
    if not isinstance(extra, OptionInfo):
        return extra
    option = copy(extra)
    option.rich_help_panel = heading
    return option
