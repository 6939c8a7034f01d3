// turn_out: completes a rotation from products with constants
//
// `turn` 0: times 2^TWIDDLE, what passes. 1: the product with the real factor of an eighth of a
// turn. 2, 3: products with the cosine and the sine of a sixteenth. Then SHIFT bits are dropped,
// rounded. The result must fit OW bits by construction. Latency 2.

`default_nettype none

module turn_out #(
    parameter IW      = 17,
    parameter TWIDDLE = 14,
    parameter SHIFT   = 14,
    parameter OW      = 16,
    parameter MODE    = 0,
    parameter INVERSE = 0
) (
    input  wire                       clk,
    input  wire [1:0]                 turn,
    input  wire signed [IW-1:0]       in_re,
    input  wire signed [IW-1:0]       in_im,
    input  wire signed [OW+SHIFT-1:0] eighth_re,
    input  wire signed [OW+SHIFT-1:0] eighth_im,
    input  wire signed [OW+SHIFT-1:0] cos_re,
    input  wire signed [OW+SHIFT-1:0] cos_im,
    input  wire signed [OW+SHIFT-1:0] sin_re,
    input  wire signed [OW+SHIFT-1:0] sin_im,
    output reg  signed [OW-1:0]       out_re,
    output reg  signed [OW-1:0]       out_im
);

    localparam PW = OW + SHIFT;

    wire signed [PW-1:0] pass_re;
    wire signed [PW-1:0] pass_im;

    shift_fit #(.IW(IW), .SHIFT(TWIDDLE), .OW(PW)) fit_re (
        .in_data  (in_re),
        .out_data (pass_re)
    );

    shift_fit #(.IW(IW), .SHIFT(TWIDDLE), .OW(PW)) fit_im (
        .in_data  (in_im),
        .out_data (pass_im)
    );

    // ---- cycle 0: choose and combine ----

    wire signed [PW-1:0] single_re = turn[0] ? eighth_re : pass_re;
    wire signed [PW-1:0] single_im = turn[0] ? eighth_im : pass_im;
    wire signed [PW-1:0] main_re   = turn[1] ? cos_re : single_re;
    wire signed [PW-1:0] main_im   = turn[1] ? cos_im : single_im;
    wire signed [PW-1:0] cross_re  = sin_im & {PW{turn[1]}};
    wire signed [PW-1:0] cross_im  = sin_re & {PW{turn[1]}};
    reg  signed [PW-1:0] re_q1;
    reg  signed [PW-1:0] im_q1;

    generate
        if (INVERSE != 0) begin : gen_inverse
            always @(posedge clk) begin
                re_q1 <= main_re + cross_re;
                im_q1 <= main_im - cross_im;
            end
        end else begin : gen_forward
            always @(posedge clk) begin
                re_q1 <= main_re - cross_re;
                im_q1 <= main_im + cross_im;
            end
        end
    endgenerate

    // ---- cycle 1: round ----

    wire signed [OW-1:0] re_d2;
    wire signed [OW-1:0] im_d2;

    round_shift #(.IW(PW), .SHIFT(SHIFT), .MODE(MODE)) round_re (
        .in_data  (re_q1),
        .out_data (re_d2)
    );

    round_shift #(.IW(PW), .SHIFT(SHIFT), .MODE(MODE)) round_im (
        .in_data  (im_q1),
        .out_data (im_d2)
    );

    always @(posedge clk) begin
        out_re <= re_d2;
        out_im <= im_d2;
    end

endmodule

`default_nettype wire
