// spectral_row_props: spectral_operands with spectral_row against complex sums in integers
//
//   proves    sums = back + product of a valid beat, modulo 2^SW, one cycle after the value; else they stay
//   proves    out_data = the sums / 2^SHIFT, rounded by MODE, brought into OW bits, 2 cycles after them
//   proves    a beat's product: complex on later beats, two real products on beat 0, by four products or three; two
//             where every beat is a beat 0

`default_nettype none

module spectral_row_props #(
    parameter PRODUCTS = 4,
    parameter XW       = 3,
    parameter WW       = 2,
    parameter SW       = 7,
    parameter SHIFT    = 2,
    parameter MODE     = 0,
    parameter OW       = 4
) (
    input wire                 clk,
    input wire                 valid,
    input wire                 head,     // beat 0
    input wire [2*WW-1:0]      weight,   // {im, re}
    input wire signed [XW-1:0] re,
    input wire signed [XW-1:0] im,
    input wire [2*SW-1:0]      back      // {im, re} of what the sum adds to
);
`include "arithmetic.vh"
    localparam AW    = PRODUCTS == 3 ? XW + 1 : XW;
    localparam VW    = AW + WW + (PRODUCTS == 4 ? 1 : 0);
    localparam VALUE = PRODUCTS == 3 ? 5 : 4;

    wire signed [AW-1:0] a;
    wire signed [AW-1:0] b;
    wire signed [AW-1:0] c;
    wire [2*SW-1:0] sums;
    wire [2*OW-1:0] out_data;
    reg head_q1;
    reg [2*WW-1:0] weight_q1;
    reg signed [XW-1:0] re_q1;
    reg signed [XW-1:0] im_q1;
    reg [VALUE:1] valid_q;

    spectral_operands #(.PRODUCTS(PRODUCTS == 3 ? 3 : 4), .XW(XW), .AW(AW)) operands (
        .clk(clk), .head(head_q1), .re(re_q1), .im(im_q1), .a(a), .b(b), .c(c)
    );
    spectral_row #(
        .PRODUCTS(PRODUCTS), .AW(AW), .WW(WW), .VW(VW), .SW(SW), .SHIFT(SHIFT), .MODE(MODE), .OW(OW)
    ) dut (
        .clk(clk), .weight_q1(weight_q1), .a(a), .b(b), .c(c), .value_valid(valid_q[VALUE]), .back(back), .sums(sums),
        .out_data(out_data)
    );

    // the product of the beat, as it comes; with three products the weights of beat 0 lie exchanged
    wire exchange = PRODUCTS == 3 && head;
    wire signed [WW-1:0] w_re = exchange ? weight[WW +: WW] : weight[0 +: WW];
    wire signed [WW-1:0] w_im = exchange ? weight[0 +: WW] : weight[WW +: WW];
    wire signed [SW-1:0] product_re = head ? re * w_re : re * w_re - im * w_im;
    wire signed [SW-1:0] product_im = head ? im * w_im : re * w_im + im * w_re;

    reg signed [SW-1:0] value_re [1:VALUE];
    reg signed [SW-1:0] value_im [1:VALUE];
    reg signed [SW-1:0] sum_re;
    reg signed [SW-1:0] sum_im;
    reg signed [31:0] narrow_re [1:2];
    reg signed [31:0] narrow_im [1:2];
    reg begun = 1'b0;
    reg [1:0] held = 2'd0;  // cycles since the first sum
    reg [3:0] age = 4'd0;
    integer n;
    always @(posedge clk) begin
        head_q1 <= head;
        weight_q1 <= weight;
        re_q1   <= re;
        im_q1   <= im;
        valid_q <= {valid_q[VALUE-1:1], valid && age == VALUE};
        value_re[1] <= product_re;
        value_im[1] <= product_im;
        for (n = 1; n < VALUE; n = n + 1) begin
            value_re[n+1] <= value_re[n];
            value_im[n+1] <= value_im[n];
        end
        if (valid_q[VALUE] && age == VALUE) begin
            sum_re <= $signed(back[0 +: SW]) + value_re[VALUE];
            sum_im <= $signed(back[SW +: SW]) + value_im[VALUE];
            begun  <= 1'b1;
        end
        narrow_re[1] <= clamped(rounded(sum_re, SHIFT, MODE), OW);
        narrow_im[1] <= clamped(rounded(sum_im, SHIFT, MODE), OW);
        narrow_re[2] <= narrow_re[1];
        narrow_im[2] <= narrow_im[1];
        if (begun && held != 2) held <= held + 1;
        if (age != VALUE) age <= age + 1;
    end
    always @* begin
        if (PRODUCTS == 2) assume (head);
        assert (begun || held == 0);
        if (begun) assert (sums == {sum_im, sum_re});
        if (begun && held == 2) assert ($signed(out_data[0 +: OW]) == narrow_re[2]);
        if (begun && held == 2) assert ($signed(out_data[OW +: OW]) == narrow_im[2]);
    end
`ifdef REACH
    always @* assert (!(begun && held == 2 && valid_q[VALUE]));
`endif
endmodule

`default_nettype wire
