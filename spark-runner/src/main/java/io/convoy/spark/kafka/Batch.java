package io.convoy.spark.kafka;

import io.convoy.spark.config.StreamConfig;
import io.convoy.spark.message.DeadLetter;
import io.convoy.spark.message.MessageHeader;
import io.convoy.spark.message.MessageReader;
import io.convoy.spark.message.UnusableMessageException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/** Messages that are scored together. */
final class Batch {
    /**
     * What is to be written about a message.
     *
     * @param item the message
     * @param answer its prediction or its dead letter
     * @param reason why it could not be scored; empty if it was
     */
    record Outcome(Item item, ProducerRecord<byte[], byte[]> answer, String reason) {
        boolean isDeadLetter() {
            return !reason.isEmpty();
        }
    }

    private final List<Item> items;
    private final CompletableFuture<List<Outcome>> outcomes;
    private final List<Item> sent = new ArrayList<>();
    private int unacknowledged;

    Batch(List<Item> items, StreamConfig config, Executor scorers, Measurements measurements) {
        this.items = List.copyOf(items);
        this.outcomes = CompletableFuture.supplyAsync(() -> score(config, measurements), scorers);
    }

    boolean isScored() {
        return outcomes.isDone();
    }

    /** In the order of the messages; waits until they are there. */
    List<Outcome> outcomes() {
        return outcomes.join();
    }

    synchronized void sending(Item item) {
        sent.add(item);
        unacknowledged++;
    }

    /** Those of its messages whose answers were sent. */
    synchronized List<Item> sent() {
        return List.copyOf(sent);
    }

    synchronized void acknowledged() {
        unacknowledged--;
    }

    synchronized boolean isAcknowledged() {
        return unacknowledged == 0;
    }

    List<Item> items() {
        return items;
    }

    void release() {
        items.forEach(item -> item.model().release());
    }

    private List<Outcome> score(StreamConfig config, Measurements measurements) {
        @Nullable Outcome[] outcomes = new @Nullable Outcome[items.size()];
        Map<ServedModel, List<Integer>> lanes = new LinkedHashMap<>();
        for (int i = 0; i < items.size(); i++) {
            Item item = items.get(i);
            Item.Decoded decoded = item.decoded();
            if (decoded.parsed() == null) {
                outcomes[i] = deadLetter(item, decoded.reason(), config);
            } else {
                lanes.computeIfAbsent(item.model(), model -> new ArrayList<>()).add(i);
            }
        }
        lanes.forEach((model, places) -> score(model, places, outcomes, config, measurements));
        List<Outcome> all = new ArrayList<>(outcomes.length);
        for (Outcome outcome : outcomes) {
            if (outcome != null) {
                all.add(outcome);
            }
        }
        return all;
    }

    private void score(
            ServedModel model,
            List<Integer> places,
            @Nullable Outcome[] outcomes,
            StreamConfig config,
            Measurements measurements) {
        int floats = model.reader().input().floats();
        float[] images = new float[Math.multiplyExact(places.size(), floats)];
        for (int i = 0; i < places.size(); i++) {
            System.arraycopy(parsed(places.get(i)).input(), 0, images, i * floats, floats);
        }
        long begin = System.nanoTime();
        float[] scores = model.scores(images, places.size());
        long scored = System.currentTimeMillis();
        measurements.scored(places.size(), System.nanoTime() - begin);
        int width = model.writer().width();
        for (int i = 0; i < places.size(); i++) {
            int place = places.get(i);
            Item item = items.get(place);
            try {
                byte[] value = model.writer()
                        .write(item.source(), parsed(place).id(), scores, i * width, item.receivedMillis(), scored);
                List<MessageHeader> headers = item.source().headers(item.headers(), model.version());
                outcomes[place] = new Outcome(item, answer(config.output().topic(), item, value, headers), "");
            } catch (UnusableMessageException e) {
                outcomes[place] = deadLetter(item, e.reason(), config);
            }
        }
    }

    private MessageReader.Parsed parsed(int place) {
        MessageReader.Parsed parsed = items.get(place).decoded().parsed();
        if (parsed == null) {
            throw new IllegalStateException("A message expects to be decoded before it is scored, but it is not.");
        }
        return parsed;
    }

    private static Outcome deadLetter(Item item, String reason, StreamConfig config) {
        List<MessageHeader> headers =
                new DeadLetter(item.source(), reason, item.model().version()).headers(item.headers());
        return new Outcome(
                item, answer(config.deadLetters().topic(), item, item.message().value(), headers), reason);
    }

    private static ProducerRecord<byte[], byte[]> answer(
            String topic, Item item, byte @Nullable [] value, List<MessageHeader> headers) {
        List<Header> all = new ArrayList<>(headers.size());
        for (MessageHeader header : headers) {
            all.add(new RecordHeader(header.key(), header.value()));
        }
        return new ProducerRecord<>(topic, null, item.message().key(), value, all);
    }
}
