package io.convoy.engine.data.image;

import org.jspecify.annotations.Nullable;

/** One component of a JPEG frame, e.g. its luma: a plane of samples, in blocks of 8×8. */
final class JpegComponent {
    final int id;
    /** Samples in a unit of the interleaved data, in blocks: how finely the component is sampled. */
    final int horizontal;

    final int vertical;
    final int table;

    /** Samples that belong to the image. */
    int width;

    int height;
    /** Blocks that the plane holds, whole units of interleaved data. */
    int blocksPerRow;

    int rows;
    byte[] samples = {};

    /** 64 for each block in natural order, where several scans refine them. */
    short @Nullable [] coefficients;

    /** The quantisation table when the component was scanned first, in natural order. */
    int @Nullable [] quantisation;

    /** What the next block's first coefficient is told from. */
    int predicted;

    JpegComponent(int id, int horizontal, int vertical, int table) {
        this.id = id;
        this.horizontal = horizontal;
        this.vertical = vertical;
        this.table = table;
    }

    /** Samples between two rows of the plane. */
    int stride() {
        return 8 * blocksPerRow;
    }

    /** Blocks in a row, and rows of blocks, of a scan that has this component alone. */
    int ownBlocksPerRow() {
        return (width + 7) / 8;
    }

    int ownRows() {
        return (height + 7) / 8;
    }
}
