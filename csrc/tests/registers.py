"""Print what ptxas said of each kernel: registers, stack, spills and shared memory. Reads the build's output."""

import re
import sys

TYPES = {"f": "float", "6__half": "half", "13__nv_bfloat16": "bfloat16"}


def name_of(mangled: str) -> str:
    """Return the kernel's name with what it is made for."""
    match = re.search(r"\d+([a-z]+_kernel)(.*)", mangled)
    if match is None:
        return mangled
    kernel, rest = match.groups()
    for key, text in (
        ("StoredSource", "stored"),
        ("StageSource", "stages"),
        ("ILb1E", "shared"),
        ("ILb0E", "global"),
    ):
        if key in rest:
            return f"{kernel}<{text}>"
    typed = re.match(r"I(f|6__half|13__nv_bfloat16)E", rest)
    return f"{kernel}<{TYPES[typed[1]]}>" if typed else kernel


def main() -> None:
    """Print the table; exit with 1 where the output holds no kernel."""
    kernels = 0
    name, stack = "", "0"
    spills = ("0", "0")
    print(f"{'kernel':<28}{'for':<8}{'registers':>10}{'stack':>7}{'spilled':>9}{'shared':>8}   (bytes)")
    target = ""
    for line in sys.stdin:
        if entry := re.search(r"Compiling entry function '(\w+)' for '(\w+)'", line):
            name, target = name_of(entry[1]), entry[2]
        elif frame := re.search(
            r"(\d+) bytes stack frame, (\d+) bytes spill stores, (\d+) bytes spill loads", line
        ):
            stack, spills = frame[1], (frame[2], frame[3])
        elif used := re.search(r"Used (\d+) registers", line):
            shared = re.search(r"(\d+) bytes smem", line)
            kernels += 1
            print(
                f"{name:<28}{target:<8}{used[1]:>10}{stack:>7}{'/'.join(spills):>9}{shared[1] if shared else '0':>8}"
            )
    sys.exit(0 if kernels else "no kernel was compiled")


if __name__ == "__main__":
    main()
