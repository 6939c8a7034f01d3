// spectral_bin: products of one position of packed spectra with their weights, each summed alone
//
//   HEAD           s0 = sum DC w_0             s1, of four s3 = sum Nyquist w_1; the others are 0
//   PRODUCTS = 3   s0 = sum re (w_0 + w_1)     s1 = sum (im - re) w_0    s2 = sum (re + im) w_1
//     PARTS        s0 = sum (re + im) (w_0 - w_1) / 2    s1 = sum re w_1    s2 = sum im w_0
//   PRODUCTS = 4   s0 = sum re w_0    s1 = sum im w_1    s2 = sum re w_1    s3 = sum im w_0
//
// A weight is (re, im); with PARTS it is (re + im, im - re), which saves an adder. spectral_join
// makes the complex sum. A sum of two words goes to the port that is wider in a DSP cell than that
// of the weights. `enable` and `load` come 1 cycle after words and weights. Latency 3.

`default_nettype none

module spectral_bin #(
    parameter PRODUCTS = 3,
    parameter HEAD     = 0,
    parameter XW       = 18,  // bits of a word
    parameter WW       = 18,  // bits of a weight
    parameter PARTS    = 0,   // weights are sums and differences of their parts
    parameter SHARED   = 0,   // other rows have the same words
    parameter SW       = 48   // bits of a sum
) (
    input  wire                   clk,
    input  wire signed [XW-1:0]   re,
    input  wire signed [XW-1:0]   im,
    input  wire signed [WW-1:0]   w_0,
    input  wire signed [WW-1:0]   w_1,
    input  wire                   enable,
    input  wire                   load,
    output wire [PRODUCTS*SW-1:0] sums
);
    // every bin's own, beside its sums, though those of all bins are equal
    reg enable_q;
    reg load_q;
    (* keep *) always @(posedge clk) {enable_q, load_q} <= {enable, load};

    generate
        if (HEAD != 0) begin : gen_head
            localparam TOP = PRODUCTS == 3 ? 1 : PRODUCTS - 1;
            product_sum #(.AW(XW), .BW(WW), .SW(SW)) dc (
                .clk    (clk),
                .in_a   (re),
                .in_b   (w_0),
                .enable (enable_q),
                .load   (load_q),
                .sum    (sums[0 +: SW])
            );
            product_sum #(.AW(XW), .BW(WW), .SW(SW)) nyquist (
                .clk    (clk),
                .in_a   (im),
                .in_b   (w_1),
                .enable (enable_q),
                .load   (load_q),
                .sum    (sums[TOP*SW +: SW])
            );
            if (PRODUCTS == 3) begin : gen_rest
                assign sums[2*SW +: SW] = {SW{1'b0}};
            end else if (PRODUCTS == 4) begin : gen_rests
                assign sums[SW +: 2*SW] = {(2*SW){1'b0}};
            end
        end else if (PRODUCTS == 3 && PARTS != 0) begin : gen_parts
            wire signed [WW:0] twice = {w_0[WW-1], w_0} - {w_1[WW-1], w_1};
            wire signed [XW:0] both;
            row_sum #(.W(XW), .SHARED(SHARED)) of_both (.a(im), .b(re), .sum(both));
            product_sum #(.AW(XW+1), .BW(WW), .SW(SW)) shared (
                .clk    (clk),
                .in_a   (both),
                .in_b   (twice[WW:1]),
                .enable (enable_q),
                .load   (load_q),
                .sum    (sums[0 +: SW])
            );
            product_sum #(.AW(XW), .BW(WW), .SW(SW)) of_re (
                .clk    (clk),
                .in_a   (re),
                .in_b   (w_1),
                .enable (enable_q),
                .load   (load_q),
                .sum    (sums[SW +: SW])
            );
            product_sum #(.AW(XW), .BW(WW), .SW(SW)) of_im (
                .clk    (clk),
                .in_a   (im),
                .in_b   (w_0),
                .enable (enable_q),
                .load   (load_q),
                .sum    (sums[2*SW +: SW])
            );
            wire unused_bit = twice[0];  // always 0
        end else if (PRODUCTS == 3) begin : gen_three
            wire signed [WW:0] parts      = {w_0[WW-1], w_0} + {w_1[WW-1], w_1};
            wire signed [XW:0] difference = {im[XW-1], im} - {re[XW-1], re};
            wire signed [XW:0] both;
            row_sum #(.W(XW), .SHARED(SHARED)) of_both (.a(im), .b(re), .sum(both));
            product_sum #(.AW(XW), .BW(WW+1), .SW(SW)) shared (
                .clk    (clk),
                .in_a   (re),
                .in_b   (parts),
                .enable (enable_q),
                .load   (load_q),
                .sum    (sums[0 +: SW])
            );
            product_sum #(.AW(XW+1), .BW(WW), .SW(SW)) of_im (
                .clk    (clk),
                .in_a   (difference),
                .in_b   (w_0),
                .enable (enable_q),
                .load   (load_q),
                .sum    (sums[SW +: SW])
            );
            product_sum #(.AW(XW+1), .BW(WW), .SW(SW)) of_re (
                .clk    (clk),
                .in_a   (both),
                .in_b   (w_1),
                .enable (enable_q),
                .load   (load_q),
                .sum    (sums[2*SW +: SW])
            );
        end else begin : gen_four
            wire [4*XW-1:0] words   = {im, re, im, re};
            wire [4*WW-1:0] weights = {w_0, w_1, w_1, w_0};
            genvar n;
            for (n = 0; n < 4; n = n + 1) begin : gen_product
                product_sum #(.AW(XW), .BW(WW), .SW(SW)) product (
                    .clk    (clk),
                    .in_a   (words[n*XW +: XW]),
                    .in_b   (weights[n*WW +: WW]),
                    .enable (enable_q),
                    .load   (load_q),
                    .sum    (sums[n*SW +: SW])
                );
            end
        end
    endgenerate
endmodule

`default_nettype wire
