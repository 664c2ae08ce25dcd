"""Train the systems alike, measure them, and put tables, chart and pictures into docs/systems.md.

python -m benchmarks.systems FOLDER [--only CPN "CPN + CSM"] [--steps 240] [--write] [--pictures [NAME ...]]
python -m benchmarks.systems FOLDER --photos DATA.yaml --steps 600 [--only ...] [--write]

Figures of five joints are drawn on the spot, one to four in a photo, who reach over each other; or DATA.yaml names
photos, as `train` and `validation` of a run, and then boxes are found by the bundled model. Runs that are there
already are not done again, and one that was broken off goes on, so that the table can be made in parts. FOLDER keeps
results.json; --write joins it with what docs/systems/ has of as many steps on the same data, perhaps from another
machine, times all the networks, and puts it there and into the page; --pictures draws the pictures of docs/networks.md.
"""

import argparse
from pathlib import Path

import torch

from benchmarks.machine import describe
from benchmarks.systems.page import FOLDER, results_file, write_page
from benchmarks.systems.pictures import PICTURES, draw_pictures
from benchmarks.systems.runs import (
    counted,
    draw_data,
    joined,
    least_ms,
    measured,
    photo_data,
    read_results,
    trained,
    write_results,
)
from benchmarks.systems.setups import SYSTEMS

TRAIN_PHOTOS, TEST_PHOTOS = 600, 120


def main() -> None:
    """Read the command line, and do what it says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="of the data and the runs")
    parser.add_argument(
        "--photos", type=Path, metavar="YAML", help="with `train` and `validation`; none: drawn figures"
    )
    parser.add_argument("--only", nargs="+", default=list(SYSTEMS), choices=SYSTEMS, metavar="NAME")
    parser.add_argument("--steps", type=int, default=240)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="make the page of what was measured")
    parser.add_argument(
        "--pictures",
        nargs="*",
        choices=PICTURES,
        help="draw these pictures of docs/networks.md; no names: all",
    )
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    drawn = options.photos is None
    data = draw_data(options.folder, TRAIN_PHOTOS, TEST_PHOTOS) if drawn else photo_data(options.photos)
    path = options.folder / "results.json"
    results = read_results(path)
    results["run"] = {name: getattr(options, name) for name in ("steps", "batch", "seed")}
    results["data"] = {"kind": data.kind, **counted(data)}
    systems = results.setdefault("systems", {})
    boxes_by = (
        [data.finder] if data.finder in SYSTEMS else []
    )  # first, as the others are measured on its people
    for name in dict.fromkeys([*boxes_by, *options.only]):
        if name not in systems:
            run = (options.steps, options.batch, options.seed)
            checkpoint = trained(name, options.folder, data, *run)
            systems[name] = measured(checkpoint, data, options.folder, options.seed)
            write_results(path, results)
            print(f"{name}: {systems[name]}", flush=True)
    if options.write:
        results = joined(read_results(results_file(data.kind)), results)
        for name, ms in least_ms(results["systems"]).items():
            results["systems"][name]["ms"] = ms
        results["machine"] = describe(options.threads)
        write_results(results_file(data.kind), results)
        write_page(results)
    if options.pictures is not None:
        draw_pictures(options.folder, data.test, FOLDER, options.seed, options.pictures or list(PICTURES))


if __name__ == "__main__":
    main()
