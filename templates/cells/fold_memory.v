// fold_memory: half of the complex words of a block, in two banks, each word in the bank of its parity
//
// Two words are read with `pair_read`, one of each bank; else the word at `read_address`, and the
// other bank gives its neighbour. Two are written with `pair_write`; else the parts of the word at
// `load_address` that `load` names. A pair never comes in the cycle of a single word.
//
//   latency   1 cycle from address to words; what is written can be read from the next cycle on
//   memory    2 x 2**BITS words of W bits

`default_nettype none

module fold_memory #(
    parameter BITS = 4,   // of an address, at least 2
    parameter W    = 16
) (
    input  wire            clk,
    input  wire            pair_read,
    input  wire [BITS-2:0] read_0,         // rows of the banks
    input  wire [BITS-2:0] read_1,
    input  wire [BITS-1:0] read_address,
    output wire [2*W-1:0]  word_0,         // {im, re} of each bank
    output wire [2*W-1:0]  word_1,
    input  wire            pair_write,
    input  wire [BITS-2:0] write_0,
    input  wire [BITS-2:0] write_1,
    input  wire [2*W-1:0]  pair_0,
    input  wire [2*W-1:0]  pair_1,
    input  wire [1:0]      load,           // {im, re}
    input  wire [BITS-1:0] load_address,
    input  wire [2*W-1:0]  load_data
);

    wire odd = ^load_address;
    genvar part;

    generate
        for (part = 0; part < 2; part = part + 1) begin : gen_part
            reg [W-1:0] bank_0 [0:(1<<(BITS-1))-1];
            reg [W-1:0] bank_1 [0:(1<<(BITS-1))-1];
            reg [W-1:0] out_0;
            reg [W-1:0] out_1;

            always @(posedge clk) begin
                if (pair_write | (load[part] & ~odd))
                    bank_0[pair_write ? write_0 : load_address[BITS-1:1]]
                        <= pair_write ? pair_0[part*W +: W] : load_data[part*W +: W];
                if (pair_write | (load[part] & odd))
                    bank_1[pair_write ? write_1 : load_address[BITS-1:1]]
                        <= pair_write ? pair_1[part*W +: W] : load_data[part*W +: W];
                out_0 <= bank_0[pair_read ? read_0 : read_address[BITS-1:1]];
                out_1 <= bank_1[pair_read ? read_1 : read_address[BITS-1:1]];
            end

            assign word_0[part*W +: W] = out_0;
            assign word_1[part*W +: W] = out_1;
        end
    endgenerate

    wire unused_bit = &{1'b0, read_address[0]};

endmodule

`default_nettype wire
