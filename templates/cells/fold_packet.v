// fold_packet: where in a packet a beat stands, and which unit and buffer the packet belongs to
//
// Packets of BEATS beats go to UNITS units in turn, and on every other round to the other buffer
// of each. `first` marks the first beat; all outputs belong to the same cycle.

`default_nettype none

module fold_packet #(
    parameter BEATS = 8,   // a power of two, at least 2
    parameter UNITS = 1
) (
    input  wire                     clk,
    input  wire                     rst,
    input  wire                     first,     // packets are at least BEATS cycles apart
    output wire                     run,       // a beat stands here
    output reg  [$clog2(BEATS)-1:0] position,
    output wire [UNITS-1:0]         unit,      // one bit is set
    output reg                      buffer
);

    wire last = &position;

    assign run = first | (|position);

    generate
        if (UNITS == 1) begin : gen_one
            assign unit = 1'b1;
        end else begin : gen_turns
            reg [UNITS-1:0] unit_q;
            assign unit = unit_q;
            always @(posedge clk) begin
                if (rst) unit_q <= {{(UNITS-1){1'b0}}, 1'b1};
                else if (last) unit_q <= {unit_q[UNITS-2:0], unit_q[UNITS-1]};
            end
        end
    endgenerate

    always @(posedge clk) begin
        if (rst) begin
            position <= 0;
            buffer   <= 1'b0;
        end else begin
            if (run) position <= position + 1'b1;
            if (last) buffer <= buffer ^ unit[UNITS-1];
        end
    end

endmodule

`default_nettype wire
