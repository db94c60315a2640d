#!/bin/sh
# spark-submit with convoy.jar, without a Spark distribution. Options of spark-submit come first, then --, then a convoy command:
#   deploy/submit.sh --master spark://host:7077 -- train configs/quickstart.yaml
#   deploy/submit.sh --master spark://host:7077 --deploy-mode cluster -- doctor
# In cluster mode the driver runs on a worker: give absolute or hdfs:// paths, all machines must see them. Its output is in
# that worker's work folder. The exit code is 0 only when the command succeeded, in cluster mode, too.
# Where there is a distribution, the same is:
#   spark-submit --master … --class io.convoy.spark.cli.Convoy convoy.jar train configs/quickstart.yaml
set -u
. "$(dirname "$0")/spark-environment.sh"

case " $* " in
    *' -- '*) ;;
    *)
        say "submit.sh expects OPTIONS -- COMMAND, e.g. --master spark://host:7077 -- doctor, but there is no --."
        exit 2
        ;;
esac
cluster_mode=no
separated=no
count=$#
previous=
while [ "$count" -gt 0 ]; do
    argument=$1
    shift
    count=$((count - 1))
    if [ "$separated" = no ] && [ "$argument" = -- ]; then
        separated=yes
        set -- "$@" --class io.convoy.spark.cli.Convoy "$jar"
    else
        if [ "$separated" = no ] && [ "$previous$argument" = --deploy-modecluster ]; then cluster_mode=yes; fi
        set -- "$@" "$argument"
    fi
    previous=$argument
done

export OMP_NUM_THREADS=1
export OMP_WAIT_POLICY="${OMP_WAIT_POLICY:-PASSIVE}"
logging="-Dlog4j2.configurationFile=file:$spark/log4j2.properties"
if [ "$cluster_mode" = no ]; then
    # exec, so that a signal to this process is one to the driver.
    exec "$java" "@$spark/jvm.options" -cp "$spark/jars/*" "$logging" org.apache.spark.deploy.SparkSubmit "$@"
fi

# A failed driver leaves spark-submit's own exit code at 0; its last words tell.
words=$(mktemp) || exit 2
trap 'rm -f "$words"' EXIT
# The worker starts the driver without the module options that Spark's own launcher gives.
options=$(tr '\n' ' ' <"$spark/jvm.options")
spark_java "$logging" org.apache.spark.deploy.SparkSubmit \
    --conf "spark.driver.defaultJavaOptions=$options" --conf spark.standalone.submit.waitAppCompletion=true "$@" 2>"$words"
code=$?
cat "$words" >&2
if [ "$code" = 0 ] && grep -Eq 'is (FAILED|ERROR|KILLED)|exited with status (FAILED|ERROR|KILLED)' "$words"; then
    exit 1
fi
exit "$code"
