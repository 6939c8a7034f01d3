// fft_stage: joins the beats of a packet that stand SPAN apart, in single-path delay-feedback form
//
// Group g of 2*SPAN beats gives SPAN beats, then SPAN more. For g >= 1 the lanes are (re, im):
// first u = lo + hi, then v = lo - hi. For g = 0 they are (a, b), two real streams: first (a_lo +
// a_hi, a_lo - a_hi), then (b_lo, b_hi). Between packets beats count as those of a first half,
// which empties the memory. Nothing is rounded: the result is one bit wider.
//
// A rotator before this cell holds the data for WAIT cycles. `in_first` comes one cycle before the
// first beat enters that rotator, `phase` (group, then half) one cycle before its beat; `out_first`
// one cycle before the first result. Latency: SPAN + 1 cycles behind the rotator.

`default_nettype none

module fft_stage #(
    parameter BEATS = 8,
    parameter SPAN  = 2,
    parameter WAIT  = 3,
    parameter W     = 16
) (
    input  wire                            clk,
    input  wire                            rst,
    input  wire                            in_first,
    output wire [$clog2(BEATS/SPAN)-1:0]   phase,
    input  wire signed [W-1:0]             in_0,
    input  wire signed [W-1:0]             in_1,
    output wire                            out_first,
    output reg  signed [W:0]               out_0,
    output reg  signed [W:0]               out_1
);

    localparam TW = $clog2(BEATS);
    localparam SW = $clog2(SPAN);

    // ---- control: position in the packet, 0 also between packets ----

    reg  [TW-1:0]  t_q;
    reg  [WAIT:0]  first_q;     // on its way to the result
    reg  [WAIT:0]  half_q;      // second half of a group, on its way to the butterfly
    reg  [WAIT:0]  real_q;      // group 0
    wire           first_out = (t_q == SPAN[TW-1:0]);
    wire           real_in;

    assign phase     = t_q[TW-1:SW];
    assign out_first = first_q[WAIT];

    generate
        if (BEATS == 2 * SPAN) begin : gen_real
            assign real_in = 1'b1;
        end else begin : gen_groups
            assign real_in = ~(|t_q[TW-1:SW+1]);
        end
        if (WAIT == 0) begin : gen_no_wait
            always @(posedge clk) begin
                first_q <= first_out & ~rst;
                half_q  <= t_q[SW];
                real_q  <= real_in;
            end
        end else begin : gen_wait
            always @(posedge clk) begin
                first_q <= rst ? {(WAIT+1){1'b0}} : {first_q[WAIT-1:0], first_out};
                half_q  <= {half_q[WAIT-1:0], t_q[SW]};
                real_q  <= {real_q[WAIT-1:0], real_in};
            end
        end
    endgenerate

    always @(posedge clk) begin
        if (rst) t_q <= 0;
        else if (in_first | (|t_q)) t_q <= t_q + 1'b1;
    end

    // ---- data ----

    wire half    = half_q[WAIT];
    wire is_real = real_q[WAIT];

    // what stands SPAN beats before the input: lo in a second half, the late results in a first one
    wire signed [W:0] mem_0;
    wire signed [W:0] mem_1;
    wire signed [W:0] in_0_wide    = {in_0[W-1], in_0};
    wire signed [W:0] in_1_wide    = {in_1[W-1], in_1};
    wire signed [W:0] sum_0        = mem_0 + (in_0_wide & {(W+1){half}});
    wire signed [W:0] sum_1        = mem_1 + (in_1_wide & {(W+1){half}});
    wire signed [W:0] difference_0 = mem_0 - in_0_wide;
    wire signed [W:0] difference_1 = mem_1 - in_1_wide;
    wire signed [W:0] late_0       = is_real ? mem_1 : difference_0;
    wire signed [W:0] late_1       = is_real ? in_1_wide : difference_1;

    delay_line #(.W(2 * (W + 1)), .DEPTH(SPAN)) feedback (
        .clk      (clk),
        .rst      (rst),
        .in_data  ({half ? late_1 : in_1_wide, half ? late_0 : in_0_wide}),
        .out_data ({mem_1, mem_0})
    );

    always @(posedge clk) begin
        out_0 <= sum_0;
        out_1 <= (half & is_real) ? difference_0 : sum_1;
    end

endmodule

`default_nettype wire
