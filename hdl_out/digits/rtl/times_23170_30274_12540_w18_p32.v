// times_23170_30274_12540_w18_p32: products with constants, as shifted sums
//
//   format    18 bits in, 32 bits out, modulo their range
//   latency   3 cycles; xN_qC is N times the input of C cycles before
//   cost      8 adders, no multipliers
//   model     src/blocks/adder_graph.rs

`default_nettype none

module times_23170_30274_12540_w18_p32 (
    input  wire clk,
    output wire signed [31:0] times_23170,
    output wire signed [31:0] times_30274,
    output wire signed [31:0] times_12540,
    input  wire signed [17:0] x1_q0
);
    wire signed [21:0] x15_q1;
    wire signed [23:0] x49_q2;
    wire signed [27:0] x959_q2;
    wire signed [31:0] x11585_q3;
    wire signed [23:0] x33_q1;
    wire signed [25:0] x223_q2;
    wire signed [31:0] x15137_q3;
    wire signed [29:0] x3135_q3;

    reg signed [17:0] x1_q1;
    always @(posedge clk) x1_q1 <= x1_q0;

    reg signed [17:0] x1_q2;
    always @(posedge clk) x1_q2 <= x1_q1;

    reg signed [21:0] x15_q2;
    always @(posedge clk) x15_q2 <= x15_q1;

    shift_add #(
        .AW  (18),
        .AS  (4),
        .BW  (18),
        .BS  (0),
        .SUB (1),
        .OW  (22)
    ) make_x15_q1 (
        .clk      (clk),
        .in_a     (x1_q0),
        .in_b     (x1_q0),
        .out_data (x15_q1)
    );

    shift_add #(
        .AW  (18),
        .AS  (6),
        .BW  (22),
        .BS  (0),
        .SUB (1),
        .OW  (24)
    ) make_x49_q2 (
        .clk      (clk),
        .in_a     (x1_q1),
        .in_b     (x15_q1),
        .out_data (x49_q2)
    );

    shift_add #(
        .AW  (22),
        .AS  (6),
        .BW  (18),
        .BS  (0),
        .SUB (1),
        .OW  (28)
    ) make_x959_q2 (
        .clk      (clk),
        .in_a     (x15_q1),
        .in_b     (x1_q1),
        .out_data (x959_q2)
    );

    shift_add #(
        .AW  (24),
        .AS  (8),
        .BW  (28),
        .BS  (0),
        .SUB (1),
        .OW  (32)
    ) make_x11585_q3 (
        .clk      (clk),
        .in_a     (x49_q2),
        .in_b     (x959_q2),
        .out_data (x11585_q3)
    );

    shift_add #(
        .AW  (18),
        .AS  (0),
        .BW  (18),
        .BS  (5),
        .SUB (0),
        .OW  (24)
    ) make_x33_q1 (
        .clk      (clk),
        .in_a     (x1_q0),
        .in_b     (x1_q0),
        .out_data (x33_q1)
    );

    shift_add #(
        .AW  (18),
        .AS  (8),
        .BW  (24),
        .BS  (0),
        .SUB (1),
        .OW  (26)
    ) make_x223_q2 (
        .clk      (clk),
        .in_a     (x1_q1),
        .in_b     (x33_q1),
        .out_data (x223_q2)
    );

    shift_add #(
        .AW  (22),
        .AS  (10),
        .BW  (26),
        .BS  (0),
        .SUB (1),
        .OW  (32)
    ) make_x15137_q3 (
        .clk      (clk),
        .in_a     (x15_q2),
        .in_b     (x223_q2),
        .out_data (x15137_q3)
    );

    shift_add #(
        .AW  (24),
        .AS  (6),
        .BW  (18),
        .BS  (0),
        .SUB (1),
        .OW  (30)
    ) make_x3135_q3 (
        .clk      (clk),
        .in_a     (x49_q2),
        .in_b     (x1_q2),
        .out_data (x3135_q3)
    );

    shift_fit #(.IW(32), .SHIFT(1), .OW(32)) fit_times_23170 (
        .in_data  (x11585_q3),
        .out_data (times_23170)
    );

    shift_fit #(.IW(32), .SHIFT(1), .OW(32)) fit_times_30274 (
        .in_data  (x15137_q3),
        .out_data (times_30274)
    );

    shift_fit #(.IW(30), .SHIFT(2), .OW(32)) fit_times_12540 (
        .in_data  (x3135_q3),
        .out_data (times_12540)
    );

endmodule

`default_nettype wire
