// shift_fit: in_data * 2^SHIFT in OW bits, modulo their range
//
// Combinational.

`default_nettype none

module shift_fit #(
    parameter IW    = 8,
    parameter SHIFT = 0,
    parameter OW    = 8
) (
    input  wire signed [IW-1:0] in_data,
    output wire signed [OW-1:0] out_data
);

    localparam W = ((IW > OW) ? IW : OW) + 1;

    wire [W-1:0] wide = {{(W-IW){in_data[IW-1]}}, in_data} << SHIFT;
    wire unused_bits  = &{1'b0, wide[W-1:OW]};

    assign out_data = wide[OW-1:0];

endmodule

`default_nettype wire
