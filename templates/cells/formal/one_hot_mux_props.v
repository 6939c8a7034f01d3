// one_hot_mux_props: what one_hot_mux promises, for all words
//
//   proves    `word` is the one whose bit is set
//   assumes   `which` has exactly one bit   it is a ring that starts so: select_props, in_turn_props

`default_nettype none

module one_hot_mux_props #(
    parameter COUNT = 3,
    parameter WIDTH = 2
) (
    input wire                   clk,
    input wire [7:0]             number,
    input wire [COUNT*WIDTH-1:0] words
);
    wire [COUNT-1:0] which = {{(COUNT-1){1'b0}}, 1'b1} << number;
    wire [WIDTH-1:0] word;

    one_hot_mux #(.COUNT(COUNT), .WIDTH(WIDTH)) dut (.which(which), .words(words), .word(word));

    always @* if (number < COUNT) assert (word == words[number*WIDTH +: WIDTH]);
endmodule

`default_nettype wire
