package dev.roomcast.benchmarks;

import java.util.Arrays;
import java.util.Locale;

/**
 * The median of a ratio over some rounds, and between which bounds it lies with 95 % confidence. The bounds are two of
 * the ratios themselves, chosen by rank, so that nothing is assumed about how the machine's noise is distributed.
 *
 * @param median the ratio
 * @param low the lower bound, or NaN if there were too few rounds
 * @param high the upper bound, or NaN
 */
record Ratio(double median, double low, double high) {

    private static final double ONE_TAIL = 0.025;

    static Ratio of(double[] ratios) {
        double[] sorted = ratios.clone();
        Arrays.sort(sorted);
        int rank = lowRank(sorted.length);
        return rank < 0
                ? new Ratio(median(sorted), Double.NaN, Double.NaN)
                : new Ratio(median(sorted), sorted[rank], sorted[sorted.length - 1 - rank]);
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /**
     * The highest rank, from 0, below whose value the true median lies with at most 2.5 %: as likely as so few heads in so many
     * tosses of a coin. Less than 0 if even the least value is too high for that.
     */
    private static int lowRank(int count) {
        double chance = Math.pow(0.5, count);
        double below = 0;
        int rank = -1;
        while (below + chance <= ONE_TAIL) {
            below += chance;
            rank++;
            chance = chance * (count - rank) / (rank + 1);
        }
        return rank;
    }

    boolean hasInterval() {
        return !Double.isNaN(low);
    }

    String interval() {
        return hasInterval() ? String.format(Locale.ROOT, "%.2f – %.2f", low, high) : "too few rounds";
    }
}
