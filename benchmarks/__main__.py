"""`make bench`: all tables, one after the other."""

import os
import platform

import torch

from benchmarks import cuda, frame, parse

print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, torch {torch.__version__}\n")
parse.run()
frame.run()
cuda.run()
