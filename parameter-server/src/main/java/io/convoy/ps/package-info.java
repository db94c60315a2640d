/**
 * The parameter server: sums the gradients of all slots in canonical order, applies the optimiser, and keeps the slots
 * together. It knows named spans of floats, workers, steps and sockets; never layers, never Spark.
 *
 * <p>The driver:
 *
 * <pre>{@code
 * RunId run = new RunId("lenet-17");
 * SharedSecret secret = SharedSecret.draw();               // travels in the task closure only
 * try (Transport transport = new NettyTransport("driver", RunKey.derive(secret, run), NettySettings.defaults());
 *         Coordinator coordinator =
 *                 Coordinator.listen(transport, host, PortRange.ANY, run, CoordinatorSettings.defaults(slots))) {
 *     launch(slots, coordinator.address(), run, secret);
 *     coordinator.awaitMembers();
 *     List<String> shares = coordinator.broadcast("train", "{\"from\":0,\"to\":938}", (slot, json) -> show(json));
 * }
 * }</pre>
 *
 * <p>A slot:
 *
 * <pre>{@code
 * try (Transport transport = new NettyTransport("slot-" + slot, RunKey.derive(secret, run), NettySettings.defaults());
 *         ShardServer server = ShardServer.listen(transport, host, ports);
 *         CoordinatorClient driver = CoordinatorClient.join(
 *                 transport,
 *                 coordinatorAddress,
 *                 new Member(slot, attempt, server.address(), cores, cpuFingerprint, "executor " + executorId),
 *                 MemberSettings.defaults())) {
 *     Roster roster = driver.roster();
 *     Shards shards = new Shards(
 *             new Origin(run.number(), roster.generation(), slot),
 *             new Ownership(layout.shards(), roster.size()),
 *             layout, statisticsLayout, optimizer, initialOrResumed, transport.buffers());
 *     server.serve(shards);
 *     try (ParameterClient exchange =
 *             ParameterClient.connect(transport, roster, shards, ClientSettings.defaults())) {
 *         driver.serve(new CommandHandler() {
 *             public String handle(String name, String body, Consumer<String> progress) {
 *                 return trainOrSave(exchange, shards, roster.weights(), name, body, progress);
 *             }
 *             public void abandon(String why) {
 *                 exchange.abandon(why);
 *             }
 *         });
 *     }
 * }
 * }</pre>
 *
 * <p>In step s every worker pulls version s, pushes the sums over the nodes that cover its leaves
 * ({@code plan.tree().cover(plan.tree().deal(roster.weights()).get(slot))}), and pulls version s + 1, also when it was
 * dealt no leaf. Between commands {@link io.convoy.ps.shard.Shards#snapshot} is its share of a checkpoint.
 */
@NullMarked
package io.convoy.ps;

import org.jspecify.annotations.NullMarked;
