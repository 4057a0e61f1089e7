package dev.roomcast.benchmarks;

import java.util.ArrayList;
import java.util.List;

/**
 * The samples of several contenders in rounds: one short sample of each in every round, beginning with another one each
 * time. So other load on the machine affects all contenders alike.
 */
final class Rounds {

    private final List<double[]> samples;

    private Rounds(List<double[]> samples) {
        this.samples = samples;
    }

    static Rounds run(int rounds, List<Contender> contenders) {
        List<double[]> samples = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            double[] sample = new double[contenders.size()];
            for (int turn = 0; turn < sample.length; turn++) {
                int who = (round + turn) % sample.length;
                sample[who] = contenders.get(who).measure().getAsDouble();
            }
            samples.add(sample);
        }
        return new Rounds(samples);
    }

    /** The median of a contender's figures. */
    double median(int contender) {
        return Ratio.median(samples.stream().mapToDouble(s -> s[contender]).toArray());
    }

    /** A contender's figures through those of another, each in the same round. */
    Ratio ratio(int contender, int reference) {
        return Ratio.of(
                samples.stream().mapToDouble(s -> s[contender] / s[reference]).toArray());
    }
}
