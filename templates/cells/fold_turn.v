// fold_turn: (re + j im) * (c + j d) / 2^SHIFT, rounded, one in CLOCKS cycles
//
//   CLOCKS = 1   three multipliers                       factor {c + d, d - c, c}
//   CLOCKS = 3   one multiplier, a product per cycle     factor {c + d, d - c, c}
//   CLOCKS = 4   none, two or more digits of radix 4 per cycle, the highest first    factor {d, c}
//
//   c (re + im) - im (c + d) + j (c (re + im) + re (d - c))
//
// c and d are s1.<TW-2>. Words and factor stand CLOCKS cycles, `first` beside the first of them. The
// result fits OW bits by construction. Latency CLOCKS + 3.

`default_nettype none

module fold_turn #(
    parameter CLOCKS = 1,
    parameter IW     = 16,
    parameter TW     = 16,
    parameter SHIFT  = 14,
    parameter OW     = 16,
    parameter MODE   = 0
) (
    input  wire                                 clk,
    input  wire                                 first,
    input  wire [(CLOCKS == 4 ? 2 : 3)*TW-1:0]  factor,
    input  wire signed [IW-1:0]                 in_re,
    input  wire signed [IW-1:0]                 in_im,
    output reg  signed [OW-1:0]                 out_re,
    output reg  signed [OW-1:0]                 out_im
);

    localparam PW = OW + SHIFT;

    reg  signed [PW-1:0] re_q;
    reg  signed [PW-1:0] im_q;
    wire signed [IW:0]   sum = in_re + in_im;

    generate
        if (CLOCKS == 1) begin : gen_three
            reg signed [IW:0]   sum_q1;
            reg signed [IW-1:0] re_q1;
            reg signed [IW-1:0] im_q1;
            reg signed [TW-1:0] c_q1;
            reg signed [TW-1:0] less_q1;
            reg signed [TW-1:0] more_q1;
            reg signed [PW-1:0] both_q2;
            reg signed [PW-1:0] less_q2;
            reg signed [PW-1:0] more_q2;
            always @(posedge clk) begin
                sum_q1  <= sum;
                re_q1   <= in_re;
                im_q1   <= in_im;
                c_q1    <= factor[0 +: TW];
                less_q1 <= factor[TW +: TW];
                more_q1 <= factor[2*TW +: TW];
                both_q2 <= sum_q1 * c_q1;
                less_q2 <= re_q1 * less_q1;
                more_q2 <= im_q1 * more_q1;
                re_q    <= both_q2 - more_q2;
                im_q    <= both_q2 + less_q2;
            end
            wire unused_first = &{1'b0, first};
        end else if (CLOCKS == 3) begin : gen_one
            reg                 second;     // beside the words
            reg [2:1]           first_q;    // beside the operands, beside the product
            reg [2:1]           second_q;
            reg signed [IW:0]   word_q1;
            reg signed [TW-1:0] factor_q1;
            reg signed [PW-1:0] product_q2;
            always @(posedge clk) begin
                second     <= first;
                first_q    <= {first_q[1], first};
                second_q   <= {second_q[1], second};
                word_q1    <= first ? sum : second ? {in_im[IW-1], in_im} : {in_re[IW-1], in_re};
                factor_q1  <= first ? factor[0 +: TW] : second ? factor[2*TW +: TW] : factor[TW +: TW];
                product_q2 <= word_q1 * factor_q1;
                // in the third step the real part stands
                if (first_q[2]) re_q <= product_q2;
                else if (second_q[2]) re_q <= re_q - product_q2;
                if (first_q[2]) im_q <= product_q2;
                else if (!second_q[2]) im_q <= im_q + product_q2;
            end
        end else begin : gen_none
            // digits of a step, so that four steps take all of them
            localparam DIGITS = (TW + 7) / 8;
            localparam FW     = 8 * DIGITS;
            localparam DW     = IW + 3;
            reg  [1:0]              step;       // beside the words: steps that are to come after this one
            reg  [2:1]              first_q;
            reg  [DIGITS*DW-1:0]    re_q1;      // the digits' products
            reg  [DIGITS*DW-1:0]    im_q1;
            reg  signed [PW-1:0]    re_q2;      // of a step
            reg  signed [PW-1:0]    im_q2;
            reg  signed [PW-1:0]    re_d2;
            reg  signed [PW-1:0]    im_d2;
            wire [1:0]              at     = first ? 2'd3 : step;
            // one bit below the lowest one
            wire [FW:0]             c_wide = {{(FW-TW){factor[TW-1]}}, factor[0 +: TW], 1'b0};
            wire [FW:0]             d_wide = {{(FW-TW){factor[2*TW-1]}}, factor[TW +: TW], 1'b0};
            wire [4*DIGITS:0]       c_half = at[1] ? c_wide[FW:4*DIGITS] : c_wide[4*DIGITS:0];
            wire [4*DIGITS:0]       d_half = at[1] ? d_wide[FW:4*DIGITS] : d_wide[4*DIGITS:0];
            wire [2*DIGITS:0]       c_bits = at[0] ? c_half[4*DIGITS:2*DIGITS] : c_half[2*DIGITS:0];
            wire [2*DIGITS:0]       d_bits = at[0] ? d_half[4*DIGITS:2*DIGITS] : d_half[2*DIGITS:0];
            genvar n;
            integer i;

            for (n = 0; n < DIGITS; n = n + 1) begin : gen_digit
                wire signed [IW+1:0] c_re;
                wire signed [IW+1:0] c_im;
                wire signed [IW+1:0] d_re;
                wire signed [IW+1:0] d_im;
                radix_digit #(.W(IW)) times_c_re (.bits(c_bits[2*n +: 3]), .in_data(in_re), .out_data(c_re));
                radix_digit #(.W(IW)) times_c_im (.bits(c_bits[2*n +: 3]), .in_data(in_im), .out_data(c_im));
                radix_digit #(.W(IW)) times_d_re (.bits(d_bits[2*n +: 3]), .in_data(in_re), .out_data(d_re));
                radix_digit #(.W(IW)) times_d_im (.bits(d_bits[2*n +: 3]), .in_data(in_im), .out_data(d_im));
                always @(posedge clk) begin
                    re_q1[n*DW +: DW] <= {c_re[IW+1], c_re} - {d_im[IW+1], d_im};
                    im_q1[n*DW +: DW] <= {d_re[IW+1], d_re} + {c_im[IW+1], c_im};
                end
            end

            always @* begin
                re_d2 = 0;
                im_d2 = 0;
                for (i = DIGITS - 1; i >= 0; i = i - 1) begin
                    re_d2 = (re_d2 <<< 2) + {{(PW-DW){re_q1[i*DW+DW-1]}}, re_q1[i*DW +: DW]};
                    im_d2 = (im_d2 <<< 2) + {{(PW-DW){im_q1[i*DW+DW-1]}}, im_q1[i*DW +: DW]};
                end
            end

            always @(posedge clk) begin
                step    <= at - 2'd1;
                first_q <= {first_q[1], first};
                re_q2   <= re_d2;
                im_q2   <= im_d2;
                re_q    <= (first_q[2] ? {PW{1'b0}} : re_q <<< (2 * DIGITS)) + re_q2;
                im_q    <= (first_q[2] ? {PW{1'b0}} : im_q <<< (2 * DIGITS)) + im_q2;
            end
            wire unused_sum = &{1'b0, sum};
        end
    endgenerate

    wire signed [OW-1:0] re_d;
    wire signed [OW-1:0] im_d;

    round_shift #(.IW(PW), .SHIFT(SHIFT), .MODE(MODE)) round_re (
        .in_data  (re_q),
        .out_data (re_d)
    );

    round_shift #(.IW(PW), .SHIFT(SHIFT), .MODE(MODE)) round_im (
        .in_data  (im_q),
        .out_data (im_d)
    );

    always @(posedge clk) begin
        out_re <= re_d;
        out_im <= im_d;
    end

endmodule

`default_nettype wire
