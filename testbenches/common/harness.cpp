// Drives one block, cycle by cycle: argv[1] stimulus in, argv[2] response out.
//
// A stimulus line is `<rst><in_valid>_<in_data>`, a response line `<out_valid>_<out_data>`; data is hexadecimal in whole
// 32-bit words. The response shows a cycle's outputs as they stand before its clock edge. Registers start at random.

#include "Vdut.h"
#include "verilated.h"
#include <cstdio>
#include <string>
#include <vector>

double sc_time_stamp() { return 0; }

template <class T> void put(T& port, const std::vector<uint32_t>& words) {
    uint64_t value = words[0];
    if (words.size() > 1) value |= uint64_t(words[1]) << 32;
    port = T(value);
}

template <std::size_t N> void put(VlWide<N>& port, const std::vector<uint32_t>& words) {
    for (std::size_t i = 0; i < N; i++) port[i] = words[i];
}

template <class T> std::vector<uint32_t> get(const T& port) {
    return {uint32_t(port), uint32_t(uint64_t(port) >> 32)};
}

template <std::size_t N> std::vector<uint32_t> get(const VlWide<N>& port) {
    return std::vector<uint32_t>(port.m_storage, port.m_storage + N);
}

static std::vector<uint32_t> words_of(const char* hex, std::size_t digits) {
    std::vector<uint32_t> words;
    for (std::size_t end = digits; end > 0; end -= 8)
        words.push_back(uint32_t(std::stoul(std::string(hex + end - 8, 8), nullptr, 16)));
    return words;
}

int main(int, char** argv) {
    VerilatedContext context;
    context.randReset(2);
    context.randSeed(7);
    Vdut dut(&context);
    std::FILE* in = std::fopen(argv[1], "r");
    std::FILE* out = std::fopen(argv[2], "w");
    if (!in || !out) return 1;
    std::vector<char> line(1 << 20);
    while (std::fgets(line.data(), int(line.size()), in)) {
        const std::string text(line.data());
        dut.clk = 0;
        dut.rst = text[0] == '1';
        dut.in_valid = text[1] == '1';
        put(dut.in_data, words_of(text.data() + 3, text.size() - 4));
        dut.eval();
        std::fprintf(out, "%d_", int(dut.out_valid));
        const std::vector<uint32_t> words = get(dut.out_data);
        for (std::size_t i = words.size(); i-- > 0;) std::fprintf(out, "%08x", words[i]);
        std::fputc('\n', out);
        dut.clk = 1;
        dut.eval();
    }
    std::fclose(in);
    return std::fclose(out);
}
