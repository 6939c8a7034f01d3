// What one cycle brings to digits and what it shows, in records of 32-bit words
//
// Bits come first, then the wider signals, each from a new word. A value that its flag does not announce is left out.
#ifndef CIRCLET_DUT_H
#define CIRCLET_DUT_H

#include "Vdigits.h"
#include "Vdigits___024root.h"

typedef Vdigits Dut;

static const std::size_t INPUT_WORDS = 2;
static const std::size_t OUTPUT_WORDS = 28;  // at most

static inline void drive(Dut &dut, const uint32_t *record) {
    dut.rst = record[0] >> 0 & 1;
    dut.s_axis_tvalid = record[0] >> 1 & 1;
    dut.s_axis_tlast = record[0] >> 2 & 1;
    dut.m_axis_tready = record[0] >> 3 & 1;
    unpack(record + 1, dut.s_axis_tdata);
}

static inline uint32_t *show(const Dut &dut, uint32_t *record) {
    const Vdigits___024root &root = *dut.rootp;
    uint32_t *next = record + 1;
    record[0] = 0;
    record[0] |= static_cast<uint32_t>(root.s_axis_tready) << 0;
    record[0] |= static_cast<uint32_t>(root.m_axis_tvalid) << 1;
    record[0] |= static_cast<uint32_t>(root.m_axis_tlast) << 2;
    record[0] |= static_cast<uint32_t>(root.frame_error) << 3;
    record[0] |= static_cast<uint32_t>(root.digits__DOT__fc1__DOT__fc1_in_push) << 4;
    record[0] |= static_cast<uint32_t>(root.digits__DOT__fc1__DOT__fc1_in_pop) << 5;
    record[0] |= static_cast<uint32_t>(root.digits__DOT__fc1__DOT__fc1_spectra_push) << 6;
    record[0] |= static_cast<uint32_t>(root.digits__DOT__fc1__DOT__fc1_spectra_pop) << 7;
    record[0] |= static_cast<uint32_t>(root.digits__DOT__fc1__DOT__fc1_sums_push) << 8;
    record[0] |= static_cast<uint32_t>(root.digits__DOT__fc1__DOT__fc1_sums_pop) << 9;
    record[0] |= static_cast<uint32_t>(root.digits__DOT__fc2__DOT__fc2_in_push) << 10;
    record[0] |= static_cast<uint32_t>(root.digits__DOT__fc2__DOT__fc2_in_pop) << 11;
    record[0] |= static_cast<uint32_t>(root.digits__DOT__fc2__DOT__fc2_spectra_push) << 12;
    record[0] |= static_cast<uint32_t>(root.digits__DOT__fc2__DOT__fc2_spectra_pop) << 13;
    record[0] |= static_cast<uint32_t>(root.digits__DOT__fc2__DOT__fc2_sums_push) << 14;
    record[0] |= static_cast<uint32_t>(root.digits__DOT__fc2__DOT__fc2_sums_pop) << 15;
    record[0] |= static_cast<uint32_t>(root.digits__DOT__fc3__DOT__fc3_in_push) << 16;
    record[0] |= static_cast<uint32_t>(root.digits__DOT__fc3__DOT__fc3_in_pop) << 17;
    record[0] |= static_cast<uint32_t>(root.digits__DOT__fc3__DOT__fc3_sums_push) << 18;
    record[0] |= static_cast<uint32_t>(root.digits__DOT__fc3__DOT__fc3_sums_pop) << 19;
    record[0] |= static_cast<uint32_t>(root.digits__DOT__digit__DOT__digit_in_push) << 20;
    record[0] |= static_cast<uint32_t>(root.digits__DOT__digit__DOT__digit_in_pop) << 21;
    record[0] |= static_cast<uint32_t>(root.digits__DOT__out_push) << 22;
    record[0] |= static_cast<uint32_t>(root.digits__DOT__out_pop) << 23;
    if (root.m_axis_tvalid) next = pack(next, root.m_axis_tdata);
    if (root.digits__DOT__fc1__DOT__fc1_in_push) next = pack(next, root.digits__DOT__fc1__DOT__fc1_in_push_data);
    if (root.digits__DOT__fc1__DOT__fc1_spectra_push) next = pack(next, root.digits__DOT__fc1__DOT__fc1_spectra_push_data);
    if (root.digits__DOT__fc1__DOT__fc1_sums_push) next = pack(next, root.digits__DOT__fc1__DOT__fc1_sums_push_data);
    if (root.digits__DOT__fc2__DOT__fc2_in_push) next = pack(next, root.digits__DOT__fc2__DOT__fc2_in_push_data);
    if (root.digits__DOT__fc2__DOT__fc2_spectra_push) next = pack(next, root.digits__DOT__fc2__DOT__fc2_spectra_push_data);
    if (root.digits__DOT__fc2__DOT__fc2_sums_push) next = pack(next, root.digits__DOT__fc2__DOT__fc2_sums_push_data);
    if (root.digits__DOT__fc3__DOT__fc3_in_push) next = pack(next, root.digits__DOT__fc3__DOT__fc3_in_push_data);
    if (root.digits__DOT__fc3__DOT__fc3_sums_push) next = pack(next, root.digits__DOT__fc3__DOT__fc3_sums_push_data);
    if (root.digits__DOT__digit__DOT__digit_in_push) next = pack(next, root.digits__DOT__digit__DOT__digit_in_push_data);
    if (root.digits__DOT__out_push) next = pack(next, root.digits__DOT__out_push_data);
    return next;
}

#endif
