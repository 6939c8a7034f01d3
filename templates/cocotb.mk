{#- Runs the cocotb bench. Context: emit::vectors::CocotbMake -#}
# {= network =} under cocotb: make SIM=icarus, or make SIM=verilator. Memories are read from the output folder.
SIM ?= icarus
TOPLEVEL_LANG = verilog
FOLDER := $(abspath $(dir $(lastword $(MAKEFILE_LIST)))/..)
VERILOG_SOURCES := $(addprefix $(FOLDER)/,$(shell cat $(FOLDER)/files.f))
TOPLEVEL = {= network =}
MODULE = test_{= network =}
export PYTHONPATH := $(FOLDER)/tb:$(PYTHONPATH)
# builds and results stay out of the output folder's own files
SIM_BUILD ?= $(FOLDER)/tb/sim_build/$(SIM)
COCOTB_RESULTS_FILE ?= $(SIM_BUILD)/results.xml
export COCOTB_RESULTS_FILE
ifeq ($(SIM),icarus)
COMPILE_ARGS += -g2005
else
EXTRA_ARGS += -Wno-fatal
endif
include $(shell cocotb-config --makefiles)/Makefile.sim
