// word_mux_props: what word_mux promises, for all words
//
//   proves    `word` is the one of the number

`default_nettype none

module word_mux_props #(
    parameter COUNT = 3,
    parameter WIDTH = 2
) (
    input wire                                       clk,
    input wire [(COUNT > 1 ? $clog2(COUNT) : 1)-1:0] number,
    input wire [COUNT*WIDTH-1:0]                     words
);
    wire [WIDTH-1:0] word;

    word_mux #(.COUNT(COUNT), .WIDTH(WIDTH)) dut (.number(number), .words(words), .word(word));

    always @* if (number < COUNT) assert (word == words[number*WIDTH +: WIDTH]);
endmodule

`default_nettype wire
