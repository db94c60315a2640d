package io.convoy.spark.job;

import java.util.Optional;

/** The program's version, as the jar's manifest tells. */
public final class Version {
    private Version() {}

    public static String ofThisProgram() {
        return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                .orElse("of these class files");
    }
}
