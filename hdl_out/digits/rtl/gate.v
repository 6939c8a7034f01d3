// gate: fires an actor when its input is there and its output has room
//
//   firing    pops PACKET beats on consecutive cycles, once they are there (`filled`), the previous packet is popped and
//             PAUSE cycles have gone by
//   produce   of each EVERY firings the last BURST but for REST push beats: they wait until there is `room` for them and
//             `reserve` it
//   latency   `valid` follows `pop` by one cycle, with the data of the FIFO
//   model     src/machine/mod.rs

`default_nettype none

module gate #(
    parameter PACKET = 1,  // beats
    parameter PAUSE  = 0,  // cycles after a packet
    parameter EVERY  = 1,  // firings of a period
    parameter BURST  = 1,  // producing firings, the last of a period but for REST
    parameter REST   = 0   // firings after them
) (
    input  wire clk,
    input  wire rst,      // synchronous, active high
    input  wire filled,   // the input FIFO has a packet
    input  wire room,     // the output FIFO has room for what a firing pushes
    output wire pop,
    output wire reserve,
    output reg  valid     // the popped beat stands on the pipeline's input
);
    if (PACKET < 1 || PAUSE < 0) begin : gen_check_packet
        gate_PACKET_must_be_at_least_1_and_PAUSE_not_negative stop ();
    end
    if (BURST < 1 || REST < 0 || BURST + REST > EVERY) begin : gen_check_burst
        gate_BURST_and_REST_must_fit_EVERY stop ();
    end

    // each stands in a register: what starts a firing is one gate away from them
    wire busy;       // a packet is being popped, or it is the pause after it
    wire popping;    // the beats of a packet that follow the first one
    wire producing;  // the next firing produces
    wire start = !busy && filled && (!producing || room);

    assign pop     = popping || start;
    assign reserve = start && producing;

    always @(posedge clk) begin
        if (rst) valid <= 1'b0;
        else valid <= pop;
    end

    if (PACKET + PAUSE == 1) begin : gen_beat
        assign busy    = 1'b0;
        assign popping = 1'b0;
    end else begin : gen_packet
        localparam LEFT_W = $clog2(PACKET + PAUSE);
        localparam MORE   = PACKET + PAUSE - 1;
        reg [LEFT_W-1:0] left;  // beats of the packet not yet popped, and the pause
        reg              busy_q;

        assign busy = busy_q;

        always @(posedge clk) begin
            if (rst) left <= {LEFT_W{1'b0}};
            else if (busy) left <= left - 1'b1;
            else if (start) left <= MORE[LEFT_W-1:0];
            busy_q <= !rst && (busy ? |(left - 1'b1) : start);
        end

        if (PACKET == 1) begin : gen_single
            assign popping = 1'b0;
        end else begin : gen_several
            reg popping_q;
            assign popping = popping_q;
            always @(posedge clk) popping_q <= !rst && (busy ? left - 1'b1 > PAUSE[LEFT_W-1:0] : start);
        end
    end

    if (BURST == EVERY) begin : gen_always
        assign producing = 1'b1;
    end else begin : gen_period
        localparam FIRING_W   = $clog2(EVERY);
        localparam FIRING_END = EVERY - 1;
        localparam FIRST      = EVERY - BURST - REST;
        reg  [FIRING_W-1:0] firing;
        wire [FIRING_W-1:0] firing_d = firing == FIRING_END[FIRING_W-1:0] ? {FIRING_W{1'b0}} : firing + 1'b1;
        reg                 producing_q;

        wire begun;  // the firings before the producing ones are over once the next one begins
        wire open;   // and those after them not yet reached

        if (FIRST == 0) begin : gen_from_start
            assign begun = 1'b1;
        end else begin : gen_from_later
            assign begun = firing_d >= FIRST[FIRING_W-1:0];
        end

        if (REST == 0) begin : gen_to_end
            assign open = 1'b1;
        end else begin : gen_to_rest
            localparam LAST = EVERY - REST - 1;
            assign open = firing_d <= LAST[FIRING_W-1:0];
        end

        assign producing = producing_q;

        always @(posedge clk) begin
            if (rst) begin
                firing      <= {FIRING_W{1'b0}};
                producing_q <= FIRST == 0;
            end else if (start) begin
                firing      <= firing_d;
                producing_q <= begun && open;
            end
        end
    end
endmodule

`default_nettype wire
