package io.convoy.spark.job;

import com.esotericsoftware.kryo.Kryo;
import org.apache.spark.serializer.KryoRegistrator;

/**
 * Registers with Kryo what Convoy lets Spark ship: a slot's results, which are bytes. Closures go through Java serialisation,
 * as always in Spark; what the parameter server's sockets carry never meets a general serialiser.
 */
public final class ConvoyRegistrator implements KryoRegistrator {
    @Override
    public void registerClasses(Kryo kryo) {
        kryo.register(byte[].class);
        kryo.register(byte[][].class);
    }
}
