// real_stage_props: real_stage against the butterflies of a packet, for all inputs
//
//   proves    words t < SPAN: the sum of word t and word t + SPAN; the SPAN words after them: the difference; all others
//             as they came, doubled with DOUBLE
//   proves    `out_first` beside the first result; latency SPAN + 1
//   assumes   packets are at least BEATS cycles apart    proved in gate_props: packets are consecutive beats

`default_nettype none

module real_stage_props #(
    parameter BEATS  = 4,
    parameter SPAN   = 1,
    parameter DOUBLE = 0,
    parameter W      = 2
) (
    input wire                clk,
    input wire                rst,
    input wire                in_first,
    input wire signed [W-1:0] in_data
);
    localparam DELAY = SPAN + 1;  // from `in_first` to the first result
    localparam H     = DELAY + BEATS;

    wire out_first;
    wire signed [W:0] out_data;

    real_stage #(.BEATS(BEATS), .SPAN(SPAN), .DOUBLE(DOUBLE), .W(W)) dut (
        .clk(clk), .rst(rst), .in_first(in_first), .in_data(in_data), .out_first(out_first), .out_data(out_data)
    );

    reg [H-1:0] pulses;  // bit n: a packet began n + 1 cycles ago, and no reset since
    reg [W*(2*SPAN+1)-1:0] words;  // of the last cycles, the youngest in the low bits
    reg started = 1'b0;
    always @(posedge clk) begin
        started <= 1'b1;
        pulses  <= rst ? {H{1'b0}} : {pulses[H-2:0], in_first};
        words   <= {words, in_data};
    end
    always @* begin
        if (!started) assume (rst);
        if (in_first) assume (!(|pulses[BEATS-2:0]));
    end

    // what came SPAN words behind the present result, with it and SPAN words before it
    wire signed [W-1:0] next = words[0 +: W];
    wire signed [W-1:0] own  = words[SPAN*W +: W];
    wire signed [W-1:0] past = words[2*SPAN*W +: W];

    integer t;
    always @* if (started) begin
        for (t = 0; t < BEATS; t = t + 1) if (pulses[DELAY-1+t]) begin
            if (t < SPAN) assert (out_data == own + next);
            else if (t < 2 * SPAN) assert (out_data == past - own);
            else assert (out_data == (DOUBLE != 0 ? 2 * own : own));
        end
        assert (out_first == pulses[DELAY-1]);
    end
`ifdef REACH
    always @* assert (!(started && pulses[DELAY+BEATS-2]));
`endif
endmodule

`default_nettype wire
