package dev.roomcast.benchmarks;

import java.util.Locale;

/**
 * The goal for a ratio or a figure.
 *
 * @param direction on which side of the bound it should be
 * @param bound what is just good enough
 */
record Goal(Direction direction, double bound) {

    enum Direction {
        AT_MOST("≤"),
        AT_LEAST("≥");

        private final String sign;

        Direction(String sign) {
            this.sign = sign;
        }
    }

    static Goal atMost(double bound) {
        return new Goal(Direction.AT_MOST, bound);
    }

    static Goal atLeast(double bound) {
        return new Goal(Direction.AT_LEAST, bound);
    }

    /** The goal, and whether it is met: open where the interval lies on both sides of it. */
    String verdict(Ratio ratio) {
        double low = ratio.hasInterval() ? ratio.low() : ratio.median();
        double high = ratio.hasInterval() ? ratio.high() : ratio.median();
        return verdict(isMet(low) == isMet(high) ? (isMet(low) ? "met" : "missed") : "open");
    }

    /** The goal, and whether a figure meets it. */
    String verdict(double figure) {
        return verdict(isMet(figure) ? "met" : "missed");
    }

    private String verdict(String verdict) {
        return String.format(Locale.ROOT, "%s %s: %s", direction.sign, plain(), verdict);
    }

    private String plain() {
        return bound == Math.rint(bound) ? Long.toString((long) bound) : Double.toString(bound);
    }

    private boolean isMet(double value) {
        return direction == Direction.AT_MOST ? value <= bound : value >= bound;
    }
}
