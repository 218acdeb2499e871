package io.penstock.fuzz;

import io.penstock.core.device.BlockDevice;
import io.penstock.core.file.BlockFile;
import io.penstock.core.map.BlockMapper;
import io.penstock.core.map.LayoutTraits;
import io.penstock.core.map.MapIntent;
import io.penstock.core.map.MapQuery;
import io.penstock.core.map.Mapping;
import io.penstock.fuzz.Script.Vice;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A layout that answers whatever the script says, and notes which of its answers can be true. */
final class HostileMapper implements BlockMapper {
  static final String NAME = "hostile-mapper";

  private final Script script;
  private final int blockSize;
  private final List<HostileDevice> devices;
  private final LayoutTraits traits;
  private @Nullable BlockFile file;

  /** Whether an answer was given on this thread that cannot be true. */
  private final ThreadLocal<Boolean> lied = ThreadLocal.withInitial(() -> false);

  HostileMapper(Script script, int blockSize, List<HostileDevice> devices, LayoutTraits traits) {
    this.script = script;
    this.blockSize = blockSize;
    this.devices = devices;
    this.traits = traits;
  }

  void of(BlockFile built) {
    file = built;
  }

  /** Whether a lie was told on this thread since this was last asked. */
  boolean takeLie() {
    boolean was = lied.get();
    lied.remove();
    return was;
  }

  @Override
  public void map(MapQuery query, Mapping mapping) throws IOException {
    long first = query.firstBlock();
    long asked = query.blocks();
    MapIntent intent = query.intent();
    boolean noWait = query.isNoWait();
    if (script.indulges(Vice.MAPPER_THROWS)) {
      if (script.oneIn(3)) {
        throw new IOException(script.oneIn(2) ? null : NAME + " cannot read its map");
      }
      script.throwSomething(NAME);
    }
    if (script.indulges(Vice.MAPPER_CALLS_BACK)) {
      callBack(query);
    }
    boolean honest = !script.indulges(Vice.MAPPER_ANSWERS);
    if (honest) {
      answerWell(first, asked, intent, mapping);
    } else {
      answerBadly(asked, mapping);
      if (script.oneIn(3)) {
        answerBadly(asked, mapping); // twice
      }
      if (script.oneIn(4)) {
        query.set(0, Long.MAX_VALUE, MapIntent.ALLOCATE, true, 0); // as if it had been asked more
      }
    }
    if (script.oneIn(4)) {
      mapping.boundary();
    }
    if (script.oneIn(4)) {
      mapping.defer();
    }
    if (script.oneIn(4)) {
      mapping.cookie(this);
    }
    note(asked, intent, noWait, mapping);
  }

  /** One run at a place that the first block determines. */
  private void answerWell(long first, long asked, MapIntent intent, Mapping mapping) {
    HostileDevice device = devices.get(0);
    long room = device.trueSize() / blockSize;
    long place = Math.floorMod(first, room);
    long blocks = Math.min(asked, Math.min(room - place, 1 + script.below(8)));
    long offset = place * blockSize;
    switch (script.below(4)) {
      case 1 -> mapping.hole(blocks);
      case 2 -> mapping.unwritten(device, offset, blocks);
      case 3 -> {
        if (intent == MapIntent.ALLOCATE) {
          mapping.allocated(device, offset, blocks);
        } else {
          mapping.hole(Math.min(asked, 1 + script.below(1000)));
        }
      }
      default -> mapping.mapped(device, offset, blocks);
    }
  }

  @SuppressWarnings("NullAway") // on purpose
  private void answerBadly(long asked, Mapping mapping) {
    BlockDevice device = script.oneIn(8) ? null : devices.get(script.below(devices.size()));
    long offset = script.oneIn(2) ? script.number() : script.below(64) * 512L;
    long blocks = script.oneIn(2) ? script.number() : asked + script.below(3) - 1;
    switch (script.below(6)) {
      case 0 -> mapping.mapped(device, offset, blocks);
      case 1 -> mapping.allocated(device, offset, blocks);
      case 2 -> mapping.unwritten(device, offset, blocks);
      case 3 -> mapping.hole(blocks);
      case 4 -> mapping.wouldBlock();
      default -> {}
    }
  }

  private void callBack(MapQuery query) {
    BlockFile own = file;
    if (own == null) {
      return;
    }
    switch (script.below(4)) {
      case 0 -> own.extendTo(query.firstBlock() & 0xffff);
      case 1 -> own.setSize(script.below(1 << 16));
      case 2 -> own.noteDevice(devices.get(script.below(devices.size())));
      default -> own.extendTo(own.toString().length());
    }
  }

  /** MAP-2, written down a second time. */
  private void note(long asked, MapIntent intent, boolean noWait, Mapping mapping) {
    BlockDevice device = mapping.device();
    boolean can =
        switch (mapping.kind()) {
          case WOULD_BLOCK -> noWait;
          case HOLE -> isOf(mapping.blocks(), asked);
          case NEW -> intent == MapIntent.ALLOCATE && isPlace(mapping, device, asked);
          case MAPPED, UNWRITTEN -> isPlace(mapping, device, asked);
        };
    if (!can) {
      lied.set(true);
    } else if (device instanceof HostileDevice own) {
      own.grant(mapping.deviceOffset(), mapping.deviceOffset() + mapping.blocks() * blockSize);
    }
  }

  private static boolean isOf(long blocks, long asked) {
    return blocks >= 1 && blocks <= asked;
  }

  private boolean isPlace(Mapping mapping, @Nullable BlockDevice device, long asked) {
    return device instanceof HostileDevice own
        && isOf(mapping.blocks(), asked)
        && mapping.deviceOffset() >= 0
        && mapping.deviceOffset() % own.trueLimits().logicalBlock() == 0
        && mapping.deviceOffset() <= own.trueSize()
        && mapping.blocks() <= (own.trueSize() - mapping.deviceOffset()) / blockSize;
  }

  @Override
  public void truncate(long newSize) throws IOException {
    if (script.indulges(Vice.MAPPER_THROWS)) {
      if (script.oneIn(2)) {
        throw new IOException(NAME + " does not truncate");
      }
      script.throwSomething(NAME);
    }
  }

  @Override
  public LayoutTraits traits() {
    return traits;
  }

  @Override
  public String name() {
    return NAME;
  }
}
