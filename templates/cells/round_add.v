// round_add: in_a + in_b / 2^SHIFT, or the difference; the quotient is rounded by MODE
//
// Rounding up is the carry of the one adder. With NEGATIVE the word rounded is -in_b: rounding down
// and up are not the same for a number and its negative. The result has OW bits, modulo their
// range; OW >= AW. Combinational.

`default_nettype none

module round_add #(
    parameter AW       = 8,
    parameter BW       = 12,
    parameter SHIFT    = 4,   // fraction bits dropped, at least 1
    parameter MODE     = 0,   // 0 half up, 1 half to even, 2 floor
    parameter NEGATIVE = 0,
    parameter SUB      = 0,
    parameter OW       = 9
) (
    input  wire signed [AW-1:0] in_a,
    input  wire signed [BW-1:0] in_b,
    output wire signed [OW-1:0] out_data
);

    // one bit of sign more, so that a quotient is left whatever SHIFT is
    localparam EW = (BW > SHIFT) ? BW + 1 : SHIFT + 2;
    localparam FW = EW - SHIFT;

    generate
        if (SHIFT < 1) begin : gen_check
            round_add_SHIFT_must_be_at_least_1 stop ();
        end
    endgenerate

    // -b = ~b + 1: what is here is one less than what is rounded
    wire [EW-1:0] b = {{(EW-BW){in_b[BW-1]}}, in_b} ^ {EW{NEGATIVE != 0}};
    wire [FW-1:0] floor = b[EW-1:SHIFT];
    wire up;

    generate
        if (SHIFT == 1) begin : gen_bit
            if (NEGATIVE != 0) begin : gen_negative
                // b + 1 is b[0] = 1: the next whole number; else one half above the floor
                assign up = (MODE == 0) | b[0] | ((MODE == 1) & b[1]);
            end else begin : gen_positive
                assign up = (MODE == 0 & b[0]) | (MODE == 1 & b[0] & b[1]);
            end
        end else begin : gen_bits
            wire half = b[SHIFT-1];
            wire ones = &b[SHIFT-2:0];
            wire none = ~|b[SHIFT-2:0];
            if (NEGATIVE != 0) begin : gen_negative
                wire tie = ~half & ones;
                assign up = (MODE == 0) ? half | ones
                          : (MODE == 1) ? half | (tie & b[SHIFT])
                          : half & ones;
            end else begin : gen_positive
                assign up = (MODE == 0) ? half
                          : (MODE == 1) ? half & (~none | b[SHIFT])
                          : 1'b0;
            end
            wire unused_low = &{1'b0, ones, none};
        end
    endgenerate

    // ---- the adder; its lowest bit makes the carry ----

    wire [OW:0] left;
    wire [OW:0] right;
    wire [OW:0] sum = left + right;

    generate
        if (OW > AW) begin : gen_extend_a
            assign left = {{(OW-AW){in_a[AW-1]}}, in_a, 1'b1};
        end else begin : gen_same_a
            assign left = {in_a, 1'b1};
        end
        if (OW > FW) begin : gen_extend_b
            assign right = {{(OW-FW){floor[FW-1]}}, floor, up} ^ {(OW+1){SUB != 0}};
        end else begin : gen_same_b
            assign right = {floor[OW-1:0], up} ^ {(OW+1){SUB != 0}};
        end
    endgenerate

    assign out_data = sum[OW:1];
    wire unused_bits = &{1'b0, sum[0], floor};

endmodule

`default_nettype wire
