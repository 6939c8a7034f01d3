// delay_line: gives back every word DEPTH cycles later
//
// A shift register below 16 words, from 16 on a RAM of DEPTH words (a power of two) with a register
// on either side. Words are never reset; `rst` only brings the addresses into step.

`default_nettype none

module delay_line #(
    parameter W     = 8,
    parameter DEPTH = 4
) (
    input  wire         clk,
    input  wire         rst,
    input  wire [W-1:0] in_data,
    output wire [W-1:0] out_data
);

    generate
        if (DEPTH == 1) begin : gen_register
            reg [W-1:0] line;
            always @(posedge clk) line <= in_data;
            assign out_data = line;
            wire unused_rst = rst;
        end else if (DEPTH < 16) begin : gen_shift
            reg [W*DEPTH-1:0] line;
            always @(posedge clk) line <= {line[W*(DEPTH-1)-1:0], in_data};
            assign out_data = line[W*DEPTH-1 -: W];
            wire unused_rst = rst;
        end else begin : gen_ram
            localparam AW = $clog2(DEPTH);
            reg [W-1:0]  mem [0:DEPTH-1];
            reg [W-1:0]  in_q;
            reg [W-1:0]  out_q;
            reg [AW-1:0] write_q;
            reg [AW-1:0] read_q;
            always @(posedge clk) begin
                // two cycles pass in the registers, so reading runs two words ahead
                write_q <= rst ? {AW{1'b0}} : write_q + 1'b1;
                read_q  <= rst ? {{(AW-2){1'b0}}, 2'd2} : read_q + 1'b1;
                in_q    <= in_data;
                out_q   <= read_q == write_q ? {W{1'bx}} : mem[read_q];
                mem[write_q] <= in_q;
            end
            assign out_data = out_q;
        end
    endgenerate

endmodule

`default_nettype wire
