// ifft_stage_props: ifft_stage against the butterflies of a packet at double scale, for all inputs
//
//   proves    groups g >= 1: u + v, then u - v; group 0 of (s, d) and (b_lo, b_hi): (s + d, 2 b_lo), then (s - d, 2 b_hi);
//             without REAL group 0 as the others
//   proves    `phase` and `out_first` in the cycles promised; latency SPAN + 1
//   assumes   packets are at least BEATS cycles apart    proved in gate_props: packets are consecutive beats

`default_nettype none

module ifft_stage_props #(
    parameter BEATS = 4,
    parameter SPAN  = 1,
    parameter WAIT  = 1,
    parameter W     = 2,
    parameter REAL  = 1
) (
    input wire                clk,
    input wire                rst,
    input wire                in_first,
    input wire signed [W-1:0] in_0,
    input wire signed [W-1:0] in_1
);
    localparam DELAY = SPAN + 1;  // from `in_first` to the first result
    localparam H     = DELAY + BEATS + WAIT;
    localparam SW    = $clog2(SPAN);
    localparam OTHERS = REAL != 0 ? 2 * SPAN : 0;  // the first beat of a complex group

    wire [$clog2(BEATS/SPAN)-1:0] phase;
    wire out_first;
    wire signed [W:0] out_0;
    wire signed [W:0] out_1;

    ifft_stage #(.BEATS(BEATS), .SPAN(SPAN), .WAIT(WAIT), .W(W), .REAL(REAL)) dut (
        .clk(clk), .rst(rst), .in_first(in_first), .in_0(in_0), .in_1(in_1), .phase(phase),
        .out_first(out_first), .out_0(out_0), .out_1(out_1)
    );

    reg [H-1:0] pulses;  // bit n: a packet began n + 1 cycles ago, and no reset since
    reg [W*(2*SPAN+1)-1:0] words_0;  // of the last cycles, the youngest in the low bits
    reg [W*(2*SPAN+1)-1:0] words_1;
    reg started = 1'b0;
    always @(posedge clk) begin
        started <= 1'b1;
        pulses  <= rst ? {H{1'b0}} : {pulses[H-2:0], in_first};
        words_0 <= {words_0, in_0};
        words_1 <= {words_1, in_1};
    end
    always @* begin
        if (!started) assume (rst);
        if (in_first) assume (!(|pulses[BEATS-2:0]));
    end

    wire signed [W-1:0] next_0 = words_0[0 +: W];
    wire signed [W-1:0] next_1 = words_1[0 +: W];
    wire signed [W-1:0] own_0  = words_0[SPAN*W +: W];
    wire signed [W-1:0] own_1  = words_1[SPAN*W +: W];
    wire signed [W-1:0] lo_0   = words_0[2*SPAN*W +: W];
    wire signed [W-1:0] lo_1   = words_1[2*SPAN*W +: W];

    integer t;
    always @* if (started) begin
        for (t = 0; t < BEATS; t = t + 1) if (pulses[DELAY-1+t]) begin
            if (t >= OTHERS && (t / SPAN) % 2 == 0) assert (out_0 == own_0 + next_0 && out_1 == own_1 + next_1);
            if (t >= OTHERS && (t / SPAN) % 2 == 1) assert (out_0 == lo_0 - own_0 && out_1 == lo_1 - own_1);
            if (t < OTHERS && t < SPAN) assert (out_0 == own_0 + own_1 && out_1 == 2 * next_0);
            if (t >= SPAN && t < OTHERS) assert (out_0 == lo_0 - lo_1 && out_1 == 2 * own_1);
        end
        assert (out_first == pulses[DELAY-1+WAIT]);
        if (in_first) assert (phase == 0);
        for (t = 1; t < BEATS; t = t + 1) if (pulses[t-1]) assert (phase == t >> SW);
    end
`ifdef REACH
    always @* assert (!(started && pulses[DELAY+BEATS-2]));
`endif
endmodule

`default_nettype wire
