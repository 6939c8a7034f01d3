// fold_place_props: fold_place against the list of real words of a block
//
//   proves    words 0 and 1: the parts of position 0; words 2M + n and 3M + n, n < M: those of position M + n

`default_nettype none

module fold_place_props #(
    parameter BITS = 3
) (
    input wire          clk,
    input wire [BITS:0] word
);
    wire [BITS-1:0] position;
    wire            part;

    fold_place #(.BITS(BITS)) dut (.word(word), .position(position), .part(part));

    integer b;
    integer m;
    always @* begin
        if (word < 2) assert (position == 0 && part == word);
        for (b = 0; b < BITS; b = b + 1) begin
            m = 1 << b;
            if (word >= 2 * m && word < 3 * m) assert (position == word - m && !part);
            if (word >= 3 * m && word < 4 * m) assert (position == word - 2 * m && part);
        end
    end
    wire unused = clk;
endmodule

`default_nettype wire
