package io.convoy.spark.job;

import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** Spark in this JVM, with Kryo told to refuse every class that nobody has registered. */
final class LocalSpark {
    private LocalSpark() {}

    static JavaSparkContext start(String master, Slots slots) {
        return new JavaSparkContext(strict(new SparkSetup(master, slots).conf("test")));
    }

    static SparkConf strict(SparkConf conf) {
        return conf.set("spark.kryo.registrationRequired", "true");
    }
}
