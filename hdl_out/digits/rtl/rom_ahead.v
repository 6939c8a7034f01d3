// rom_ahead: the constants of a rom one after the other, read ahead
//
// `fetch` and `address_d` come from read_ahead. The word taken in a cycle is in data_q1 in the next one
// and stays there until another one is taken. It comes from a register that may stand far from the
// memory, whose own word is a whole cycle old.

`default_nettype none

module rom_ahead #(
    parameter WIDTH  = 8,   // bits of one word
    parameter DEPTH  = 16,  // words
    parameter ADDR_W = 4,
    parameter FILE   = ""
) (
    input  wire              clk,
    input  wire              fetch,
    input  wire [ADDR_W-1:0] address_d,
    output reg  [WIDTH-1:0]  data_q1
);
    // every memory's own, beside it, though those of all memories are equal
    reg [ADDR_W-1:0] address;
    (* keep *) always @(posedge clk) address <= address_d;

    wire [WIDTH-1:0] ahead;  // the word that is taken next

    rom #(.WIDTH(WIDTH), .DEPTH(DEPTH), .ADDR_W(ADDR_W), .HOLD(1), .FILE(FILE)) memory (
        .clk     (clk),
        .enable  (fetch),
        .address (address),
        .data_q1 (ahead)
    );

    always @(posedge clk) if (fetch) data_q1 <= ahead;
endmodule

`default_nettype wire
