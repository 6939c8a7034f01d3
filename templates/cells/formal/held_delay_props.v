// held_delay_props: what held_delay promises, against the words of the last enabled cycles
//
//   proves    each enabled cycle gives the word of DEPTH - 1 enabled cycles before it, or zero after `clear`
//   proves    nothing moves without `enable` and `clear`; a reset gives zero

`default_nettype none

module held_delay_props #(
    parameter WIDTH = 1,
    parameter DEPTH = 4,
    parameter AHEAD = DEPTH > 33
) (
    input wire             clk,
    input wire             rst,
    input wire             enable,
    input wire             clear,
    input wire [WIDTH-1:0] in_data
);
    wire [WIDTH-1:0] out_data;

    held_delay #(.WIDTH(WIDTH), .DEPTH(DEPTH), .AHEAD(AHEAD)) dut (
        .clk(clk), .rst(rst), .enable(enable), .clear(clear), .in_data(in_data), .out_data(out_data)
    );

    wire [DEPTH*WIDTH-1:0] mem;
`include "see_mem.vh"
    (* hierconn *) wire [(DEPTH > 2 ? $clog2(DEPTH - 1) : 1)-1:0] \dut.genblk2.gen_ram.address_q ;
    (* hierconn *) wire [WIDTH-1:0]                               \dut.genblk2.gen_ram.gen_ahead.ahead ;

    reg [DEPTH*WIDTH-1:0] words;  // of enabled cycles since the reset, the youngest in the low bits
    reg [7:0]             known;  // how many of them, up to DEPTH
    reg                   started = 1'b0;
    reg                   begun = 1'b0;    // the reset has come through
    wire [DEPTH*WIDTH-1:0] words_d = {words, in_data};
    always @(posedge clk) begin
        started <= 1'b1;
        begun   <= started;
        if (enable) begin
            words <= words_d;
            known <= known == DEPTH ? DEPTH : known + 1;
        end
        if (rst) known <= 0;
    end
    always @* if (!started) assume (rst);

    reg             moved;
    reg             clears;   // the cycle before
    reg             cleared;  // the one before that
    reg             certain;
    reg [WIDTH-1:0] expected;
    reg [WIDTH-1:0] shown;
    always @(posedge clk) begin
        moved    <= enable;
        clears   <= clear || rst;
        cleared  <= clears;
        certain  <= known >= DEPTH - 1;
        expected <= words_d[DEPTH*WIDTH-1 -: WIDTH];
        shown    <= out_data;
    end

    always @* if (begun) begin
        if (cleared) assert (out_data == 0);
        else if (!moved) assert (out_data == shown);
        else if (certain) assert (out_data == expected);
    end
`ifdef REACH
    always @* assert (!(started && known == DEPTH && moved && !cleared && out_data != 0));
`endif

    generate
        if (DEPTH >= 4) begin : gen_inside
            // the word before the address is the youngest
            integer i;
            reg [7:0] at;
            always @* if (started) begin
                assert (\dut.genblk2.gen_ram.address_q < DEPTH - 1);
                for (i = 0; i < DEPTH - 1; i = i + 1) begin
                    at = \dut.genblk2.gen_ram.address_q + (DEPTH - 2) - i;
                    at = at >= DEPTH - 1 ? at - (DEPTH - 1) : at;
                    if (i < known) assert (mem[at*WIDTH +: WIDTH] == words[i*WIDTH +: WIDTH]);
                end
                if (AHEAD != 0 && known >= DEPTH - 1)
                    assert (\dut.genblk2.gen_ram.gen_ahead.ahead == words[(DEPTH-2)*WIDTH +: WIDTH]);
            end
        end else if (DEPTH > 1) begin : gen_shift
            always @* if (started && known >= DEPTH - 1) assert (\dut.genblk2.gen_shift.data_q == words[(DEPTH-1)*WIDTH-1:0]);
        end
    endgenerate
    (* hierconn *) wire [WIDTH*(DEPTH > 1 ? DEPTH - 1 : 1)-1:0] \dut.genblk2.gen_shift.data_q ;
    always @* if (started) assert (known <= DEPTH);
endmodule

`default_nettype wire
