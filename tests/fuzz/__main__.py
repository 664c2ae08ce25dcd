"""Fuzz readers of files, each in a process of its own: python tests/fuzz [--seconds 60] [NAME ...]."""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FOUND = Path("build/fuzz/found")


def main() -> int:
    """Fuzz the readers that were named, or all; return how many failed."""
    parser = argparse.ArgumentParser(prog="python tests/fuzz")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--here", action="store_true", help="one reader, in this process")
    options = parser.parse_args()
    if options.here:
        return _fuzz(options.names[0], options.seconds)
    with tempfile.TemporaryDirectory() as folder:
        from readers import targets

        names = options.names or list(targets(Path(folder)))
    failed = []
    for name in names:
        command = [
            sys.executable,
            str(Path(__file__).parent),
            "--here",
            "--seconds",
            str(options.seconds),
            name,
        ]
        if subprocess.run(command, check=False).returncode != 0:
            failed.append(name)
    print(f"{len(names) - len(failed)} of {len(names)} readers held; failed: {', '.join(failed) or 'none'}")
    return len(failed)


def _fuzz(name: str, seconds: float) -> int:
    try:
        import atheris
    except ImportError:
        atheris = None
    from readers import targets

    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        target = targets(folder)[name]
        if atheris is None:
            return _by_chance(name, target, seconds, folder)
        seeds = folder / "seeds"
        seeds.mkdir()
        for number, seed in enumerate(target.seeds):
            (seeds / str(number)).write_bytes(seed)
        FOUND.mkdir(parents=True, exist_ok=True)
        atheris.instrument_all()
        given = [name, f"-max_total_time={seconds:.0f}", "-timeout=20", "-max_len=8192", "-verbosity=0",
                 "-print_final_stats=1", f"-artifact_prefix={FOUND}/{name}-", str(seeds)]  # fmt: skip
        atheris.Setup(given, lambda content: target(content, folder) and None)
        atheris.Fuzz()
    return 0


def _by_chance(name: str, target: object, seconds: float, folder: Path) -> int:
    """Change seeds at random places, without a look at what that reaches."""
    random_ = random.Random(name)
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
    print(f"{name}: {runs} runs")
    return 0


# What parsers stumble over.
PIECES = (
    b"[" * 3000, b"{", b"}", b"]", b"-1", b"1e999", b"9" * 30, b"NaN", b"null", b'""', b"\0", b"\xff", b",", b"\n",
    b":", b"&a ", b"*a", b"2020-99-99", b"true", b"9" * 5000, b"1e300", b"0.5", b"=1+1", b"\xef\xbb\xbf",
)  # fmt: skip


def mutated(seed: bytes, random_: random.Random) -> bytes:
    """Return a seed with some pieces cut, doubled, or replaced."""
    content = bytearray(seed)
    for _ in range(random_.randint(1, 6)):
        start = random_.randint(0, len(content))
        end = min(len(content), start + random_.choice((0, 1, 1, 2, 8, 64)))
        kind = random_.randrange(3)
        if kind == 0:
            content[start:end] = random_.choice(PIECES)
        elif kind == 1:
            content[start:end] = content[start:end] * 2
        else:
            content[start:end] = bytes(random_.randbytes(end - start))
    return bytes(content)


if __name__ == "__main__":
    sys.exit(main())
