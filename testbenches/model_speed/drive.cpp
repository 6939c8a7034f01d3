// Drives a Verilated network as drive.rs drives a model: the same words, no bubbles, no probes, no waveform.
// Prints cycles, processor seconds and the sum over what came out.
//
// usage: drive FRAMES BEATS_IN BEATS_OUT LANES WIDTH BITS_PER_LANE WIDTH_OUT
//
// SPDX-License-Identifier: MIT

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include <verilated.h>

#include MODEL_HEADER

double sc_time_stamp() { return 0; }

int main(int, char **argv) {
    const long frames = std::atol(argv[1]), beats_in = std::atol(argv[2]), beats_out = std::atol(argv[3]);
    const int lanes = std::atoi(argv[4]), width = std::atoi(argv[5]), bits = std::atoi(argv[6]), width_out = std::atoi(argv[7]);
    VerilatedContext context;
    MODEL dut(&context, "TOP");
    dut.rst = 1;
    for (int i = 0; i < 4; ++i) {
        dut.clk = 0;
        dut.eval();
        dut.clk = 1;
        dut.eval();
    }
    dut.rst = 0;
    dut.m_axis_tready = 1;
    uint64_t state = 88172645463325252ull, cycles = 0, sum = 0;
    long beat = 0, given = 0, left = frames * beats_out;
    const std::clock_t start = std::clock();
    while (left > 0) {
        const bool valid = given < frames, last = beat + 1 == beats_in;
        uint64_t data = 0;
        for (int lane = 0; lane < lanes; ++lane) {
            const int64_t word = static_cast<int64_t>(state >> (20 * lane) << (64 - width)) >> (64 - width);
            data |= (static_cast<uint64_t>(word) & ((1ull << bits) - 1)) << (bits * lane);
        }
        dut.s_axis_tvalid = valid;
        dut.s_axis_tlast = last;
        dut.s_axis_tdata = data;
        dut.clk = 0;
        dut.eval();
        const bool taken = valid && dut.s_axis_tready;
        if (dut.m_axis_tvalid) {
            --left;
            const uint64_t word = static_cast<uint64_t>(dut.m_axis_tdata) << (64 - width_out);
            sum = sum * 31 + static_cast<uint64_t>(static_cast<int64_t>(word) >> (64 - width_out));
        }
        dut.clk = 1;
        dut.eval();
        if (taken) {
            beat = last ? 0 : beat + 1;
            given += last;
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
        }
        ++cycles;
    }
    std::printf("%llu %f %llu\n", static_cast<unsigned long long>(cycles),
                static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC, static_cast<unsigned long long>(sum));
    dut.final();
    return 0;
}
