// part_mux: one of COUNT words, each of its parts chosen by a number of its own
//
// `number_d` is the number of the next cycle: every part keeps it beside its multiplexer, though all
// are equal, so that none reaches across the whole word.

`default_nettype none

module part_mux #(
    parameter COUNT = 2,  // words
    parameter PARTS = 2,  // parts of one
    parameter WIDTH = 8   // bits of a part
) (
    input  wire                                       clk,
    input  wire [(COUNT > 1 ? $clog2(COUNT) : 1)-1:0] number_d,
    input  wire [COUNT*PARTS*WIDTH-1:0]               words,
    output wire [PARTS*WIDTH-1:0]                     word
);
    genvar p;
    genvar n;
    generate
        for (p = 0; p < PARTS; p = p + 1) begin : gen_part
            reg  [(COUNT > 1 ? $clog2(COUNT) : 1)-1:0] number;
            wire [COUNT*WIDTH-1:0]                     parts;

            (* keep *) always @(posedge clk) number <= number_d;

            for (n = 0; n < COUNT; n = n + 1) begin : gen_word
                assign parts[n*WIDTH +: WIDTH] = words[(n*PARTS+p)*WIDTH +: WIDTH];
            end

            word_mux #(.COUNT(COUNT), .WIDTH(WIDTH)) mux (
                .number (number),
                .words  (parts),
                .word   (word[p*WIDTH +: WIDTH])
            );
        end
    endgenerate
endmodule

`default_nettype wire
