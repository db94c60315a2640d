package io.convoy.spark.kafka;

import io.convoy.spark.InvalidInputException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The settings of Kafka's clients as the user wrote them, by Kafka's own names. In values <code>${env:NAME}</code> is the environment
 * variable {@code NAME}, and <code>${file:/path}</code> is the text of a file without the line break at its end, so that secrets
 * need not be in a configuration. What is found there, and what stands under a name that tells of a secret, is never shown: {@link
 * #toString()} and {@link #redact} put {@value #HIDDEN} in its place. Settings are equal when clients are given the same.
 */
public final class KafkaSettings implements Serializable {
    /** What is shown instead of a secret. */
    public static final String HIDDEN = "(hidden)";

    private static final long serialVersionUID = 1L;

    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{(env|file):([^}]*)}");
    private static final Pattern SECRET =
            Pattern.compile("password|secret|token|credential|jaas|\\.key$|access.?key", Pattern.CASE_INSENSITIVE);

    /** Shorter secrets are not searched for in texts, which would become unreadable. */
    private static final int SHORTEST_SEARCHED = 4;

    private final SortedMap<String, String> written;
    private final SortedMap<String, String> values;
    private final List<String> secrets;

    private KafkaSettings(SortedMap<String, String> written, SortedMap<String, String> values, List<String> secrets) {
        this.written = written;
        this.values = values;
        this.secrets = secrets;
    }

    /**
     * Looks up what the placeholders in {@code written} stand for, on this machine.
     *
     * @throws InvalidInputException if a variable or a file is not there
     */
    public static KafkaSettings of(Map<String, String> written) {
        return of(written, System::getenv);
    }

    static KafkaSettings of(Map<String, String> written, UnaryOperator<@Nullable String> environment) {
        SortedMap<String, String> values = new TreeMap<>();
        List<String> secrets = new ArrayList<>();
        written.forEach((key, text) -> {
            Matcher matcher = PLACEHOLDER.matcher(text);
            StringBuilder value = new StringBuilder();
            while (matcher.find()) {
                String secret = matcher.group(1).equals("env")
                        ? variable(key, matcher.group(2), environment)
                        : file(key, matcher.group(2));
                secrets.add(secret);
                matcher.appendReplacement(value, Matcher.quoteReplacement(secret));
            }
            values.put(key, matcher.appendTail(value).toString());
            if (SECRET.matcher(key).find()) {
                secrets.add(value.toString());
                Matcher quoted = QUOTED.matcher(value);
                while (quoted.find()) {
                    secrets.add(quoted.group(1));
                }
            }
        });
        secrets.removeIf(secret -> secret.length() < SHORTEST_SEARCHED);
        secrets.sort(Comparator.comparingInt(String::length).reversed());
        return new KafkaSettings(
                Collections.unmodifiableSortedMap(new TreeMap<>(written)),
                Collections.unmodifiableSortedMap(values),
                List.copyOf(secrets));
    }

    /** In JAAS, {@code password="…"}; the user's name is no secret. */
    private static final Pattern QUOTED =
            Pattern.compile("(?:password|secret|token)\\w*\\s*=\\s*\"([^\"]*)\"", Pattern.CASE_INSENSITIVE);

    private static String variable(String key, String name, UnaryOperator<@Nullable String> environment) {
        String value = environment.apply(name);
        if (value == null) {
            throw new InvalidInputException("kafka." + key + " expects the environment variable " + name
                    + ", but it is not set. Maybe export it before Convoy is started.");
        }
        return value;
    }

    private static String file(String key, String name) {
        try {
            return Files.readString(Path.of(name), StandardCharsets.UTF_8).replaceFirst("\\R\\z", "");
        } catch (IOException | InvalidPathException e) {
            throw new InvalidInputException(
                    "kafka." + key + " expects a text in the file " + name + ", but it can't be read: "
                            + e.getClass().getSimpleName() + ". Maybe check its path and who may read it.",
                    e);
        }
    }

    /** What clients are given, placeholders replaced: it has secrets, and is not to be shown. */
    public SortedMap<String, String> values() {
        return values;
    }

    /** The value of {@code key}, or {@code otherwise}. */
    public String get(String key, String otherwise) {
        return values.getOrDefault(key, otherwise);
    }

    public String bootstrapServers() {
        return get("bootstrap.servers", "");
    }

    /** {@code text} with {@value #HIDDEN} in the place of every secret. */
    public String redact(@Nullable String text) {
        String redacted = String.valueOf(text);
        for (String secret : secrets) {
            redacted = redacted.replace(secret, HIDDEN);
        }
        return redacted;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof KafkaSettings settings && values.equals(settings.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    /** The settings as they were written, without secrets. */
    @Override
    public String toString() {
        SortedMap<String, String> shown = new TreeMap<>();
        written.forEach((key, text) -> shown.put(
                key,
                SECRET.matcher(key.toLowerCase(Locale.ROOT)).find()
                                && !PLACEHOLDER.matcher(text).matches()
                        ? HIDDEN
                        : text));
        return shown.toString();
    }
}
