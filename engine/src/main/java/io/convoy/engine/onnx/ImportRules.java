package io.convoy.engine.onnx;

import java.util.HashMap;
import java.util.Map;

/** The operators of ONNX that there are layers for. */
final class ImportRules {
    private static final Map<String, ImportRule> RULES = rules();

    private ImportRules() {}

    private static Map<String, ImportRule> rules() {
        Map<String, ImportRule> rules = new HashMap<>();
        rules.putAll(ImportedConstants.RULES);
        rules.putAll(ImportedWindows.RULES);
        rules.putAll(ImportedNormalizations.RULES);
        rules.putAll(ImportedActivations.RULES);
        rules.putAll(ImportedArithmetic.RULES);
        rules.putAll(ImportedStructures.RULES);
        rules.putAll(ImportedResampling.RULES);
        return Map.copyOf(rules);
    }

    static boolean knows(String operator) {
        return RULES.containsKey(operator);
    }

    static ImportRule named(String operator) {
        ImportRule rule = RULES.get(operator);
        if (rule == null) {
            throw new IllegalStateException(operator + " expects a rule.");
        }
        return rule;
    }
}
