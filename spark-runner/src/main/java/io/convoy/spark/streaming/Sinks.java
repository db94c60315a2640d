package io.convoy.spark.streaming;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;

/**
 * The sinks of this process that are connected and idle: a partition's next task, on the same executor as a rule, goes on with its
 * sink instead of taking the partition over anew.
 */
final class Sinks {
    private static final int MOST_IDLE = 64;

    /** Of a producer of predictions, which come by the batch. */
    static final Map<String, String> PRODUCER = Map.of(ProducerConfig.LINGER_MS_CONFIG, "5");

    private static final Map<String, PredictionSink> IDLE = new LinkedHashMap<>();
    private static final Map<PredictionSink, String> LENT = new HashMap<>();

    private Sinks() {}

    /** A sink for {@code source}, for the caller alone until it is given back or closed. */
    static PredictionSink take(Plan plan, TopicPartition source) {
        String name = plan.exactlyOnce() ? TransactionalSink.transactionalId(plan.group(), source) : plan.group();
        name += plan.clients().hashCode();
        synchronized (IDLE) {
            PredictionSink idle = IDLE.remove(name);
            PredictionSink sink = idle != null
                    ? idle
                    : plan.exactlyOnce()
                            ? new TransactionalSink(plan.clients(), plan.group(), source)
                            : new PlainSink(plan.clients());
            LENT.put(sink, name);
            return sink;
        }
    }

    /** Keeps a sink that works for the next task. */
    static void giveBack(PredictionSink sink) {
        PredictionSink dropped;
        synchronized (IDLE) {
            String name = LENT.remove(sink);
            dropped = name == null ? sink : IDLE.put(name, sink);
            if (dropped == null && IDLE.size() > MOST_IDLE) {
                Iterator<PredictionSink> oldest = IDLE.values().iterator();
                dropped = oldest.next();
                oldest.remove();
            }
        }
        if (dropped != null) {
            dropped.close();
        }
    }

    /** Closes a sink that failed. */
    static void drop(PredictionSink sink) {
        synchronized (IDLE) {
            LENT.remove(sink);
        }
        sink.close();
    }

    /** Closes what is idle. */
    static void closeIdle() {
        List<PredictionSink> idle;
        synchronized (IDLE) {
            idle = List.copyOf(IDLE.values());
            IDLE.clear();
        }
        idle.forEach(PredictionSink::close);
    }
}
