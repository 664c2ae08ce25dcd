"""A console that shows what stands in names and files, and lets none of it rule the terminal."""

from typing import TYPE_CHECKING, Any

from rich.console import Console

from swahr._util.text import printable

if TYPE_CHECKING:
    from rich.text import Text


class SafeConsole(Console):
    """Strings that are printed, in tables too, have their control characters spelt out and their passwords hidden."""

    def render_str(self, text: str, **options: Any) -> "Text":
        """Make what is shown of a string; line feeds stay."""
        return super().render_str(printable(text, limit=None, keep="\n"), **options)
