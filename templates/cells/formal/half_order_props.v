// half_order_props: half_order against the order it promises, for all inputs
//
//   proves    every word leaves in its place; `phase` and `out_first` with it; latency WINDOW / 2 + 1
//   assumes   packets are at least WORDS cycles apart    proved in gate_props: packets are consecutive beats

`default_nettype none

module half_order_props #(
    parameter WORDS  = 8,
    parameter WINDOW = 8,
    parameter KIND   = 0,
    parameter W      = 1
) (
    input wire         clk,
    input wire         rst,
    input wire         in_first,
    input wire [W-1:0] in_data
);
    localparam HALF = WINDOW / 2;
    localparam H    = HALF + WORDS + WINDOW;
    localparam TW   = $clog2(WORDS);

    wire          out_first;
    wire [TW-1:0] phase;
    wire [W-1:0]  out_data;

    half_order #(.WORDS(WORDS), .WINDOW(WINDOW), .KIND(KIND), .W(W)) dut (
        .clk(clk), .rst(rst), .in_first(in_first), .in_data(in_data), .out_first(out_first), .phase(phase),
        .out_data(out_data)
    );

    // the place within a packet at which the word came that leaves at place r
    function integer came(input integer r);
        integer window, j, kind, q;
        begin
            window = r / WINDOW * WINDOW;
            j      = r % WINDOW;
            // of a word that comes: 4 m + 2 part + kind, one that leaves: half, value, part, upper
            kind   = j / HALF;
            q      = j % HALF;
            if (KIND == 2) came = window + j % 2 * 2 + j / 2;
            else if (KIND == 1) came = j % 2 + j / 4 * 2 + j / 2 % 2 * HALF;
            else if (r < HALF) came = window + q / 2 % 2 * HALF + 4 * (q / 4) + 2 * (q % 2) + kind;
            else came = window + q % 2 * HALF + 4 * (q / 4) + 2 * (q / 2 % 2) + kind;
        end
    endfunction

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
    (* hierconn *) wire [TW-1:0] \dut.read_q ;
    integer t;
    always @* if (started) begin
        assert (out_first == pulses[HALF]);
        assert (|pulses[WORDS-2:0] || \dut.write_q == 0);
        assert (|pulses[HALF+WORDS-2:HALF] || \dut.read_q == 0);
        for (t = 0; t < WORDS; t = t + 1) begin
            if (pulses[HALF+t]) assert (phase == t && out_data == words[(HALF + t - came(t))*W +: W]);
            if (t > 0 && pulses[t-1]) assert (\dut.write_q == t);
            if (t > 0 && pulses[HALF+t-1]) assert (\dut.read_q == t);
        end
    end
`ifdef REACH
    always @* assert (!(started && pulses[HALF+WORDS-1] && pulses[HALF-1]));
`endif
endmodule

`default_nettype wire
