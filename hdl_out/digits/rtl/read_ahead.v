// read_ahead: where words are read that are used one after the other, round and round
//
// `next` takes a word in the cycle in which the memory is told to fetch the one after it: what is
// read late and far away is there before it is needed. The first word is fetched in the cycle after
// a reset, in which none is taken.

`default_nettype none

module read_ahead #(
    parameter DEPTH  = 16,  // words
    parameter ADDR_W = 4
) (
    input  wire              clk,
    input  wire              rst,
    input  wire              next,
    output wire              fetch,
    output reg  [ADDR_W-1:0] address
);
    localparam LAST_WORD = DEPTH - 1;

    reg start;
    assign fetch = start || next;

    always @(posedge clk) begin
        start <= rst;
        if (rst) address <= {ADDR_W{1'b0}};
        else if (fetch) address <= address == LAST_WORD[ADDR_W-1:0] ? {ADDR_W{1'b0}} : address + 1'b1;
    end
endmodule

`default_nettype wire
