package io.convoy.spark.cli;

import io.convoy.engine.onnx.OnnxExport;
import io.convoy.engine.serve.Model;
import io.convoy.spark.data.HadoopFiles;
import io.convoy.spark.job.Scoring;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code convoy export --model DIR --output FILE}: a trained model as an ONNX file. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        description = "Writes a trained model as an ONNX file, for batches of any size; needs no Spark session.")
final class ExportCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--model",
            paramLabel = "DIR",
            required = true,
            description = "The folder of a trained model, on any Hadoop path.")
    private String model = "";

    @Option(
            names = "--output",
            paramLabel = "FILE",
            required = true,
            description = "The ONNX file to make or replace, on any Hadoop path.")
    private String output = "";

    @Override
    public Integer call() {
        HadoopFiles files = HadoopFiles.ofThisProcess();
        Model trained = Scoring.read(files, model);
        files.write(output, OnnxExport.of(trained)::writeTo);
        PrintWriter out = spec.commandLine().getOut();
        out.println("wrote " + trained.card().name() + " to " + output);
        out.flush();
        return 0;
    }
}
