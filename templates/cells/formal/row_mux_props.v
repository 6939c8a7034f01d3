// row_mux_props: row_mux against an index into its rows
//
//   proves    `row` is the row whose number stood on `number` a cycle before, two of more than eight rows

`default_nettype none

module row_mux_props #(
    parameter ROWS  = 3,
    parameter WIDTH = 2
) (
    input wire                                     clk,
    input wire [(ROWS > 1 ? $clog2(ROWS) : 1)-1:0] number,
    input wire [ROWS*WIDTH-1:0]                    rows
);
    wire [WIDTH-1:0] row;

    row_mux #(.ROWS(ROWS), .WIDTH(WIDTH)) dut (.clk(clk), .number(number), .rows(rows), .row(row));

    localparam LATE = ROWS > 8;
    reg [1:0]       cycles = 2'd0;
    reg             known, known_q;
    reg [WIDTH-1:0] wanted, wanted_q;
    always @(posedge clk) begin
        if (!cycles[1]) cycles <= cycles + 1'b1;
        known    <= number < ROWS;
        known_q  <= known;
        wanted   <= rows[number*WIDTH +: WIDTH];
        wanted_q <= wanted;
    end
    always @* if (cycles[1] && (LATE ? known_q : known)) assert (row == (LATE ? wanted_q : wanted));
endmodule

`default_nettype wire
