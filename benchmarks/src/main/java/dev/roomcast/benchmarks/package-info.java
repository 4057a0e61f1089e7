/**
 * How fast the adapters are, beside the limit of what they are made of, measured side by side in one run:
 *
 * <pre>
 * ./mvnw -Pbench                                        everything, in about five minutes
 * ./mvnw -Pbench -Dbench.args="--quick"                 everything, in about one minute, to see that it works
 * ./mvnw -Pbench -Dbench.args="NodeToNode Throughput"   only these
 * </pre>
 *
 * <p>{@link dev.roomcast.benchmarks.Bench} runs them and writes the report. Machines are noisy, so what counts is never a figure
 * but the ratio to a reference that took turns with it, and every delivery is counted: a lost packet is an error, not a fast one.
 */
@NullMarked
package dev.roomcast.benchmarks;

import org.jspecify.annotations.NullMarked;
