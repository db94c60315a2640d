package io.convoy.engine.data;

import java.io.IOException;

/** Files under paths: a folder or an archive of any kind. */
public interface FileTree {
    /** What people call it, usually its path. */
    String name();

    /**
     * Shows every file once, in no particular order.
     *
     * @throws DataException if it is not what it should be, e.g. an archive that is cut off
     * @throws IOException if reading it fails
     */
    void visit(Visitor visitor) throws IOException;

    /** Who looks at the files. */
    @FunctionalInterface
    interface Visitor {
        /**
         * Looks at one file.
         *
         * @param path with {@code /} between names and none in front
         * @param content read at once or later, by this thread or another one
         */
        void file(String path, Content content) throws IOException;
    }

    /** What a file holds. */
    @FunctionalInterface
    interface Content {
        /** All bytes, or the first {@code most} + 1 of them if there are more than {@code most}. */
        byte[] read(int most) throws IOException;
    }
}
