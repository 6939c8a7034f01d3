// spectral_step_row: spectral_row with one multiplier, which takes three steps per beat
//
// Operands come from spectral_operands for three products, one per step: a with w_re + w_im, added
// to both parts of the sum, c with w_im, taken from the real part, b with w_re, added to the
// imaginary part. `sums` returns as `back` when the same position of the next spectrum arrives;
// sums start from zero.
//
//   cycle 1 + s  address                                 cycle 5 + s  product of step s = 0, 1, 2
//   cycle 3 + s  weights                                 cycle 6 + s  sums
//   cycle 4 + s  operand                                 cycle 10     narrowed sums

`default_nettype none

module spectral_step_row #(
    parameter AW     = 13,  // bits of an operand
    parameter WW     = 12,  // bits of a weight
    parameter SW     = 28,  // bits of a sum, at least AW + WW
    parameter SHIFT  = 8,   // fraction bits dropped by the narrowing
    parameter MODE   = 0,   // its rounding
    parameter OW     = 14,  // bits of an output word
    parameter DEPTH  = 16,  // words {im, re} of weights
    parameter ADDR_W = 4,
    parameter FILE   = ""
) (
    input  wire                 clk,
    input  wire [ADDR_W-1:0]    address,
    input  wire [1:0]           weights,    // cycle 3, cycle 4 of a beat
    input  wire signed [AW-1:0] operand,
    input  wire [2:0]           sums_now,   // cycles 5, 6 and 7
    input  wire [2*SW-1:0]      back,       // zero where sums start
    output wire [2*SW-1:0]      sums,
    output wire [2*OW-1:0]      out_data
);
    localparam PW = AW + WW;

    // ---- cycles 1 to 4: weights, and the one of each step ----

    wire [2*WW-1:0]       weight_q1;
    reg  [2*WW-1:0]       weight_q2;
    reg  signed [WW:0]    weight;
    wire signed [WW-1:0]  w_re = weight_q2[0 +: WW];
    wire signed [WW-1:0]  w_im = weight_q2[WW +: WW];

    rom #(.WIDTH(2*WW), .DEPTH(DEPTH), .ADDR_W(ADDR_W), .FILE(FILE)) weight_rom (
        .clk     (clk),
        .address (address),
        .data_q1 (weight_q1)
    );

    always @(posedge clk) begin
        weight_q2 <= weight_q1;
        if (weights[0]) weight <= w_re + w_im;
        else if (weights[1]) weight <= {w_im[WW-1], w_im};
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
