// round_shift: drops SHIFT fraction bits with a named rounding
//
// Mirrors `round_shift` of src/fixed.rs. MODE 0: half up, 1: half to even, 2: floor. A negative
// SHIFT multiplies exactly. The result has IW - SHIFT bits: rounding up needs room, so the largest
// positive inputs must not occur (extend by one bit where they can). Combinational.

`default_nettype none

module round_shift #(
    parameter IW    = 16,
    parameter SHIFT = 4,
    parameter MODE  = 0
) (
    input  wire signed [IW-1:0]       in_data,
    output wire signed [IW-SHIFT-1:0] out_data
);

    localparam OW = IW - SHIFT;

    generate
        if (OW < 2) begin : gen_check
            round_shift_must_leave_two_bits stop ();
        end
        if (SHIFT == 0) begin : gen_same
            assign out_data = in_data;
        end else if (SHIFT < 0) begin : gen_left
            assign out_data = {in_data, {(-SHIFT){1'b0}}};
        end else begin : gen_right
            wire signed [OW-1:0] floor = in_data[IW-1:SHIFT];
            wire up;
            if (MODE == 2) begin : gen_floor
                assign up = 1'b0;
            end else if (MODE == 0 || SHIFT == 1) begin : gen_half
                // half to even of a single bit: up only from an odd neighbour
                assign up = in_data[SHIFT-1] & (MODE == 0 || in_data[SHIFT]);
            end else begin : gen_even
                assign up = in_data[SHIFT-1] & (in_data[SHIFT] | (|in_data[SHIFT-2:0]));
            end
            assign out_data = floor + $signed({{(OW-1){1'b0}}, up});
            wire unused_bits = &{1'b0, in_data[SHIFT-1:0]};
        end
    endgenerate

endmodule

`default_nettype wire
