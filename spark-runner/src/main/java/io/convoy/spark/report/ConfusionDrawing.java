package io.convoy.spark.report;

import io.convoy.engine.metric.ConfusionMatrix;
import io.convoy.engine.serve.Head;
import java.util.Locale;

/**
 * A confusion matrix as a picture (SVG): a row for each class as it is, a column for each as it was taken for, a cell the darker the larger
 * its share of the row; blue where it is right, orange where it is not. Cells of no image are left white, and numbers and names
 * where there is no room for them.
 */
public final class ConfusionDrawing {
    private static final int MOST_NUMBERS = 30;
    private static final int MOST_NAMES = 80;
    private static final int MOST_LETTERS = 18;
    private static final int MARGIN = 16;
    private static final int TITLE = 26;

    private final Head head;
    private final ConfusionMatrix confusion;
    private final int cell;
    private final int left;
    private final int top;
    private final StringBuilder svg = new StringBuilder();

    private ConfusionDrawing(Head head, ConfusionMatrix confusion) {
        this.head = head;
        this.confusion = confusion;
        int classes = confusion.classes();
        this.cell = classes <= MOST_NUMBERS ? 40 : classes <= MOST_NAMES ? 14 : Math.max(2, 1000 / classes);
        int names = classes <= MOST_NAMES ? 130 : 0;
        this.left = MARGIN + TITLE + names;
        this.top = MARGIN + TITLE + names;
    }

    /** The picture: well-formed XML with a cell for each pair of classes that was seen. */
    public static String of(Head head, ConfusionMatrix confusion) {
        return new ConfusionDrawing(head, confusion).draw();
    }

    private String draw() {
        int classes = confusion.classes();
        int side = classes * cell;
        int width = left + side + MARGIN;
        int height = top + side + MARGIN;
        add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\""
                        + " font-family=\"sans-serif\" font-size=\"11\">%n",
                width, height, width, height);
        add("<title>%s</title>%n", escaped(head.name()));
        add("<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>%n");
        add(
                "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\" font-weight=\"bold\">taken for</text>%n",
                left + side / 2, MARGIN + 12);
        add(
                "<text transform=\"translate(%d %d) rotate(-90)\" text-anchor=\"middle\" font-weight=\"bold\">is</text>%n",
                MARGIN + 12, top + side / 2);
        for (int target = 0; target < classes; target++) {
            if (classes <= MOST_NAMES) {
                names(target);
            }
            for (int predicted = 0; predicted < classes; predicted++) {
                if (confusion.count(target, predicted) > 0) {
                    cell(target, predicted);
                }
            }
        }
        add(
                "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"none\" stroke=\"#555555\"/>%n",
                left, top, side, side);
        return svg.append("</svg>\n").toString();
    }

    private void names(int label) {
        String name = escaped(shortened(head.label(label)));
        int middle = label * cell + cell / 2;
        add("<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>%n", left - 6, top + middle + 4, name);
        add("<text transform=\"translate(%d %d) rotate(-90)\">%s</text>%n", left + middle + 4, top - 6, name);
    }

    private void cell(int target, int predicted) {
        long count = confusion.count(target, predicted);
        long all = confusion.support(target);
        double share = (double) count / all;
        // So that one image of thousands can still be seen.
        double shade = 0.12 + 0.88 * share;
        int x = left + predicted * cell;
        int y = top + target * cell;
        add(
                "<rect class=\"cell\" data-is=\"%d\" data-taken-for=\"%d\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\""
                        + " fill=\"%s\" fill-opacity=\"%.3f\"><title>%s taken for %s: %,d of %,d</title></rect>%n",
                target,
                predicted,
                x,
                y,
                cell,
                cell,
                target == predicted ? "#1f5fbf" : "#e0701a",
                shade,
                escaped(head.label(target)),
                escaped(head.label(predicted)),
                count,
                all);
        if (confusion.classes() <= MOST_NUMBERS) {
            add(
                    "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\" fill=\"%s\" font-size=\"%d\">%d</text>%n",
                    x + cell / 2,
                    y + cell / 2 + 4,
                    shade > 0.55 ? "#ffffff" : "#222222",
                    count > 99_999 ? 8 : 11,
                    count);
        }
    }

    private void add(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values));
    }

    private static String shortened(String text) {
        return text.length() <= MOST_LETTERS ? text : text.substring(0, MOST_LETTERS - 1) + "…";
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
