package io.convoy.spark.cli;

import io.convoy.engine.analysis.Comparison;
import io.convoy.engine.analysis.GraphDrawing;
import io.convoy.engine.analysis.Summary;
import io.convoy.engine.analysis.SummaryJson;
import io.convoy.engine.analysis.SummaryMemory;
import io.convoy.engine.analysis.SummaryText;
import io.convoy.engine.tensor.Shape;
import io.convoy.spark.InvalidInputException;
import io.convoy.spark.data.HadoopFiles;
import io.convoy.spark.job.SummarySubject;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code convoy summary NETWORK}: what a network costs and what it sees, layer by layer and in total. */
@Command(
        name = "summary",
        mixinStandardHelpOptions = true,
        description = "Tells parameters, MACs, memory and receptive field of a network, layer by layer; needs no Spark"
                + " session.")
final class SummaryCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(
            arity = "1..2",
            paramLabel = "NETWORK",
            description = "A network's name, e.g. resnet50, or the path of a configuration or of a network's"
                    + " description; two with --compare.")
    private List<String> networks = new ArrayList<>();

    @Option(
            names = "--input",
            paramLabel = "CxHxW",
            description = "The shape of an image, e.g. 3x224x224; default: the paper's, or the configuration's data.")
    private @Nullable String input;

    @Option(
            names = "--classes",
            paramLabel = "N",
            description =
                    "How many classes; default: 1000, 10 for networks of small images, or the configuration's data.")
    private @Nullable Integer classes;

    @Option(
            names = "--batch",
            paramLabel = "N",
            description = "Samples a training step; default: 32, or the configuration's.")
    private @Nullable Integer batch;

    @Option(
            names = "--micro-batch",
            paramLabel = "N",
            description = "Samples that a core computes at once; default: the batch, or the configuration's.")
    private @Nullable Integer microBatch;

    @Option(names = "--cores", paramLabel = "N", description = "Cores that train in one process; default: 1.")
    private int cores = 1;

    @Option(names = "--json", description = "Prints JSON, for programs.")
    private boolean json;

    @Option(names = "--svg", paramLabel = "FILE", description = "Writes a picture of the graph, too.")
    private @Nullable String svg;

    @Option(names = "--compare", description = "Puts two networks side by side.")
    private boolean compare;

    @Override
    public Integer call() {
        Shape image = ImageShape.parse(input);
        if (classes != null && classes < 1) {
            throw new InvalidInputException("--classes expects at least 1, but it got " + classes + ".");
        }
        if (cores < 1) {
            throw new InvalidInputException("--cores expects at least 1, but it got " + cores + ".");
        }
        if (compare != (networks.size() == 2)) {
            throw new InvalidInputException(
                    compare
                            ? "convoy summary --compare expects two networks, but it got one."
                            : "convoy summary expects one network, but it got two. Maybe --compare is missing.");
        }
        if (compare && (json || svg != null)) {
            throw new InvalidInputException("convoy summary --compare expects to print a table, but it got "
                    + (json ? "--json" : "--svg") + ". Maybe ask for each network by itself.");
        }
        HadoopFiles files = HadoopFiles.ofThisProcess();
        List<SummarySubject> subjects = networks.stream()
                .map(name -> SummarySubject.of(name, image, classes, files).with(batch, microBatch))
                .toList();
        PrintWriter out = spec.commandLine().getOut();
        Summary summary = summary(subjects.get(0));
        SummaryMemory memory = memory(subjects.get(0));
        if (compare) {
            out.print(Comparison.of(summary, memory, summary(subjects.get(1)), memory(subjects.get(1))));
        } else {
            if (svg != null) {
                files.write(svg, file -> file.write(GraphDrawing.of(summary).getBytes(StandardCharsets.UTF_8)));
            }
            out.print(json ? SummaryJson.of(summary, memory) + "\n" : SummaryText.of(summary, memory));
        }
        out.flush();
        return 0;
    }

    private static Summary summary(SummarySubject subject) {
        return Summary.of(subject.name(), subject.network());
    }

    private SummaryMemory memory(SummarySubject subject) {
        return SummaryMemory.of(
                subject.network(), subject.batch(), subject.microBatch(), cores, subject.rule(), subject.precision());
    }
}
