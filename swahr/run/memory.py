"""What every run says where memory lacks."""

from collections.abc import Iterator
from contextlib import contextmanager

from swahr._util.memory import lacks_memory
from swahr.errors import Hint, SettingError, SwahrError, first_line
from swahr.video.addresses import without_password


@contextmanager
def told_of_memory(source: str) -> Iterator[None]:
    """Say what to do where memory lacks, whoever ran out of it; all other errors pass.

    Args:
        source: Address of what is looked at.

    Raises:
        SettingError: There is not enough memory.
    """
    try:
        yield
    except SwahrError:
        raise
    except Exception as error:
        if not lacks_memory(error):
            raise
        raise SettingError(
            f"{without_password(source)}: there is not enough memory ({first_line(error)[:200]})",
            hints=[Hint("batch_size", 1), Hint("input_size")],
        ) from error
