// packet_valid_props: what packet_valid promises, against the pulses of the last cycles
//
//   proves    BEATS cycles of `out_valid` for each pulse, the first one DELAY cycles after it; none else
//   proves    a reset ends them at once
//   assumes   pulses are at least BEATS cycles apart     proved in gate_props: packets are consecutive beats

`default_nettype none

module packet_valid_props #(
    parameter BEATS = 4,
    parameter DELAY = 3
) (
    input wire clk,
    input wire rst,
    input wire in_first
);
    localparam H = DELAY + BEATS;

    wire out_valid;

    packet_valid #(.BEATS(BEATS), .DELAY(DELAY)) dut (
        .clk(clk), .rst(rst), .in_first(in_first), .out_valid(out_valid)
    );

    reg [H-1:0] pulses;  // bit n: a pulse n + 1 cycles ago, and no reset since
    reg         started = 1'b0;
    always @(posedge clk) begin
        started <= 1'b1;
        pulses  <= rst ? {H{1'b0}} : {pulses[H-2:0], in_first};
    end

    always @* begin
        if (!started) assume (rst);
        if (in_first && BEATS > 1) assume (!(|(pulses & ((1 << (BEATS - 1)) - 1))));
    end

    always @* if (started) assert (out_valid == |pulses[DELAY+BEATS-2:DELAY-1]);
`ifdef REACH
    always @* assert (!(started && out_valid && in_first && pulses[DELAY+BEATS-2]));
`endif
endmodule

`default_nettype wire
