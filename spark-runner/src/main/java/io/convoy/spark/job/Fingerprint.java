package io.convoy.spark.job;

import io.convoy.engine.kernel.OneDnn;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a process's arithmetic depends on: the model of its CPU, oneDNN with its instruction set, and the Java runtime. */
final class Fingerprint {
    private Fingerprint() {}

    static String ofThisProcess() {
        return processor() + "; " + OneDnn.version() + "; Java " + System.getProperty("java.version");
    }

    /** The processor's model name; the architecture where the system doesn't tell. */
    static String processor() {
        try {
            return Files.readAllLines(Path.of("/proc/cpuinfo"), StandardCharsets.UTF_8).stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElseGet(() -> System.getProperty("os.arch"));
        } catch (IOException e) {
            return System.getProperty("os.arch");
        }
    }
}
