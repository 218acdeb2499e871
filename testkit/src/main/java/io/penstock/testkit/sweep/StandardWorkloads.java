package io.penstock.testkit.sweep;

import static io.penstock.testkit.sweep.ScriptedWorkload.BLOCK;

import io.penstock.core.error.Errno;
import io.penstock.core.request.IoFlag;
import io.penstock.core.request.IoRequest;
import java.util.List;

/** The workloads with which the engine itself is swept: one for each way a request can take. */
public final class StandardWorkloads {
  private static final long MANY = 64L << 10;

  private StandardWorkloads() {}

  /** All of them. */
  public static List<Workload> all() {
    return List.of(
        overwrite(),
        fillHoles(),
        partOfNewBlocks(),
        extend(),
        extendAcrossTheEnd(),
        gapAfterTheEnd(),
        crossing(),
        readCrossing(),
        durable(),
        durableByForcedAccess(),
        atomic(),
        overwriteOnly(),
        noWait(),
        boundary(),
        deferred(),
        suspended(),
        truncate(),
        lockedWithDirtyCache(),
        cachedCopyStays(),
        copiedMemory(),
        holesNotFilled(),
        unpublishedSize(),
        new SimpleLayoutWorkload());
  }

  private static Workload overwrite() {
    return new ScriptedWorkload("overwrite")
        .mapped(3)
        .mapped(2)
        .mapped(3)
        .limits(limits -> limits.withMaximum(2, MANY, 2 * BLOCK))
        .script(
            Step.write(0, BLOCK, 2 * BLOCK, 5 * BLOCK).giving(8 * BLOCK),
            Step.read(BLOCK, 4 * BLOCK, BLOCK).giving(5 * BLOCK));
  }

  private static Workload fillHoles() {
    return new ScriptedWorkload("fill-holes")
        .hole(5)
        .script(Step.write(0, BLOCK, 3 * BLOCK, BLOCK).giving(5 * BLOCK), Step.read(0, 5 * BLOCK));
  }

  private static Workload partOfNewBlocks() {
    return new ScriptedWorkload("part-of-new-blocks")
        .hole(4)
        .script(
            Step.write(1536, 512, 5120, 3072).giving(8704),
            Step.write(3 * BLOCK + 512, 1024),
            Step.read(0, 4 * BLOCK));
  }

  private static Workload extend() {
    return new ScriptedWorkload("extend")
        .mapped(1)
        .script(
            Step.write(BLOCK, BLOCK + 512, 512),
            Step.write(4 * BLOCK + 1024, 1024, 512),
            Step.read(0, 8 * BLOCK).giving(4 * BLOCK + 2560));
  }

  private static Workload extendAcrossTheEnd() {
    return new ScriptedWorkload("extend-across-the-end")
        .mapped(2)
        .size(BLOCK + 1000)
        .script(
            Step.write(BLOCK + 512, 1024, 512),
            Step.truncate(3 * BLOCK),
            Step.read(0, 4 * BLOCK).giving(3 * BLOCK));
  }

  /** What a write across the end has left when it failed must not show in the gap of the next. */
  private static Workload gapAfterTheEnd() {
    return new ScriptedWorkload("gap-after-the-end")
        .mapped(2)
        .size(BLOCK + 1000)
        .script(
            Step.write(BLOCK + 512, 1024, 512),
            Step.write(3 * BLOCK + 512, 512),
            Step.read(0, 4 * BLOCK).giving(3 * BLOCK + 1024));
  }

  private static Workload crossing() {
    return new ScriptedWorkload("crossing")
        .mapped(2)
        .unwritten(2)
        .hole(2)
        .mapped(1)
        .script(Step.write(512, 4096, 8192, 4096, 8192).giving(24576), Step.read(0, 7 * BLOCK));
  }

  private static Workload readCrossing() {
    return new ScriptedWorkload("read-crossing")
        .hole(1)
        .mapped(2)
        .unwritten(1)
        .mapped(1)
        .size(4 * BLOCK + 1000)
        .script(
            Step.read(512, BLOCK, 2 * BLOCK, 2 * BLOCK).giving(4 * BLOCK + 488),
            Step.read(3 * BLOCK, 4 * BLOCK).giving(BLOCK + 1000),
            Step.read(6 * BLOCK, BLOCK).giving(IoRequest.END_OF_FILE));
  }

  private static Workload durable() {
    return new ScriptedWorkload("durable")
        .mapped(1)
        .hole(2)
        .script(
            Step.write(0, 2 * BLOCK).with(IoFlag.DATA_SYNC),
            Step.sync(),
            Step.write(2 * BLOCK, BLOCK, BLOCK).with(IoFlag.DATA_SYNC),
            Step.read(0, 4 * BLOCK));
  }

  private static Workload durableByForcedAccess() {
    return new ScriptedWorkload("durable-by-forced-access")
        .mapped(2)
        .mapped(2)
        .limits(limits -> limits.withForcedUnitAccess(true))
        .script(
            Step.write(512, 8192, 4096).with(IoFlag.DATA_SYNC),
            Step.write(2 * BLOCK, 3 * BLOCK).with(IoFlag.DATA_SYNC),
            Step.read(0, 5 * BLOCK));
  }

  private static Workload atomic() {
    return new ScriptedWorkload("atomic")
        .mapped(2)
        .mapped(1)
        .hole(1)
        .limits(limits -> limits.withAtomicWrites(512, MANY))
        .script(
            Step.write(1024, 512, 512).with(IoFlag.ATOMIC).giving(1024),
            Step.write(0, 4 * BLOCK).with(IoFlag.ATOMIC).failing(Errno.EINVAL),
            Step.write(3 * BLOCK, BLOCK).with(IoFlag.ATOMIC).giving(BLOCK),
            Step.read(0, 4 * BLOCK));
  }

  private static Workload overwriteOnly() {
    return new ScriptedWorkload("overwrite-only")
        .mapped(2)
        .boundary()
        .unwritten(1)
        .script(
            Step.write(512, 1024).with(IoFlag.OVERWRITE_ONLY).giving(1024),
            Step.write(0, BLOCK, 2 * BLOCK).with(IoFlag.OVERWRITE_ONLY).failing(Errno.EAGAIN),
            Step.write(2 * BLOCK, 2 * BLOCK).with(IoFlag.OVERWRITE_ONLY).failing(Errno.EAGAIN),
            Step.read(0, 3 * BLOCK));
  }

  private static Workload noWait() {
    return new ScriptedWorkload("no-wait")
        .mapped(2)
        .mapped(1)
        .hole(1)
        .script(
            Step.write(0, BLOCK, BLOCK).with(IoFlag.NOWAIT).giving(2 * BLOCK),
            Step.write(BLOCK, 2 * BLOCK).with(IoFlag.NOWAIT).failing(Errno.EAGAIN),
            Step.write(3 * BLOCK, BLOCK).with(IoFlag.NOWAIT).failing(Errno.EAGAIN),
            Step.read(512, BLOCK).with(IoFlag.NOWAIT).giving(BLOCK));
  }

  private static Workload boundary() {
    return new ScriptedWorkload("boundary")
        .mapped(2)
        .boundary()
        .unwritten(2)
        .boundary()
        .mapped(2)
        .script(Step.write(0, 2 * BLOCK, 4 * BLOCK), Step.read(0, 6 * BLOCK));
  }

  private static Workload deferred() {
    return new ScriptedWorkload("deferred")
        .mapped(1)
        .mapped(2)
        .deferred("second")
        .unwritten(1)
        .script(Step.write(0, BLOCK, 3 * BLOCK), Step.read(0, 4 * BLOCK));
  }

  private static Workload suspended() {
    return new ScriptedWorkload("suspended")
        .mapped(3)
        .hole(4)
        .blocksAtATime(3)
        .outstanding(2)
        .limits(limits -> limits.withMaximum(4, MANY, BLOCK))
        .script(Step.write(0, 2 * BLOCK, 5 * BLOCK), Step.read(0, 7 * BLOCK));
  }

  private static Workload truncate() {
    return new ScriptedWorkload("truncate")
        .mapped(4)
        .script(
            Step.truncate(2 * BLOCK + 1000),
            Step.truncate(4 * BLOCK),
            Step.write(3 * BLOCK + 512, 1024),
            Step.truncate(512),
            Step.write(2 * BLOCK, 512),
            Step.read(0, 4 * BLOCK).giving(2 * BLOCK + 512));
  }

  private static Workload lockedWithDirtyCache() {
    return new ScriptedWorkload("locked-with-dirty-cache")
        .mapped(4)
        .traits(traits -> traits.withLocking(true))
        .dirty(BLOCK, 3 * BLOCK, true)
        .script(
            Step.read(3 * BLOCK, BLOCK).giving(BLOCK),
            Step.read(0, 4 * BLOCK).giving(4 * BLOCK),
            Step.write(BLOCK, BLOCK, BLOCK).giving(2 * BLOCK),
            Step.read(0, 4 * BLOCK));
  }

  private static Workload cachedCopyStays() {
    return new ScriptedWorkload("cached-copy-stays")
        .mapped(4)
        .traits(traits -> traits.withLocking(true))
        .dirty(BLOCK, 2 * BLOCK, false)
        .script(
            Step.write(2 * BLOCK, BLOCK).giving(BLOCK),
            Step.write(0, 2 * BLOCK).giving(0),
            Step.read(0, 4 * BLOCK));
  }

  private static Workload copiedMemory() {
    return new ScriptedWorkload("copied-memory")
        .mapped(2)
        .hole(2)
        .script(
            Step.write(0, BLOCK, 3 * BLOCK).inHeap().giving(4 * BLOCK),
            Step.read(0, 2 * BLOCK, 2 * BLOCK).inHeap().giving(4 * BLOCK));
  }

  private static Workload holesNotFilled() {
    return new ScriptedWorkload("holes-not-filled")
        .mapped(2)
        .hole(1)
        .mapped(1)
        .traits(traits -> traits.withFillsHoles(false))
        .script(
            Step.write(0, BLOCK, 3 * BLOCK).giving(2 * BLOCK),
            Step.write(2 * BLOCK, BLOCK).giving(0),
            Step.read(0, 4 * BLOCK));
  }

  private static Workload unpublishedSize() {
    return new ScriptedWorkload("unpublished-size")
        .mapped(1)
        .traits(traits -> traits.withPublishesSize(false))
        .script(Step.write(512, BLOCK, 2 * BLOCK), Step.read(0, 4 * BLOCK));
  }
}
