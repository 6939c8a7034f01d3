// Drives a Verilated module cycle by cycle: input records come on stdin, output records leave on stdout.
//
// Input block:  cycles, silent, then `cycles` records of INPUT_WORDS words.
// Output block: words, then the records of the block, each as long as what it shows; none for a silent block.
// All words have 32 bits, native byte order. What a record holds is in dut.h. A record shows the ports and probes
// during its cycle, before the rising edge.
//
// usage: harness SEED [WAVE FIRST_CYCLE LAST_CYCLE], or where lines and bits are counted, harness SEED COVERAGE
// Registers and memories start with values drawn from SEED: what relies on an initial value shows itself.
// What the design or Verilator print goes to stderr: stdout carries records alone.
//
// SPDX-License-Identifier: MIT

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include <unistd.h>

#include <verilated.h>
#if VM_COVERAGE
#include <verilated_cov.h>
#endif
#if VM_TRACE_FST
#include <verilated_fst_c.h>
typedef VerilatedFstC Trace;
#elif VM_TRACE
#include <verilated_vcd_c.h>
typedef VerilatedVcdC Trace;
#endif

static inline void unpack(const uint32_t *record, CData &value) { value = static_cast<CData>(record[0]); }
static inline void unpack(const uint32_t *record, SData &value) { value = static_cast<SData>(record[0]); }
static inline void unpack(const uint32_t *record, IData &value) { value = record[0]; }
static inline void unpack(const uint32_t *record, QData &value) {
    value = record[0] | static_cast<QData>(record[1]) << 32;
}
template <std::size_t N>
static inline void unpack(const uint32_t *record, VlWide<N> &value) {
    for (std::size_t i = 0; i < N; ++i) value[i] = record[i];
}

static inline uint32_t *pack(uint32_t *record, IData value) {
    record[0] = value;
    return record + 1;
}
static inline uint32_t *pack(uint32_t *record, QData value) {
    record[0] = static_cast<uint32_t>(value);
    record[1] = static_cast<uint32_t>(value >> 32);
    return record + 2;
}
static inline uint32_t *pack(uint32_t *record, CData value) { return pack(record, static_cast<IData>(value)); }
static inline uint32_t *pack(uint32_t *record, SData value) { return pack(record, static_cast<IData>(value)); }
template <std::size_t N>
static inline uint32_t *pack(uint32_t *record, const VlWide<N> &value) {
    for (std::size_t i = 0; i < N; ++i) record[i] = value[i];
    return record + N;
}

#include "dut.h"

double sc_time_stamp() { return 0; }

static bool read_words(uint32_t *words, std::size_t count) {
    return std::fread(words, sizeof(uint32_t), count, stdin) == count;
}

static std::FILE *records = nullptr;

static void write_words(const uint32_t *words, std::size_t count) {
    if (std::fwrite(words, sizeof(uint32_t), count, records) != count) std::exit(1);
    std::fflush(records);
}

static bool part_records_from_prints() {
    records = fdopen(dup(STDOUT_FILENO), "wb");
    std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
    return records && dup2(STDERR_FILENO, STDOUT_FILENO) >= 0;
}

int main(int argc, char **argv) {
    if (!part_records_from_prints()) return 1;
    VerilatedContext context;
    context.randReset(2);
    context.randSeed(argc > 1 ? std::atoi(argv[1]) : 1);
    Dut dut(&context, "TOP");
#if VM_TRACE
    const uint64_t first_cycle = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 0;
    const uint64_t last_cycle = argc > 4 ? std::strtoull(argv[4], nullptr, 10) : UINT64_MAX;
    context.traceEverOn(true);
    Trace trace;
    dut.trace(&trace, 99);
    bool tracing = false;
#endif
    uint64_t cycle = 0;  // of those shown
    std::vector<uint32_t> input, output;
    uint32_t header[2];
    while (read_words(header, 2)) {
        const uint32_t cycles = header[0];
        const bool silent = header[1] != 0;
        input.resize(static_cast<std::size_t>(cycles) * INPUT_WORDS);
        if (!read_words(input.data(), input.size())) return 1;
        output.resize(1 + (silent ? 0 : static_cast<std::size_t>(cycles) * OUTPUT_WORDS));
        uint32_t *next = output.data() + 1;
        for (uint32_t i = 0; i < cycles; ++i) {
            drive(dut, input.data() + static_cast<std::size_t>(i) * INPUT_WORDS);
            dut.clk = 0;
            dut.eval();
#if VM_TRACE
            if (!silent && !tracing && argc > 2 && cycle >= first_cycle) {
                trace.open(argv[2]);
                tracing = true;
            }
            if (tracing && cycle <= last_cycle) trace.dump(cycle * 2);
#endif
            if (!silent) next = show(dut, next);
            dut.clk = 1;
            dut.eval();
#if VM_TRACE
            if (tracing && cycle <= last_cycle) trace.dump(cycle * 2 + 1);
#endif
            cycle += !silent;
        }
        output[0] = static_cast<uint32_t>(next - output.data() - 1);
        write_words(output.data(), next - output.data());
#if VM_COVERAGE
        // what random values change into in the first reset is no coverage; what runs but once has run by now
        if (silent) {
            if (argc > 2) context.coveragep()->write((std::string(argv[2]) + ".start").c_str());
            context.coveragep()->zero();
        }
#endif
        if (context.gotFinish()) {
            std::fprintf(stderr, "the design ended the simulation\n");
            return 1;
        }
    }
#if VM_TRACE
    if (tracing) trace.close();
#endif
    dut.final();
#if VM_COVERAGE
    if (argc > 2) context.coveragep()->write(argv[2]);
#endif
    return 0;
}
