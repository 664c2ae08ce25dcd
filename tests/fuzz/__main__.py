"""Fuzz readers of files, each in a process of its own: python tests/fuzz [--seconds 60] [--jobs 2] [NAME ...]."""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path

FOUND, CORPUS = Path("build/fuzz/found"), Path("build/fuzz/corpus")
# What is looked into, so that inputs which reach more of it are gone on from; all of torch would take minutes.
PACKAGES = ["swahr", "swahr_training"]


def main() -> int:
    """Fuzz the readers that were named, or all; return how many failed."""
    parser = argparse.ArgumentParser(prog="python tests/fuzz")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0, help="0: another one each time")
    parser.add_argument("--jobs", type=int, default=1, help="readers at a time")
    parser.add_argument("--here", action="store_true", help="one reader, in this process")
    options = parser.parse_args()
    if options.here:
        return _fuzz(options.names[0], options.seconds, options.seed)
    with tempfile.TemporaryDirectory() as folder:
        from readers import targets

        names = options.names or list(targets(Path(folder)))
    with ThreadPoolExecutor(options.jobs) as pool:
        held = list(pool.map(lambda name: _apart(name, options.seconds, options.seed), names))
    failed = [name for name, well in zip(names, held, strict=True) if not well]
    print(f"{len(names) - len(failed)} of {len(names)} readers held; failed: {', '.join(failed) or 'none'}")
    return len(failed)


def _apart(name: str, seconds: float, seed: int) -> bool:
    """Fuzz a reader in a process of its own, which may die of it; say how it went, and return whether it held."""
    given = ["--here", "--seconds", str(seconds), "--seed", str(seed), name]
    command = [sys.executable, str(Path(__file__).parent), *given]
    done = subprocess.run(
        command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    )
    lines = done.stdout.splitlines()
    runs = [
        line.split()[-1] for line in lines if "number_of_executed_units" in line or line.endswith(" runs")
    ]
    print(f"{name}: {f'{runs[-1]} runs' if runs else 'no count'}, exit code {done.returncode}", flush=True)
    if done.returncode != 0:
        print("\n".join(lines[-60:]), flush=True)
    return done.returncode == 0


def _fuzz(name: str, seconds: float, seed: int) -> int:
    try:
        import atheris
    except ImportError:
        atheris = None
    with nullcontext() if atheris is None else atheris.instrument_imports(include=PACKAGES):
        from readers import targets

        with tempfile.TemporaryDirectory() as made:
            folder = Path(made)
            target = targets(folder)[name]
            if atheris is None:
                return _by_chance(name, target, seconds, folder, seed)
            seeds, corpus = folder / "seeds", CORPUS / f"reader_{name}"
            for each in (seeds, corpus, FOUND):
                each.mkdir(parents=True, exist_ok=True)
            for number, content in enumerate(target.seeds):
                (seeds / str(number)).write_bytes(content)
                target(content, folder)  # what it imports late is looked into as well
            longest = max(8192, 2 * max(map(len, target.seeds)))
            limits = [f"-max_total_time={seconds:.0f}", "-timeout=60", f"-max_len={longest}", f"-seed={seed}"]
            said = ["-verbosity=0", "-print_final_stats=1", f"-artifact_prefix={FOUND}/{name}-"]
            given = [name, *limits, *said, str(corpus), str(seeds)]
            atheris.Setup(given, lambda content: target(content, folder) and None)
            atheris.Fuzz()
    return 0


def _by_chance(name: str, target: object, seconds: float, folder: Path, seed: int) -> int:
    """Change seeds at random places, without a look at what that reaches."""
    from mutation import mutated

    random_ = random.Random(f"{name} {seed}" if seed else None)
    end, runs = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        content = mutated(random_.choice(target.seeds), random_)  # type: ignore[attr-defined]
        try:
            target(content, folder)  # type: ignore[operator]
        except BaseException:
            FOUND.mkdir(parents=True, exist_ok=True)
            (FOUND / f"{name}-{runs}").write_bytes(content)
            raise
        runs += 1
    print(f"{name}: {runs} runs")  # as `_apart` reads it
    return 0


if __name__ == "__main__":
    sys.exit(main())
