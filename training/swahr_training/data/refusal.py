"""What training must not take of labels: the one rule of training and of its check."""

from collections import Counter
from collections.abc import Iterator

from swahr.errors import Hint, SwahrError, UnreadableError
from swahr_training.data.labelled import run_lengths_wh
from swahr_training.data.labels import Labels, Problem
from swahr_training.data.sizes import photo_size


def refused(labels: Labels, trains: bool = True) -> Iterator[Problem]:
    """Yield what training must not take, beyond what reading found: the one rule of training and of its check.

    Args:
        labels: As they were read.
        trains: Whether they are trained on; labels to validate on may have nobody, and then there is no AP.
    """
    if trains and not labels.has_people:
        yield Problem("no person with joints in the whole data set", labels.name, stops=True)
    for photo in labels.photos:
        sizes = {run_lengths_wh(person.segmentation) for person in photo.people if person.ignored} - {None}
        if sizes and photo.path.is_file():
            try:
                size = photo_size(photo.path)
            except SwahrError:
                continue  # it is left out when it is opened
            for wrong in sizes - {size}:
                assert wrong is not None
                said = f"{photo.name}: {wrong[0]} x {wrong[1]}, the file has {size[0]} x {size[1]} pixels"
                yield Problem("ignore regions for photos of another size", said, stops=True, photo=photo.path)


def refuse_wrong(labels: Labels, trains: bool = True) -> None:
    """Raise UnreadableError where labels have problems that training must not take; it names one of each kind."""
    wrong = [problem for problem in (*labels.problems, *refused(labels, trains)) if problem.stops]
    if not wrong:
        return
    kinds = Counter(problem.kind for problem in wrong)
    first = {problem.kind: problem.where for problem in reversed(wrong)}
    listed = "; ".join(f"{count} {kind} ({first[kind]})" for kind, count in kinds.items())
    hints = dict.fromkeys(hint for problem in wrong for hint in problem.hints)
    sought = f"; sought in {', '.join(map(str, labels.sought))}" if Hint("images") in hints else ""
    raise UnreadableError(
        f"{labels.name}: {listed}{sought}; the check of labels lists all", hints=list(hints)
    )
