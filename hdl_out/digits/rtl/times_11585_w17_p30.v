// times_11585_w17_p30: products with constants, as shifted sums
//
//   format    17 bits in, 30 bits out, modulo their range
//   latency   3 cycles; xN_qC is N times the input of C cycles before
//   cost      4 adders, no multipliers
//   model     src/blocks/adder_graph.rs

`default_nettype none

module times_11585_w17_p30 (
    input  wire clk,
    output wire signed [29:0] times_11585,
    input  wire signed [16:0] x1_q0
);
    wire signed [25:0] x257_q1;
    wire signed [19:0] x5_q1;
    wire signed [29:0] x16705_q2;
    wire signed [29:0] x11585_q3;

    reg signed [19:0] x5_q2;
    always @(posedge clk) x5_q2 <= x5_q1;

    shift_add #(
        .AW  (17),
        .AS  (0),
        .BW  (17),
        .BS  (8),
        .SUB (0),
        .OW  (26)
    ) make_x257_q1 (
        .clk      (clk),
        .in_a     (x1_q0),
        .in_b     (x1_q0),
        .out_data (x257_q1)
    );

    shift_add #(
        .AW  (17),
        .AS  (0),
        .BW  (17),
        .BS  (2),
        .SUB (0),
        .OW  (20)
    ) make_x5_q1 (
        .clk      (clk),
        .in_a     (x1_q0),
        .in_b     (x1_q0),
        .out_data (x5_q1)
    );

    shift_add #(
        .AW  (26),
        .AS  (0),
        .BW  (26),
        .BS  (6),
        .SUB (0),
        .OW  (30)
    ) make_x16705_q2 (
        .clk      (clk),
        .in_a     (x257_q1),
        .in_b     (x257_q1),
        .out_data (x16705_q2)
    );

    shift_add #(
        .AW  (30),
        .AS  (0),
        .BW  (20),
        .BS  (10),
        .SUB (1),
        .OW  (30)
    ) make_x11585_q3 (
        .clk      (clk),
        .in_a     (x16705_q2),
        .in_b     (x5_q2),
        .out_data (x11585_q3)
    );

    shift_fit #(.IW(30), .SHIFT(0), .OW(30)) fit_times_11585 (
        .in_data  (x11585_q3),
        .out_data (times_11585)
    );

endmodule

`default_nettype wire
