// bit_round: in_a + in_b / 2^n on streams of bits, the lowest first; the quotient is rounded
//
// `begins` comes one cycle after the lowest bit of in_b, `first` n cycles after that bit, beside
// the lowest bit of in_a. With NEGATIVE the word rounded is -in_b. Latency 1 from `first`.

`default_nettype none

module bit_round #(
    parameter MODE     = 0,  // 0 half up, 1 half to even, 2 floor
    parameter NEGATIVE = 0,
    parameter SINGLE   = 0,  // n is 1
    parameter ALONE    = 0   // in_a is always 0
) (
    input  wire clk,
    input  wire begins,
    input  wire first,
    input  wire in_a,
    input  wire in_b,
    output wire out_bit
);
    reg  half_q;    // the highest bit dropped
    wire rest;      // any below it
    wire up;

    always @(posedge clk) half_q <= in_b;

    generate
        if (SINGLE != 0) begin : gen_single
            assign rest = 1'b0;
            wire unused_begins = begins;
        end else begin : gen_rest
            reg rest_q;
            always @(posedge clk) rest_q <= half_q | (rest_q & ~begins);
            assign rest = rest_q;
        end
        if (NEGATIVE != 0) begin : gen_negative
            // -b = ~b + 1: without a rest the 1 is carried into the highest bit dropped
            assign up = (MODE == 0) ? ~half_q | ~rest
                      : (MODE == 1) ? ~half_q | (~rest & ~in_b)
                      : ~half_q & ~rest;
        end else begin : gen_positive
            assign up = (MODE == 0) ? half_q
                      : (MODE == 1) ? half_q & (rest | in_b)
                      : 1'b0;
        end
    endgenerate

    // ---- the sum: what rounds up is its first carry ----

    reg out_q;
    assign out_bit = out_q;

    generate
        if (ALONE != 0 && MODE == 2 && NEGATIVE == 0) begin : gen_pass
            always @(posedge clk) out_q <= in_b;
            wire unused_sum = &{1'b0, in_a, first, up};
        end else begin : gen_sum
            wire b = in_b ^ (NEGATIVE != 0);
            reg  carry_q;
            wire carry = first ? up : carry_q;

            always @(posedge clk) begin
                out_q   <= in_a ^ b ^ carry;
                carry_q <= (in_a & b) | (carry & (in_a | b));
            end
        end
    endgenerate
    wire unused_rest = rest;

endmodule

`default_nettype wire
