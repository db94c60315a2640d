package io.convoy.spark.kafka;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The main class of the JVM of an {@link EmbeddedBroker}: formats the storage where that has not been done, and becomes Kafka. It
 * ends when its standard input does, and that is when the process that started it is gone, however it ended. Kafka's classes are on
 * the class path of this JVM alone, so they are called by name.
 */
final class BrokerProcess {
    private BrokerProcess() {}

    /**
     * Becomes Kafka.
     *
     * @param arguments the folder, Kafka's configuration file, and what else is told to the tool that formats
     */
    public static void main(String... arguments) throws ReflectiveOperationException {
        Path folder = Path.of(arguments[0]);
        String properties = arguments[1];
        Thread parent = new Thread(() -> endWithTheParent(folder), "parent");
        parent.setDaemon(true);
        parent.start();

        List<String> format = new ArrayList<>(List.of("format", "--ignore-formatted", "--config", properties));
        format.addAll(Arrays.asList(arguments).subList(2, arguments.length));
        Object code = call("kafka.tools.StorageTool", "execute", format.toArray(String[]::new), System.out);
        if (!Integer.valueOf(0).equals(code)) {
            System.exit(2);
        }
        call("kafka.Kafka", "main", (Object) new String[] {properties});
    }

    private static Object call(String type, String name, Object... arguments) throws ReflectiveOperationException {
        Class<?>[] parameters = arguments.length == 1
                ? new Class<?>[] {String[].class}
                : new Class<?>[] {String[].class, PrintStream.class};
        Method method = Class.forName(type).getMethod(name, parameters);
        try {
            return method.invoke(null, arguments);
        } catch (InvocationTargetException e) {
            e.printStackTrace();
            System.exit(2);
            throw e;
        }
    }

    @SuppressWarnings("SystemExitOutsideMain")
    private static void endWithTheParent(Path folder) {
        try {
            while (System.in.read() >= 0) {
                // Nobody writes anything.
            }
        } catch (IOException e) {
            System.out.println("The parent is gone: " + e);
        }
        delete(folder);
        Runtime.getRuntime().halt(3);
    }

    /** Deletes what can be deleted. */
    static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException e) {
            System.out.println("A broker's folder could not be deleted: " + e);
        }
    }
}
