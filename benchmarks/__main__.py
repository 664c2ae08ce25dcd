"""`make bench`: all tables, one after the other."""

import os
import platform

import torch

from benchmarks import crops, cuda, fields, frame, parse, pipeline, training

print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, torch {torch.__version__}\n")
parse.run()
fields.run()
crops.run()
frame.run()
pipeline.run()
training.run(size=512, photos=2, width=32, device="cpu", threads=torch.get_num_threads())
cuda.run()
