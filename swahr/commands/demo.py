"""`swahr demo`: the first thing to try, with nothing but the installed package."""

from pathlib import Path
from typing import Annotated

import typer

from swahr._util.files import check_output, make_folder

# What people come for, and the command that begins it.
NEXT = (
    ("a video of yours", "swahr video yours.mp4 -o yours.csv --overlay yours_overlay.mp4"),
    ("a camera", "swahr webcam --show"),
    ("a page about what was found", "swahr report {table} --video {clip}"),
    ("other formats", "swahr convert {table} -o {folder}/clip_coco.json"),
    ("keypoints of your own", "swahr train labels.json      (after: pip install 'swahr[train]')"),
    ("what is installed, and what works", "swahr doctor"),
)


def demo(
    output: Annotated[Path, typer.Option("--output", "-o", help="The folder; it is made.")] = Path(
        "swahr_demo"
    ),
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace outputs that exist.")] = False,
) -> None:
    """Find the people in a clip that the package brings, and say where they are and what to do next.

    Nothing is downloaded: the clip is drawn from one photo (NASA, public domain).

    Examples:
        swahr demo
        swahr demo -o elsewhere --overwrite
    """
    clip, table, overlay = (output / name for name in ("clip.mp4", "clip.csv", "clip_overlay.mp4"))
    make_folder(output)
    for path in (clip, table, overlay):
        check_output(path, overwrite)

    from swahr.commands.progress import say
    from swahr.commands.single import do
    from swahr.config import OutputSettings
    from swahr.demo.clip import write_clip
    from swahr.run.job import VideoJob

    say(f"swahr: drawing {clip}, 6 seconds of three people")
    write_clip(clip)
    say(f"swahr: swahr video {clip} -o {table} --overlay {overlay}")
    do(VideoJob(str(clip), (("csv", table),), overlay, rows=OutputSettings(overwrite=overwrite)))
    width = max(len(what) for what, _ in NEXT)
    lines = [
        f"  {what:{width}}  {command.format(folder=output, clip=clip, table=table)}" for what, command in NEXT
    ]
    print(
        "\n".join([f"Look at {overlay}, and at {table}: a row for each person of a frame.\n\nNext:", *lines])
    )
