// held_delay: a delay of DEPTH enabled cycles that stands still in between and can give zero
//
//   memory    none below 4 deep (shift registers); (DEPTH - 1) x WIDTH bits from there on, read
//             synchronously; distributed RAM is cheaper than flip-flops that soon. Of more than 32
//             words, which go to blocks, one is read an enabled cycle ahead: blocks that give the word
//             they overwrite are imitated where a family has none, a table and two flip-flops per bit

`default_nettype none

module held_delay #(
    parameter WIDTH = 8,
    parameter DEPTH = 4,
    parameter AHEAD = DEPTH > 33  // a memory is read ahead
) (
    input  wire             clk,
    input  wire             rst,     // gives zero a cycle later, restarts the position; what is stored stays
    input  wire             enable,
    input  wire             clear,   // in the cycle before an enabled one: that one gives zero
    input  wire [WIDTH-1:0] in_data,
    output reg  [WIDTH-1:0] out_data
);
    wire [WIDTH-1:0] oldest;

    generate
        if (DEPTH < 1) begin : gen_check
            held_delay_DEPTH_must_be_at_least_1 stop ();
        end
        if (DEPTH < 2) begin : gen_one
            assign oldest = in_data;
        end else if (DEPTH < 4) begin : gen_shift
            reg [WIDTH*(DEPTH-1)-1:0] data_q;
            if (DEPTH == 2) begin : gen_single
                always @(posedge clk) if (enable) data_q <= in_data;
            end else begin : gen_several
                always @(posedge clk) if (enable) data_q <= {data_q[WIDTH*(DEPTH-2)-1:0], in_data};
            end
            assign oldest = data_q[WIDTH*(DEPTH-1)-1 -: WIDTH];
        end else begin : gen_ram
            // the word read is about to be overwritten: DEPTH - 1 enabled cycles old
            localparam LAST = DEPTH - 2;
            localparam ADDR_W = $clog2(DEPTH - 1);
            reg [WIDTH-1:0] words [0:LAST];
            reg [ADDR_W-1:0] address_q;

            wire [ADDR_W-1:0] address_d = address_q == LAST[ADDR_W-1:0] ? {ADDR_W{1'b0}} : address_q + 1'b1;

            always @(posedge clk) begin
                if (rst) address_q <= {ADDR_W{1'b0}};
                else if (enable) address_q <= address_d;
            end

            always @(posedge clk) if (enable) words[address_q] <= in_data;

            if (AHEAD != 0) begin : gen_ahead
                reg [WIDTH-1:0] ahead;  // the word after the one that is overwritten
                always @(posedge clk)
                    if (enable) ahead <= address_d == address_q ? {WIDTH{1'bx}} : words[address_d];
                assign oldest = ahead;
            end else begin : gen_now
                assign oldest = words[address_q];
            end
        end
    endgenerate

    reg clear_q;  // it reaches every bit of the word

    always @(posedge clk) begin
        clear_q <= rst || clear;
        if (clear_q) out_data <= {WIDTH{1'b0}};
        else if (enable) out_data <= oldest;
    end
endmodule

`default_nettype wire
