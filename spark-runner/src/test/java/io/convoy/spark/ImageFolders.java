package io.convoy.spark;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;

/**
 * Small JPEGs in the class folders {@code a/dark}, {@code a/light} and {@code b/striped}, eight in each, and one that is empty; as
 * the folder {@code pictures} and as {@code pictures.zip}.
 */
public record ImageFolders(Path folder) {
    /** Writes them. */
    public static ImageFolders in(Path folder) throws IOException {
        try (OutputStream out = Files.newOutputStream(folder.resolve("pictures.zip"));
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (int i = 0; i < 25; i++) {
                String path = new String[] {"a/dark/", "a/light/", "b/striped/"}[i % 3] + "bild " + i + ".jpg";
                byte[] bytes = i == 24 ? new byte[0] : jpeg(i);
                zip.putNextEntry(new ZipEntry(path));
                zip.write(bytes);
                Path file = folder.resolve("pictures").resolve(path);
                Files.createDirectories(file.getParent());
                Files.write(file, bytes);
            }
            zip.putNextEntry(new ZipEntry("readme.txt"));
            zip.write("pictures".getBytes(StandardCharsets.UTF_8));
        }
        return new ImageFolders(folder);
    }

    private static byte[] jpeg(int number) throws IOException {
        BufferedImage image = new BufferedImage(30, 40, BufferedImage.TYPE_INT_RGB);
        for (int p = 0; p < 1200; p++) {
            int level = switch (number % 3) {
                case 0 -> 40;
                case 1 -> 200;
                default -> p / 30 / 8 % 2 == 0 ? 40 : 200;
            };
            image.setRGB(p % 30, p / 30, (level + number) * 0x010101);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(image, "jpg", out);
        return out.toByteArray();
    }
}
