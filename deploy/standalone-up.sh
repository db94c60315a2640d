#!/bin/sh
# Starts a standalone Spark cluster on this machine's loopback: a master and two workers, from the jars that the build brings.
# No Spark distribution is needed. It prints the master's address; deploy/standalone-down.sh ends it.
#   deploy/standalone-up.sh
#   CONVOY_WORKER_CORES=4 CONVOY_WORKER_MEMORY=4g deploy/standalone-up.sh
#   CONVOY_CLUSTER=/some/folder deploy/standalone-up.sh     # logs, process ids and work go there
# A driver in cluster mode takes one core of a worker besides the slots.
set -u
. "$(dirname "$0")/spark-environment.sh"

cluster=${CONVOY_CLUSTER:-$home/target/standalone}
cores=${CONVOY_WORKER_CORES:-2}
memory=${CONVOY_WORKER_MEMORY:-2g}
port=${CONVOY_MASTER_PORT:-0}
# Nothing of it is reachable from another machine.
export SPARK_LOCAL_IP=127.0.0.1
export SPARK_PUBLIC_DNS=127.0.0.1

if [ -f "$cluster/pids" ]; then
    say "standalone-up expects no cluster in $cluster, but there is one. Maybe run deploy/standalone-down.sh first."
    exit 2
fi
mkdir -p "$cluster" || exit 2
rm -f "$cluster"/*.log

# start NAME CLASS ARGUMENT…
start() {
    name=$1
    shift
    # exec, so that the recorded process is Java itself.
    (
        exec "$java" "@$spark/jvm.options" -Xmx512m -XX:TieredStopAtLevel=1 -cp "$spark/jars/*" "$@"
    ) >"$cluster/$name.log" 2>&1 </dev/null &
    echo $! >>"$cluster/pids"
}

# await NAME TEXT: until TEXT is in the log, the process has gone, or a minute is over.
await() {
    tries=0
    until grep -q "$2" "$cluster/$1.log" 2>/dev/null; do
        tries=$((tries + 1))
        if [ "$tries" -gt 300 ] || ! kill -0 "$3" 2>/dev/null; then
            say "standalone-up expects the $1 to come up within a minute, but it has not. Its log:"
            tail -n 20 "$cluster/$1.log" >&2
            "$(dirname "$0")/standalone-down.sh"
            exit 1
        fi
        sleep 0.2
    done
}

start master org.apache.spark.deploy.master.Master --host 127.0.0.1 --port "$port" --webui-port 0
await master 'New state: ALIVE' $!
master=$(sed -n 's|.*Starting Spark master at \(spark://[0-9.:]*\).*|\1|p' "$cluster/master.log" | head -n 1)

for number in 1 2; do
    start "worker-$number" org.apache.spark.deploy.worker.Worker --host 127.0.0.1 --webui-port 0 \
        --cores "$cores" --memory "$memory" --work-dir "$cluster/work-$number" "$master"
    eval "worker_$number=$!"
done
await worker-1 'Successfully registered with master' "$worker_1"
await worker-2 'Successfully registered with master' "$worker_2"

echo "$master" | tee "$cluster/master"
