// fold_place: where the real word i of a block's sums lies among complex words
//
// Words 0 and 1 are the parts of position 0; words 2M .. 3M - 1 are the real parts of positions
// M .. 2M - 1, the next M words their imaginary parts, M = 1, 2, 4, ... Combinational.

`default_nettype none

module fold_place #(
    parameter BITS = 4   // of a position, at least 1
) (
    input  wire [BITS:0]   word,
    output reg  [BITS-1:0] position,
    output reg             part       // 0: real, 1: imaginary
);

    localparam [BITS-1:0] ONE = 1;
    integer b;

    always @* begin
        position = 0;
        part     = word[0];
        for (b = 1; b <= BITS; b = b + 1) begin
            if (word[b]) begin
                position = (word[BITS-1:0] & ((ONE << (b - 1)) - ONE)) | (ONE << (b - 1));
                part     = word[b - 1];
            end
        end
    end

endmodule

`default_nettype wire
