package io.convoy.engine.race;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the processes are started with, so that each side is at its best. */
final class Peers {
    /** The official build's libraries as DJL publishes them, in the order in which they need each other. */
    private static final List<String> OFFICIAL =
            List.of("libgomp-98b21ff3.so.1", "libc10.so", "libtorch_cpu.so", "libtorch.so");

    private static final String OFFICIAL_FOLDER = "pytorch/cpu/linux-x86_64/";
    private static final List<String> ALLOCATORS =
            List.of("libtcmalloc_minimal.so.4", "libtcmalloc.so.4", "libjemalloc.so.2");
    private static final List<String> LIBRARY_FOLDERS = List.of(
            "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib", "/usr/local/lib");

    private final Path folder;
    private final boolean official;

    /** Unpacks the official libtorch into {@code folder}, where the class path has it. */
    Peers(Path folder) throws IOException {
        this.folder = folder;
        boolean all = true;
        for (String library : OFFICIAL) {
            try (InputStream in = Peers.class.getClassLoader().getResourceAsStream(OFFICIAL_FOLDER + library)) {
                if (in == null) {
                    all = false;
                } else {
                    Files.copy(in, folder.resolve(library), StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
        this.official = all;
    }

    /** An allocator that serves Java's threads well; glibc's costs libtorch up to 45 %. */
    static Optional<Path> allocator() {
        return ALLOCATORS.stream()
                .flatMap(name -> LIBRARY_FOLDERS.stream().map(folder -> Path.of(folder, name)))
                .filter(Files::exists)
                .findFirst();
    }

    String about() {
        return (official ? "the official build" : "the build of its JavaCPP bindings, since the official one is not there")
                + ", "
                + allocator()
                        .map(path -> "with " + path.getFileName())
                        .orElse("WITHOUT tcmalloc or jemalloc, which is worth up to 45 % to it: install one");
    }

    Map<String, String> environment(String side, int cores) {
        Map<String, String> environment = new HashMap<>();
        environment.put("OMP_WAIT_POLICY", "PASSIVE");
        if (side.equals("convoy")) {
            environment.put("OMP_NUM_THREADS", "1");
            return environment;
        }
        if (side.equals("onnxruntime")) {
            // It has threads and an allocator of its own.
            return environment;
        }
        environment.put("OMP_NUM_THREADS", Integer.toString(cores));
        // Long enough for the pause between two operators, and over within a millisecond.
        environment.put("GOMP_SPINCOUNT", "50000");
        allocator().ifPresent(path -> environment.put("LD_PRELOAD", path.toString()));
        return environment;
    }

    List<String> options(String side) {
        List<String> options = new ArrayList<>(List.of("-Xmx3g"));
        if (side.equals("libtorch")) {
            options.add("-Dorg.bytedeco.javacpp.maxphysicalbytes=0");
            options.add("-Dorg.bytedeco.javacpp.maxbytes=0");
            if (official) {
                options.add("-Dorg.bytedeco.javacpp.pathsFirst=true");
                options.add("-Djava.library.path=" + folder);
            }
        }
        return options;
    }

    static List<String> of(Race race) {
        return race.training() ? List.of("libtorch") : List.of("onnxruntime", "libtorch");
    }
}
