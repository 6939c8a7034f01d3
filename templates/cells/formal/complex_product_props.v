// complex_product_props: spectral_operands with complex_product against a complex product, for all inputs
//
//   proves    later beats: (re + j im) (w_re + j w_im), by four real products or three
//   proves    beat 0: re w_dc and im w_nyquist, two real products
//   proves    3 cycles later with four products or two, 4 with three

`default_nettype none

module complex_product_props #(
    parameter PRODUCTS = 4,
    parameter XW       = 3,
    parameter WW       = 3
) (
    input wire                 clk,
    input wire                 head,
    input wire signed [XW-1:0] re,
    input wire signed [XW-1:0] im,
    input wire signed [WW-1:0] w_re,   // of DC in beat 0
    input wire signed [WW-1:0] w_im    // of Nyquist in beat 0
);
    localparam AW      = PRODUCTS == 3 ? XW + 1 : XW;
    localparam VW      = XW + WW + 1;
    localparam LATENCY = PRODUCTS == 3 ? 4 : 3;

    wire signed [AW-1:0] a;
    wire signed [AW-1:0] b;
    wire signed [AW-1:0] c;
    wire signed [VW-1:0] out_re;
    wire signed [VW-1:0] out_im;

    // with three products the weights of beat 0 come exchanged
    wire exchange = PRODUCTS == 3 && head;
    reg signed [WW-1:0] w_re_q1;
    reg signed [WW-1:0] w_im_q1;
    always @(posedge clk) begin
        w_re_q1 <= exchange ? w_im : w_re;
        w_im_q1 <= exchange ? w_re : w_im;
    end

    spectral_operands #(.PRODUCTS(PRODUCTS == 3 ? 3 : 4), .XW(XW), .AW(AW)) operands (
        .clk(clk), .head(head), .re(re), .im(im), .a(a), .b(b), .c(c)
    );
    complex_product #(.PRODUCTS(PRODUCTS), .AW(AW), .WW(WW), .VW(VW)) dut (
        .clk(clk), .a(a), .b(b), .c(c), .w_re(w_re_q1), .w_im(w_im_q1), .re(out_re), .im(out_im)
    );

    wire signed [VW-1:0] value_re = head ? re * w_re : re * w_re - im * w_im;
    wire signed [VW-1:0] value_im = head ? im * w_im : re * w_im + im * w_re;
    reg signed [VW-1:0] re_q [1:4];
    reg signed [VW-1:0] im_q [1:4];
    reg [2:0] age = 3'd0;
    always @(posedge clk) begin
        re_q[1] <= value_re;
        re_q[2] <= re_q[1];
        re_q[3] <= re_q[2];
        re_q[4] <= re_q[3];
        im_q[1] <= value_im;
        im_q[2] <= im_q[1];
        im_q[3] <= im_q[2];
        im_q[4] <= im_q[3];
        if (age != LATENCY) age <= age + 1;
    end
    always @* if (PRODUCTS == 2) assume (head);
    always @* if (age == LATENCY) assert (out_re == re_q[LATENCY] && out_im == im_q[LATENCY]);
endmodule

`default_nettype wire
