package dev.roomcast.benchmarks;

import java.util.function.DoubleSupplier;

/**
 * One side of a comparison, ready to be measured again and again.
 *
 * @param name for people
 * @param measure takes one short sample and returns its figure
 */
record Contender(String name, DoubleSupplier measure) {}
