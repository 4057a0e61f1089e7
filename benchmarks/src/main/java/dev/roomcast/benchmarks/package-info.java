/**
 * Measures how fast the adapters are, and compares them in the same run with the limit of the libraries below them:
 *
 * <pre>
 * ./mvnw -Pbench                                        everything, in about five minutes
 * ./mvnw -Pbench -Dbench.args="--quick"                 everything, in about one minute, to see that it works
 * ./mvnw -Pbench -Dbench.args="NodeToNode Throughput"   only these
 * </pre>
 *
 * <p>{@link dev.roomcast.benchmarks.Bench} runs them and writes the report. Machines are noisy, so each result is a
 * ratio to a reference that was measured in turn with it, and not a single figure. Every delivery is counted, and a
 * lost packet is an error.
 */
@NullMarked
package dev.roomcast.benchmarks;

import org.jspecify.annotations.NullMarked;
