"""digits under cocotb: the frames of vectors/cycles.hex, with random gaps on both streams.

Run in this folder: make SIM=icarus, or make SIM=verilator. cocotb 1.9.2 works with Icarus 11 and Verilator 5.006.
CIRCLET_SEED chooses the gaps; the same seed gives the same run.
"""

import os
import random
from pathlib import Path

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, RisingEdge, with_timeout

VECTORS = Path(__file__).resolve().parent.parent / "vectors" / "cycles.hex"


def beats():
    """The beats that moved in the vectors: (data, last) in, and out."""
    taken, given = [], []
    for line in VECTORS.read_text().splitlines():
        line = line.split("//")[0].strip()
        if not line:
            continue
        control, data_in, state, data_out = (int(field, 16) for field in line.split("_"))
        if control >> 3 & 1:
            continue
        valid_in, last_in, ready_out = control >> 2 & 1, control >> 1 & 1, control & 1
        ready_in, valid_out, last_out = state >> 2 & 1, state >> 1 & 1, state & 1
        if valid_in and ready_in:
            taken.append((data_in, last_in))
        if valid_out and ready_out:
            given.append((data_out, last_out))
    return taken, given


async def drive(dut, stream, gaps, percent):
    """Offers each beat until it is taken; a gap may come before it."""
    for data, last in stream:
        while gaps.randrange(100) >= percent:
            dut.s_axis_tvalid.value = 0
            await FallingEdge(dut.clk)
        dut.s_axis_tdata.value = data
        dut.s_axis_tlast.value = last
        dut.s_axis_tvalid.value = 1
        while True:
            taken = int(dut.s_axis_tready.value)
            await FallingEdge(dut.clk)
            if taken:
                break
    dut.s_axis_tvalid.value = 0


async def collect(dut, count, gaps, percent):
    """Takes so many beats; ready comes and goes whatever valid does."""
    found = []
    while len(found) < count:
        dut.m_axis_tready.value = int(gaps.randrange(100) < percent)
        await RisingEdge(dut.clk)
        if int(dut.m_axis_tvalid.value) and int(dut.m_axis_tready.value):
            found.append((int(dut.m_axis_tdata.value), int(dut.m_axis_tlast.value)))
        await FallingEdge(dut.clk)
    return found


async def play(dut, percent_in, percent_out):
    seed = int(os.environ.get("CIRCLET_SEED", "1"))
    stream, expected = beats()
    cocotb.start_soon(Clock(dut.clk, 10, units="ns").start(start_high=False))
    dut.s_axis_tvalid.value = 0
    dut.s_axis_tlast.value = 0
    dut.s_axis_tdata.value = 0
    dut.m_axis_tready.value = 0
    dut.rst.value = 1
    for _ in range(3):
        await FallingEdge(dut.clk)
    dut.rst.value = 0
    cocotb.start_soon(drive(dut, stream, random.Random(2 * seed), percent_in))
    cycles = 1000 + 100 * (64 + 411 + len(stream) + len(expected))
    taking = collect(dut, len(expected), random.Random(2 * seed + 1), percent_out)
    found = await with_timeout(taking, 10 * cycles, "ns")
    for number, (got, wanted) in enumerate(zip(found, expected)):
        frame, beat = divmod(number, 1)
        assert got == wanted, (
            f"frame {frame}, beat {beat}: (tdata, tlast) is ({got[0]:#x}, {got[1]}), expected ({wanted[0]:#x}, {wanted[1]})"
        )
    assert int(dut.frame_error.value) == 0, "frame_error is set"


@cocotb.test()
async def no_gaps(dut):
    await play(dut, 100, 100)


@cocotb.test()
async def gaps_at_the_input(dut):
    await play(dut, 30, 100)


@cocotb.test()
async def gaps_at_the_output(dut):
    await play(dut, 100, 30)


@cocotb.test()
async def gaps_at_both(dut):
    await play(dut, 60, 60)
