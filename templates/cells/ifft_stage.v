// ifft_stage: takes apart what fft_stage joined, at double scale, in single-path delay-feedback
// form
//
// Group g of 2*SPAN beats gives SPAN beats, then SPAN more, both at double scale: a rotator or a
// halver behind this cell brings them back. For g >= 1 the lanes are (re, im): first 2 lo = u + v,
// then u - v, still to be rotated. For g = 0, first (s, d) and then (b_lo, b_hi) come in; (s + d, 2
// b_lo) and then (s - d, 2 b_hi) go out. Where REAL is 0 all groups are as those from 1 on.
//
// The stage behind holds the data for WAIT cycles. `in_first` marks the first beat, `out_first` the
// first beat behind that stage; `phase` (group, then half) is that of the incoming beat, one cycle
// ahead of the outgoing one, which lags by SPAN beats. Latency: SPAN + 1 cycles, and WAIT more.

`default_nettype none

module ifft_stage #(
    parameter BEATS = 8,
    parameter SPAN  = 2,
    parameter WAIT  = 3,
    parameter W     = 16,
    parameter REAL  = 1
) (
    input  wire                            clk,
    input  wire                            rst,
    input  wire                            in_first,
    input  wire signed [W-1:0]             in_0,
    input  wire signed [W-1:0]             in_1,
    output wire [$clog2(BEATS/SPAN)-1:0]   phase,
    output wire                            out_first,
    // Yosys 0.23: their adders are not for DSP cells
    (* keep *) output reg  signed [W:0]    out_0,
    (* keep *) output reg  signed [W:0]    out_1
);

    localparam TW = $clog2(BEATS);
    localparam SW = $clog2(SPAN);

    // ---- control: position in the packet, 0 also between packets ----

    reg  [TW-1:0]  t_q;
    wire [TW-1:0]  t_d = in_first | (|t_q) ? t_q + 1'b1 : t_q;
    reg  [WAIT:0]  first_q;     // on its way behind the stage that follows
    wire           half = t_q[SW];
    wire           is_real;     // the beat is of group 0

    assign phase     = t_q[TW-1:SW];
    assign out_first = first_q[WAIT];

    generate
        if (REAL == 0) begin : gen_complex
            assign is_real = 1'b0;
        end else if (BEATS == 2 * SPAN) begin : gen_real
            assign is_real = 1'b1;
        end else begin : gen_groups
            reg real_q;
            assign is_real = real_q;
            always @(posedge clk) real_q <= rst | ~(|t_d[TW-1:SW+1]);
        end
    endgenerate

    always @(posedge clk) begin
        t_q     <= rst ? {TW{1'b0}} : t_d;
        first_q <= rst ? {(WAIT+1){1'b0}} : {first_q[WAIT-1:0], t_q == SPAN[TW-1:0]};
    end

    // ---- data ----

    // what stands SPAN beats before the input: u in a second half, the late results in a first one
    wire signed [W:0] mem_0;
    wire signed [W:0] mem_1;
    wire signed [W:0] in_0_wide    = {in_0[W-1], in_0};
    wire signed [W:0] in_1_wide    = {in_1[W-1], in_1};
    wire signed [W:0] other        = is_real ? mem_1 : in_0_wide;
    wire signed [W:0] sum_0        = mem_0 + (other & {(W+1){half}});
    wire signed [W:0] sum_1        = mem_1 + (in_1_wide & {(W+1){half}});
    wire signed [W:0] difference_0 = mem_0 - other;
    wire signed [W:0] difference_1 = mem_1 - in_1_wide;
    wire signed [W:0] late_1       = is_real ? {in_1, 1'b0} : difference_1;

    delay_line #(.W(2 * (W + 1)), .DEPTH(SPAN)) feedback (
        .clk      (clk),
        .rst      (rst),
        .in_data  ({half ? late_1 : in_1_wide, half ? difference_0 : in_0_wide}),
        .out_data ({mem_1, mem_0})
    );

    always @(posedge clk) begin
        out_0 <= sum_0;
        out_1 <= (half & is_real) ? {in_0, 1'b0} : sum_1;
    end

endmodule

`default_nettype wire
