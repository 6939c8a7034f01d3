// spectral_step_row: spectral_row with one multiplier, which takes three steps per beat
//
// Operands come from spectral_operands for three products, one per step: a with w_re + w_im, added
// to both parts of the sum, c with w_im, taken from the real part, b with w_re, added to the
// imaginary part. `sums` returns as `back` when the same position of the next spectrum arrives;
// sums start from zero.
//
//   cycle 3      weights           cycle 5 + s  product of step s = 0, 1, 2
//   cycle 4 + s  operand           cycle 6 + s  sums
//                                  cycle 10     narrowed sums

`default_nettype none

module spectral_step_row #(
    parameter AW     = 13,  // bits of an operand
    parameter WW     = 12,  // bits of a weight
    parameter SW     = 28,  // bits of a sum, at least AW + WW
    parameter SHIFT  = 8,   // fraction bits dropped by the narrowing
    parameter MODE   = 0,   // its rounding
    parameter OW     = 14   // bits of an output word
) (
    input  wire                 clk,
    input  wire [2*WW-1:0]      weight_q3,   // {im, re}, cycles 3 to 5 of a beat
    input  wire [1:0]           weight_now,  // cycles 3 and 4
    input  wire signed [AW-1:0] operand,
    input  wire [2:0]           sums_now,    // cycles 5, 6 and 7
    input  wire [2*SW-1:0]      back,        // zero where sums start
    output wire [2*SW-1:0]      sums,
    output wire [2*OW-1:0]      out_data
);
    localparam PW = AW + WW;

    // ---- cycle 4 + s: the weight of each step ----

    reg  signed [WW:0]   weight;
    wire signed [WW-1:0] w_re = weight_q3[0 +: WW];
    wire signed [WW-1:0] w_im = weight_q3[WW +: WW];

    always @(posedge clk) begin
        if (weight_now[0]) weight <= w_re + w_im;
        else if (weight_now[1]) weight <= {w_im[WW-1], w_im};
        else weight <= {w_re[WW-1], w_re};
    end

    // ---- cycle 5 + s: product; cycle 6 + s: sums ----

    reg  signed [PW-1:0] product;
    reg  signed [SW-1:0] sum_re;
    reg  signed [SW-1:0] sum_im;
    wire signed [SW-1:0] wide = {{(SW-PW){product[PW-1]}}, product};

    always @(posedge clk) begin
        product <= operand * weight;
        if (sums_now[0]) sum_re <= $signed(back[0 +: SW]) + wide;
        else if (sums_now[1]) sum_re <= sum_re - wide;
        if (sums_now[0]) sum_im <= $signed(back[SW +: SW]) + wide;
        else if (sums_now[2]) sum_im <= sum_im + wide;
    end
    assign sums = {sum_im, sum_re};

    // ---- two cycles more: narrowing ----

    narrow #(.IW(SW), .SHIFT(SHIFT), .MODE(MODE), .OW(OW)) narrow_re (
        .clk      (clk),
        .in_data  (sum_re),
        .out_data (out_data[0 +: OW])
    );

    narrow #(.IW(SW), .SHIFT(SHIFT), .MODE(MODE), .OW(OW)) narrow_im (
        .clk      (clk),
        .in_data  (sum_im),
        .out_data (out_data[OW +: OW])
    );
endmodule

`default_nettype wire
