// fold_packet_props: fold_packet against the beats and packets since the last reset
//
//   proves    BEATS cycles of `run` for each packet, `position` counting them
//   proves    packet n is of unit n mod UNITS, and of buffer n / UNITS mod 2
//   assumes   packets are at least BEATS cycles apart    proved in gate_props: packets are consecutive beats

`default_nettype none

module fold_packet_props #(
    parameter BEATS = 4,
    parameter UNITS = 3
) (
    input wire clk,
    input wire rst,
    input wire first
);
    wire                     run;
    wire [$clog2(BEATS)-1:0] position;
    wire [UNITS-1:0]         unit;
    wire                     buffer;

    fold_packet #(.BEATS(BEATS), .UNITS(UNITS)) dut (
        .clk(clk), .rst(rst), .first(first), .run(run), .position(position), .unit(unit), .buffer(buffer)
    );

    reg [7:0] left;      // beats of a packet that are still to come
    reg [7:0] packets;   // that have ended, modulo 2 * UNITS
    reg       started = 1'b0;
    wire      begins = first && left == 0;
    wire      ends   = left == 1;
    always @(posedge clk) begin
        started <= 1'b1;
        left    <= rst ? 0 : begins ? BEATS - 1 : left != 0 ? left - 1 : 0;
        packets <= rst ? 0 : ends ? (packets + 1) % (2 * UNITS) : packets;
    end

    always @* begin
        if (!started) assume (rst);
        if (left != 0) assume (!first);
    end

    always @* if (started) begin
        assert (left < BEATS && packets < 2 * UNITS);
        assert (run == (begins || left != 0));
        assert (position == (left == 0 ? 0 : BEATS - left));
        assert (unit == 1 << (packets % UNITS));
        assert (buffer == (packets >= UNITS));
    end
`ifdef REACH
    always @* assert (!(started && packets == 2 * UNITS - 1 && ends));
`endif
endmodule

`default_nettype wire
