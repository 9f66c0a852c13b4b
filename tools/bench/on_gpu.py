"""Runs a PyTorch port of `npm run bench` on the GPU, as it stands: python3 on_gpu.py PORT.py, the port's JSON on stdin.

What it makes, and the cohort, are on the GPU; its clock waits for the GPU.
"""

import runpy
import sys
import time

import torch

torch.set_default_device("cuda")
from_numpy, clock = torch.from_numpy, time.perf_counter


def now():
    torch.cuda.synchronize()
    return clock()


torch.from_numpy = lambda array: from_numpy(array).cuda()
time.perf_counter = now
runpy.run_path(sys.argv[1], run_name="__main__")
