// half_take: pairs of words leave one by one, in the order in which the first level joins them
//
// Beat t of a packet of WORDS / 2 carries x[t] in the low half and x[t + WORDS / 2] in the high one.
// Words leave as x[m], x[m + WORDS / 2], x[m + WORDS / 4], x[m + 3 WORDS / 4], m = 0, 1, ...
// Packets begin at least WORDS cycles apart.
//
// `in_first` marks the first beat of a packet; in its other beats it changes nothing. `out_first`
// marks the first word that leaves; `phase` is the position of the leaving word, 0 also between
// packets. Latency WORDS / 4, and 2 for four words. Memory: WORDS x W bits.

`default_nettype none

module half_take #(
    parameter WORDS = 16,
    parameter W     = 16
) (
    input  wire                     clk,
    input  wire                     rst,
    input  wire                     in_first,
    input  wire [2*W-1:0]           in_data,
    output reg                      out_first,
    output reg  [$clog2(WORDS)-1:0] phase,
    output wire [W-1:0]             out_data
);

    localparam TW = $clog2(WORDS);
    localparam AW = TW - 1;
    // beat WORDS / 4, of the third word, is read in the cycle after that in which it came
    localparam START = (WORDS == 4) ? 1 : WORDS / 4 - 1;

    reg  [2*W-1:0] mem [0:WORDS/2-1];
    reg  [AW-1:0]  write_q;
    reg  [TW-1:0]  read_q;
    reg  [2*W-1:0] pair_q;
    wire           read_first = (write_q == START[AW-1:0]);
    wire [AW-1:0]  address;

    generate
        if (AW == 1) begin : gen_four
            assign address = read_q[1];
        end else begin : gen_more
            assign address = {read_q[1], read_q[TW-1:2]};
        end
    endgenerate

    always @(posedge clk) begin
        if (rst) write_q <= 0;
        else if (in_first | (|write_q)) write_q <= write_q + 1'b1;
        if (rst) read_q <= 0;
        else if (read_first | (|read_q)) read_q <= read_q + 1'b1;
        out_first <= read_first & ~rst;
        phase     <= read_q;
        pair_q    <= mem[address];
        mem[write_q] <= in_data;
    end

    assign out_data = phase[0] ? pair_q[2*W-1:W] : pair_q[W-1:0];

endmodule

`default_nettype wire
