package io.convoy.engine.data.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import org.junit.jupiter.api.Test;

class JdkReaderTest {
    @Test
    void readersThatAProgramAddsAreNotAsked() {
        IIORegistry registry = IIORegistry.getDefaultInstance();
        ImageReaderSpi jdk = JdkReader.provider("jpeg");
        ImageReaderSpi others = new OthersReader();
        registry.deregisterServiceProvider(jdk);
        registry.registerServiceProvider(others);
        registry.registerServiceProvider(jdk);
        try {
            assertThat(JdkReader.provider("jpeg")).isSameAs(jdk);
            assertThat(JdkReader.provider("png").getFormatNames()).contains("png");
        } finally {
            registry.deregisterServiceProvider(others);
        }
    }

    @Test
    void theDecoderIsNamedWithItsVersion() {
        assertThat(Images.DECODER).startsWith("javax.imageio of Java " + Runtime.version() + ", ");
    }

    private static final class OthersReader extends ImageReaderSpi {
        OthersReader() {
            names = new String[] {"jpeg", "png"};
        }

        @Override
        public boolean canDecodeInput(Object source) {
            return true;
        }

        @Override
        public ImageReader createReaderInstance(Object extension) {
            throw new IllegalStateException("Nobody should ask for it.");
        }

        @Override
        public String getDescription(Locale locale) {
            return "somebody else's";
        }
    }
}
