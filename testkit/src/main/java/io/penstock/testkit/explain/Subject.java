package io.penstock.testkit.explain;

import io.penstock.core.device.QueueLimits;

/**
 * The file that a request is explained on. Sizes are bytes.
 *
 * @param name for people
 * @param mapper name of its layout's mapper
 * @param device name of its device
 * @param size as the request found it
 * @param blockSize {@code F}
 * @param limits of its device; {@code L} is among them
 * @param dataSync whether every write is made durable before it is reported
 * @param hosted whether it is a file of the host, and the request went through the file layer
 */
public record Subject(
    String name,
    String mapper,
    String device,
    long size,
    int blockSize,
    QueueLimits limits,
    boolean dataSync,
    boolean hosted) {}
