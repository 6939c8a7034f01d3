// rom_ahead_props: what read_ahead and rom_ahead promise together, for the words of a file
//
//   proves    the n-th word taken since a reset is word n modulo DEPTH; it comes one cycle later and stays
//   assumes   no word is taken in the cycle after a reset

`default_nettype none

module rom_ahead_props #(
    parameter WIDTH  = 6,
    parameter DEPTH  = 5,
    parameter ADDR_W = 3
) (
    input wire clk,
    input wire rst,
    input wire next
);
    wire              fetch;
    wire [ADDR_W-1:0] address_d;
    wire [WIDTH-1:0]  data_q1;

    read_ahead #(.DEPTH(DEPTH), .ADDR_W(ADDR_W)) reader (
        .clk(clk), .rst(rst), .next(next), .fetch(fetch), .address_d(address_d)
    );
    rom_ahead #(.WIDTH(WIDTH), .DEPTH(DEPTH), .ADDR_W(ADDR_W), .FILE("words.hex")) dut (
        .clk(clk), .fetch(fetch), .address_d(address_d), .data_q1(data_q1)
    );

    function [WIDTH-1:0] word(input [ADDR_W-1:0] index);
        case (index)
`include "words.vh"
            default: word = {WIDTH{1'b0}};
        endcase
    endfunction

    // what lies ready, for the induction
    (* hierconn *) wire [WIDTH-1:0] \dut.ahead ;
    (* hierconn *) wire [ADDR_W-1:0] \dut.address ;
    (* hierconn *) wire [ADDR_W-1:0] \reader.address ;

    reg start   = 1'b0;       // the cycle after a reset
    reg started = 1'b0;       // the first word has been fetched
    reg taken   = 1'b0;       // a word has been taken since
    reg [ADDR_W-1:0] coming;  // the number of the word that is taken next
    reg [WIDTH-1:0]  last;    // the word that was taken last
    wire [ADDR_W-1:0] after = coming == DEPTH - 1 ? 0 : coming + 1'b1;

    always @(posedge clk) begin
        start <= rst;
        if (rst) begin
            started <= 1'b0;
            taken   <= 1'b0;
            coming  <= 0;
        end else if (start) begin
            started <= 1'b1;
        end else if (started && next) begin
            taken  <= 1'b1;
            coming <= after;
            last   <= word(coming);
        end
    end
    always @* begin
        if (start) assume (!next);
        assert (started || !taken);
        if (start) assert (!started && \dut.address == 0 && \reader.address == 0 && coming == 0);
        if (started) assert (coming < DEPTH && \dut.address == after && \reader.address == after && \dut.ahead == word(coming));
        if (taken) assert (data_q1 == last);
    end
`ifdef REACH
    always @* assert (!(taken && coming == 1 % DEPTH && next));
`endif
endmodule

`default_nettype wire
