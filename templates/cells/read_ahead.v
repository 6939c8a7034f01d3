// read_ahead: where words are read that are used one after the other, round and round
//
// `next` takes a word in the cycle in which the memory is told to fetch the one after it: what is
// read late and far away is there before it is needed. The first word is fetched in the cycle after
// a reset, in which none is taken. `address_d` is the address of the next cycle, for each memory to
// keep beside it.

`default_nettype none

module read_ahead #(
    parameter DEPTH  = 16,  // words
    parameter ADDR_W = 4
) (
    input  wire              clk,
    input  wire              rst,
    input  wire              next,
    output wire              fetch,
    output wire [ADDR_W-1:0] address_d
);
    localparam LAST_WORD = DEPTH - 1;

    reg start;
    reg [ADDR_W-1:0] address;
    wire [ADDR_W-1:0] address_next = address == LAST_WORD[ADDR_W-1:0] ? {ADDR_W{1'b0}} : address + 1'b1;

    assign fetch     = start || next;
    assign address_d = rst ? {ADDR_W{1'b0}} : fetch ? address_next : address;

    always @(posedge clk) begin
        start   <= rst;
        address <= address_d;
    end
endmodule

`default_nettype wire
