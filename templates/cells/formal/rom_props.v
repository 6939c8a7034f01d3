// rom_props: what rom promises, for the words of a file
//
//   proves    each port gives the word of its address, one cycle later; with HOLD of that with which it was last enabled

`default_nettype none

module rom_props #(
    parameter WIDTH  = 6,
    parameter DEPTH  = 11,
    parameter ADDR_W = 4,
    parameter PORTS  = 2,
    parameter HOLD   = 1
) (
    input wire                    clk,
    input wire                    enable,
    input wire [PORTS*ADDR_W-1:0] address
);
    wire [PORTS*WIDTH-1:0] data_q1;

    rom #(.WIDTH(WIDTH), .DEPTH(DEPTH), .ADDR_W(ADDR_W), .PORTS(PORTS), .HOLD(HOLD), .FILE("words.hex")) dut (
        .clk(clk), .enable(enable), .address(address), .data_q1(data_q1)
    );

    reg [PORTS*ADDR_W-1:0] address_q1;
    reg started = 1'b0;
    always @(posedge clk) begin
        if (enable || HOLD == 0) begin
            started    <= 1'b1;
            address_q1 <= address;
        end
    end

    // the same words, as a list of cases
    function [WIDTH-1:0] word(input [ADDR_W-1:0] index);
        case (index)
`include "words.vh"
            default: word = {WIDTH{1'b0}};
        endcase
    endfunction

    integer port;
    always @* if (started)
        for (port = 0; port < PORTS; port = port + 1)
            if (address_q1[port*ADDR_W +: ADDR_W] < DEPTH)
                assert (data_q1[port*WIDTH +: WIDTH] == word(address_q1[port*ADDR_W +: ADDR_W]));
endmodule

`default_nettype wire
