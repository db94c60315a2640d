package io.convoy.spark.ml;

import io.convoy.engine.data.image.ImageException;
import io.convoy.engine.serve.ImageInput;
import io.convoy.spark.InvalidInputException;
import io.convoy.spark.ml.ConvoyModel.InputFormat;
import io.convoy.spark.scoring.ChunkScorer;
import io.convoy.spark.scoring.Inputs;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Reads the image of a row.
 *
 * @param column the name of its column
 * @param index its place in the row
 * @param format what it is
 */
record RowReader(String column, int index, InputFormat format) implements ChunkScorer.Reader<Row>, Serializable {
    /**
     * Checks that there is such a column.
     *
     * @throws InvalidInputException if there is none, or one of another type
     */
    static void require(StructType schema, String column, InputFormat format) {
        StructField field = Arrays.stream(schema.fields())
                .filter(one -> one.name().equals(column))
                .findFirst()
                .orElseThrow(() -> new InvalidInputException("ConvoyModel expects the column " + column
                        + ", but there are only " + String.join(", ", schema.fieldNames())
                        + ". Maybe call setInputCol."));
        DataType type = field.dataType();
        boolean numbers = type instanceof ArrayType array
                && (array.elementType().equals(DataTypes.FloatType)
                        || array.elementType().equals(DataTypes.DoubleType));
        boolean bytes = type.equals(DataTypes.BinaryType);
        if (format == InputFormat.VALUES ? !numbers : !bytes) {
            throw new InvalidInputException("ConvoyModel expects the column " + column + " to be "
                    + (format == InputFormat.VALUES ? "an array of float or double" : "binary") + ", but it is "
                    + type.simpleString() + "."
                    + (numbers ? " Maybe set inputFormat to values." : "")
                    + (bytes ? " Maybe set inputFormat to image or pixels." : ""));
        }
    }

    @Override
    public void read(Row row, ImageInput input, float[] into, int offset) {
        if (row.isNullAt(index)) {
            throw new ImageException("it is null");
        }
        switch (format) {
            case IMAGE -> Inputs.file(row.<byte[]>getAs(index), input, into, offset);
            case PIXELS -> Inputs.pixels(row.<byte[]>getAs(index), input, into, offset);
            case VALUES -> Inputs.values(floats(row.getList(index)), input, into, offset);
        }
    }

    private static float[] floats(List<? extends @Nullable Number> numbers) {
        float[] values = new float[numbers.size()];
        int i = 0;
        for (Number number : numbers) {
            if (number == null) {
                throw new ImageException("value " + i + " is null");
            }
            values[i++] = number.floatValue();
        }
        return values;
    }
}
