"""Loads the shim in a folder and prints how many CUDA devices it sees: load_shim.py FOLDER"""
import ctypes
import os
import sys

shim = ctypes.CDLL(os.path.join(sys.argv[1], "libearthmover_torch.so"))
shim.em_last_error.restype = ctypes.c_char_p
count = ctypes.c_int32()
if shim.em_cuda_count(ctypes.byref(count)) != 0:
    sys.exit(shim.em_last_error().decode())
print(count.value)
