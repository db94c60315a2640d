package io.convoy.spark.job;

import io.convoy.engine.checkpoint.Manifest;
import io.convoy.engine.checkpoint.StoredFile;
import io.convoy.engine.data.Preprocessing;
import io.convoy.engine.exchange.ExchangeException;
import io.convoy.engine.exchange.LeafRange;
import io.convoy.engine.loss.Loss;
import io.convoy.engine.metric.ConfusionMatrix;
import io.convoy.engine.schedule.Measurement;
import io.convoy.engine.train.Evaluation;
import io.convoy.engine.train.TrainingPlan;
import io.convoy.ps.coordinator.Coordinator;
import io.convoy.ps.coordinator.CoordinatorSettings;
import io.convoy.ps.security.RunKey;
import io.convoy.ps.security.SharedSecret;
import io.convoy.ps.transport.NettySettings;
import io.convoy.ps.transport.NettyTransport;
import io.convoy.ps.transport.PortRange;
import io.convoy.ps.wire.RunId;
import io.convoy.spark.ConvoyException;
import io.convoy.spark.Explanation;
import io.convoy.spark.InvalidInputException;
import io.convoy.spark.config.ConfigReader;
import io.convoy.spark.config.OutputConfig;
import io.convoy.spark.config.ParameterServerConfig;
import io.convoy.spark.config.RunConfig;
import io.convoy.spark.data.Datasets;
import io.convoy.spark.data.HadoopFiles;
import io.convoy.spark.report.DigestFile;
import io.convoy.spark.report.Figures;
import io.convoy.spark.report.OneShotLine;
import io.convoy.spark.report.ProgressLine;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;

/**
 * The driver of a training run: prepares, fills the slots, and tells them epoch by epoch to train, to evaluate and to save. No
 * tensor passes through it.
 */
public final class TrainingJob {
    private static final Duration AUTOPSY = Duration.ofSeconds(15);
    private static final DateTimeFormatter RUN_NAME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS", Locale.ROOT);

    private final RunConfig config;
    private final TrainingRequest request;
    private final PrintStream out;
    private final boolean terminal;
    private final SlotTransport wire;
    private final HadoopFiles files;

    private TrainingJob(
            TrainingRequest request, PrintStream out, boolean terminal, SlotTransport wire, HadoopFiles files) {
        this.request = request;
        this.wire = wire;
        this.out = out;
        this.terminal = terminal;
        this.files = files;
        this.config =
                InitialWeights.pinned(absolute(described(request.config(), files), files), files, !request.resume());
    }

    /**
     * Trains, and tells how it goes on {@code out}.
     *
     * @param terminal whether {@code out} is a terminal, on which a line can be redrawn
     * @return the last evaluation
     * @throws ConvoyException if the run can't begin or can't go on
     */
    public static Evaluation run(TrainingRequest request, PrintStream out, boolean terminal) {
        return run(request, out, terminal, SlotTransport.NETTY);
    }

    /** As above, with {@code wire} between the slots. */
    static Evaluation run(TrainingRequest request, PrintStream out, boolean terminal, SlotTransport wire) {
        return new TrainingJob(request, out, terminal, wire, HadoopFiles.ofThisProcess()).run();
    }

    /** A network's file is read once, by the driver, and is part of the configuration from then on. */
    static RunConfig described(RunConfig config, HadoopFiles files) {
        String file = config.network().file();
        return file == null ? config : config.with(ConfigReader.readNetwork(file, files.readText(file)));
    }

    /** Executors have other working folders than the driver. */
    private static RunConfig absolute(RunConfig config, HadoopFiles files) {
        return config.at(
                config.data().at(files::absolute),
                new OutputConfig(
                        files.absolute(config.output().model()),
                        files.absolute(config.output().checkpoints())));
    }

    /** What is known before Spark starts: everything that can be wrong with the input has been found by then. */
    private record Prepared(Recipe recipe, String run, Optional<Manifest> resumed) {
        long firstStep() {
            return resumed.map(Manifest::step).orElse(0L);
        }
    }

    private Evaluation run() {
        SparkSetup setup = SparkSetup.of(config.spark(), request.master());
        setup.requirePossible();
        Datasets data = Datasets.of(config.data(), files);
        data.notes().forEach(out::println);
        Preprocessing preprocessing = Recipe.preprocessing(config, data.train());
        Prepared prepared = prepare(Recipe.of(config, data, preprocessing));
        requireOutputs();
        if (prepared.resumed().isEmpty()) {
            InitialWeights.of(config, prepared.recipe().plan(), files)
                    .loaded()
                    .ifPresent(loaded -> out.println("starting from " + loaded));
        }
        try (JavaSparkContext spark = setup.start("convoy " + config.name())) {
            return inSession(spark, prepared, preprocessing);
        }
    }

    /** What can't be written is better known before the training than after it. */
    private void requireOutputs() {
        files.requireWritable("output.model", config.output().model());
        files.requireWritable("output.checkpoints", config.output().checkpoints());
        if (request.digests() != null) {
            Digests.requireWritable(request.digests());
        }
    }

    private Prepared prepare(Recipe recipe) {
        String root = config.output().checkpoints();
        if (!request.resume()) {
            String name = RUN_NAME.format(LocalDateTime.now(ZoneOffset.UTC));
            return new Prepared(recipe, name, Optional.empty());
        }
        String run = Checkpoints.newestRun(files, root)
                .orElseThrow(() -> new InvalidInputException("--resume expects a checkpoint in " + root
                        + ", but there is none. Maybe start without --resume."));
        Checkpoints checkpoints = Checkpoints.of(files, root, run);
        Manifest manifest = checkpoints.latest().orElseThrow();
        if (!manifest.configurationHash().equals(config.hash())) {
            config.requireSameBits(checkpoints.configuration(manifest), checkpoints.place(manifest));
        }
        return new Prepared(recipe, run, Optional.of(manifest));
    }

    private Evaluation inSession(JavaSparkContext spark, Prepared prepared, Preprocessing preprocessing) {
        Slots slots = Slots.of(config.spark());
        RunId run = new RunId(prepared.run());
        SharedSecret secret = SharedSecret.draw();
        String host = spark.getConf().get("spark.driver.host");
        try (NettyTransport transport =
                new NettyTransport("driver", RunKey.derive(secret, run), NettySettings.defaults())) {
            Coordinator coordinator =
                    Coordinator.listen(transport, host, PortRange.ANY, run, patience(config.parameterServer(), slots));
            Duration start = Duration.ofSeconds(config.parameterServer().joinSeconds());
            Invitation invitation = new Invitation(
                    config.toJson(),
                    Command.encode(preprocessing),
                    run.text(),
                    secret.text(),
                    coordinator.address().host(),
                    coordinator.address().port(),
                    prepared.resumed().map(Manifest::step).orElse(-1L));
            try (SlotJobs jobs = SlotJobs.submit(spark, slots, new TrainingSlot(invitation, wire), start)) {
                Evaluation last = withSlots(coordinator, jobs, prepared);
                jobs.await();
                return last;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ExchangeException("Training was interrupted.", e);
            } finally {
                coordinator.close();
            }
        }
    }

    private static CoordinatorSettings patience(ParameterServerConfig config, Slots slots) {
        CoordinatorSettings defaults = CoordinatorSettings.defaults(slots.count());
        return new CoordinatorSettings(
                defaults.members(),
                Duration.ofSeconds(config.joinSeconds()),
                Duration.ofSeconds(config.commandSeconds()),
                defaults.heartbeat(),
                defaults.silence(),
                config.allowMixedCpus());
    }

    /** Trains, and lets the slots go. */
    private Evaluation withSlots(Coordinator coordinator, SlotJobs jobs, Prepared prepared) {
        // A slot that fails before it joins is known to Spark only.
        CompletableFuture<List<byte[]>> unused = jobs.outcome().whenComplete((results, failure) -> {
            if (failure != null) {
                coordinator.abandon(
                        Explanation.of(failure).map(Explanation::line).orElseGet(failure::toString));
            }
        });
        try (coordinator) {
            coordinator.awaitMembers();
            return train(coordinator, prepared);
        } catch (ExchangeException e) {
            throw explained(jobs, e);
        }
    }

    /** Spark knows best why a slot was lost; where it has nothing to say soon, the coordinator's word stands. */
    private static RuntimeException explained(SlotJobs jobs, ExchangeException failure) {
        try {
            jobs.outcome().get(AUTOPSY.toMillis(), TimeUnit.MILLISECONDS);
            return failure;
        } catch (ExecutionException e) {
            return Explanation.of(e)
                    .<RuntimeException>map(explanation -> explanation.asException(failure))
                    .orElse(failure);
        } catch (TimeoutException e) {
            return failure;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return failure;
        }
    }

    private Evaluation train(Coordinator coordinator, Prepared prepared) {
        TrainingPlan plan = prepared.recipe().plan();
        int size = prepared.recipe().train().dataset().size();
        long stepsPerEpoch = plan.stepsPerEpoch(size);
        long steps = plan.steps(size);
        Checkpoints checkpoints = Checkpoints.of(files, config.output().checkpoints(), prepared.run());
        ProgressLine progress = new ProgressLine(out, terminal, Clock.systemUTC(), plan.epochs(), stepsPerEpoch);
        prepared.resumed().ifPresent(manifest -> progress.message("going on from " + checkpoints.place(manifest)));
        List<Measurement> measurements =
                new ArrayList<>(prepared.resumed().map(Manifest::measurements).orElse(List.of()));
        Evaluation last = null;
        try (Digests digests = Digests.open(request.digests(), config.hash())) {
            for (long step = prepared.firstStep(); step < steps; ) {
                long end = (step / stepsPerEpoch + 1) * stepsPerEpoch;
                StepLedger ledger = new StepLedger();
                coordinator.broadcast(
                        Command.TRAIN,
                        Command.encode(new Command.Steps(step, end, request.digests() != null, measurements)),
                        (slot, body) -> ledger.add(Command.decode(body, Command.StepProgress.class))
                                .ifPresent(whole -> {
                                    digests.write(whole);
                                    progress.step(
                                            Math.toIntExact(whole.epoch() + 1),
                                            whole.step() % stepsPerEpoch + 1,
                                            whole.loss(),
                                            whole.samples());
                                }));
                long epoch = end / stepsPerEpoch;
                last = null;
                if (epoch % config.training().evaluateEvery() == 0
                        || end == steps
                        || plan.schedule().measures(epoch)) {
                    last = evaluate(coordinator, plan.loss());
                    measurements.add(last.measurement(epoch));
                    progress.message(String.format(
                            Locale.ROOT,
                            "epoch %d/%d: %stest loss %.4f",
                            epoch,
                            plan.epochs(),
                            Figures.inShort(last),
                            last.loss()));
                }
                save(coordinator, checkpoints, end, epoch, measurements);
                step = end;
            }
        }
        Evaluation evaluation = last == null ? evaluate(coordinator, plan.loss()) : last;
        List<String> finished = coordinator.broadcast(
                Command.FINISH,
                Command.encode(new Command.Finish(
                        steps,
                        plan.epochs(),
                        evaluation.accuracy().correct(),
                        evaluation.accuracy().count())),
                (slot, body) -> {});
        Figures.lines(evaluation).forEach(out::println);
        finished.stream()
                .flatMap(body -> Command.decode(body, Command.Finished.class).oneShot().stream())
                .forEach(result -> out.println(OneShotLine.of(result)));
        out.println("model: " + request.config().output().model());
        out.flush();
        return evaluation;
    }

    private static Evaluation evaluate(Coordinator coordinator, Loss loss) {
        List<Command.EvaluationPart> parts = coordinator.broadcast(Command.EVALUATE, "{}", (slot, body) -> {}).stream()
                .map(body -> Command.decode(body, Command.EvaluationPart.class))
                .sorted(Comparator.comparingInt(Command.EvaluationPart::begin))
                .toList();
        Evaluation whole = evaluation(parts.get(0), loss);
        for (Command.EvaluationPart part : parts.subList(1, parts.size())) {
            whole = whole.plus(evaluation(part, loss));
        }
        return whole;
    }

    private static Evaluation evaluation(Command.EvaluationPart part, Loss loss) {
        return new Evaluation(
                new LeafRange(part.begin(), part.begin() + part.batchLosses().size()),
                part.batchLosses(),
                part.batchWeights(),
                IntStream.range(0, loss.terms()).mapToObj(loss::reduction).toList(),
                part.confusion().isEmpty() ? Optional.empty() : Optional.of(ConfusionMatrix.of(part.confusion())),
                part.tasks().stream().map(Command.TaskPart::score).toList());
    }

    private void save(
            Coordinator coordinator, Checkpoints checkpoints, long step, long epoch, List<Measurement> measurements) {
        List<Command.Saved> saved = coordinator.broadcast(Command.SAVE, "{}", (slot, body) -> {}).stream()
                .map(body -> Command.decode(body, Command.Saved.class))
                .toList();
        List<StoredFile> shards = new ArrayList<>();
        saved.forEach(one -> shards.addAll(one.files()));
        checkpoints.commit(
                config,
                step,
                epoch,
                measurements,
                shards,
                Version.ofThisProgram(),
                saved.get(0).fingerprint());
    }

    /** The digest file, or nothing where none is asked for. */
    private record Digests(@Nullable DigestFile file) implements AutoCloseable {
        static Digests open(@Nullable String path, String configurationHash) {
            if (path == null) {
                return new Digests(null);
            }
            try {
                return new Digests(new DigestFile(
                        Files.newBufferedWriter(Path.of(path), StandardCharsets.UTF_8), configurationHash));
            } catch (IOException e) {
                throw unwritable(path, e);
            }
        }

        /** Opens the file and leaves it as it was. */
        static void requireWritable(String path) {
            try {
                Path file = Path.of(path);
                boolean there = Files.exists(file);
                Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)
                        .close();
                if (!there) {
                    Files.delete(file);
                }
            } catch (IOException e) {
                throw unwritable(path, e);
            }
        }

        private static InvalidInputException unwritable(String path, IOException failed) {
            String why;
            if (failed instanceof NoSuchFileException) {
                why = "can't be made. Maybe its folder is missing.";
            } else if (failed instanceof AccessDeniedException) {
                why = "may not be written by " + System.getProperty("user.name") + ". Maybe choose another folder.";
            } else if (failed instanceof FileSystemException named && named.getReason() != null) {
                why = "can't be: " + named.getReason() + ".";
            } else {
                why = "can't be: " + failed.getMessage() + ".";
            }
            return new InvalidInputException(
                    "--digests expects a file that can be written, but " + path + " " + why, failed);
        }

        void write(StepLedger.WholeStep step) {
            if (file != null) {
                try {
                    file.write(step.step() + 1, step.digests());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }

        @Override
        public void close() {
            if (file != null) {
                try {
                    file.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }
}
