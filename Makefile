# The few doors of the house. `make demo` and `make test` work on a fresh machine.

CARGO    ?= cargo
CIRCLET  := target/release/circlet
N        ?= 100
SEED     ?= 1

.PHONY: demo test soak formal mutate coverage fuzz bench predict tools clean versions farm large compile-speed model-speed train-speed learning tasks occupancy estimates transforms

demo: tools
	@echo "building circlet: several minutes the first time"
	@$(CARGO) build --release --quiet
	@$(CARGO) run --release --quiet --example demo

test:
	@sh testbenches/tools.sh test
	@CIRCLET_REQUIRE_TOOLS=1 $(CARGO) test --quiet --no-fail-fast

# N random networks through Verilator, beginning at seed SEED
soak: tools
	@$(CARGO) run --release --quiet --example soak -- $(N) $(SEED)

# every figure beside its anchor; writes BENCHMARKS.json and BENCHMARKS.md. PARTS: some of them (koios mlp dense occupancy ...)
bench:
	@sh testbenches/tools.sh test speed
	@$(CARGO) build --release --quiet
	@$(CARGO) run --release --quiet --example bench -- $(PARTS)

# seconds from a trained model to bit-true predictions on 1,000 samples
MODEL ?= $(or $(CIRCLET_DATA),../shared/data)/hls4ml_onnx/three_layer_keras.onnx
predict:
	@$(CARGO) build --release --quiet
	@sh testbenches/predict.sh $(MODEL)

# proves every cell for every set of parameters of the grid, and writes testbenches/formal/README.md
formal: tools
	@$(CARGO) run --release --quiet --example formal

# mutants of emitted Verilog against verify; writes testbenches/mutation/README.md
mutate: tools
	@$(CARGO) run --release --quiet --example mutate -- $(or $(MUTANTS),280) $(SEED)

# lines, bits and states that verification goes through; writes testbenches/coverage/README.md
coverage: tools
	@$(CARGO) build --release --quiet
	@mkdir -p testbenches/coverage
	@sh testbenches/coverage.sh $(or $(SECONDS),60) $(or $(COVERED),hdl_out/digits) >target/coverage.md
	@mv target/coverage.md testbenches/coverage/README.md

# every reader of the user's files, each for so many seconds
fuzz:
	@sh testbenches/fuzz/run.sh $(or $(SECONDS),600)

# every emitted design through every version of every tool: a markdown table
versions:
	@sh testbenches/tools.sh test
	@$(CARGO) build --release --quiet
	@$(CARGO) run --release --quiet --example sweep -- $(or $(NETWORKS),20) target/versions
	@sh testbenches/versions.sh target/versions/*/ $$(ls -d hdl_out/*/)

# random networks as a Slurm job array, on this machine
farm:
	@sh testbenches/tools.sh test
	@$(CARGO) build --release --quiet
	@$(CARGO) run --release --quiet --example sweep -- $(or $(NETWORKS),8) target/farm/networks
	@ls -d target/farm/networks/*/ | sed 's,.*networks/,networks/,' >target/farm/list
	@CIRCLET=$(CIRCLET) sh testbenches/farm.sh target/farm/list target/farm/results --frames 8

# a flipped bit deep inside a waveform of MB megabytes: seconds and memory
large: tools
	@$(CARGO) build --release --quiet
	@$(CARGO) run --release --quiet --example large -- $(or $(MB),1000)

# seconds and memory from a .circ to RTL: a dense layer of 25088 x 4096, and a small perceptron
compile-speed:
	@$(CARGO) build --release --quiet
	@$(CARGO) run --release --quiet --example compile_speed

# cycles per second: the model in the library and as a crate, stepped and at its ports, against Verilator -O3
model-speed:
	@sh testbenches/tools.sh speed
	@$(CARGO) build --release --quiet
	@$(CARGO) run --release --quiet --example model_speed

# useful products per multiplier and clock, in the model and in Verilog; writes testbenches/occupancy/README.md
occupancy: tools
	@$(CARGO) run --release --quiet --example occupancy >target/occupancy.md
	@mv target/occupancy.md testbenches/occupancy/README.md

# look-up tables and flip-flops as estimated, and as Yosys counts them: the examples and 30 random networks, or COUNT of these alone; from seed SEED
estimates: tools
	@$(CARGO) run --release --quiet --example estimates -- $(SEED) $(COUNT)

# cells, noise and latency of streaming transforms, k from 8 to 1024; writes testbenches/transforms/README.md
transforms: tools
	@$(CARGO) run --release --quiet --example transforms >target/transforms.md
	@mv target/transforms.md testbenches/transforms/README.md

# an epoch of a circulant layer against the same layer dense, n up to MOST
train-speed:
	@$(CARGO) run --release --quiet --example train_speed -- $(or $(MOST),16384)

# the figures of src/train/training.md on MNIST: PARTS (form dense short small bits convert decay) for SEEDS; all of them take hours
learning:
	@$(CARGO) build --release --quiet
	@for part in $(or $(PARTS),form dense short small bits convert decay); do \
	    sh testbenches/learning.sh $$part $(or $(SEEDS),1 2 3) || exit 1; done

# the figures of examples/spoken and examples/power
tasks:
	@$(CARGO) build --release --quiet
	@sh testbenches/tasks.sh

# installs what is missing
tools:
	@sh testbenches/tools.sh

clean:
	@$(CARGO) clean
