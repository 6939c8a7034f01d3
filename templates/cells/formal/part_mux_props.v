// part_mux_props: part_mux against an index into its words
//
//   proves    `word` is the word whose number stood on `number_d` a cycle before, in all parts

`default_nettype none

module part_mux_props #(
    parameter COUNT = 3,
    parameter PARTS = 2,
    parameter WIDTH = 2
) (
    input wire                                       clk,
    input wire [(COUNT > 1 ? $clog2(COUNT) : 1)-1:0] number_d,
    input wire [COUNT*PARTS*WIDTH-1:0]               words
);
    wire [PARTS*WIDTH-1:0] word;

    part_mux #(.COUNT(COUNT), .PARTS(PARTS), .WIDTH(WIDTH)) dut (
        .clk(clk), .number_d(number_d), .words(words), .word(word)
    );

    reg [(COUNT > 1 ? $clog2(COUNT) : 1)-1:0] number;
    reg started = 1'b0;
    always @(posedge clk) begin
        started <= 1'b1;
        number  <= number_d;
    end
    always @* if (started && number < COUNT) assert (word == words[number*PARTS*WIDTH +: PARTS*WIDTH]);
endmodule

`default_nettype wire
