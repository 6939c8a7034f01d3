// gate_props: what gate promises
//
//   proves    `pop` only while `level` > 0; packets are popped on consecutive cycles, PAUSE cycles or more between them
//   proves    `reserve` only while `free` >= OUT, once for each producing firing and at its first beat
//   proves    of each EVERY firings the last BURST but for REST produce
//   proves    a firing begins in the very cycle in which everything is there; `valid` is `pop` one cycle later
//   assumes   `level` falls by what is popped, no more   proved in stream_fifo_props and turn_fifo_props (it is exact)

`default_nettype none

module gate_props #(
    parameter PACKET  = 1,
    parameter PAUSE   = 0,
    parameter EVERY   = 1,
    parameter BURST   = 1,
    parameter REST    = 0,
    parameter OUT     = 1,
    parameter LEVEL_W = 4,
    parameter FREE_W  = 4
) (
    input wire               clk,
    input wire               rst,
    input wire [LEVEL_W-1:0] level,
    input wire [FREE_W-1:0]  free
);
    wire pop;
    wire reserve;
    wire valid;

    gate #(.PACKET(PACKET), .PAUSE(PAUSE), .EVERY(EVERY), .BURST(BURST), .REST(REST), .OUT(OUT), .LEVEL_W(LEVEL_W),
        .FREE_W(FREE_W)) dut (
        .clk(clk), .rst(rst), .level(level), .free(free), .pop(pop), .reserve(reserve), .valid(valid)
    );

    (* hierconn *) wire [(PACKET + PAUSE > 1 ? $clog2(PACKET + PAUSE) : 1)-1:0] \dut.gen_packet.left ;
    (* hierconn *) wire [(EVERY > 1 ? $clog2(EVERY) : 1)-1:0]   \dut.gen_period.firing ;

    // ---- the specification ----

    reg [7:0] beat;    // of the packet and its pause; 0 between packets
    reg [7:0] firing;  // of the period

    wire producing = firing + BURST + REST >= EVERY && firing < EVERY - REST;
    wire fires     = beat == 0 && level >= PACKET && (!producing || free >= OUT);

    always @(posedge clk) begin
        if (fires || beat != 0) beat <= beat == PACKET + PAUSE - 1 ? 0 : beat + 1;
        if (fires) firing <= firing == EVERY - 1 ? 0 : firing + 1;
        if (rst) begin
            beat   <= 0;
            firing <= 0;
        end
    end

    // ---- assumptions ----

    reg               started = 1'b0;
    reg [LEVEL_W-1:0] least;   // what the level must still be
    reg               counts;  // there was no reset in between
    always @(posedge clk) begin
        started <= 1'b1;
        least   <= level - pop;
        counts  <= !rst;
    end
    always @* begin
        if (!started) assume (rst);
        if (counts && !rst) assume (level >= least);
    end

    // ---- promises ----

    reg popped;
    always @(posedge clk) popped <= pop && !rst;

    always @* if (started) begin
        assert (pop == (fires || (beat != 0 && beat < PACKET)));
        assert (reserve == (fires && producing));
        assert (!reserve || free >= OUT);
        assert (valid == popped);
        if (!rst) assert (!pop || level != 0);
    end
`ifdef REACH
    always @* assert (!(started && !rst && pop && beat == PACKET - 1 && firing == 0 && level == 1));
`endif

    // ---- what holds inside, for the induction ----

    always @* if (started) begin
        assert (beat < PACKET + PAUSE && firing < EVERY);
        if (PACKET + PAUSE > 1) assert (\dut.gen_packet.left == (beat == 0 ? 0 : PACKET + PAUSE - beat));
        if (BURST < EVERY) assert (\dut.gen_period.firing == firing);
        if (beat != 0 && beat < PACKET) assert (counts && least >= PACKET - beat);
    end
endmodule

`default_nettype wire
