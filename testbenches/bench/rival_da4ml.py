"""da4ml's dense layer of 64 x 64 with random 8-bit weights at interval 1: writes its Verilog below dense/.

usage: python rival_da4ml.py     prints one line of JSON: {"seconds": ...}
"""

import json
import time

import numpy as np
from da4ml.codegen import VerilogModel
from da4ml.trace import FixedVariableArray, comb_trace

SIZE = 64


def main():
    weights = np.random.default_rng(1).integers(-127, 128, size=(SIZE, SIZE)).astype(np.float64)
    begin = time.time()
    ones = np.ones(SIZE, dtype=np.int64)
    source = FixedVariableArray.from_kif(ones, 7 * ones, 0 * ones)
    logic = comb_trace(source, source @ weights)
    VerilogModel(logic, "dense", "dense", latency_cutoff=5).write()
    print(json.dumps({"seconds": round(time.time() - begin, 1)}))


main()
