// real_stage: a butterfly between the first two SPANs of words of a packet; all others pass
//
// Word t < SPAN and word t + SPAN become their sum, at t, and their difference, at t + SPAN, one
// bit wider. With DOUBLE the words that pass come out doubled too, so that a halver behind this cell
// brings back all of them.
//
// `in_first` stands beside the first word of a packet of BEATS words on consecutive cycles,
// `out_first` beside the first result. Latency: SPAN + 1 cycles.

`default_nettype none

module real_stage #(
    parameter BEATS  = 8,   // a power of two, at least 2 * SPAN
    parameter SPAN   = 2,   // a power of two
    parameter DOUBLE = 0,
    parameter W      = 16
) (
    input  wire                clk,
    input  wire                rst,
    input  wire                in_first,
    input  wire signed [W-1:0] in_data,
    output reg                 out_first,
    output reg  signed [W:0]   out_data
);

    localparam TW = $clog2(BEATS);
    localparam SW = $clog2(SPAN);

    // position in the packet, 0 also between packets
    reg  [TW-1:0] t_q;
    wire          half;     // the second word of a butterfly
    wire          passes;   // neither word of one

    generate
        if (BEATS == 2 * SPAN) begin : gen_whole
            assign half   = t_q[SW];
            assign passes = 1'b0;
        end else begin : gen_part
            assign half   = t_q[TW-1:SW] == 1;
            assign passes = |t_q[TW-1:SW+1];
        end
    endgenerate

    always @(posedge clk) begin
        if (rst) t_q <= 0;
        else if (in_first | (|t_q)) t_q <= t_q + 1'b1;
        out_first <= (t_q == SPAN[TW-1:0]) & ~rst;
    end

    // what stands SPAN words before the input
    wire signed [W:0] past;
    wire signed [W:0] wide = (DOUBLE != 0 && passes) ? {in_data, 1'b0} : {in_data[W-1], in_data};

    delay_line #(.W(W + 1), .DEPTH(SPAN)) feedback (
        .clk      (clk),
        .rst      (rst),
        .in_data  (half ? past - wide : wide),
        .out_data (past)
    );

    always @(posedge clk) out_data <= past + (wide & {(W+1){half}});

endmodule

`default_nettype wire
