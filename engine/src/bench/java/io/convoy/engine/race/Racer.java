package io.convoy.engine.race;

import ai.onnxruntime.OrtException;
import io.convoy.engine.kernel.Precision;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.global.torch;

/**
 * The process of one side. It reads commands, answers each with a line that begins with {@value #ANSWER}, and sleeps in between.
 *
 * <pre>
 * setting NAME           makes a contestant of it, in the place of the one before
 * round SECONDS          goes on for about so long: samples, seconds
 * check STEPS SAMPLES    losses of that many steps with BatchNorm over that many samples, or scores
 * peak PRECISION         floating-point operations a second in large products of matrices, on all cores
 * about                  what is raced
 * memory                 the most bytes of memory that the process has had
 * </pre>
 */
final class Racer {
    static final String ANSWER = "race ";

    private static final int CORES = Runtime.getRuntime().availableProcessors();

    private Racer() {}

    /** The arguments are the side, {@code convoy}, {@code libtorch} or {@code onnxruntime}, and the name of the race. */
    public static void main(String[] arguments) throws IOException, OrtException {
        String side = arguments[0];
        Race race = Race.named(arguments[1]);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Contestant contestant = null;
        try {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] words = line.split(" ", -1);
                String answer;
                switch (words[0]) {
                    case "setting" -> {
                        if (contestant != null) {
                            contestant.close();
                        }
                        contestant = contestant(side, race, line.substring(line.indexOf(' ') + 1));
                        answer = "ready";
                    }
                    case "round" -> answer = round(contestant(contestant), Double.parseDouble(words[1]));
                    case "check" ->
                        answer = Arrays.stream(contestant(contestant)
                                        .check(Integer.parseInt(words[1]), Integer.parseInt(words[2])))
                                .mapToObj(Double::toString)
                                .collect(Collectors.joining(" "));
                    case "peak" -> answer = Double.toString(MatrixPeak.measure(Precision.valueOf(words[1]), CORES));
                    case "about" -> answer = about(side);
                    case "memory" -> answer = Long.toString(peakMemory());
                    default ->
                        throw new IllegalArgumentException("Racer expects a command, but it got \"" + line + "\".");
                }
                out.println(ANSWER + answer);
            }
        } finally {
            if (contestant != null) {
                contestant.close();
            }
        }
        // Threads of libraries must not keep the process.
        System.exit(0);
    }

    private static Contestant contestant(@org.jspecify.annotations.Nullable Contestant contestant) {
        if (contestant == null) {
            throw new IllegalStateException("Racer expects a setting first.");
        }
        return contestant;
    }

    private static Contestant contestant(String side, Race race, String setting) throws IOException, OrtException {
        boolean together = !setting.contains(Settings.ONE_A_CORE);
        boolean channelsLast = setting.contains(Settings.CHANNELS_LAST);
        return switch (side) {
            case "convoy" ->
                race.training()
                        ? new ConvoyTraining(race, Settings.microBatch(setting), CORES)
                        : new ConvoyScoring(race, CORES);
            case "libtorch" ->
                race.training()
                        ? new TorchTraining(race, together, channelsLast, CORES)
                        : new TorchScoring(race, together, channelsLast, CORES);
            case "onnxruntime" -> new OnnxScoring(race, together, CORES);
            default ->
                throw new IllegalArgumentException(
                        "Racer expects the side convoy, libtorch or onnxruntime, but it got \"" + side + "\".");
        };
    }

    private static String round(Contestant contestant, double seconds) {
        long begin = System.nanoTime();
        long samples = contestant.run((long) (seconds * 1e9));
        return String.format(Locale.ROOT, "%d %.6f", samples, (System.nanoTime() - begin) / 1e9);
    }

    private static String about(String side) {
        if (!side.equals("libtorch")) {
            return side;
        }
        return torch.TORCH_VERSION_MAJOR + "." + torch.TORCH_VERSION_MINOR + "." + torch.TORCH_VERSION_PATCH + ", " + torch.get_cpu_capability().getString()
                + (torch.hasMKL() ? ", with MKL" : ", without MKL");
    }

    private static long peakMemory() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return 0;
        }
        for (String line : Files.readAllLines(status)) {
            if (line.startsWith("VmHWM:")) {
                return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        return 0;
    }
}
