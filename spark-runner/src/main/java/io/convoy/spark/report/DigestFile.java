package io.convoy.spark.report;

import io.convoy.spark.InvalidInputException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The digests of a run's tensors after its steps, as text: one line {@code step tensor hexadecimal} for each tensor, steps
 * ascending; lines that begin with {@code #} and empty ones don't count. Two runs hold the same bits when their files say the
 * same.
 */
public final class DigestFile implements AutoCloseable {
    private static final Pattern LINE = Pattern.compile("([0-9]{1,18}) (\\S+) ([0-9a-fA-F]+)");

    private final Writer out;

    /** Writes to {@code out}, beginning with the configuration's hash as a remark; {@link #close()} closes it. */
    public DigestFile(Writer out, String configurationHash) throws IOException {
        this.out = out;
        out.write("# step tensor digest; configuration " + configurationHash + "\n");
    }

    /**
     * Adds the digests after one step.
     *
     * @param step counted from 1, above every step before
     * @param digests hexadecimal digests by tensor name, in the order of the lines
     */
    public void write(long step, Map<String, String> digests) throws IOException {
        for (Map.Entry<String, String> digest : digests.entrySet()) {
            out.write(step + " " + digest.getKey() + " " + digest.getValue() + "\n");
        }
        out.flush();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }

    /**
     * How two files compare.
     *
     * @param steps the steps that both have, with equal digests, before the first difference
     * @param tensors the largest number of tensors in one of them
     * @param difference where they differ first, in words; nothing when they are equal
     */
    public record Comparison(long steps, int tensors, Optional<String> difference) {}

    /**
     * Compares two files step by step.
     *
     * @throws InvalidInputException when one of them isn't such a file, with the line
     */
    public static Comparison compare(String leftName, BufferedReader left, String rightName, BufferedReader right) {
        StepReader leftSteps = new StepReader(leftName, left);
        StepReader rightSteps = new StepReader(rightName, right);
        long steps = 0;
        int tensors = 0;
        while (leftSteps.hasNext() && rightSteps.hasNext()) {
            Step one = leftSteps.next();
            Step other = rightSteps.next();
            if (one.number != other.number) {
                boolean leftFirst = one.number < other.number;
                return new Comparison(
                        steps, tensors, Optional.of(only(leftFirst ? leftName : rightName, leftFirst ? one : other)));
            }
            TreeSet<String> names = new TreeSet<>(other.digests.keySet());
            names.removeAll(one.digests.keySet());
            for (Map.Entry<String, String> digest : one.digests.entrySet()) {
                String there = other.digests.get(digest.getKey());
                if (!digest.getValue().equals(there)) {
                    return new Comparison(
                            steps,
                            tensors,
                            Optional.of("first at step " + one.number + " in " + digest.getKey() + ": "
                                    + digest.getValue() + " and " + (there == null ? "nothing" : there)));
                }
            }
            if (!names.isEmpty()) {
                return new Comparison(
                        steps,
                        tensors,
                        Optional.of("first at step " + one.number + " in " + names.first() + ": nothing and "
                                + other.digests.get(names.first())));
            }
            steps++;
            tensors = Math.max(tensors, one.digests.size());
        }
        if (leftSteps.hasNext()) {
            return new Comparison(steps, tensors, Optional.of(only(leftName, leftSteps.next())));
        }
        if (rightSteps.hasNext()) {
            return new Comparison(steps, tensors, Optional.of(only(rightName, rightSteps.next())));
        }
        return new Comparison(steps, tensors, Optional.empty());
    }

    private static String only(String name, Step step) {
        return "first at step " + step.number + " in "
                + step.digests.keySet().iterator().next() + ": only " + name + " has this step";
    }

    private record Step(long number, Map<String, String> digests) {}

    private record Entry(long step, String tensor, String digest) {}

    /** Gathers the lines of one step after the other. */
    private static final class StepReader implements Iterator<Step> {
        private final String name;
        private final BufferedReader lines;
        private int line;
        private @Nullable Entry ahead;

        StepReader(String name, BufferedReader lines) {
            this.name = name;
            this.lines = lines;
            this.ahead = read(-1);
            if (ahead == null) {
                throw new InvalidInputException(
                        name + " expects digests, lines of \"step tensor hexadecimal\", but it has" + " none.");
            }
        }

        @Override
        public boolean hasNext() {
            return ahead != null;
        }

        @Override
        public Step next() {
            Entry first = ahead;
            if (first == null) {
                throw new NoSuchElementException(name + " has no more steps.");
            }
            Map<String, String> digests = new LinkedHashMap<>();
            for (Entry entry = first; entry != null && entry.step == first.step; entry = ahead) {
                if (digests.put(entry.tensor, entry.digest) != null) {
                    throw new InvalidInputException(name + ":" + line + ": step " + entry.step
                            + " expects each tensor once, but " + entry.tensor + " is there again.");
                }
                ahead = read(entry.step);
            }
            return new Step(first.step, digests);
        }

        private @Nullable Entry read(long before) {
            try {
                String text = lines.readLine();
                line++;
                while (text != null && (text.isBlank() || text.startsWith("#"))) {
                    text = lines.readLine();
                    line++;
                }
                return text == null ? null : parse(text, before);
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }

        private Entry parse(String text, long before) {
            Matcher fields = LINE.matcher(text);
            if (!fields.matches()) {
                String shown = text.length() > 60 ? text.substring(0, 60) + "…" : text;
                throw new InvalidInputException(name + ":" + line
                        + ": a digest expects the form \"step tensor hexadecimal\", but it is \"" + shown + "\".");
            }
            long step = Long.parseLong(fields.group(1));
            if (step < before) {
                throw new InvalidInputException(
                        name + ":" + line + ": steps expect to ascend, but " + step + " comes after " + before + ".");
            }
            return new Entry(step, fields.group(2), fields.group(3).toLowerCase(Locale.ROOT));
        }
    }
}
