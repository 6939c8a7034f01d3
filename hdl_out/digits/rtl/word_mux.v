// word_mux: one word of several
//
//   tree      words are chosen in pairs, by the lowest bit of the number first; one without a partner goes through
//   latency   none

`default_nettype none

module word_mux #(
    parameter COUNT = 2,  // words, 2 or more
    parameter WIDTH = 8   // bits of one
) (
    input  wire [$clog2(COUNT)-1:0] number,
    input  wire [COUNT*WIDTH-1:0]   words,
    output wire [WIDTH-1:0]         word
);
    localparam LEVELS = $clog2(COUNT);

    if (COUNT < 2) begin : gen_check
        word_mux_COUNT_must_be_at_least_2 stop ();
    end

    genvar level;
    genvar n;
    for (level = 0; level <= LEVELS; level = level + 1) begin : gen_level
        localparam LEFT = (COUNT + (1 << level) - 1) >> level;
        wire [LEFT*WIDTH-1:0] left;

        if (level == 0) begin : gen_all
            assign left = words;
        end else begin : gen_half
            localparam BEFORE = (COUNT + (1 << (level - 1)) - 1) >> (level - 1);
            for (n = 0; n < LEFT; n = n + 1) begin : gen_word
                if (2 * n + 1 < BEFORE) begin : gen_pair
                    assign left[n*WIDTH +: WIDTH] = number[level-1] ? gen_level[level-1].left[(2*n+1)*WIDTH +: WIDTH]
                                                                    : gen_level[level-1].left[2*n*WIDTH +: WIDTH];
                end else begin : gen_alone
                    assign left[n*WIDTH +: WIDTH] = gen_level[level-1].left[2*n*WIDTH +: WIDTH];
                end
            end
        end
    end
    assign word = gen_level[LEVELS].left;
endmodule

`default_nettype wire
