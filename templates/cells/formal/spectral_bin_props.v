// spectral_bin_props: spectral_bin with spectral_join against complex sums in integers
//
//   proves    the parts of the sums make re and im: of products 2 cycles after words and weights, modulo 2^SW
//   proves    out_data = re and im / 2^SHIFT, rounded by MODE, brought into OW bits, 3 cycles after the sums

`default_nettype none

module spectral_bin_props #(
    parameter PRODUCTS = 3,
    parameter HEAD     = 0,
    parameter XW       = 2,
    parameter WW       = 3,
    parameter PARTS    = 0,
    parameter SHARED   = 0,
    parameter SW       = 7,
    parameter SHIFT    = 2,
    parameter MODE     = 0,
    parameter OW       = 4
) (
    input wire                         clk,
    input wire                         valid,
    input wire                         load,
    input wire signed [XW-1:0]         re,
    input wire signed [XW-1:0]         im,
    input wire signed [WW-PARTS-1:0]   w_re,  // with PARTS their sum and difference fit a weight
    input wire signed [WW-PARTS-1:0]   w_im
);
`include "arithmetic.vh"
    localparam CUT = PARTS != 0 && HEAD == 0;

    reg [2:1] valid_q;
    reg [2:1] load_q;
    wire [PRODUCTS*SW-1:0] sums;
    wire [2*OW-1:0] out_data;
    wire signed [WW-1:0] w_0 = CUT ? w_re + w_im : w_re;
    wire signed [WW-1:0] w_1 = CUT ? w_im - w_re : w_im;

    spectral_bin #(.PRODUCTS(PRODUCTS), .HEAD(HEAD), .XW(XW), .WW(WW), .PARTS(PARTS), .SHARED(SHARED), .SW(SW)) dut (
        .clk(clk), .re(re), .im(im), .w_0(w_0), .w_1(w_1), .enable(valid_q[1]), .load(load_q[1]), .sums(sums)
    );
    spectral_join #(.PRODUCTS(PRODUCTS), .SW(SW), .SHIFT(SHIFT), .MODE(MODE), .OW(OW)) join_parts (
        .clk(clk), .head(HEAD != 0), .sums(sums), .out_data(out_data)
    );

    reg signed [SW-1:0] value_re [1:2];
    reg signed [SW-1:0] value_im [1:2];
    reg signed [SW-1:0] sum_re;
    reg signed [SW-1:0] sum_im;
    reg signed [SW-1:0] joined_re;
    reg signed [SW-1:0] joined_im;
    reg signed [31:0] narrow_re [1:2];
    reg signed [31:0] narrow_im [1:2];
    reg begun = 1'b0;
    reg [1:0] held = 2'd0;  // cycles since the first sum
    reg [1:0] age = 2'd0;

    always @(posedge clk) begin
        valid_q     <= {valid_q[1], valid};
        load_q      <= {load_q[1], load};
        value_re[1] <= HEAD != 0 ? re * w_re : re * w_re - im * w_im;
        value_im[1] <= HEAD != 0 ? im * w_im : re * w_im + im * w_re;
        value_re[2] <= value_re[1];
        value_im[2] <= value_im[1];
        if (valid_q[2]) begin
            sum_re <= (load_q[2] ? 0 : sum_re) + value_re[2];
            sum_im <= (load_q[2] ? 0 : sum_im) + value_im[2];
            if (load_q[2] && age == 2) begun <= 1'b1;
        end
        joined_re    <= sum_re;
        joined_im    <= sum_im;
        narrow_re[1] <= clamped(rounded(joined_re, SHIFT, MODE), OW);
        narrow_im[1] <= clamped(rounded(joined_im, SHIFT, MODE), OW);
        narrow_re[2] <= narrow_re[1];
        narrow_im[2] <= narrow_im[1];
        if (begun && held != 3) held <= held + 1;
        if (age != 2) age <= age + 1;
    end

    // ---- the parts ----

    wire signed [SW-1:0] s0 = sums[0 +: SW];
    wire signed [SW-1:0] s1 = sums[SW +: SW];
    wire signed [SW-1:0] re_parts;
    wire signed [SW-1:0] im_parts;

    generate
        if (PRODUCTS == 2) begin : gen_two
            assign re_parts = s0;
            assign im_parts = s1;
        end else if (PRODUCTS == 3) begin : gen_three
            wire signed [SW-1:0] s2 = sums[2*SW +: SW];
            assign re_parts = s0 - s2;
            assign im_parts = HEAD != 0 ? s1 : s0 + s1;
        end else begin : gen_four
            wire signed [SW-1:0] s2 = sums[2*SW +: SW];
            wire signed [SW-1:0] s3 = sums[3*SW +: SW];
            assign re_parts = s0 - s1;
            assign im_parts = s2 + s3;
        end
    endgenerate

    always @* begin
        assert (begun || held == 0);
        assert (!begun || age == 2);
        if (begun) assert (re_parts == sum_re && im_parts == sum_im);
        if (begun && held == 3) assert ($signed(out_data[0 +: OW]) == narrow_re[2]);
        if (begun && held == 3) assert ($signed(out_data[OW +: OW]) == narrow_im[2]);
    end
`ifdef REACH
    always @* assert (!(begun && held == 3 && valid_q[2]));
`endif
endmodule

`default_nettype wire
