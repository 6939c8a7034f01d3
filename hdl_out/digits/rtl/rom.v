// rom: constants from a file, read synchronously at every port, in every cycle or, with HOLD, when enabled
//
//   file      for $readmemh: one hexadecimal word per line, DEPTH lines; relative to the folder in
//             which the tool runs
//   latency   1 cycle from address to data_q1
//   memory    DEPTH x WIDTH bits

`default_nettype none

module rom #(
    parameter WIDTH  = 8,   // bits of one word
    parameter DEPTH  = 16,  // words
    parameter ADDR_W = 4,   // bits of one address
    parameter PORTS  = 1,   // words read at once
    parameter HOLD   = 0,   // a word stays while not enabled
    parameter FILE   = ""
) (
    input  wire                    clk,
    input  wire                    enable,
    input  wire [PORTS*ADDR_W-1:0] address,
    output reg  [PORTS*WIDTH-1:0]  data_q1
);
    reg [WIDTH-1:0] words [0:DEPTH-1];

    generate
        if (DEPTH < 1 || DEPTH > (1 << ADDR_W)) begin : gen_check
            rom_ADDR_W_must_reach_every_word stop ();
        end
        if (FILE != "") begin : gen_load
            initial $readmemh(FILE, words);
        end else begin : gen_blank
            integer n;
            initial for (n = 0; n < DEPTH; n = n + 1) words[n] = {WIDTH{1'b0}};
        end
    endgenerate

    genvar n;
    generate
        for (n = 0; n < PORTS; n = n + 1) begin : gen_port
            if (HOLD != 0) begin : gen_hold
                always @(posedge clk)
                    if (enable) data_q1[n*WIDTH +: WIDTH] <= words[address[n*ADDR_W +: ADDR_W]];
            end else begin : gen_read
                wire unused_enable = &{1'b0, enable};
                always @(posedge clk)
                    data_q1[n*WIDTH +: WIDTH] <= words[address[n*ADDR_W +: ADDR_W]];
            end
        end
    endgenerate
endmodule

`default_nettype wire
