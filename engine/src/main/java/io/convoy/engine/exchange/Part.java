package io.convoy.engine.exchange;

/**
 * The unit of exchange: a run of the flat parameter vector that lies in one bucket and in one virtual shard.
 *
 * @param index this part's number in its layout, from 0, in order of {@code offset}
 * @param shard the virtual shard that owns it, from 0
 * @param bucket the bucket it is sent with, numbered from the last layer
 * @param offset its first float in the flat vector
 * @param length its floats, at least 1
 */
public record Part(int index, int shard, int bucket, int offset, int length) {
    public int end() {
        return offset + length;
    }
}
