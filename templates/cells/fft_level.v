// fft_level: butterflies of a level whose beats come in neighbouring pairs
//
// Complex groups: beats lo, hi become lo + h, lo - h; a rotator outside makes h of hi. Group 0,
// `is_real`: beats (p, q), (r, s) become (p + q, r + s), (p - q, r - s), with (q, s) in the place of
// hi.
//
// `second` marks the second beat of a pair, `is_real` both. To the rotator: (x, y), hi or (q, s),
// for two cycles from the one behind the second beat on. From the rotator: the parts of h, `re` 4 +
// LATE cycles after the first beat came, `im` one cycle later; `up`: one more. Latency 7 + LATE.

`default_nettype none

module fft_level #(
    parameter W     = 18,
    parameter HW    = 18,   // bits of what comes back
    parameter OW    = 19,
    parameter HALVE = 0,
    parameter LATE  = 0
) (
    input  wire                 clk,
    input  wire                 rst,
    input  wire                 in_first,
    input  wire                 second,
    input  wire                 is_real,
    input  wire signed [W-1:0]  in_0,
    input  wire signed [W-1:0]  in_1,
    output reg  signed [W-1:0]  x,
    output reg  signed [W-1:0]  y,
    input  wire signed [HW-1:0] re,
    input  wire                 re_up,
    input  wire signed [HW-1:0] im,
    input  wire                 im_up,
    output wire                 out_first,
    output reg  signed [OW-1:0] out_0,
    output wire signed [OW-1:0] out_1
);

    // ---- cycle 1, the second beat: to the rotator, and what waits for it ----

    reg  signed [W-1:0] before_0;
    reg  signed [W-1:0] before_1;
    reg  signed [W-1:0] low_0_q2;
    reg  signed [W-1:0] low_1_q2;

    always @(posedge clk) begin
        before_0 <= in_0;
        before_1 <= in_1;
        if (second) begin
            x        <= is_real ? before_1 : in_0;
            y        <= in_1;
            low_0_q2 <= before_0;
            low_1_q2 <= is_real ? in_0 : before_1;
        end
    end

    // ---- LATE cycles ----

    wire [W-1:0] wait_0;
    wire [W-1:0] wait_1;
    wire         late;

    generate
        if (LATE == 0) begin : gen_now
            assign late   = second;
            assign wait_0 = low_0_q2;
            assign wait_1 = low_1_q2;
        end else begin : gen_late
            delay_line #(.W(2 * W + 1), .DEPTH(LATE)) delay (
                .clk      (clk),
                .rst      (1'b0),
                .in_data  ({second, low_1_q2, low_0_q2}),
                .out_data ({late, wait_1, wait_0})
            );
        end
    endgenerate

    // ---- cycles 4 and 5: h ----

    reg  [5:1]           late_q;
    reg  signed [W-1:0]  low_0_q3;
    reg  signed [W-1:0]  low_1_q3;
    reg  signed [W-1:0]  low_1_q4;
    reg  signed [W-1:0]  low_0;
    reg  signed [W-1:0]  low_1;
    reg  signed [HW-1:0] high_0;
    reg  signed [HW-1:0] high_1;
    reg                  up_0;
    reg                  up_1;

    always @(posedge clk) begin
        late_q   <= {late_q[4:1], late};
        low_0_q3 <= wait_0;
        low_1_q3 <= wait_1;
        low_1_q4 <= low_1_q3;
        if (late_q[3]) begin
            low_0  <= low_0_q3;
            high_0 <= re;
            up_0   <= re_up;
        end
        if (late_q[4]) begin
            low_1  <= low_1_q4;
            high_1 <= im;
            up_1   <= im_up;
        end
    end

    // ---- butterflies ----

    wire signed [OW-1:0] joined_0;

    fft_join #(.W(W), .HW(HW), .OW(OW), .HALVE(HALVE)) join_0 (
        .clk      (clk),
        .subtract (late_q[5]),
        .in_low   (low_0),
        .in_high  (high_0),
        .up       (up_0),
        .out_data (joined_0)
    );

    fft_join #(.W(W), .HW(HW), .OW(OW), .HALVE(HALVE)) join_1 (
        .clk      (clk),
        .subtract (~late_q[5]),
        .in_low   (low_1),
        .in_high  (high_1),
        .up       (up_1),
        .out_data (out_1)
    );

    always @(posedge clk) out_0 <= joined_0;

    // ---- control ----

    reg [6+LATE:0] first_q;
    always @(posedge clk) first_q <= rst ? {(7+LATE){1'b0}} : {first_q[5+LATE:0], in_first};
    assign out_first = first_q[6+LATE];

endmodule

`default_nettype wire
