// in_turn: several FIFOs popped one after another, so many beats of each
//
//   turns     BEATS holds 32 bits per FIFO: pops of FIFO 0, then of FIFO 1, ...; after the last one FIFO 0 again
//   filled    whether the FIFO whose turn it is has a packet; `pops` passes `pop` on to it
//   data      of the FIFO popped in the cycle before
//   model     src/machine/mod.rs

`default_nettype none

module in_turn #(
    parameter COUNT  = 2,  // FIFOs, 2 or more
    parameter DATA_W = 8,
    parameter BEAT_W = 4,  // holds the largest number of beats, less one
    parameter [COUNT*32-1:0] BEATS = {32'd1, 32'd1}
) (
    input  wire                    clk,
    input  wire                    rst,      // synchronous, active high
    input  wire [COUNT-1:0]        filleds,  // each FIFO has a packet
    output wire                    filled,
    input  wire                    pop,
    output wire [COUNT-1:0]        pops,
    input  wire [COUNT*DATA_W-1:0] datas,    // what each FIFO has given last
    output reg  [DATA_W-1:0]       data
);
    reg  [COUNT-1:0]  turn;     // one-hot
    reg  [COUNT-1:0]  turn_q1;
    reg  [BEAT_W-1:0] beat;  // pops of this turn
    wire [COUNT-1:0]  ends;  // this pop is the last one of its turn

    genvar n;
    generate
        for (n = 0; n < COUNT; n = n + 1) begin : gen_fifo
            localparam [31:0] LAST = BEATS[n*32 +: 32] - 32'd1;
            assign ends[n] = turn[n] && beat == LAST[BEAT_W-1:0];
            wire unused_last = &{1'b0, LAST[31:BEAT_W]};
        end
    endgenerate

    integer m;

    always @* begin
        data = {DATA_W{1'b0}};
        for (m = 0; m < COUNT; m = m + 1)
            data = data | (datas[m*DATA_W +: DATA_W] & {DATA_W{turn_q1[m]}});
    end
    assign filled = |(filleds & turn);
    assign pops   = turn & {COUNT{pop}};

    always @(posedge clk) turn_q1 <= turn;

    always @(posedge clk) begin
        if (rst) begin
            turn <= {{(COUNT-1){1'b0}}, 1'b1};
            beat <= {BEAT_W{1'b0}};
        end else if (pop) begin
            beat <= |ends ? {BEAT_W{1'b0}} : beat + 1'b1;
            if (|ends) turn <= {turn[COUNT-2:0], turn[COUNT-1]};
        end
    end
endmodule

`default_nettype wire
