package io.convoy.spark.cli;

import io.convoy.spark.data.HadoopFiles;
import io.convoy.spark.report.DigestFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code convoy verify A B}: whether two runs held the same bits after every step. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description =
                "Compares two digest files (convoy train --digests FILE) and names the first step and tensor in which"
                        + " the runs differ.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:the runs are equal", "1:the runs differ", "2:a file can't be read"})
final class VerifyCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(index = "0", paramLabel = "A", description = "Digest file of one run.")
    private String left = "";

    @Parameters(index = "1", paramLabel = "B", description = "Digest file of the other.")
    private String right = "";

    @Override
    public Integer call() throws IOException {
        HadoopFiles files = HadoopFiles.ofThisProcess();
        try (BufferedReader one = reader(files, left);
                BufferedReader other = reader(files, right)) {
            DigestFile.Comparison comparison = DigestFile.compare(left, one, right, other);
            spec.commandLine()
                    .getOut()
                    .println(comparison
                            .difference()
                            .map(difference -> left + " and " + right + " differ " + difference + ".")
                            .orElse(left + " and " + right + " are equal: " + comparison.steps() + " steps of "
                                    + comparison.tensors() + " tensors."));
            return comparison.difference().isPresent() ? 1 : 0;
        }
    }

    private static BufferedReader reader(HadoopFiles files, String path) {
        return new BufferedReader(new InputStreamReader(files.open(path), StandardCharsets.UTF_8));
    }
}
