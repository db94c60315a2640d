package io.convoy.engine.race;

import io.convoy.engine.layer.AdaptiveAvgPool2d;
import io.convoy.engine.layer.Add;
import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Flatten;
import io.convoy.engine.layer.Identity;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.layer.MaxPool2d;
import io.convoy.engine.layer.Pair;
import io.convoy.engine.layer.Relu;
import io.convoy.engine.layer.Relu6;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Node;
import io.convoy.engine.network.Network.Port;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.QualifiedName;
import org.bytedeco.pytorch.Tensor;

/**
 * A network as an archive of TorchScript. libtorch's binding can make a module of tensors and store it, but not give it a method; so
 * that is written into the stored module's source.
 */
final class TorchScript {
    private static final String CLASS = "Race";

    private final Network network;
    private final Map<Port, String> values = new HashMap<>();

    TorchScript(Network network) {
        this.network = network;
    }

    /**
     * Writes the archive.
     *
     * @param state what the network computes with, by PyTorch's names
     */
    void write(Map<String, Tensor> state, Path file) throws IOException {
        Path plain = Files.createTempFile("race", ".pt");
        try {
            JitModule module = new JitModule(new QualifiedName("__torch__." + CLASS));
            state.forEach((name, tensor) -> module.register_buffer(identifier(name), tensor));
            module.save(plain.toString());
            withMethod(plain, file);
        } finally {
            Files.deleteIfExists(plain);
        }
    }

    private void withMethod(Path plain, Path file) throws IOException {
        boolean found = false;
        try (ZipFile in = new ZipFile(plain.toFile());
                ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
            Enumeration<? extends ZipEntry> entries = in.entries();
            while (entries.hasMoreElements()) {
                ZipEntry entry = entries.nextElement();
                byte[] bytes;
                try (InputStream stream = in.getInputStream(entry)) {
                    bytes = stream.readAllBytes();
                }
                if (entry.getName().endsWith("/code/__torch__.py")) {
                    found = true;
                    bytes = (new String(bytes, StandardCharsets.UTF_8) + forward()).getBytes(StandardCharsets.UTF_8);
                }
                CRC32 sum = new CRC32();
                sum.update(bytes);
                ZipEntry copy = new ZipEntry(entry.getName());
                copy.setMethod(ZipEntry.STORED);
                copy.setSize(bytes.length);
                copy.setCrc(sum.getValue());
                out.putNextEntry(copy);
                out.write(bytes);
                out.closeEntry();
            }
        }
        if (!found) {
            throw new IOException("TorchScript expects a stored module to have a source, but " + plain + " has none.");
        }
    }

    private static String identifier(String name) {
        return name.replace('.', '_');
    }

    private String forward() {
        values.put(new Port(network.inputs().get(0).name(), 0), "x");
        StringBuilder source = new StringBuilder("  def forward(self: __torch__." + CLASS + ",\n    x: Tensor) -> Tensor:\n");
        int number = 0;
        for (Node node : network.nodes()) {
            String value = "x" + number++;
            source.append("    ").append(value).append(" = ").append(call(node)).append('\n');
            values.put(new Port(node.name(), 0), value);
        }
        return source.append("    return ")
                .append(values.get(network.outputs().get(0)))
                .append('\n')
                .toString();
    }

    private String call(Node node) {
        Layer layer = node.layer();
        String x = input(node, 0);
        if (layer instanceof Conv2d conv && conv.padding().equals(conv.paddingAfter())) {
            return String.format(
                    Locale.ROOT,
                    "torch.conv2d(%s, %s, %s, %s, %s, %s, %d)",
                    x,
                    own(node, "weight"),
                    conv.bias() ? own(node, "bias") : "None",
                    list(conv.stride()),
                    list(conv.padding()),
                    list(conv.dilation()),
                    conv.groups());
        }
        if (layer instanceof BatchNorm2d norm && norm.affine()) {
            return String.format(
                    Locale.ROOT,
                    "torch.batch_norm(%s, %s, %s, %s, %s, False, 0.1, %s, False)",
                    x,
                    own(node, "weight"),
                    own(node, "bias"),
                    own(node, "running_mean"),
                    own(node, "running_var"),
                    norm.epsilon());
        }
        if (layer instanceof Linear linear && linear.bias()) {
            return String.format(Locale.ROOT, "torch.linear(%s, %s, %s)", x, own(node, "weight"), own(node, "bias"));
        }
        if (layer instanceof MaxPool2d pool && !pool.returnIndices()) {
            return String.format(
                    Locale.ROOT,
                    "torch.max_pool2d(%s, %s, %s, %s, %s, %s)",
                    x,
                    list(pool.window().kernel()),
                    list(pool.window().stride()),
                    list(pool.window().padding()),
                    list(pool.window().dilation()),
                    pool.window().ceilMode() ? "True" : "False");
        }
        if (layer instanceof AdaptiveAvgPool2d pool) {
            return String.format(Locale.ROOT, "torch.adaptive_avg_pool2d(%s, %s)", x, list(pool.outputSize()));
        }
        if (layer instanceof Add) {
            return String.format(Locale.ROOT, "torch.add(%s, %s)", x, input(node, 1));
        }
        if (layer instanceof Relu) {
            return String.format(Locale.ROOT, "torch.relu(%s)", x);
        }
        if (layer instanceof Relu6) {
            return String.format(Locale.ROOT, "torch.hardtanh(%s, 0., 6.)", x);
        }
        if (layer instanceof Flatten) {
            return String.format(Locale.ROOT, "torch.flatten(%s, 1)", x);
        }
        if (layer instanceof Identity) {
            return x;
        }
        throw new IllegalArgumentException(
                "TorchScript expects layers that it has a function for, but node " + node.name() + " is " + layer + ".");
    }

    private String input(Node node, int number) {
        return Objects.requireNonNull(values.get(node.inputs().get(number)));
    }

    private static String own(Node node, String parameter) {
        return "self." + identifier(node.parameters() + "." + parameter);
    }

    private static String list(Pair pair) {
        return "[" + pair.height() + ", " + pair.width() + "]";
    }
}
