package dev.roomcast.examples.chaos;

import java.util.Locale;

/** Text of an SVG picture, as wide as its axis of time is long. */
final class Svg {

    private final StringBuilder text = new StringBuilder();

    /** @param title what is shown to whoever points at it */
    void box(String kind, double x, double y, double width, double height, String title) {
        add(
                "<rect class='%s' x='%.1f' y='%.1f' width='%.1f' height='%.1f'><title>%s</title></rect>",
                kind, x, y, Math.max(width, 0.5), height, escape(title));
    }

    void line(String kind, double x1, double y1, double x2, double y2) {
        add("<line class='%s' x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f'/>", kind, x1, y1, x2, y2);
    }

    void text(String kind, double x, double y, String words) {
        add("<text class='%s' x='%.1f' y='%.1f'>%s</text>", kind, x, y, escape(words));
    }

    /** Some commands of a path. */
    void path(String kind, String commands) {
        add("<path class='%s' d='%s'/>", kind, commands);
    }

    private void add(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    String document(double width, double height) {
        return String.format(
                Locale.ROOT,
                "<svg width='%.0f' height='%.0f' viewBox='0 0 %.0f %.0f' role='img' aria-label='Timeline'>%n%s</svg>%n",
                width,
                height,
                width,
                height,
                text);
    }

    static String escape(String words) {
        return words.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("'", "&#39;");
    }
}
