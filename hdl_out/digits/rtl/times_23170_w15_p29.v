// times_23170_w15_p29: products with constants, as shifted sums
//
//   format    15 bits in, 29 bits out, modulo their range
//   latency   3 cycles; xN_qC is N times the input of C cycles before
//   cost      4 adders, no multipliers
//   model     src/blocks/adder_graph.rs

`default_nettype none

module times_23170_w15_p29 (
    input  wire clk,
    output wire signed [28:0] times_23170,
    input  wire signed [14:0] x1_q0
);
    wire signed [23:0] x257_q1;
    wire signed [17:0] x5_q1;
    wire signed [28:0] x16705_q2;
    wire signed [28:0] x11585_q3;

    reg signed [17:0] x5_q2;
    always @(posedge clk) x5_q2 <= x5_q1;

    shift_add #(
        .AW  (15),
        .AS  (0),
        .BW  (15),
        .BS  (8),
        .SUB (0),
        .OW  (24)
    ) make_x257_q1 (
        .clk      (clk),
        .in_a     (x1_q0),
        .in_b     (x1_q0),
        .out_data (x257_q1)
    );

    shift_add #(
        .AW  (15),
        .AS  (0),
        .BW  (15),
        .BS  (2),
        .SUB (0),
        .OW  (18)
    ) make_x5_q1 (
        .clk      (clk),
        .in_a     (x1_q0),
        .in_b     (x1_q0),
        .out_data (x5_q1)
    );

    shift_add #(
        .AW  (24),
        .AS  (0),
        .BW  (24),
        .BS  (6),
        .SUB (0),
        .OW  (29)
    ) make_x16705_q2 (
        .clk      (clk),
        .in_a     (x257_q1),
        .in_b     (x257_q1),
        .out_data (x16705_q2)
    );

    shift_add #(
        .AW  (29),
        .AS  (0),
        .BW  (18),
        .BS  (10),
        .SUB (1),
        .OW  (29)
    ) make_x11585_q3 (
        .clk      (clk),
        .in_a     (x16705_q2),
        .in_b     (x5_q2),
        .out_data (x11585_q3)
    );

    shift_fit #(.IW(29), .SHIFT(1), .OW(29)) fit_times_23170 (
        .in_data  (x11585_q3),
        .out_data (times_23170)
    );

endmodule

`default_nettype wire
