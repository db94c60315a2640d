package io.convoy.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.schedule.Measurement;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ManifestTest {
    private static final String ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    private static final Manifest MANIFEST = new Manifest(
            1,
            "lenet",
            420,
            3,
            -7,
            "c0ffee",
            "0.1.0",
            List.of(new Measurement(1, 0.1 + 0.2, 0.5), new Measurement(3, Double.NaN, 1)),
            new TreeMap<>(Map.of("os", "Linux", "cpu", "AuthenticAMD 26", "onednn", "3.11.0")),
            List.of(new StoredFile("weights.safetensors", 3, ABC)));
    private static final String JSON = """
            {
              "formatVersion" : 1,
              "run" : "lenet",
              "step" : 420,
              "epoch" : 3,
              "seed" : -7,
              "configurationHash" : "c0ffee",
              "convoyVersion" : "0.1.0",
              "measurements" : [ {
                "epoch" : 1,
                "loss" : 0.30000000000000004,
                "accuracy" : 0.5
              }, {
                "epoch" : 3,
                "loss" : "NaN",
                "accuracy" : 1.0
              } ],
              "provenance" : {
                "cpu" : "AuthenticAMD 26",
                "onednn" : "3.11.0",
                "os" : "Linux"
              },
              "files" : [ {
                "name" : "weights.safetensors",
                "bytes" : 3,
                "sha256" : "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
              } ]
            }
            """;

    private static Manifest parse(String json) {
        return Manifest.parse("manifest.json", json.getBytes(StandardCharsets.UTF_8));
    }

    private static void refused(String from, String to, String message) {
        assertThat(JSON).contains(from);
        assertThatThrownBy(() -> parse(JSON.replace(from, to)))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(message);
    }

    @Test
    void aManifestIsThisJson() {
        assertThat(new String(MANIFEST.toJson(), StandardCharsets.UTF_8)).isEqualTo(JSON);
        assertThat(parse(JSON)).isEqualTo(MANIFEST);
    }

    @Test
    void missingUnknownAndRepeatedKeysAreRefused() {
        refused("\"seed\" : -7,", "", "manifest.json expects the key \"seed\" in the manifest, but it is missing.");
        refused(
                "\"seed\"",
                "\"sead\" : 1, \"seed\"",
                "manifest.json expects no key \"sead\" in the manifest, but it is there. Maybe it was written by a later"
                        + " Convoy.");
        refused("\"bytes\" : 3,", "", "manifest.json expects the key \"bytes\" in each of files, but it is missing.");
        refused(
                "\"seed\" : -7,",
                "\"seed\" : -7, \"seed\" : -7,",
                "manifest.json expects a manifest in JSON, but line 6 is not: Duplicate field 'seed'.");
    }

    @Test
    void valuesOfAnotherKindAreRefused() {
        refused("420", "\"420\"", "manifest.json expects a whole number as step, but it got \"420\".");
        refused("420", "4.5", "manifest.json expects a whole number as step, but it got 4.5.");
        refused("\"lenet\"", "null", "manifest.json expects text as run, but it got null.");
        refused("0.30000000000000004", "\"much\"", "manifest.json expects a number as loss, but it got \"much\".");
        refused(
                "\"accuracy\" : 0.5",
                "\"accuracy\" : [ ]",
                "manifest.json expects a number as accuracy, but it got [].");
        refused("\"Linux\"", "1", "manifest.json expects text as os, but it got 1.");
        refused(
                "-7",
                "9223372036854775808",
                "manifest.json expects a whole number as seed, but it got 9223372036854775808.");
        assertThatThrownBy(() -> parse("[]"))
                .hasMessage("manifest.json expects an object for the manifest, but it got [].");
    }

    @Test
    void valuesThatCannotBeAreRefused() {
        String subject = "manifest.json is not a manifest that can be used. ";
        refused(
                "\"formatVersion\" : 1",
                "\"formatVersion\" : 2",
                subject + "Manifest expects format version 1, but it got 2. Maybe it was written by a later Convoy.");
        refused("420", "-1", subject + "Manifest expects step ≥ 0 and epoch ≥ 0, but it got step -1, epoch 3.");
        refused(
                "weights.safetensors",
                "../../.ssh/id",
                subject + "A checkpoint's file expects a name of letters, digits, '.', '_' and '-' that does not start"
                        + " with '.', but it got \"../../.ssh/id\".");
        refused(
                "\"ba7816",
                "\"BA7816",
                subject + "File weights.safetensors of a checkpoint expects a length of at least 0 and a SHA-256 of 64"
                        + " hexadecimal digits, but it got 3 and"
                        + " \"BA7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\".");
        String file = JSON.substring(JSON.indexOf("{\n    \"name\""), JSON.lastIndexOf(" ]"));
        refused(
                file,
                file + ", " + file,
                subject + "Manifest expects each file once, but it got \"weights.safetensors\" twice.");
    }

    @Test
    void whatIsNotJsonIsRefused() {
        assertThatThrownBy(() -> parse(JSON + "{}"))
                .isInstanceOf(CheckpointException.class)
                .hasMessage("manifest.json expects nothing behind the manifest, but there is more at line 29.");
        assertThatThrownBy(() -> parse(JSON.substring(0, 40)))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith("manifest.json expects a manifest in JSON, but line 3 is not: ");
        assertThatThrownBy(() -> parse(""))
                .isInstanceOf(CheckpointException.class)
                .hasMessage("manifest.json expects an object for the manifest, but it got nothing.");
        assertThatThrownBy(() -> Manifest.parse("manifest.json", new byte[] {'"', (byte) 0xE9, '"'}))
                .isInstanceOf(CheckpointException.class)
                .hasMessage("manifest.json expects a manifest in UTF-8, but it has other bytes.");
    }

    @Test
    void aFileIsFoundByItsName() {
        assertThat(MANIFEST.file("weights.safetensors").bytes()).isEqualTo(3);
        assertThatThrownBy(() -> MANIFEST.file("optimizer.safetensors"))
                .isInstanceOf(CheckpointException.class)
                .hasMessage("Manifest of run lenet at step 420 expects the name of one of its 1 files, but it was asked"
                        + " for \"optimizer.safetensors\".");
    }

    @Test
    void aFileIsRememberedWhileItIsWritten() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (StoredFile.Output out = new StoredFile.Output(bytes)) {
            out.write('a');
            out.write("xbcx".getBytes(StandardCharsets.US_ASCII), 1, 2);
            // The SHA-256 of "abc" is FIPS 180-4's own example.
            assertThat(out.file("weights.safetensors"))
                    .isEqualTo(MANIFEST.files().get(0));
        }
        assertThat(bytes).hasToString("abc");
    }

    @Test
    void aFileThatWasChangedIsRefused() throws IOException {
        StoredFile file = MANIFEST.files().get(0);
        file.verify(new ByteArrayInputStream(new byte[] {'a', 'b', 'c'}));
        assertThatThrownBy(() -> file.verify(new ByteArrayInputStream(new byte[] {'a', 'b'})))
                .isInstanceOf(CheckpointException.class)
                .hasMessage("File weights.safetensors of a checkpoint expects 3 bytes with SHA-256 " + ABC
                        + ", but it has 2 bytes with fb8e20fc2e4c3f248c60c39bd652f3c1347298bb977b8b4d5903b85055620603."
                        + " Maybe it was cut short or changed after the checkpoint was written.");
    }

    @Test
    void thisProcessKnowsWhereItRuns() {
        assertThat(Manifest.provenanceOfThisProcess())
                .containsOnlyKeys("architecture", "java", "os")
                .containsEntry("architecture", System.getProperty("os.arch"));
    }
}
