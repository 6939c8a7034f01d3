// window_walk_props: what window_walk promises, against the number of the beat in its frame
//
//   proves    `beat`, `window_end` and `last_window` are those of a frame of WINDOWS windows, the last of LAST beats
//   proves    `slot` counts windows around a ring of SLOTS; nothing moves without `step`

`default_nettype none

module window_walk_props #(
    parameter WINDOW  = 4,
    parameter WINDOWS = 2,
    parameter LAST    = 3,
    parameter SLOTS   = 3
) (
    input wire clk,
    input wire rst,
    input wire step
);
    localparam FRAME = (WINDOWS - 1) * WINDOW + LAST;

    wire [(WINDOW > 1 ? $clog2(WINDOW) : 1)-1:0] beat;
    wire [(SLOTS > 1 ? $clog2(SLOTS) : 1)-1:0]   slot;
    wire window_end;
    wire last_window;

    window_walk #(.WINDOW(WINDOW), .WINDOWS(WINDOWS), .LAST(LAST), .SLOTS(SLOTS)) dut (
        .clk(clk), .rst(rst), .step(step), .beat(beat), .slot(slot), .window_end(window_end), .last_window(last_window)
    );

    (* hierconn *) wire [(WINDOWS > 1 ? $clog2(WINDOWS) : 1)-1:0] \dut.gen_windows.window ;

    reg [7:0] number;  // of the beat in its frame
    reg [7:0] windows;
    reg       started = 1'b0;
    wire      ends = number == FRAME - 1;
    wire [7:0] window = number / WINDOW;
    wire      full = ends || number % WINDOW == WINDOW - 1;
    always @(posedge clk) begin
        started <= 1'b1;
        if (step) begin
            number <= ends ? 0 : number + 1;
            if (full) windows <= windows == SLOTS - 1 ? 0 : windows + 1;
        end
        if (rst) begin
            number  <= 0;
            windows <= 0;
        end
    end
    always @* if (!started) assume (rst);

    always @* if (started) begin
        assert (beat == number % WINDOW);
        assert (window_end == full);
        assert (last_window == (window == WINDOWS - 1));
        assert (slot == windows);
    end
`ifdef REACH
    always @* assert (!(started && ends && windows == SLOTS - 1));
`endif

    always @* if (started) begin
        assert (number < FRAME && windows < SLOTS);
        if (WINDOWS > 1) assert (\dut.gen_windows.window == window);
    end
endmodule

`default_nettype wire
