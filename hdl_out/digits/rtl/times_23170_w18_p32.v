// times_23170_w18_p32: products with constants, as shifted sums
//
//   format    18 bits in, 32 bits out, modulo their range
//   latency   3 cycles; xN_qC is N times the input of C cycles before
//   cost      4 adders, no multipliers
//   model     src/blocks/adder_graph.rs

`default_nettype none

module times_23170_w18_p32 (
    input  wire clk,
    output wire signed [31:0] times_23170,
    input  wire signed [17:0] x1_q0
);
    wire signed [26:0] x257_q1;
    wire signed [20:0] x5_q1;
    wire signed [31:0] x16705_q2;
    wire signed [31:0] x11585_q3;

    reg signed [20:0] x5_q2;
    always @(posedge clk) x5_q2 <= x5_q1;

    shift_add #(
        .AW  (18),
        .AS  (0),
        .BW  (18),
        .BS  (8),
        .SUB (0),
        .OW  (27)
    ) make_x257_q1 (
        .clk      (clk),
        .in_a     (x1_q0),
        .in_b     (x1_q0),
        .out_data (x257_q1)
    );

    shift_add #(
        .AW  (18),
        .AS  (0),
        .BW  (18),
        .BS  (2),
        .SUB (0),
        .OW  (21)
    ) make_x5_q1 (
        .clk      (clk),
        .in_a     (x1_q0),
        .in_b     (x1_q0),
        .out_data (x5_q1)
    );

    shift_add #(
        .AW  (27),
        .AS  (0),
        .BW  (27),
        .BS  (6),
        .SUB (0),
        .OW  (32)
    ) make_x16705_q2 (
        .clk      (clk),
        .in_a     (x257_q1),
        .in_b     (x257_q1),
        .out_data (x16705_q2)
    );

    shift_add #(
        .AW  (32),
        .AS  (0),
        .BW  (21),
        .BS  (10),
        .SUB (1),
        .OW  (32)
    ) make_x11585_q3 (
        .clk      (clk),
        .in_a     (x16705_q2),
        .in_b     (x5_q2),
        .out_data (x11585_q3)
    );

    shift_fit #(.IW(32), .SHIFT(1), .OW(32)) fit_times_23170 (
        .in_data  (x11585_q3),
        .out_data (times_23170)
    );

endmodule

`default_nettype wire
