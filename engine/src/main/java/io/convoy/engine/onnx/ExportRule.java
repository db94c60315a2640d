package io.convoy.engine.onnx;

import io.convoy.engine.layer.Layer;

/** How layers of one kind become operators of ONNX. */
interface ExportRule<L extends Layer> {
    void export(L layer, ExportedNode node);
}
