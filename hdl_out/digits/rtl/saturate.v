// saturate: brings IW bits into OW bits, two's complement, clamped at both ends
//
// Mirrors `saturate` of src/fixed.rs. Widens by the sign when OW is the larger. Combinational.

`default_nettype none

module saturate #(
    parameter IW = 20,
    parameter OW = 16
) (
    input  wire signed [IW-1:0] in_data,
    output wire signed [OW-1:0] out_data
);

    generate
        if (OW == IW) begin : gen_same
            assign out_data = in_data;
        end else if (OW > IW) begin : gen_extend
            assign out_data = {{(OW-IW){in_data[IW-1]}}, in_data};
        end else begin : gen_clamp
            wire sign = in_data[IW-1];
            wire fits = (&in_data[IW-1:OW-1]) | ~(|in_data[IW-1:OW-1]);
            assign out_data = fits ? in_data[OW-1:0] : {sign, {(OW-1){~sign}}};
        end
    endgenerate

endmodule

`default_nettype wire
