// half_give: words that come one per cycle leave in pairs, those of a packet on consecutive cycles
//
// `in_first` marks the first word of a packet of WORDS words; packets begin at least WORDS cycles
// apart. Pair j has word 2j in the low half and word 2j + 1 in the high one. The first pair leaves as
// early as the last one, which is joined in cycle WORDS - 1, can follow through the memory.
//
// Latency WORDS / 2 + 2. Memory: WORDS / 2 x W bits; none for four words.

`default_nettype none

module half_give #(
    parameter WORDS = 16,
    parameter W     = 16
) (
    input  wire           clk,
    input  wire           rst,
    input  wire           in_first,
    input  wire [W-1:0]   in_data,
    output reg            out_valid,
    output reg  [2*W-1:0] out_data
);

    localparam TW    = $clog2(WORDS);
    localparam START = WORDS / 2 + 1;

    reg  [TW-1:0]  write_q;
    reg  [TW-2:0]  read_q;
    reg  [W-1:0]   low_q;
    wire [2*W-1:0] pair = {in_data, low_q};
    wire           read = (write_q == START[TW-1:0]) | (|read_q);

    always @(posedge clk) begin
        if (rst) write_q <= 0;
        else if (in_first | (|write_q)) write_q <= write_q + 1'b1;
        if (rst) read_q <= 0;
        else if (read) read_q <= read_q + 1'b1;
        low_q     <= in_data;
        out_valid <= read & ~rst;
    end

    generate
        if (TW == 2) begin : gen_four
            reg [2*W-1:0] pair_q;
            always @(posedge clk) begin
                out_data <= pair_q;
                if (write_q[0]) pair_q <= pair;
            end
        end else begin : gen_more
            // a pair is read before the one WORDS / 4 behind it comes, or in the same cycle
            reg [2*W-1:0] mem [0:WORDS/4-1];
            always @(posedge clk) begin
                out_data <= mem[read_q[TW-3:0]];
                if (write_q[0]) mem[write_q[TW-2:1]] <= pair;
            end
        end
    endgenerate

endmodule

`default_nettype wire
