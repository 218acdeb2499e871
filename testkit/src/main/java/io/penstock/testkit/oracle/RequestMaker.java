package io.penstock.testkit.oracle;

import io.penstock.core.error.Errno;
import io.penstock.core.memory.MemoryPolicy;
import io.penstock.core.request.IoFlag;
import io.penstock.core.request.IoFlags;
import io.penstock.testkit.Dice;
import io.penstock.testkit.Divergence;
import io.penstock.testkit.Pattern;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Makes requests up, and says which of them the engine refuses (ADM-2 to ADM-5). */
final class RequestMaker {
  private final RunShape shape;
  private final MemoryBank bank;
  private final FileModel model;
  private final BioReferee host;
  private final MemorySegment elsewhere;
  private long lastPosition;

  /**
   * @param elsewhere memory of a confined arena of another thread
   */
  RequestMaker(
      RunShape shape, MemoryBank bank, FileModel model, MemorySegment elsewhere, BioReferee host) {
    this.shape = shape;
    this.bank = bank;
    this.model = model;
    this.elsewhere = elsewhere;
    this.host = host;
  }

  /** Decides how a request without a source of failure is made. */
  record Wish(
      boolean async, boolean mayForceWait, boolean mayFault, boolean mayLeaveGap, String where) {}

  /** The next request, or null when memory has run out until nothing is in flight any more. */
  @Nullable Flight make(int number, Dice dice, Wish wish, long size) {
    boolean write = dice.oneIn(2);
    IoFlags flags = flags(dice, write, wish);
    int block = shape.blockBytes();
    int sector = shape.sectorBytes();
    int unit = block > sector && dice.percent(50) ? sector : block;
    boolean atomic = flags.has(IoFlag.ATOMIC);
    long length = length(dice, unit, atomic);
    Faults faults =
        wish.mayFault && dice.percent(shape.faultPercent()) ? Faults.of(dice) : Faults.NONE;
    long position = position(dice, unit, length, size, atomic);
    if (!write && faults.bio() > 0) {
      // what lies behind the end of file must not come out of a failed read either
      position = Math.max(0, size - size % unit - length / 2 / unit * unit);
    }
    if (write && !wish.mayLeaveGap) {
      position = Math.min(position, size - size % unit);
    }
    boolean crooked = dice.oneIn(60);
    if (crooked && dice.oneIn(3)) {
      position += dice.between(1, sector - 1);
    } else if (dice.oneIn(400)) {
      position =
          dice.oneIn(2)
              ? -(long) sector * dice.between(1, 9)
              : Long.MAX_VALUE - dice.below(Math.max(1, (int) length));
    }
    RequestMemory memory = memory(dice, length, unit, crooked, write, wish.async);
    if (memory == null) {
      return null;
    }
    if (faults.sync() && write && flags.isEmpty()) {
      flags = IoFlags.of(IoFlag.DATA_SYNC);
    }
    int writer = write ? model.newWriter() : 0;
    boolean dataSync = write && (shape.dataSync() || flags.has(IoFlag.DATA_SYNC));
    int walkUnit = unitOf(memory, position);
    Flight flight =
        new Flight(
            number,
            write,
            wish.async,
            position,
            memory,
            flags,
            faults,
            writer,
            dataSync,
            new Walk(shape, write, flags, position, memory.total(), walkUnit),
            wish.where);
    flight.sizeAtStart = size;
    lastPosition = position;
    memory.fill(write ? writer : Pattern.SENTINEL, write ? position : 0);
    boolean lazily =
        dice.percent(faults.segment() > 0 ? 80 : 12)
            && !memory.isOf(MemoryBank.Origin.CONFINED)
            && !memory.isOf(MemoryBank.Origin.CONFINED_ELSEWHERE)
            && shape.policy() == MemoryPolicy.BOUNCE
            && addressesAligned(memory);
    if (lazily) {
      int failAt =
          faults.segment() > 0 && faults.segment() <= memory.count() ? faults.segment() - 1 : -1;
      IOException fault = Faults.error(Errno.EFAULT, "take a segment");
      flight.lazySource = new LazySegments(memory, failAt, fault, hostOf(flight));
    }
    flight.readOnlyMemory = !write && dice.oneIn(300) && !lazily && memory.total() > 0;
    expect(flight, size);
    return flight;
  }

  private LazySegments.Host hostOf(Flight flight) {
    return new LazySegments.Host() {
      @Override
      public Divergence diverged(String message) {
        return host.diverged(message + " in " + flight);
      }

      @Override
      public void failed(int index, IOException fault) {
        flight.memoryError = fault;
        flight.walk.memoryFault(flight.position + flight.memory.start(index));
      }

      @Override
      public boolean isInUse(MemorySegment segment) {
        return host.isInUse(segment);
      }
    };
  }

  private IoFlags flags(Dice dice, boolean write, Wish wish) {
    IoFlags flags = IoFlags.NONE;
    if (dice.oneIn(20)) {
      flags = flags.with(IoFlag.NOWAIT);
    }
    if (write && flags.isEmpty() && dice.oneIn(20)) {
      flags = flags.with(IoFlag.ATOMIC);
    }
    if (write && !flags.has(IoFlag.NOWAIT) && dice.oneIn(12)) {
      flags = flags.with(IoFlag.DATA_SYNC);
    }
    if (write && flags.isEmpty() && dice.oneIn(20)) {
      flags = flags.with(IoFlag.OVERWRITE_ONLY);
    }
    if (wish.async && wish.mayForceWait && dice.oneIn(6) && !flags.has(IoFlag.NOWAIT)) {
      flags = flags.with(IoFlag.FORCE_WAIT);
    }
    return flags;
  }

  private long length(Dice dice, int unit, boolean atomic) {
    if (dice.oneIn(100)) {
      return 0;
    }
    int most = Math.max(1, Math.min(64, shape.maxRequestBytes() / unit));
    long units = dice.oneIn(2) ? dice.between(1, Math.min(4, most)) : dice.between(1, most);
    return unit * (atomic && dice.percent(80) ? Long.highestOneBit(units) : units);
  }

  private long position(Dice dice, int unit, long length, long size, boolean atomic) {
    long capacity = shape.traits().maxFileSize();
    long position =
        switch (dice.below(8)) {
          case 0, 1 -> size - dice.between(0, 3) * (long) unit;
          case 2 -> size + dice.between(0, 5) * (long) unit;
          case 3 -> lastPosition + dice.between(-2, 2) * (long) unit;
          case 4 -> size + dice.below(Math.max(1, capacity - size + shape.blockBytes() * 2L));
          case 5 -> dice.below(Math.max(1, size));
          default -> dice.below(Math.max(1, Math.min(size, capacity - length) + 1));
        };
    if (atomic && length > 0 && dice.percent(80)) {
      position -= position % length;
    }
    position = Math.max(0, position);
    return position - position % unit;
  }

  private @Nullable RequestMemory memory(
      Dice dice, long length, int unit, boolean crooked, boolean write, boolean async) {
    RequestMemory memory = new RequestMemory();
    MemoryBank.Origin origin = origin(dice, write, async);
    long left = length;
    boolean split = length > 0 && dice.oneIn(2);
    boolean adjoin = dice.oneIn(4) && shape.memoryAlignment() <= unit;
    int step = dice.oneIn(3) ? shape.sectorBytes() : unit;
    int alignment = shape.memoryAlignment();
    int segments = split ? dice.pickInt(2, 2, 3, 5, 8, 16, 40) : 1;
    while (left > 0 || memory.count() == 0) {
      long bytes = left;
      if (segments > 1 && left > step) {
        long share = Math.max(1, 2 * left / step / segments);
        bytes = Math.min(left, step * (1 + dice.below(share)));
        segments--;
      }
      left -= bytes;
      if (dice.oneIn(30)) {
        MemorySegment nothing =
            bank.take(
                origin == MemoryBank.Origin.CONFINED_ELSEWHERE ? MemoryBank.Origin.HEAP : origin,
                0,
                alignment,
                0);
        if (nothing == null) {
          return null;
        }
        memory.add(
            nothing,
            origin == MemoryBank.Origin.CONFINED_ELSEWHERE ? MemoryBank.Origin.HEAP : origin,
            false);
      }
      if (crooked && dice.oneIn(3)) {
        bytes += dice.between(1, shape.sectorBytes() - 1);
        crooked = false;
      }
      int skew = alignment > 1 && dice.oneIn(150) ? dice.between(1, alignment - 1) : 0;
      MemoryBank.Origin from = dice.oneIn(6) ? origin(dice, write, async) : origin;
      if (from == MemoryBank.Origin.CONFINED_ELSEWHERE && bytes > elsewhere.byteSize()) {
        from = MemoryBank.Origin.HEAP;
      }
      MemorySegment segment =
          from == MemoryBank.Origin.CONFINED_ELSEWHERE
              ? elsewhere.asSlice(0, bytes)
              : bank.take(from, bytes, alignment, skew);
      if (segment == null) {
        return null;
      }
      if (adjoin && bytes > step && bytes % step == 0) {
        long first = step * (1 + dice.below(bytes / step - 1));
        memory.add(segment.asSlice(0, first), from, false);
        memory.add(segment.asSlice(first), from, false);
      } else {
        memory.add(segment, from, from != MemoryBank.Origin.CONFINED_ELSEWHERE);
      }
    }
    return memory;
  }

  private static MemoryBank.Origin origin(Dice dice, boolean write, boolean async) {
    int choice = dice.below(200);
    if (choice < 80) {
      return MemoryBank.Origin.IO_ARENA;
    } else if (choice < 110) {
      return MemoryBank.Origin.AUTOMATIC;
    } else if (choice < 130) {
      return MemoryBank.Origin.DIRECT_BUFFER;
    } else if (choice < 165) {
      return MemoryBank.Origin.HEAP;
    } else if (choice < 190) {
      return MemoryBank.Origin.SHARED;
    } else if (choice < 199) {
      return async && !write && !dice.oneIn(10)
          ? MemoryBank.Origin.HEAP
          : MemoryBank.Origin.CONFINED;
    }
    return MemoryBank.Origin.CONFINED_ELSEWHERE;
  }

  private int unitOf(RequestMemory memory, long position) {
    return isMultiple(memory, position, shape.blockBytes())
        ? shape.blockBytes()
        : shape.sectorBytes();
  }

  private static boolean isMultiple(RequestMemory memory, long position, int unit) {
    boolean multiple = position % unit == 0;
    for (int i = 0; i < memory.count(); i++) {
      multiple &= memory.segment(i).byteSize() % unit == 0;
    }
    return multiple;
  }

  private boolean addressesAligned(RequestMemory memory) {
    for (int i = 0; i < memory.count(); i++) {
      MemorySegment each = memory.segment(i);
      if (each.isNative() && each.address() % shape.memoryAlignment() != 0) {
        return false;
      }
    }
    return true;
  }

  private static void refuse(Flight flight, Flight.Refusal refusal, Errno errno) {
    flight.refusal = refusal;
    flight.refusalErrno = errno;
  }

  /** What happens to a request before anything happens: the checks of ADM-2 in their order. */
  void expect(Flight flight, long size) {
    long total = flight.memory.total();
    long position = flight.position;
    long fileEnd = shape.isRaw() ? shape.capacity() : shape.traits().maxFileSize();
    if (position < 0 || position > Long.MAX_VALUE - total) {
      refuse(flight, Flight.Refusal.MUST, Errno.EINVAL);
    } else if (total == 0) {
      flight.immediate = true;
      flight.immediateBytes = 0;
    } else if (!flight.write && position >= size) {
      flight.immediate = true;
      flight.immediateBytes = -1;
      flight.beyondEnd = true;
    } else if (flight.write && !shape.isRaw() && position + total > fileEnd) {
      refuse(flight, Flight.Refusal.MUST, Errno.EFBIG);
    } else if (flight.write && shape.isRaw() && position >= fileEnd) {
      refuse(flight, Flight.Refusal.MUST, Errno.ENOSPC);
    } else {
      if (flight.write && shape.isRaw() && position + total > fileEnd) {
        flight.length = fileEnd - position;
        flight.walk =
            new Walk(
                shape,
                true,
                flight.flags,
                position,
                flight.length,
                unitOf(flight.memory, position));
      }
      expectAlignment(flight, size);
    }
  }

  private void expectAlignment(Flight flight, long size) {
    RequestMemory memory = flight.memory;
    if (!isMultiple(memory, flight.position, shape.sectorBytes())) {
      refuse(flight, Flight.Refusal.MUST, Errno.EINVAL);
      return;
    }
    if (memory.isOf(MemoryBank.Origin.CONFINED_ELSEWHERE)) {
      flight.refusal = Flight.Refusal.MUST;
      flight.refusalErrno = null;
      return;
    }
    boolean confined = memory.isOf(MemoryBank.Origin.CONFINED);
    boolean restricted =
        confined || memory.isOf(MemoryBank.Origin.SHARED) || memory.isOf(MemoryBank.Origin.HEAP);
    boolean misaligned = flight.lazySource == null && !addressesAligned(memory);
    boolean strict = shape.policy() == MemoryPolicy.STRICT && restricted;
    boolean waited =
        !flight.async
            || flight.has(IoFlag.FORCE_WAIT)
            || (flight.write && !shape.traits().publishesSize());
    if ((!waited && confined && !flight.write)
        || flight.readOnlyMemory
        || (misaligned && !restricted)
        || (strict && !waited && !memory.isOf(MemoryBank.Origin.HEAP))
        || !atomicAllowed(flight)) {
      refuse(flight, Flight.Refusal.MUST, Errno.EINVAL);
    } else if (strict || misaligned || (flight.async && confined && !flight.write)) {
      refuse(flight, Flight.Refusal.MAY, Errno.EINVAL);
    }
    if (strict
        && !waited
        && flight.refusal == Flight.Refusal.MUST
        && !confined
        && !misaligned
        && !flight.readOnlyMemory
        && atomicAllowed(flight)) {
      flight.refusalNames = "IoArena";
    }
    if (flight.has(IoFlag.OVERWRITE_ONLY) && flight.position + flight.length > size) {
      flight.walk.mayFail(Errno.EAGAIN);
      flight.pastEndOverwrite = true;
    }
  }

  private boolean atomicAllowed(Flight flight) {
    if (!flight.has(IoFlag.ATOMIC)) {
      return true;
    }
    long length = flight.length;
    long min = shape.limits().getFirst().atomicWriteMin();
    long max = shape.limits().getFirst().atomicWriteMax();
    return max > 0
        && length >= min
        && length <= max
        && Long.bitCount(length) == 1
        && flight.position % length == 0;
  }
}
