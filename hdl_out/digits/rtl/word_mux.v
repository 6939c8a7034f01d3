// word_mux: one word of several
//
//   tree      words are chosen in pairs, by the lowest bit of the number first; one without a partner goes through
//   latency   none

`default_nettype none

module word_mux #(
    parameter COUNT = 2,  // words
    parameter WIDTH = 8   // bits of one
) (
    input  wire [(COUNT > 1 ? $clog2(COUNT) : 1)-1:0] number,
    input  wire [COUNT*WIDTH-1:0]                     words,
    output wire [WIDTH-1:0]                           word
);
    localparam LEVELS = $clog2(COUNT);

    if (COUNT < 1) begin : gen_check
        word_mux_COUNT_must_be_at_least_1 stop ();
    end

    reg [COUNT*WIDTH-1:0] left;  // words still to choose from, moved together
    integer level;
    integer n;

    always @* begin
        left = words;
        for (level = 0; level < LEVELS; level = level + 1)
            for (n = 0; 2 * n < (COUNT + (1 << level) - 1) >> level; n = n + 1)
                if (number[level])
                    left[n*WIDTH +: WIDTH] =
                        left[(2 * n + 1 < (COUNT + (1 << level) - 1) >> level ? 2 * n + 1 : 2 * n)*WIDTH +: WIDTH];
                else
                    left[n*WIDTH +: WIDTH] = left[2*n*WIDTH +: WIDTH];
    end
    assign word = left[0 +: WIDTH];

    wire unused = &{1'b0, left, number};  // of one word there is nothing to choose
endmodule

`default_nettype wire
