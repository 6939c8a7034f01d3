{#- Binds harness.cpp to a top module. Context: emit::harness::DutHeader -#}
// What one cycle brings to {= top =} and what it shows, in records of 32-bit words
//
// Bits come first, then the wider signals, each from a new word. A value that its flag does not announce is left out.
#ifndef CIRCLET_DUT_H
#define CIRCLET_DUT_H

#include "V{= top =}.h"
#include "V{= top =}___024root.h"

typedef V{= top =} Dut;

static const std::size_t INPUT_WORDS = {= input_words =};
static const std::size_t OUTPUT_WORDS = {= output_words =};  // at most

static inline void drive(Dut &dut, const uint32_t *record) {
{%- for bit in input_bits %}
    dut.{= bit.signal =} = record[{= bit.word =}] >> {= bit.bit =} & 1;
{%- endfor %}
{%- for value in input_values %}
    unpack(record + {= value.word =}, dut.{= value.signal =});
{%- endfor %}
}

static inline uint32_t *show(const Dut &dut, uint32_t *record) {
    const V{= top =}___024root &root = *dut.rootp;
    uint32_t *next = record + {= flag_words =};
{%- for word in flag_range %}
    record[{= word =}] = 0;
{%- endfor %}
{%- for bit in output_bits %}
    record[{= bit.word =}] |= static_cast<uint32_t>(root.{= bit.signal =}) << {= bit.bit =};
{%- endfor %}
{%- for value in output_values %}
    if ({= value.when =}) next = pack(next, root.{= value.signal =});
{%- endfor %}
    return next;
}

#endif
