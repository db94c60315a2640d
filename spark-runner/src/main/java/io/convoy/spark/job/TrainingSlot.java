package io.convoy.spark.job;

import io.convoy.engine.checkpoint.CheckpointException;
import io.convoy.engine.checkpoint.Manifest;
import io.convoy.engine.checkpoint.WeightDigest;
import io.convoy.engine.data.DataException;
import io.convoy.engine.data.Dataset;
import io.convoy.engine.data.Preprocessing;
import io.convoy.engine.data.image.Images;
import io.convoy.engine.exchange.CanonicalTree;
import io.convoy.engine.exchange.ExchangeException;
import io.convoy.engine.exchange.LeafRange;
import io.convoy.engine.exchange.ModelState;
import io.convoy.engine.exchange.StepPlan;
import io.convoy.engine.kernel.KernelException;
import io.convoy.engine.kernel.Precision;
import io.convoy.engine.metric.Accuracy;
import io.convoy.engine.network.Layouts;
import io.convoy.engine.serve.Head;
import io.convoy.engine.serve.Model;
import io.convoy.engine.serve.ModelCard;
import io.convoy.engine.train.Evaluation;
import io.convoy.engine.train.ReplicaPool;
import io.convoy.engine.train.StepReport;
import io.convoy.engine.train.TrainingException;
import io.convoy.engine.train.TrainingPlan;
import io.convoy.ps.client.ClientSettings;
import io.convoy.ps.client.ParameterClient;
import io.convoy.ps.coordinator.CommandHandler;
import io.convoy.ps.coordinator.CoordinatorClient;
import io.convoy.ps.coordinator.MemberSettings;
import io.convoy.ps.security.RunKey;
import io.convoy.ps.security.SharedSecret;
import io.convoy.ps.server.ShardServer;
import io.convoy.ps.shard.Ownership;
import io.convoy.ps.shard.Shards;
import io.convoy.ps.transport.PortRange;
import io.convoy.ps.transport.Transport;
import io.convoy.ps.wire.Address;
import io.convoy.ps.wire.Member;
import io.convoy.ps.wire.Origin;
import io.convoy.ps.wire.Roster;
import io.convoy.ps.wire.RunId;
import io.convoy.spark.ConvoyException;
import io.convoy.spark.config.ConfigReader;
import io.convoy.spark.config.DataConfig;
import io.convoy.spark.config.RunConfig;
import io.convoy.spark.data.Datasets;
import io.convoy.spark.data.HadoopFiles;
import io.convoy.spark.data.HadoopModelFolder;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A slot of a training run: engine replicas on the slot's cores, some of the virtual shards, and a membership, until the
 * coordinator says that the run is over.
 */
record TrainingSlot(Invitation invitation, SlotTransport wire) implements SlotBody {
    private static final long serialVersionUID = 1L;

    @Override
    public String remedy() {
        return "; train again with --resume to go on from the last checkpoint";
    }

    @Override
    public byte[] run(SlotContext context) {
        // The first use of a native library: where it can't be loaded, this says why.
        String fingerprint = Fingerprint.ofThisProcess();
        HadoopFiles files = HadoopFiles.ofThisProcess();
        RunConfig config = ConfigReader.read("the run's configuration", invitation.configuration(), List.of());
        Datasets data = Datasets.of(config.data(), files);
        Recipe recipe = Recipe.of(config, data, Command.decode(invitation.preprocessing(), Preprocessing.class));
        TrainingPlan plan = recipe.plan();
        Checkpoints checkpoints = Checkpoints.of(files, config.output().checkpoints(), invitation.run());
        ModelState start = start(config, plan, checkpoints, files);
        RunId run = new RunId(invitation.run());
        RunKey key = RunKey.derive(SharedSecret.parse(invitation.secret()), run);
        try (ReplicaPool pool = new ReplicaPool(plan, recipe.train(), context.cores());
                Transport transport = wire.open("slot-" + context.slot(), key);
                ShardServer server = ShardServer.listen(
                        transport,
                        context.host(),
                        PortRange.from(config.parameterServer().port(), context.slots()));
                CoordinatorClient driver = CoordinatorClient.join(
                        transport,
                        new Address(invitation.host(), invitation.port()),
                        new Member(
                                context.slot(),
                                context.attempt(),
                                server.address(),
                                context.cores(),
                                fingerprint,
                                "executor " + context.executorId()),
                        new MemberSettings(
                                Duration.ofSeconds(config.parameterServer().joinSeconds()),
                                MemberSettings.defaults().silence(),
                                MemberSettings.defaults().grace()))) {
            pool.load(start);
            Roster roster = driver.roster();
            Shards shards = new Shards(
                    new Origin(run.number(), roster.generation(), context.slot()),
                    new Ownership(config.parameterServer().shards(), roster.size()),
                    plan.parameters(),
                    plan.statistics(),
                    plan.rule(),
                    start,
                    transport.buffers());
            server.serve(shards);
            ClientSettings patience = new ClientSettings(
                    Duration.ofSeconds(config.parameterServer().deadlineSeconds()),
                    ClientSettings.defaults().retry(),
                    ClientSettings.defaults().outstandingBytes());
            try (ParameterClient exchange = ParameterClient.connect(transport, roster, shards, patience)) {
                driver.serve(
                        new Work(config, files, recipe, pool, exchange, shards, roster, context.slot(), checkpoints));
            }
        }
        return new byte[0];
    }

    private ModelState start(RunConfig config, TrainingPlan plan, Checkpoints checkpoints, HadoopFiles files) {
        if (invitation.resumeStep() < 0) {
            return InitialWeights.of(config, plan, files).state();
        }
        return checkpoints
                .latest()
                .filter(manifest -> manifest.step() == invitation.resumeStep())
                .map(manifest -> {
                    int shards = checkpoints
                            .configuration(manifest)
                            .parameterServer()
                            .shards();
                    return checkpoints.read(
                            manifest,
                            Layouts.parameters(plan.network(), shards),
                            plan.rule().stateSpans(),
                            plan.statistics().initial());
                })
                .orElseThrow(() -> new CheckpointException("The run expects the checkpoint of step "
                        + invitation.resumeStep() + " to be its latest, but it is not. Maybe another run writes to the"
                        + " same output.checkpoints."));
    }

    /** Does what the driver commands. */
    private record Work(
            RunConfig config,
            HadoopFiles files,
            Recipe recipe,
            ReplicaPool pool,
            ParameterClient exchange,
            Shards shards,
            Roster roster,
            int slot,
            Checkpoints checkpoints)
            implements CommandHandler {
        @Override
        public String handle(String name, String body, Consumer<String> progress) {
            try {
                return switch (name) {
                    case Command.TRAIN -> train(Command.decode(body, Command.Steps.class), progress);
                    case Command.EVALUATE -> evaluate();
                    case Command.FINISH -> finish(Command.decode(body, Command.Finish.class));
                    case Command.SAVE ->
                        Command.encode(
                                new Command.Saved(checkpoints.write(shards.snapshot()), Fingerprint.ofThisProcess()));
                    default ->
                        throw new ExchangeException("Slot " + slot + " expects a command that it knows, but it got \""
                                + name + "\". Maybe the driver runs another version of Convoy.");
                };
            } catch (TrainingException
                    | KernelException
                    | CheckpointException
                    | DataException
                    | ConvoyException explained) {
                throw new ExchangeException(String.valueOf(explained.getMessage()), explained);
            }
        }

        @Override
        public void abandon(String why) {
            exchange.abandon(why);
        }

        private String train(Command.Steps steps, Consumer<String> progress) {
            TrainingPlan plan = recipe.plan();
            int size = recipe.train().dataset().size();
            for (long step = steps.from(); step < steps.to(); step++) {
                StepPlan stepPlan = plan.step(step, size, steps.measurements());
                LeafRange share = stepPlan.tree().deal(roster.weights()).get(slot);
                StepReport report = pool.step(stepPlan, share, exchange);
                if (steps.digests() && slot == 0) {
                    report = report.with(pool.digest());
                }
                progress.accept(Command.encode(new Command.StepProgress(
                        step,
                        report.epoch(),
                        share.begin(),
                        report.leafLosses(),
                        stepPlan.leaves(),
                        report.normalizers(),
                        report.samples(),
                        report.computeNanos(),
                        report.waitNanos(),
                        report.digest().map(WeightDigest::tensors).orElse(Map.of()))));
            }
            return "{}";
        }

        /** Every slot holds all the weights; the first one writes them. */
        private String finish(Command.Finish finish) {
            if (slot == 0) {
                var provenance = Manifest.provenanceOfThisProcess();
                provenance.put("convoy", Version.ofThisProgram());
                provenance.put("arithmetic", Fingerprint.ofThisProcess());
                ModelCard card = new ModelCard(
                        config.name(),
                        config.networkName(),
                        recipe.train().dataset().sampleShape(),
                        heads(),
                        Datasets.fit(config.data()),
                        config.data() instanceof DataConfig.Images ? Images.DECODER : "",
                        recipe.train().preprocessing(),
                        new Accuracy(finish.correct(), finish.count()),
                        finish.step(),
                        finish.epoch(),
                        config.hash(),
                        provenance);
                Model model = pool.withAverages(
                        exchange,
                        () -> Model.ofPart(
                                card,
                                recipe.served(),
                                recipe.plan().network(),
                                pool.weights().flat().toArray(),
                                pool.weights().statistics().toArray()));
                try {
                    model.writeTo(new HadoopModelFolder(files, config.output().model()));
                } catch (IOException e) {
                    throw new ExchangeException(
                            "The model expects to be written to "
                                    + config.output().model() + ", but: " + e.getMessage() + ".",
                            e);
                }
                return Command.encode(new Command.Finished(recipe.oneShot().stream()
                        .map(oneShot -> oneShot.evaluate(model, recipe.test().dataset(), Precision.FLOAT32))
                        .toList()));
            }
            return Command.encode(new Command.Finished(List.of()));
        }

        /** What the network's first outputs tell. */
        private List<Head> heads() {
            if (recipe.train().comparison().isPresent()) {
                return List.of(Head.embedding(
                        Math.toIntExact(recipe.served().outputSample(0).count())));
            }
            Dataset trained = recipe.train().dataset();
            if (trained.tasks().isEmpty()) {
                return List.of(Head.classes(trained.classes(), trained.classNames()));
            }
            return Scoring.heads(trained.tasks());
        }

        private String evaluate() {
            int batches = ReplicaPool.evaluationBatches(recipe.test().dataset().size());
            LeafRange share = new CanonicalTree(batches)
                    .deal(Collections.nCopies(roster.size(), 1))
                    .get(slot);
            Evaluation evaluation = pool.withAverages(exchange, () -> pool.evaluate(recipe.test(), share));
            return Command.encode(new Command.EvaluationPart(
                    share.begin(),
                    evaluation.batchLosses(),
                    evaluation.batchWeights(),
                    evaluation.confusion().map(Command::rows).orElse(List.of()),
                    evaluation.tasks().stream().map(Command.TaskPart::of).toList()));
        }
    }
}
