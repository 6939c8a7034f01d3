// least_props: what least promises, for all counts
//
//   proves    the result is one of the counts, and none is below it

`default_nettype none

module least_props #(
    parameter COUNT = 3,
    parameter WIDTH = 4
) (
    input wire                   clk,
    input wire [COUNT*WIDTH-1:0] counts
);
    wire [WIDTH-1:0] found;

    least #(.COUNT(COUNT), .WIDTH(WIDTH)) dut (.counts(counts), .least(found));

    reg is_one;
    integer n;
    always @* begin
        is_one = 1'b0;
        for (n = 0; n < COUNT; n = n + 1) begin
            assert (found <= counts[n*WIDTH +: WIDTH]);
            if (counts[n*WIDTH +: WIDTH] == found) is_one = 1'b1;
        end
        assert (is_one);
    end
endmodule

`default_nettype wire
