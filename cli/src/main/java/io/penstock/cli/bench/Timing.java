package io.penstock.cli.bench;

import java.time.Duration;

/**
 * How long one engine's turn in a round takes.
 *
 * @param ramp begins each turn and is not measured
 * @param runtime is measured
 */
public record Timing(Duration ramp, Duration runtime) {}
