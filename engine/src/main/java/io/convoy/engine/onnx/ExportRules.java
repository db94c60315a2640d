package io.convoy.engine.onnx;

import io.convoy.engine.layer.Layer;
import java.util.HashMap;
import java.util.Map;

/** The kinds of layers that ONNX has operators for. */
final class ExportRules {
    private static final ExportRules ALL = new ExportRules();

    private final Map<Class<?>, ExportRule<Layer>> rules = new HashMap<>();

    private ExportRules() {
        ExportedWindows.addTo(this);
        ExportedNormalizations.addTo(this);
        ExportedActivations.addTo(this);
        ExportedStructures.addTo(this);
        ExportedResampling.addTo(this);
    }

    <L extends Layer> void add(Class<L> kind, ExportRule<L> rule) {
        rules.put(kind, (layer, node) -> rule.export(kind.cast(layer), node));
    }

    static void export(ExportedNode node) {
        ExportRule<Layer> rule = ALL.rules.get(node.layer().getClass());
        if (rule == null) {
            throw node.refused(
                    "no operator of ONNX is known to do what it does",
                    "replace it by layers of the engine for the exported network");
        }
        rule.export(node.layer(), node);
    }
}
