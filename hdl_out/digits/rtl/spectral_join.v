// spectral_join: the complex sum of what spectral_bin gives, or two real ones; narrowed
//
//   PRODUCTS = 3   re = s0 - s2    im = s0 + s1, head: s1
//   PRODUCTS = 4   re = s0 - s1    im = s2 + s3
//   PRODUCTS = 2   re = s0         im = s1
//
// Latency 3.

`default_nettype none

module spectral_join #(
    parameter PRODUCTS = 3,
    parameter SW       = 48,  // bits of a sum
    parameter SHIFT    = 8,   // fraction bits dropped by the narrowing
    parameter MODE     = 0,   // its rounding
    parameter OW       = 18   // bits of an output word
) (
    input  wire                   clk,
    input  wire                   head,  // the sums are DC's and Nyquist's
    input  wire [PRODUCTS*SW-1:0] sums,
    output wire [2*OW-1:0]        out_data
);
    reg signed [SW-1:0] re_q1;
    reg signed [SW-1:0] im_q1;

    generate
        if (PRODUCTS == 3) begin : gen_three
            wire [SW-1:0] shared = sums[0 +: SW] & {SW{~head}};
            always @(posedge clk) begin
                re_q1 <= sums[0 +: SW] - sums[2*SW +: SW];
                im_q1 <= sums[SW +: SW] + shared;
            end
        end else if (PRODUCTS == 4) begin : gen_four
            always @(posedge clk) begin
                re_q1 <= sums[0 +: SW] - sums[SW +: SW];
                im_q1 <= sums[2*SW +: SW] + sums[3*SW +: SW];
            end
            wire unused_head = head;
        end else begin : gen_two
            always @(posedge clk) {im_q1, re_q1} <= sums;
            wire unused_head = head;
        end
    endgenerate

    narrow #(.IW(SW), .SHIFT(SHIFT), .MODE(MODE), .OW(OW)) narrow_re (
        .clk      (clk),
        .in_data  (re_q1),
        .out_data (out_data[0 +: OW])
    );

    narrow #(.IW(SW), .SHIFT(SHIFT), .MODE(MODE), .OW(OW)) narrow_im (
        .clk      (clk),
        .in_data  (im_q1),
        .out_data (out_data[OW +: OW])
    );
endmodule

`default_nettype wire
