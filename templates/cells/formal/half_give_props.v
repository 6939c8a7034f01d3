// half_give_props: half_give against the pairs it promises, for all inputs
//
//   proves    every pair leaves in its place, WORDS / 2 of them on consecutive cycles; latency WORDS / 2 + 2
//   proves    `out_valid` in these cycles alone; none after a reset
//   assumes   packets are at least WORDS cycles apart    proved in half_order_props: `out_first` comes once in a packet

`default_nettype none

module half_give_props #(
    parameter WORDS = 8,
    parameter W     = 1
) (
    input wire         clk,
    input wire         rst,
    input wire         in_first,
    input wire [W-1:0] in_data
);
    localparam BEATS   = WORDS / 2;
    localparam LATENCY = BEATS + 2;
    localparam H       = LATENCY + BEATS;
    localparam TW      = $clog2(WORDS);

    wire           out_valid;
    wire [2*W-1:0] out_data;

    half_give #(.WORDS(WORDS), .W(W)) dut (
        .clk(clk), .rst(rst), .in_first(in_first), .in_data(in_data), .out_valid(out_valid), .out_data(out_data)
    );

    reg [H-1:0]   pulses;  // bit n: a packet began n + 1 cycles ago, and no reset since
    reg [W*H-1:0] words;   // of the last cycles, the youngest in the low bits
    reg started = 1'b0;
    always @(posedge clk) begin
        started <= 1'b1;
        pulses  <= rst ? {H{1'b0}} : {pulses[H-2:0], in_first};
        words   <= {words, in_data};
    end
    always @* begin
        if (!started) assume (rst);
        if (in_first) assume (!(|pulses[WORDS-2:0]));
    end

    (* hierconn *) wire [TW-1:0] \dut.write_q ;
    (* hierconn *) wire [TW-2:0] \dut.read_q ;
    integer t;
    always @* if (started) begin
        assert (out_valid == |pulses[LATENCY-1 +: BEATS]);
        assert (|pulses[WORDS-2:0] || \dut.write_q == 0);
        assert (|pulses[LATENCY+BEATS-3:LATENCY-1] || \dut.read_q == 0);
        for (t = 0; t < BEATS; t = t + 1) begin
            if (pulses[LATENCY-1+t])
                assert (out_data == {words[(LATENCY - 2 - t)*W +: W], words[(LATENCY - 1 - t)*W +: W]});
            if (t > 0 && pulses[LATENCY-2+t]) assert (\dut.read_q == t);
        end
        for (t = 1; t < WORDS; t = t + 1)
            if (pulses[t-1]) assert (\dut.write_q == t);
    end
`ifdef REACH
    always @* assert (!(started && pulses[LATENCY+BEATS-2] && pulses[LATENCY+BEATS-2-WORDS]));
`endif
endmodule

`default_nettype wire
