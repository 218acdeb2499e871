package io.penstock.testkit.explain;

import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.QueueLimits;
import io.penstock.core.map.BlockMapper;
import io.penstock.core.map.LayoutTraits;
import io.penstock.core.map.MapIntent;
import io.penstock.core.map.MapQuery;
import io.penstock.core.map.Mapping;
import io.penstock.core.map.MappingKind;
import java.io.IOException;
import java.util.IdentityHashMap;

/**
 * Asks a layout's own mapper and writes down question and answer. The devices it names are replaced
 * by recording ones.
 *
 * <p>A mapper with contents to lose is never asked to allocate, only what is there; for a hole that
 * a write would have filled, new blocks on a device of their own are made up.
 */
final class RecordingMapper implements BlockMapper {
  /** Name of the device that made-up blocks are on. */
  static final String IMAGINED = "space to be allocated";

  private final BlockMapper mapper;
  private final Recorder recorder;
  private final boolean allocates;
  private final int blockSize;
  private final RecordingDevice imagined;
  private final IdentityHashMap<BlockDevice, RecordingDevice> devices = new IdentityHashMap<>();
  private long imaginedBytes;

  /**
   * Before a mapper.
   *
   * @param allocates whether it may be asked to allocate
   * @param limits of the device for made-up blocks
   */
  RecordingMapper(
      BlockMapper mapper, Recorder recorder, boolean allocates, int blockSize, QueueLimits limits) {
    this.mapper = mapper;
    this.recorder = recorder;
    this.allocates = allocates;
    this.blockSize = blockSize;
    imagined = new RecordingDevice(recorder, IMAGINED, Long.MAX_VALUE, limits);
  }

  /** Has {@code recording} stand for {@code real}. */
  void replace(BlockDevice real, RecordingDevice recording) {
    devices.put(real, recording);
  }

  @Override
  public synchronized void map(MapQuery query, Mapping mapping) throws IOException {
    try {
      ask(query, mapping);
    } catch (IOException | RuntimeException | Error failure) {
      recorder.add(step(query, null, Recorder.words(failure)));
      throw failure;
    }
    boolean imagines =
        !allocates
            && query.intent() == MapIntent.ALLOCATE
            && mapping.kind() == MappingKind.HOLE
            && mapping.blocks() >= 1
            && mapping.blocks() <= query.blocks();
    if (imagines) {
      long blocks = mapping.blocks();
      mapping.allocated(imagined, imaginedBytes, blocks);
      imaginedBytes += blocks * blockSize;
    }
    recorder.add(step(query, Answer.of(mapping, imagines), null));
    record(mapping);
  }

  private void ask(MapQuery query, Mapping mapping) throws IOException {
    if (allocates || query.intent() == MapIntent.LOOK_UP) {
      mapper.map(query, mapping);
      return;
    }
    MapQuery look =
        new MapQuery()
            .set(
                query.firstBlock(),
                query.blocks(),
                MapIntent.LOOK_UP,
                query.isNoWait(),
                query.fileSize());
    mapper.map(look, mapping);
  }

  private Step.Ask step(
      MapQuery query,
      @org.jspecify.annotations.Nullable Answer answer,
      @org.jspecify.annotations.Nullable String failure) {
    return new Step.Ask(
        name(),
        query.firstBlock(),
        query.blocks(),
        query.intent(),
        query.isNoWait(),
        recorder.isClaimed(),
        answer,
        failure);
  }

  /** Has the answer name the recording device instead of the real one. */
  private void record(Mapping mapping) {
    BlockDevice real = mapping.device();
    if (real == null || real instanceof RecordingDevice) {
      return;
    }
    RecordingDevice device =
        devices.computeIfAbsent(real, each -> RecordingDevice.like(each, recorder));
    long offset = mapping.deviceOffset();
    long blocks = mapping.blocks();
    switch (mapping.kind()) {
      case MAPPED -> mapping.mapped(device, offset, blocks);
      case NEW -> mapping.allocated(device, offset, blocks);
      case UNWRITTEN -> mapping.unwritten(device, offset, blocks);
      case HOLE, WOULD_BLOCK -> {}
    }
  }

  @Override
  public LayoutTraits traits() {
    return mapper.traits();
  }

  @Override
  public String name() {
    return mapper.name();
  }
}
