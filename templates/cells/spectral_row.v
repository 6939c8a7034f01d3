// spectral_row: one block row of a spectral multiply-accumulate
//
//   sum over the spectra of   operands * weights   at each position of the packed spectrum, exact
//
// Operands come from spectral_operands. `sums` returns as `back` when the same position of the next
// spectrum arrives; sums start from zero.
//
//   cycle 1      weights           cycle V      value; V = 4, or 5 where PRODUCTS is 3
//   cycle V - 2  operands          cycle V + 1  sums
//                                  cycle V + 3  narrowed sums

`default_nettype none

module spectral_row #(
    parameter PRODUCTS = 4,   // multipliers: 4 or 3, or 2 where every value is a pair of real ones
    parameter AW       = 12,  // bits of an operand
    parameter WW       = 12,  // bits of a weight
    parameter VW       = 25,  // bits of a value's part
    parameter SW       = 28,  // bits of a sum, at least VW
    parameter SHIFT    = 8,   // fraction bits dropped by the narrowing
    parameter MODE     = 0,   // its rounding
    parameter OW       = 14   // bits of an output word
) (
    input  wire                 clk,
    input  wire [2*WW-1:0]      weight_q1,    // {im, re}
    input  wire signed [AW-1:0] a,
    input  wire signed [AW-1:0] b,
    input  wire signed [AW-1:0] c,
    input  wire                 value_valid,
    input  wire [2*SW-1:0]      back,         // zero where sums start
    output wire [2*SW-1:0]      sums,
    output wire [2*OW-1:0]      out_data
);
    // ---- to cycle V: value ----

    reg [2*WW-1:0] weight_q2;
    always @(posedge clk) weight_q2 <= weight_q1;

    wire signed [VW-1:0] value_re;
    wire signed [VW-1:0] value_im;

    complex_product #(.PRODUCTS(PRODUCTS), .AW(AW), .WW(WW), .VW(VW)) product (
        .clk  (clk),
        .a    (a),
        .b    (b),
        .c    (c),
        .w_re (weight_q2[0 +: WW]),
        .w_im (weight_q2[WW +: WW]),
        .re   (value_re),
        .im   (value_im)
    );

    // ---- cycle V + 1: sums ----

    wire signed [SW-1:0] wide_re = {{(SW-VW){value_re[VW-1]}}, value_re};
    wire signed [SW-1:0] wide_im = {{(SW-VW){value_im[VW-1]}}, value_im};
    reg  signed [SW-1:0] sum_re;
    reg  signed [SW-1:0] sum_im;

    always @(posedge clk) begin
        if (value_valid) begin
            sum_re <= $signed(back[0 +: SW]) + wide_re;
            sum_im <= $signed(back[SW +: SW]) + wide_im;
        end
    end
    assign sums = {sum_im, sum_re};

    // ---- cycles V + 2 and V + 3: narrowing ----

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
