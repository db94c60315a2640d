package io.convoy.engine.data;

import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.rng.Seed;

/**
 * One sample's turn, which comes once an epoch.
 *
 * @param epoch which, counted from 0
 * @param sample a seed that belongs to this sample in all epochs
 * @param random a stream that belongs to this sample in this epoch
 */
public record Turn(long epoch, Seed sample, RandomStream random) {}
