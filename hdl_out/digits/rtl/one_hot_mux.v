// one_hot_mux: the word of several whose bit is set
//
//   which     exactly one bit is set; no select bit is decoded, so none drives every bit of the word
//   latency   none

`default_nettype none

module one_hot_mux #(
    parameter COUNT = 2,  // words
    parameter WIDTH = 8   // bits of one
) (
    input  wire [COUNT-1:0]       which,
    input  wire [COUNT*WIDTH-1:0] words,
    output reg  [WIDTH-1:0]       word
);
    integer n;

    always @* begin
        word = {WIDTH{1'b0}};
        for (n = 0; n < COUNT; n = n + 1)
            word = word | (words[n*WIDTH +: WIDTH] & {WIDTH{which[n]}});
    end
endmodule

`default_nettype wire
