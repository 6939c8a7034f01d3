"""NNgen's MLP 256-128-128-10 with 8-bit words, 8 x 8 lanes: writes mlp.v here, and simulates a frame from start to done.

usage: python rival_nngen.py     prints one line of JSON: {"clocks": ..., "seconds": ...}
"""

import json
import re
import time

import nngen as ng
import numpy as np
import veriloggen.thread as vthread
import veriloggen.types.axi as axi
from veriloggen import Delay, Module, Not, Seq, Systask, simulation

LANES = 8
LAYERS = [(256, 128), (128, 128), (128, 10)]
WORD, SUM = ng.int8, ng.int32
# bits of the memory's port, and of a word of its image
PORT = 32


def network():
    """The last layer, the input, and the input's words."""
    random = np.random.default_rng(1)
    source = layer = ng.placeholder(WORD, shape=(1, LAYERS[0][0]), name="source")
    for at, (columns, rows) in enumerate(LAYERS):
        weights = ng.variable(WORD, shape=(rows, columns), name=f"w{at}")
        weights.set_value(random.integers(-127, 128, size=(rows, columns)))
        is_last = at + 1 == len(LAYERS)
        layer = ng.matmul(
            layer, weights, transposed_b=True, act_func=None if is_last else ng.relu, dtype=WORD, sum_dtype=SUM, name=f"fc{at}"
        )
        layer.attribute(par_ich=LANES, par_och=LANES, cshamt_out=10)
    return layer, source, random.integers(-127, 128, size=(1, LAYERS[0][0]))


def up(address, chunk=64):
    return -(-address // chunk) * chunk


def bench(target, last, source, words):
    """A memory, a host that starts the network and waits, a counter of clocks, and a check of the words."""
    parameters = ng.export_ndarray([last], 64)
    at_parameters = up(source.addr + source.memory_size)
    at_check = up(at_parameters + len(parameters))
    at_scratch = up(at_check + last.memory_size)
    image = np.zeros([1 << 18], dtype=np.int64)
    aligned = max(PORT // WORD.width, LANES)
    expected = ng.eval([last], source=words)[0]
    axi.set_memory(image, words, PORT, WORD.width, source.addr, aligned)
    axi.set_memory(image, parameters, PORT, 8, at_parameters)
    axi.set_memory(image, expected, PORT, WORD.width, at_check, aligned)

    top = Module("bench")
    generics, ports = top.copy_params(target), top.copy_sim_ports(target)
    clk, resetn = ports["CLK"], ports["RESETN"]
    rst = top.Wire("RST")
    rst.assign(Not(resetn))
    memory = axi.AxiMemoryModel(
        top, "memory", clk, rst, datawidth=PORT, memimg=image, memimg_name="memory.img", memimg_datawidth=PORT
    )
    memory.connect(ports, "maxi")
    host = vthread.AXIMLite(top, "host", clk, rst, noio=True)
    host.connect(ports, "saxi")
    clocks = top.Reg("clocks", 32, initval=0)
    Seq(top, "count", clk, rst)(clocks.inc())

    def control():
        ng.sim.set_global_addrs(host, at_scratch)
        begin = clocks.value
        ng.sim.start(host)
        ng.sim.wait(host)
        print("clocks %d" % (clocks.value - begin))
        wrong = 0
        for at in range(LAYERS[-1][1]):
            got = memory.read_word(at, last.addr, WORD.width)
            check = memory.read_word(at, at_check, WORD.width)
            if vthread.verilog.NotEql(got, check):
                wrong += 1
        print("wrong %d" % wrong)
        vthread.finish()

    vthread.Thread(top, "control", clk, rst, control).start()
    top.Instance(target, "dut", params=top.connect_params(target), ports=top.connect_ports(target))
    simulation.setup_clock(top, clk, hperiod=5)
    init = simulation.setup_reset(top, resetn, top.make_reset(), period=100, polarity="low")
    init.add(Delay(10000000), Systask("finish"))
    return simulation.Simulator(top, sim="iverilog").run(outputfile="bench.out")


def main():
    last, source, words = network()
    begin = time.time()
    target = ng.to_veriloggen([last], "mlp", silent=True, config={"maxi_datawidth": PORT})
    target.to_verilog("mlp.v")
    seconds = time.time() - begin
    said = bench(target, last, source, words)
    numbers = dict(re.findall(r"^(clocks|wrong) +(\d+)", said, re.M))
    assert numbers.get("wrong") == "0", said
    print(json.dumps({"clocks": int(numbers["clocks"]), "seconds": round(seconds, 1)}))


main()
