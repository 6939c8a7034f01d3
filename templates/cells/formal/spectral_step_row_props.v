// spectral_step_row_props: spectral_operands with spectral_step_row against complex sums in integers
//
//   proves    sums = back + product of a valid beat, modulo 2^SW, 8 cycles after the beat; then they stay
//   proves    out_data = the sums / 2^SHIFT, rounded by MODE, brought into OW bits, 2 cycles after them
//   proves    a beat's product: complex on later beats, two real products on beat 0, whose weights lie exchanged
//   assumes   beats are at least three cycles apart; its weights stand for three cycles from the third one on

`default_nettype none

module spectral_step_row_props #(
    parameter XW     = 3,
    parameter WW     = 2,
    parameter SW     = 7,
    parameter SHIFT  = 2,
    parameter MODE   = 0,
    parameter OW     = 4
) (
    input wire                 clk,
    input wire                 valid,
    input wire                 head,     // beat 0
    input wire [2*WW-1:0]      weight,   // {im, re}, cycles 3 to 5 of a beat
    input wire signed [XW-1:0] re,
    input wire signed [XW-1:0] im,
    input wire [2*SW-1:0]      back      // {im, re} of what the sum adds to
);
`include "arithmetic.vh"
    localparam AW = XW + 1;

    wire signed [AW-1:0] a;
    wire signed [AW-1:0] b;
    wire signed [AW-1:0] c;
    wire [2*SW-1:0] sums;
    wire [2*OW-1:0] out_data;
    reg head_q1;
    reg signed [XW-1:0] re_q1;
    reg signed [XW-1:0] im_q1;
    reg signed [AW-1:0] step;
    reg [10:1] valid_q = 10'd0;
    reg [2*WW-1:0] weight_q;

    spectral_operands #(.PRODUCTS(3), .XW(XW), .AW(AW)) operands (
        .clk(clk), .head(head_q1), .re(re_q1), .im(im_q1), .a(a), .b(b), .c(c)
    );
    spectral_step_row #(
        .AW(AW), .WW(WW), .SW(SW), .SHIFT(SHIFT), .MODE(MODE), .OW(OW)
    ) dut (
        .clk(clk), .weight_q3(weight), .weight_now(valid_q[4:3]), .operand(step), .sums_now(valid_q[7:5]), .back(back),
        .sums(sums), .out_data(out_data)
    );

    wire signed [WW-1:0] w_re = head_q1 ? weight[WW +: WW] : weight[0 +: WW];
    wire signed [WW-1:0] w_im = head_q1 ? weight[0 +: WW] : weight[WW +: WW];
    wire signed [SW-1:0] product_re = head_q1 ? re_q1 * w_re : re_q1 * w_re - im_q1 * w_im;
    wire signed [SW-1:0] product_im = head_q1 ? im_q1 * w_im : re_q1 * w_im + im_q1 * w_re;

    reg signed [SW-1:0] value_re [4:8];
    reg signed [SW-1:0] value_im [4:8];
    reg signed [SW-1:0] from_re [6:8];  // what the sum adds to, taken in cycle 5
    reg signed [SW-1:0] from_im [6:8];
    reg signed [SW-1:0] sum_re;
    reg signed [SW-1:0] sum_im;
    reg signed [31:0] narrow_re [1:2];
    reg signed [31:0] narrow_im [1:2];
    integer n;
    always @(posedge clk) begin
        if (valid) begin
            head_q1 <= head;
            re_q1   <= re;
            im_q1   <= im;
        end
        step      <= valid_q[3] ? a : valid_q[4] ? c : b;
        valid_q   <= {valid_q[9:1], valid};
        weight_q  <= weight;
        value_re[4] <= product_re;
        value_im[4] <= product_im;
        for (n = 4; n < 8; n = n + 1) begin
            value_re[n+1] <= value_re[n];
            value_im[n+1] <= value_im[n];
        end
        from_re[6] <= back[0 +: SW];
        from_im[6] <= back[SW +: SW];
        for (n = 6; n < 8; n = n + 1) begin
            from_re[n+1] <= from_re[n];
            from_im[n+1] <= from_im[n];
        end
        narrow_re[1] <= clamped(rounded($signed(sums[0 +: SW]), SHIFT, MODE), OW);
        narrow_im[1] <= clamped(rounded($signed(sums[SW +: SW]), SHIFT, MODE), OW);
        narrow_re[2] <= narrow_re[1];
        narrow_im[2] <= narrow_im[1];
    end
    always @* begin
        if (valid_q[1] || valid_q[2]) assume (!valid);
        if (valid_q[4] || valid_q[5]) assume (weight == weight_q);
        if (valid_q[8]) assert (sums[0 +: SW] == from_re[8] + value_re[8] && sums[SW +: SW] == from_im[8] + value_im[8]);
        if (valid_q[10]) assert ($signed(out_data[0 +: OW]) == narrow_re[2]);
        if (valid_q[10]) assert ($signed(out_data[OW +: OW]) == narrow_im[2]);
    end
`ifdef REACH
    always @* assert (!(valid_q[8] && valid_q[5] && sums != 0));
`endif
endmodule

`default_nettype wire
