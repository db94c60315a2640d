package io.convoy.spark.batch;

import io.convoy.engine.kernel.Precision;
import org.jspecify.annotations.Nullable;

/**
 * What {@code convoy predict} is asked for.
 *
 * @param model the folder of a trained model
 * @param input a folder or an archive of image files, one image file, an IDX file, or a Parquet table; on any Hadoop path
 * @param output the file to make or replace, whose name ends in .parquet, .csv or .jsonl; a table in Parquet becomes a folder, as Spark
 *     writes it, where the input is one
 * @param column of a Parquet table, the one with the images; its only binary one by default
 * @param topK how many of the likeliest classes to tell beside the first, 0 for none
 * @param scores whether to tell all scores
 * @param embedding the node whose values to tell as well, or nothing
 * @param precision what feature maps are kept and weights read in
 * @param unreadable the share of inputs that may be unusable, 0 … 1
 * @param master Spark's master for Parquet tables; all cores of this host by default
 */
public record PredictionRequest(
        String model,
        String input,
        String output,
        @Nullable String column,
        int topK,
        boolean scores,
        @Nullable String embedding,
        Precision precision,
        double unreadable,
        @Nullable String master) {}
