// row_mux: one row of several, in a register
//
//   tree      of more than eight rows one of each eight is chosen first, and kept: a deeper tree of look-up tables is slow,
//             and where tables are mapped for depth it takes twice as many
//   latency   1 cycle; 2 of more than eight rows

`default_nettype none

module row_mux #(
    parameter ROWS  = 2,
    parameter WIDTH = 8   // bits of one
) (
    input  wire                                     clk,
    input  wire [(ROWS > 1 ? $clog2(ROWS) : 1)-1:0] number,
    input  wire [ROWS*WIDTH-1:0]                    rows,
    output reg  [WIDTH-1:0]                         row
);
    localparam GROUPS = (ROWS + 7) / 8;

    if (ROWS < 1) begin : gen_check
        row_mux_ROWS_must_be_at_least_1 stop ();
    end

    wire [WIDTH-1:0] row_d;
    always @(posedge clk) row <= row_d;

    genvar g;
    generate
        if (GROUPS == 1) begin : gen_one
            word_mux #(.COUNT(ROWS), .WIDTH(WIDTH)) mux (.number(number), .words(rows), .word(row_d));
        end else begin : gen_groups
            localparam GROUP_W = $clog2(GROUPS);
            reg [GROUP_W-1:0]      group;   // of the row wanted
            reg [GROUPS*WIDTH-1:0] chosen;  // one row of each group

            always @(posedge clk) group <= number[3 +: GROUP_W];

            for (g = 0; g < GROUPS; g = g + 1) begin : gen_group
                localparam HERE     = g + 1 < GROUPS ? 8 : ROWS - 8 * g;
                localparam NUMBER_W = HERE > 1 ? $clog2(HERE) : 1;
                wire [WIDTH-1:0] here;

                word_mux #(.COUNT(HERE), .WIDTH(WIDTH)) mux (
                    .number (number[NUMBER_W-1:0]),
                    .words  (rows[8*g*WIDTH +: HERE*WIDTH]),
                    .word   (here)
                );
                always @(posedge clk) chosen[g*WIDTH +: WIDTH] <= here;
            end

            word_mux #(.COUNT(GROUPS), .WIDTH(WIDTH)) mux (.number(group), .words(chosen), .word(row_d));
        end
    endgenerate
endmodule

`default_nettype wire
