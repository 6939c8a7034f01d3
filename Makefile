# The few doors of the house. `make demo` and `make test` work on a fresh machine.

CARGO    ?= cargo
CIRCLET  := target/release/circlet
N        ?= 100
SEED     ?= 1

.PHONY: demo test soak fuzz bench tools clean

demo: tools
	@$(CARGO) build --release --quiet
	@$(CARGO) run --release --quiet --example demo

test: tools
	@CIRCLET_REQUIRE_TOOLS=1 $(CARGO) test --quiet

# N random networks through Verilator, beginning at seed SEED
soak: tools
	@$(CARGO) run --release --quiet --example soak -- $(N) $(SEED)

# installs what is missing
tools:
	@sh testbenches/tools.sh

clean:
	@$(CARGO) clean
