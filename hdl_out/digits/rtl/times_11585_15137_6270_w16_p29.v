// times_11585_15137_6270_w16_p29: products with constants, as shifted sums
//
//   format    16 bits in, 29 bits out, modulo their range
//   latency   3 cycles; xN_qC is N times the input of C cycles before
//   cost      8 adders, no multipliers
//   model     src/blocks/adder_graph.rs

`default_nettype none

module times_11585_15137_6270_w16_p29 (
    input  wire clk,
    output wire signed [28:0] times_11585,
    output wire signed [28:0] times_15137,
    output wire signed [28:0] times_6270,
    input  wire signed [15:0] x1_q0
);
    wire signed [19:0] x15_q1;
    wire signed [21:0] x49_q2;
    wire signed [25:0] x959_q2;
    wire signed [28:0] x11585_q3;
    wire signed [21:0] x33_q1;
    wire signed [23:0] x223_q2;
    wire signed [28:0] x15137_q3;
    wire signed [27:0] x3135_q3;

    reg signed [15:0] x1_q1;
    always @(posedge clk) x1_q1 <= x1_q0;

    reg signed [15:0] x1_q2;
    always @(posedge clk) x1_q2 <= x1_q1;

    reg signed [19:0] x15_q2;
    always @(posedge clk) x15_q2 <= x15_q1;

    shift_add #(
        .AW  (16),
        .AS  (4),
        .BW  (16),
        .BS  (0),
        .SUB (1),
        .OW  (20)
    ) make_x15_q1 (
        .clk      (clk),
        .in_a     (x1_q0),
        .in_b     (x1_q0),
        .out_data (x15_q1)
    );

    shift_add #(
        .AW  (16),
        .AS  (6),
        .BW  (20),
        .BS  (0),
        .SUB (1),
        .OW  (22)
    ) make_x49_q2 (
        .clk      (clk),
        .in_a     (x1_q1),
        .in_b     (x15_q1),
        .out_data (x49_q2)
    );

    shift_add #(
        .AW  (20),
        .AS  (6),
        .BW  (16),
        .BS  (0),
        .SUB (1),
        .OW  (26)
    ) make_x959_q2 (
        .clk      (clk),
        .in_a     (x15_q1),
        .in_b     (x1_q1),
        .out_data (x959_q2)
    );

    shift_add #(
        .AW  (22),
        .AS  (8),
        .BW  (26),
        .BS  (0),
        .SUB (1),
        .OW  (29)
    ) make_x11585_q3 (
        .clk      (clk),
        .in_a     (x49_q2),
        .in_b     (x959_q2),
        .out_data (x11585_q3)
    );

    shift_add #(
        .AW  (16),
        .AS  (0),
        .BW  (16),
        .BS  (5),
        .SUB (0),
        .OW  (22)
    ) make_x33_q1 (
        .clk      (clk),
        .in_a     (x1_q0),
        .in_b     (x1_q0),
        .out_data (x33_q1)
    );

    shift_add #(
        .AW  (16),
        .AS  (8),
        .BW  (22),
        .BS  (0),
        .SUB (1),
        .OW  (24)
    ) make_x223_q2 (
        .clk      (clk),
        .in_a     (x1_q1),
        .in_b     (x33_q1),
        .out_data (x223_q2)
    );

    shift_add #(
        .AW  (20),
        .AS  (10),
        .BW  (24),
        .BS  (0),
        .SUB (1),
        .OW  (29)
    ) make_x15137_q3 (
        .clk      (clk),
        .in_a     (x15_q2),
        .in_b     (x223_q2),
        .out_data (x15137_q3)
    );

    shift_add #(
        .AW  (22),
        .AS  (6),
        .BW  (16),
        .BS  (0),
        .SUB (1),
        .OW  (28)
    ) make_x3135_q3 (
        .clk      (clk),
        .in_a     (x49_q2),
        .in_b     (x1_q2),
        .out_data (x3135_q3)
    );

    shift_fit #(.IW(29), .SHIFT(0), .OW(29)) fit_times_11585 (
        .in_data  (x11585_q3),
        .out_data (times_11585)
    );

    shift_fit #(.IW(29), .SHIFT(0), .OW(29)) fit_times_15137 (
        .in_data  (x15137_q3),
        .out_data (times_15137)
    );

    shift_fit #(.IW(28), .SHIFT(1), .OW(29)) fit_times_6270 (
        .in_data  (x3135_q3),
        .out_data (times_6270)
    );

endmodule

`default_nettype wire
