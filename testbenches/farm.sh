#!/bin/sh
# A sweep of networks as a Slurm job array, on one machine: farm.sh LIST RESULTS [VERIFY OPTIONS...]
#
# On a cluster only the lines between the marks are needed: an array with one task per job of the list, each task
# verifies its job and leaves its result as JSON; afterwards circlet merges them into one table and JUnit XML.
# Here a controller and a node are started first, below a folder of their own, and ended afterwards.
set -eu
list=$(realpath "$1")
mkdir -p "$2"
results=$(realpath "$2")
shift 2
circlet=$(realpath "${CIRCLET:-target/release/circlet}")

slurm=$(mktemp -d)
host=$(hostname -s)
stop() {
    for name in slurmd slurmctld munged; do
        if [ -s "$slurm/$name.pid" ]; then kill "$(cat "$slurm/$name.pid")" 2>/dev/null || true; fi
    done
    sleep 1
    rm -rf "$slurm"
}
trap stop EXIT
chmod 755 "$slurm"
mkdir "$slurm/state" "$slurm/spool"
dd if=/dev/urandom of="$slurm/munge.key" bs=1024 count=1 status=none
chmod 600 "$slurm/munge.key"
munged --force --key-file="$slurm/munge.key" --socket="$slurm/munge.socket" --pid-file="$slurm/munged.pid" \
    --log-file="$slurm/munged.log" --seed-file="$slurm/munge.seed"
# ports that the whole system has free are not known: those of the process number are as good as any
port=$((20000 + $$ % 20000))
cat >"$slurm/slurm.conf" <<CONF
ClusterName=circlet
SlurmctldHost=$host(127.0.0.1)
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
AuthType=auth/munge
AuthInfo=socket=$slurm/munge.socket
CredType=cred/munge
SlurmctldPort=$port
SlurmdPort=$((port + 1))
StateSaveLocation=$slurm/state
SlurmdSpoolDir=$slurm/spool
SlurmctldPidFile=$slurm/slurmctld.pid
SlurmdPidFile=$slurm/slurmd.pid
SlurmctldLogFile=$slurm/slurmctld.log
SlurmdLogFile=$slurm/slurmd.log
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
JobAcctGatherType=jobacct_gather/none
MaxArraySize=10001
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=farm Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
export SLURM_CONF="$slurm/slurm.conf"
slurmctld -c -f "$SLURM_CONF"
slurmd -f "$SLURM_CONF" -N "$host"
for _ in $(seq 60); do
    sinfo -h -o %t 2>/dev/null | grep -q idle && break
    sleep 0.5
done

# ---- on a cluster: from here ----
jobs=$(grep -cv -e '^ *//' -e '^ *$' "$list")
cat >"$results/task.sh" <<TASK
#!/bin/sh
"$circlet" --json verify --jobs-file "$list" --job "\$SLURM_ARRAY_TASK_ID" $* \
    >"$results/\$SLURM_ARRAY_TASK_ID.json" 2>"$results/\$SLURM_ARRAY_TASK_ID.log"
TASK
# --wait ends with the greatest code of the tasks: the verdict is that of the merged results
sbatch --wait --job-name=circlet --array="1-$jobs" --output="$results/%a.out" "$results/task.sh" || true
"$circlet" verify --merge "$results" --jobs-file "$list" --junit "$results/junit.xml"
# ---- to here ----
