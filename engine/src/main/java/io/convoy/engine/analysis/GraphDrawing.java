package io.convoy.engine.analysis;

import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A network's graph as a picture (SVG), in the manner of Sugiyama, Tagawa and Toda 1981: each node on a level below all that it
 * reads, the order on a level by the middle of the neighbours, long edges around the boxes between. Edges that leave one node
 * share a way.
 */
public final class GraphDrawing {
    private static final int BOX_WIDTH = 210;
    private static final int BOX_HEIGHT = 52;
    private static final int WAY_WIDTH = 12;
    private static final int GAP = 26;
    private static final int LEVEL_GAP = 34;
    private static final int MARGIN = 20;
    private static final int MOST_LETTERS = 34;
    private static final int SWEEPS = 8;

    /** A box, or a point of a long edge's way. */
    private static final class Place {
        private final int level;
        private final int width;
        private final List<Place> above = new ArrayList<>();
        private final List<Place> below = new ArrayList<>();
        private double x;
        private double rank;

        private Place(int level, int width) {
            this.level = level;
            this.width = width;
        }

        private double y() {
            return MARGIN + (double) level * (BOX_HEIGHT + LEVEL_GAP);
        }
    }

    private final Map<String, Place> boxes = new LinkedHashMap<>();
    private final Map<String, List<Place>> ways = new HashMap<>();
    private final List<List<Place>> levels = new ArrayList<>();

    private GraphDrawing() {}

    /** The picture: well-formed XML with every node and every edge once. */
    public static String of(Summary summary) {
        GraphDrawing drawing = new GraphDrawing();
        drawing.place(summary.network());
        return drawing.draw(summary);
    }

    private void place(Network network) {
        network.inputs().forEach(input -> boxes.put(input.name(), at(0, BOX_WIDTH)));
        for (Network.Node node : network.nodes()) {
            int level = node.inputs().stream()
                            .mapToInt(port -> box(port.node()).level)
                            .max()
                            .orElse(-1)
                    + 1;
            Place box = at(level, BOX_WIDTH);
            boxes.put(node.name(), box);
            for (Port port : node.inputs()) {
                Place last = way(port.node(), level);
                last.below.add(box);
                box.above.add(last);
            }
        }
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            order(sweep % 2 == 0);
        }
        for (List<Place> level : levels) {
            double x = 0;
            for (Place place : level) {
                place.x = x + place.width / 2.0;
                x += place.width + GAP;
            }
        }
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            align(sweep % 2 == 0);
        }
        double left = levels.stream()
                .flatMap(List::stream)
                .mapToDouble(place -> place.x - place.width / 2.0)
                .min()
                .orElse(0);
        levels.forEach(level -> level.forEach(place -> place.x += MARGIN - left));
    }

    private Place box(String node) {
        Place box = boxes.get(node);
        if (box == null) {
            throw new IllegalStateException("Node " + node + " has no box.");
        }
        return box;
    }

    private Place at(int level, int width) {
        while (levels.size() <= level) {
            levels.add(new ArrayList<>());
        }
        Place place = new Place(level, width);
        levels.get(level).add(place);
        return place;
    }

    /** The place on the level above {@code level} from which an edge of {@code source} comes. */
    private Place way(String source, int level) {
        Place box = box(source);
        List<Place> way = ways.computeIfAbsent(source, name -> new ArrayList<>(List.of(box)));
        while (way.size() < level - box.level) {
            Place before = way.get(way.size() - 1);
            Place next = at(before.level + 1, WAY_WIDTH);
            before.below.add(next);
            next.above.add(before);
            way.add(next);
        }
        return way.get(level - box.level - 1);
    }

    private void order(boolean down) {
        for (int i = 0; i < levels.size(); i++) {
            List<Place> level = levels.get(down ? i : levels.size() - 1 - i);
            Function<Place, List<Place>> neighbours = place -> down ? place.above : place.below;
            for (int j = 0; j < level.size(); j++) {
                Place place = level.get(j);
                int own = j;
                place.rank = neighbours.apply(place).stream()
                        .mapToDouble(neighbour -> neighbour.x)
                        .average()
                        .orElse(own);
            }
            level.sort(Comparator.comparingDouble(place -> place.rank));
            for (int j = 0; j < level.size(); j++) {
                level.get(j).x = j;
            }
        }
    }

    /** Moves each level as near to its neighbours as order and widths allow: a least-squares fit (pool adjacent violators). */
    private void align(boolean down) {
        for (int i = 0; i < levels.size(); i++) {
            List<Place> level = levels.get(down ? i : levels.size() - 1 - i);
            int count = level.size();
            double[] offset = new double[count];
            for (int j = 1; j < count; j++) {
                offset[j] = offset[j - 1] + (level.get(j - 1).width + level.get(j).width) / 2.0 + GAP;
            }
            double[] mean = new double[count];
            int[] size = new int[count];
            int blocks = 0;
            for (int j = 0; j < count; j++) {
                Place place = level.get(j);
                List<Place> neighbours = down ? place.above : place.below;
                double wanted = neighbours.stream()
                        .mapToDouble(neighbour -> neighbour.x)
                        .average()
                        .orElse(place.x);
                mean[blocks] = wanted - offset[j];
                size[blocks] = 1;
                blocks++;
                while (blocks > 1 && mean[blocks - 2] > mean[blocks - 1]) {
                    int joined = size[blocks - 2] + size[blocks - 1];
                    mean[blocks - 2] =
                            (mean[blocks - 2] * size[blocks - 2] + mean[blocks - 1] * size[blocks - 1]) / joined;
                    size[blocks - 2] = joined;
                    blocks--;
                }
            }
            int next = 0;
            for (int block = 0; block < blocks; block++) {
                for (int j = 0; j < size[block]; j++, next++) {
                    level.get(next).x = mean[block] + offset[next];
                }
            }
        }
    }

    private String draw(Summary summary) {
        double width = levels.stream()
                        .flatMap(List::stream)
                        .mapToDouble(place -> place.x + place.width / 2.0)
                        .max()
                        .orElse(0)
                + MARGIN;
        double height = 2.0 * MARGIN + levels.size() * (double) (BOX_HEIGHT + LEVEL_GAP) - LEVEL_GAP;
        StringBuilder svg = new StringBuilder();
        svg.append(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" viewBox=\"0 0 %.0f %.0f\""
                        + " font-family=\"sans-serif\" font-size=\"11\" text-anchor=\"middle\">%n",
                width,
                height,
                width,
                height));
        svg.append("<title>").append(escaped(summary.name())).append("</title>\n");
        svg.append("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
        for (Network.Node node : summary.network().nodes()) {
            for (int i = 0; i < node.inputs().size(); i++) {
                edge(svg, node.inputs().get(i), node.name(), i, node.inputs().size());
            }
        }
        for (Network.Input input : summary.network().inputs()) {
            box(svg, input.name(), "input", SummaryText.shape(input.sample()), "#f0f0f0");
        }
        for (LayerSummary layer : summary.layers()) {
            String shapes = layer.outputs().stream().map(SummaryText::shape).collect(Collectors.joining(", "));
            box(svg, layer.name(), layer.layer().toString(), shapes, color(layer));
        }
        return svg.append("</svg>\n").toString();
    }

    private void edge(StringBuilder svg, Port from, String to, int number, int count) {
        Place source = box(from.node());
        Place target = box(to);
        List<Place> way = ways.getOrDefault(from.node(), List.of());
        double x = source.x;
        double y = source.y() + BOX_HEIGHT;
        StringBuilder path = new StringBuilder(String.format(Locale.ROOT, "M%.1f %.1f", x, y));
        for (int i = 1; i < target.level - source.level; i++) {
            Place point = way.get(i);
            curve(path, x, y, point.x, point.y());
            path.append(String.format(Locale.ROOT, " V%.1f", point.y() + BOX_HEIGHT));
            x = point.x;
            y = point.y() + BOX_HEIGHT;
        }
        double into = target.x + (number - (count - 1) / 2.0) * Math.min(20, (BOX_WIDTH - 20.0) / count);
        curve(path, x, y, into, target.y());
        svg.append("<path class=\"edge\" data-from=\"")
                .append(escaped(from.toString()))
                .append("\" data-to=\"")
                .append(escaped(to))
                .append("\" data-input=\"")
                .append(number)
                .append("\" d=\"")
                .append(path)
                .append("\" fill=\"none\" stroke=\"#777777\"/>\n");
    }

    private static void curve(StringBuilder path, double x, double y, double toX, double toY) {
        double middle = (y + toY) / 2;
        path.append(String.format(Locale.ROOT, " C%.1f %.1f %.1f %.1f %.1f %.1f", x, middle, toX, middle, toX, toY));
    }

    private void box(StringBuilder svg, String name, String layer, String shape, String color) {
        Place place = box(name);
        svg.append(String.format(
                Locale.ROOT,
                "<g class=\"node\" data-node=\"%s\" transform=\"translate(%.1f %.1f)\">",
                escaped(name),
                place.x,
                place.y()));
        svg.append("<title>")
                .append(escaped(name + ": " + layer + " → " + shape))
                .append("</title>");
        svg.append(String.format(
                Locale.ROOT,
                "<rect x=\"%d\" width=\"%d\" height=\"%d\" rx=\"6\" fill=\"%s\" stroke=\"#555555\"/>",
                -BOX_WIDTH / 2,
                BOX_WIDTH,
                BOX_HEIGHT,
                color));
        List<String> lines = Arrays.asList(name, layer, shape);
        for (int i = 0; i < lines.size(); i++) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<text y=\"%d\"%s>%s</text>",
                    16 + 15 * i,
                    i == 0 ? " font-weight=\"bold\"" : "",
                    escaped(shortened(lines.get(i)))));
        }
        svg.append("</g>\n");
    }

    /** By what a layer is good for. */
    private static String color(LayerSummary layer) {
        if (layer.macs() > 0) {
            return "#cfe3ff";
        }
        if (layer.layer().normalizes()) {
            return "#e9dcff";
        }
        if (layer.layer().arity() > 1) {
            return "#ffe2bf";
        }
        return layer.kind().contains("Pool") ? "#d6f2d6" : "#fff7cc";
    }

    /** The end tells more than the beginning where names are paths. */
    private static String shortened(String text) {
        return text.length() <= MOST_LETTERS
                ? text
                : text.endsWith("]")
                        ? text.substring(0, MOST_LETTERS - 1) + "…"
                        : "…" + text.substring(text.length() - MOST_LETTERS + 1);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
