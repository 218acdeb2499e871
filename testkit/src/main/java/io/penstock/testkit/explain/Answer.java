package io.penstock.testkit.explain;

import io.penstock.core.map.Mapping;
import io.penstock.core.map.MappingKind;
import org.jspecify.annotations.Nullable;

/**
 * What a mapper answered, before the engine checked it (MAP-2).
 *
 * @param kind what the run is
 * @param device name of the device it lives on; null for a hole
 * @param deviceOffset bytes from the start of the device
 * @param blocks length of the run in file blocks
 * @param boundary whether the next mapping needs metadata I/O near here (BIO-4)
 * @param defer whether the request is to be completed on the executor (MAP-8)
 * @param dirty whether what is needed to read the run back is not durable yet (BIO-9)
 * @param cookie the driver's cookie as a string, or null (MAP-7)
 * @param imagined whether the mapper was not asked to allocate: it answered a hole to a look-up,
 *     and the blocks that a writing layout would be asked for here are made up
 */
public record Answer(
    MappingKind kind,
    @Nullable String device,
    long deviceOffset,
    long blocks,
    boolean boundary,
    boolean defer,
    boolean dirty,
    @Nullable String cookie,
    boolean imagined) {

  static Answer of(Mapping mapping, boolean imagined) {
    var device = mapping.device();
    Object cookie = mapping.cookie();
    return new Answer(
        mapping.kind(),
        device == null ? null : device.name(),
        mapping.deviceOffset(),
        mapping.blocks(),
        mapping.isBoundary(),
        mapping.isDefer(),
        mapping.isDirty(),
        cookie == null ? null : cookie.toString(),
        imagined);
  }
}
