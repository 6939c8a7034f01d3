// gate_props: what gate promises
//
//   proves    `pop` only while the FIFO has a beat; packets are popped on consecutive cycles, PAUSE cycles or more between them
//   proves    `reserve` only while there is room, once for each producing firing and at its first beat
//   proves    of each EVERY firings the last BURST but for REST produce
//   proves    a firing begins in the very cycle in which everything is there; `valid` is `pop` one cycle later
//   assumes   `filled` while PACKET beats are there, and these become fewer by what is popped alone
//                                                        proved in stream_fifo_props and turn_fifo_props

`default_nettype none

module gate_props #(
    parameter PACKET  = 1,
    parameter PAUSE   = 0,
    parameter EVERY   = 1,
    parameter BURST   = 1,
    parameter REST    = 0
) (
    input wire       clk,
    input wire       rst,
    input wire [4:0] level,  // beats that may be popped
    input wire       room
);
    wire filled = level >= PACKET;
    wire pop;
    wire reserve;
    wire valid;

    gate #(.PACKET(PACKET), .PAUSE(PAUSE), .EVERY(EVERY), .BURST(BURST), .REST(REST)) dut (
        .clk(clk), .rst(rst), .filled(filled), .room(room), .pop(pop), .reserve(reserve), .valid(valid)
    );

    (* hierconn *) wire [(PACKET + PAUSE > 1 ? $clog2(PACKET + PAUSE) : 1)-1:0] \dut.gen_packet.left ;
    (* hierconn *) wire [(EVERY > 1 ? $clog2(EVERY) : 1)-1:0]   \dut.gen_period.firing ;
    (* hierconn *) wire \dut.busy ;
    (* hierconn *) wire \dut.popping ;
    (* hierconn *) wire \dut.producing ;

    // ---- the specification ----

    reg [7:0] beat;    // of the packet and its pause; 0 between packets
    reg [7:0] firing;  // of the period

    wire producing = firing + BURST + REST >= EVERY && firing < EVERY - REST;
    wire fires     = beat == 0 && filled && (!producing || room);

    always @(posedge clk) begin
        if (fires || beat != 0) beat <= beat == PACKET + PAUSE - 1 ? 0 : beat + 1;
        if (fires) firing <= firing == EVERY - 1 ? 0 : firing + 1;
        if (rst) begin
            beat   <= 0;
            firing <= 0;
        end
    end

    // ---- assumptions ----

    reg       started = 1'b0;
    reg [4:0] least;   // what the level must still be
    reg       counts;  // there was no reset in between
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
        assert (!reserve || room);
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
        assert (\dut.busy == (beat != 0) && \dut.popping == (beat != 0 && beat < PACKET));
        assert (\dut.producing == producing);
        if (beat != 0 && beat < PACKET) assert (counts && least >= PACKET - beat);
    end
endmodule

`default_nettype wire
