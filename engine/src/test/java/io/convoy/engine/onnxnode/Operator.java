package io.convoy.engine.onnxnode;

/** How an ONNX operator is expressed in ours. */
@FunctionalInterface
interface Operator {
    /** Adds {@code node} to the graph, or computes its outputs at once. */
    void map(NodeCase.Node node, Graph graph);
}
