// least: the least of several counts
//
//   An actor that pushes several FIFOs has the room of the fullest one; an actor that pops several FIFOs together has
//   the beats of the emptiest one.

`default_nettype none

module least #(
    parameter COUNT = 2,  // counts compared, 2 or more
    parameter WIDTH = 4   // bits of each
) (
    input  wire [COUNT*WIDTH-1:0] counts,
    output reg  [WIDTH-1:0]       least
);
    integer n;

    always @* begin
        least = counts[WIDTH-1:0];
        for (n = 1; n < COUNT; n = n + 1)
            if (counts[n*WIDTH +: WIDTH] < least) least = counts[n*WIDTH +: WIDTH];
    end
endmodule

`default_nettype wire
