"""`swahr train --check`: what is wrong with labels, in words and as a contact sheet."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from swahr._util.files import write_text
from swahr.errors import SwahrError
from swahr.video import write_photo
from swahr_training.config import DataSource, load_config
from swahr_training.data.check import check, count_joints
from swahr_training.data.found import has_splits, is_settings
from swahr_training.data.labels import Labels, Problem
from swahr_training.data.sheet import draw_sheet
from swahr_training.data.sources import read_sources

MAX_SHOWN = 5  # of a kind; the list beside the sheet has all


def check_data(
    data: Path,
    images: Path | None,
    sheet: Path,
    console: Console,
    category: str | None = None,
    skeleton: Path | None = None,
) -> None:
    """Look at labels and print what is wrong; write a contact sheet, and beside it the whole list (.txt).

    Args:
        data: a file or folder of labels, or the settings of a run, whose sources are all looked at.
        images: folder of the photos, where the labels do not say.
        sheet: a PNG; further data sets get a number in the name.
        console: where it is printed.
        category: the class whose people are looked at, where there are several.
        skeleton: a file that names the joints, where the labels do not.

    Raises:
        SwahrError: at the end, where training would refuse the labels.
    """
    if sheet.suffix.lower() not in (".png", ".jpg", ".jpeg"):
        raise SwahrError(f"{sheet}: expected the name of a picture, such as check.png")
    sets = _sets(data, images, category, skeleton)
    refused = 0
    for number, (labels, trains) in enumerate(sets, start=1):
        others = [other for other, _ in sets if other is not labels]
        problems = check(labels, others, trains)
        refused += sum(problem.stops for problem in problems)
        _print_counts(labels, console)
        _print_problems(problems, console)
        target = sheet if number == 1 else sheet.with_stem(f"{sheet.stem}_{number}")
        _write(labels, problems, target, console)
    if refused:
        raise SwahrError(f"{data}: training would refuse these labels: {refused} mistakes marked with !")


def _sets(
    data: Path, images: Path | None, category: str | None, skeleton: Path | None
) -> list[tuple[Labels, bool]]:
    """Return the data sets, and of each whether it is trained on."""
    if is_settings(data):
        return _sets_of_run(data)
    sources = [DataSource(labels=data, images=images, category=category, split="train")]
    if has_splits(data):
        sources.append(DataSource(labels=data, images=images, category=category, split="val"))
    return _labelled([(source, source.split or "train") for source in sources], skeleton)


def _sets_of_run(path: Path) -> list[tuple[Labels, bool]]:
    config = load_config(path)
    sources = [(source, "train") for source in config.train]
    if config.validation is not None:
        sources.append((config.validation, "val"))
    labelled = _labelled(sources, config.skeleton)
    if not labelled:
        raise SwahrError(f"{path}: none of its sources has labels")
    return labelled


def _labelled(sources: Sequence[tuple[DataSource, str]], skeleton: Path | None) -> list[tuple[Labels, bool]]:
    """Return the labels of those sources that have some, and of each whether it is trained on."""
    found, _ = read_sources(sources, skeleton)
    return [
        (labels, part == "train")
        for labels, (_, part) in zip(found, sources, strict=True)
        if labels is not None
    ]


def _print_counts(labels: Labels, console: Console) -> None:
    people = sum(not person.ignored for photo in labels.photos for person in photo.people)
    ignored = sum(person.ignored for photo in labels.photos for person in photo.people)
    empty = sum(not photo.people for photo in labels.photos)
    console.print(
        f"[bold]{escape(labels.name)}[/]: {len(labels.photos)} photos, {empty} of them without people; "
        f"{people} people, {ignored} ignore regions"
    )
    skeleton = labels.skeleton
    partner = {a: b for pair in skeleton.flip_pairs for a, b in (pair, pair[::-1])}
    table = Table("", "joint", "visible", "hidden", "not labelled", "mirrored", "sigma", box=None)
    for number, joint in enumerate(count_joints(labels)):
        total = max(1, joint.visible + joint.hidden + joint.unlabelled)
        parts = (f"{100 * count / total:.0f} %" for count in (joint.visible, joint.hidden, joint.unlabelled))
        mirrored = skeleton.joints[partner[number]] if number in partner else "itself"
        table.add_row(
            str(number), escape(joint.name), *parts, escape(mirrored), f"{skeleton.sigmas[number]:.3f}"
        )
    console.print(table)


def _print_problems(problems: Sequence[Problem], console: Console) -> None:
    if not problems:
        console.print("nothing is wrong")
    for kind, of_kind in _by_kind(problems).items():
        mark = "[red]![/]" if of_kind[0].stops else "[yellow]-[/]"
        console.print(f"{mark} {escape(kind)}: {len(of_kind)}")
        for problem in of_kind[:MAX_SHOWN]:
            console.print(f"    {escape(problem.where)}", soft_wrap=True)
        if len(of_kind) > MAX_SHOWN:
            console.print(f"    and {len(of_kind) - MAX_SHOWN} more")


def _by_kind(problems: Sequence[Problem]) -> dict[str, list[Problem]]:
    """Return problems by kind: those that stop training first, then the most frequent."""
    kinds: dict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        kinds[problem.kind].append(problem)
    return dict(sorted(kinds.items(), key=lambda item: (not item[1][0].stops, -len(item[1]))))


def _write(labels: Labels, problems: Sequence[Problem], sheet: Path, console: Console) -> None:
    listed = sheet.with_suffix(".txt")
    lines = [
        f"{'!' if problem.stops else '-'} {kind}: {problem.where}\n"
        for kind, of_kind in _by_kind(problems).items()
        for problem in of_kind
    ]
    write_text(listed, "".join(lines))
    if not any(photo.path.is_file() for photo in labels.photos):
        console.print("no photo is there, so no sheet is drawn")
        return
    write_photo(sheet, draw_sheet(labels, problems))
    said = f"sheet: {sheet}\n" + (f"list:  {listed}\n" if lines else "")
    console.print(said, soft_wrap=True)
