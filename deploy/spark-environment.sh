# Read by the other scripts of this folder: finds Java, Spark's jars and convoy.jar, and says what is missing.
# Sets home, java, spark, jar, and spark_java, which starts one of Spark's main classes.

say() {
    printf '%s\n' "$*" >&2
}

home=$(CDPATH='' cd "$(dirname "$0")/.." && pwd -P) || exit 2
jar=$home/spark-runner/target/convoy.jar
spark=$home/spark-runner/target/spark

if [ ! -f "$jar" ] || [ ! -f "$spark/jvm.options" ]; then
    say "$(basename "$0") expects $jar, but it is not built. Maybe run ./mvnw -DskipTests package."
    exit 2
fi
if [ -n "${JAVA_HOME:-}" ]; then java=$JAVA_HOME/bin/java; else java=$(command -v java || true); fi
if [ -z "$java" ] || [ ! -x "$java" ]; then
    say "$(basename "$0") expects a JDK 17 or later, but there is no java. Maybe install one and set JAVA_HOME."
    exit 2
fi

# Workers start executors and drivers from here.
export SPARK_HOME="$spark"
export SPARK_SCALA_VERSION=2.13

spark_java() {
    "$java" "@$spark/jvm.options" -cp "$spark/jars/*" "$@"
}
