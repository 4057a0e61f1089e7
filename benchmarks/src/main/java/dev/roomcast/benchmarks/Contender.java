package dev.roomcast.benchmarks;

import java.util.function.DoubleSupplier;

/**
 * One side of a comparison, which can be measured repeatedly.
 *
 * @param name for people
 * @param measure takes one short sample and returns its figure
 */
record Contender(String name, DoubleSupplier measure) {}
