package io.convoy.engine.onnx;

/** How operators of one name become layers. */
interface ImportRule {
    void read(ImportedNode node);
}
