package io.penstock.linux;

import io.penstock.core.bio.Bio;
import io.penstock.core.completion.Reaping;
import io.penstock.core.completion.Unplug;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.core.event.Incidents;
import io.penstock.linux.abi.EventFd;
import io.penstock.linux.abi.NativeFailure;
import io.penstock.linux.abi.RingEntry;
import io.penstock.linux.abi.RingFailure;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A ring and what is in it: bios of any number of devices, put in by the thread that drives the
 * loop or handed over by others, and their completions. Whoever drives it calls {@link #turn}.
 *
 * <p><b>Threads.</b> The thread that made the loop drives it. {@link #submit}, {@link #execute},
 * {@link #cancel} and {@link #unplug} may be called from any thread: what they bring waits in an
 * inbox, and the loop is woken if it sleeps.
 *
 * <p><b>Waking.</b> The loop marks itself asleep, looks into the inbox once more, and waits in the
 * kernel. Whoever hands something over does so before looking at the mark, and takes it away before
 * waking: one call however many hand over.
 *
 * <p><b>Room.</b> At most {@link RingOptions#depth} bios are in the ring, so that its completion
 * queue cannot overflow; the others wait in order in front of it.
 */
final class RingLoop implements Unplug, AutoCloseable {
  private static final int FILES = 512;
  private static final int BUFFERS = 512;
  private static final int SMALLEST_DEPTH = 8;

  /**
   * So many operations that handlers begin are given to the kernel together: the disk has work
   * while other handlers still run. With all of them at once a virtio disk carried out a sixth
   * fewer; each by itself took the kernel 40 % more time.
   */
  private static final int FEW = 4;

  /** User data of what is not a bio. Those of bios are not negative. */
  private static final long WAKE_UP = -1;

  private static final long CANCEL = -2;

  private static final long TIMEOUT = -3;

  /** Calls on files as a whole count down from here. */
  private static final long FIRST_CALL = -1000;

  private static final System.Logger LOG = System.getLogger("io.penstock");

  /** Threads of ours that drive loops. */
  private static final Set<Thread> DRIVERS = ConcurrentHashMap.newKeySet();

  private final boolean drivesItself;
  private final Thread owner = Thread.currentThread();
  private final Ring ring;
  private final EventFd event;
  private final RingTable files;
  private final RingBuffers buffers;
  private final IoVecPool vectors = new IoVecPool();

  private final RingOperation[] operations;
  private final int[] free;
  private int freeCount;

  /** Bios for which there was no room. */
  private final ArrayDeque<Bio> waiting = new ArrayDeque<>();

  private final RingInbox inbox = new RingInbox();
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private volatile boolean asleep;

  /** Threads that are about to signal: the descriptor is not closed under them. */
  private final AtomicInteger signalling = new AtomicInteger();

  /** Whether the ring tells of wake-ups. */
  private boolean armed;

  /** Wishes to cancel that are on their way, so that an impatient caller does not pile them up. */
  private final ConcurrentMap<Bio, Long> cancels = new ConcurrentHashMap<>();

  /** Devices by the number that their bios carry. */
  private volatile @Nullable UringDevice[] devices = new UringDevice[4];

  /** Calls in the ring; of the loop's thread. */
  private final Map<Long, CompletableFuture<Integer>> calls = new HashMap<>();

  private long nextCall = FIRST_CALL;
  private int delivered;

  /** Whether handlers of completions run. */
  private boolean reaping;

  private volatile @Nullable IOException death;
  private volatile boolean closed;

  private RingLoop(RingOptions options, RingGate gate, boolean drivesItself) throws RingFailure {
    this.drivesItself = drivesItself;
    ring = Ring.open(options, gate);
    try {
      event = EventFd.open();
    } catch (RingFailure failure) {
      ring.close();
      throw failure;
    }
    int fd = ring.memory().fd();
    files = RingTable.ofFiles(fd, ring.arena(), FILES);
    buffers = new RingBuffers(RingTable.ofMemory(fd, ring.arena(), BUFFERS), this);
    operations = new RingOperation[options.depth()];
    free = new int[operations.length];
    freeCount = free.length;
    for (int i = 0; i < operations.length; i++) {
      operations[i] = new RingOperation(i);
      free[i] = operations.length - 1 - i;
    }
    arm();
    if (drivesItself) {
      DRIVERS.add(owner);
    }
  }

  /**
   * A loop that the calling thread drives. Where so large a ring is over the limit of locked
   * memory, it gets a smaller one, and more operations wait before it.
   *
   * @param drivesItself whether that is a thread of ours, which is there whatever happens
   * @throws RingFailure when no ring can be made
   */
  static RingLoop open(RingOptions options, RingGate gate, boolean drivesItself)
      throws RingFailure {
    int depth = options.depth();
    while (true) {
      try {
        return new RingLoop(options.withDepth(depth), gate, drivesItself);
      } catch (RingFailure failure) {
        if (failure.errno() != Errno.ENOMEM.number() || depth <= SMALLEST_DEPTH) {
          throw failure;
        }
        depth = Math.max(SMALLEST_DEPTH, depth / 2);
      }
    }
  }

  /** Has the ring tell of wake-ups; one that is polled takes transfers only, and never sleeps. */
  private void arm() {
    armed = true;
    if (ring.memory().isPolled()) {
      return;
    }
    ring.add(
        RingEntry.OP_POLL_ADD,
        0,
        event.fd(),
        0,
        0,
        RingEntry.POLL_ADD_MULTI,
        RingEntry.POLLIN,
        0,
        WAKE_UP);
  }

  boolean isOwner() {
    return Thread.currentThread() == owner;
  }

  /** Bios in the ring and in front of it, for the thread that drives it. */
  int inFlight() {
    return operations.length - freeCount + waiting.size();
  }

  // --- devices ---

  /** Gives a device its number. */
  synchronized int add(UringDevice device) {
    UringDevice[] now = devices;
    int number = 0;
    while (number < now.length && now[number] != null) {
      number++;
    }
    UringDevice[] next = Arrays.copyOf(now, Math.max(now.length, number + 1));
    next[number] = device;
    devices = next;
    return number;
  }

  /** Takes the number back; the device has no more bios. */
  synchronized void remove(int number) {
    UringDevice[] next = devices.clone();
    next[number] = null;
    devices = next;
  }

  private UringDevice deviceOf(Bio bio) {
    UringDevice device = devices[(int) bio.deviceTag()];
    assert device != null : bio;
    return device;
  }

  /** The registered place of a descriptor, or -1; for the loop's thread. */
  int addFile(int fd) {
    return files.addFile(fd);
  }

  void removeFile(int place) {
    files.removeFile(place);
  }

  // --- from any thread ---

  /** Begins a bio, whose {@link Bio#deviceTag} is its device's number. */
  void submit(Bio bio) {
    if (isOwner()) {
      start(bio);
      return;
    }
    inbox.add(bio);
    if (closed) {
      takeBios();
    }
  }

  /** Wakes the loop, after {@link #submit}. */
  @Override
  public void unplug() {
    if (!asleep || isOwner()) {
      return;
    }
    signalling.incrementAndGet();
    try {
      if (asleep) { // a loop that was closed meanwhile is not
        asleep = false;
        event.signal();
      }
    } finally {
      signalling.decrementAndGet();
    }
  }

  /**
   * Runs something on the loop's thread: now, if that is the calling one.
   *
   * @return whether it runs soon without the caller doing anything
   */
  boolean execute(Runnable task) {
    if (isOwner()) {
      task.run();
      return true;
    }
    tasks.add(task);
    if (closed) {
      runTasks();
      return true;
    }
    unplug();
    // two loops that waited for each other would wait for ever
    return drivesItself && !DRIVERS.contains(Thread.currentThread());
  }

  /**
   * Has the ring make a call on a file as a whole; parameters as {@link RingEntry#fill}.
   *
   * @return the result: zero or more, or {@code -errno}; it does not fail
   */
  CompletableFuture<Integer> call(
      int opcode, int fd, long position, long address, int length, int callFlags) {
    CompletableFuture<Integer> result = new CompletableFuture<>();
    execute(() -> startCall(result, opcode, fd, position, address, length, callFlags));
    return result;
  }

  private void startCall(
      CompletableFuture<Integer> result,
      int opcode,
      int fd,
      long position,
      long address,
      int length,
      int callFlags) {
    if (death != null) {
      result.complete(-Errno.EIO.number());
    } else if (makeRoom(1)) {
      calls.put(nextCall, result);
      ring.add(opcode, 0, fd, position, address, length, callFlags, 0, nextCall--);
    } else {
      tasks.add(() -> startCall(result, opcode, fd, position, address, length, callFlags));
    }
  }

  private void callEnded(long userData, int result) {
    CompletableFuture<Integer> waiting = calls.remove(userData);
    assert waiting != null : userData;
    waiting.complete(result);
  }

  /** Tries to get a bio back; another use of it than this generation is left alone (CMP-11). */
  void cancel(Bio bio, long generation) {
    Long before = cancels.put(bio, generation);
    if (before == null || before != generation) {
      execute(() -> cancelHere(bio, generation));
    }
  }

  // --- the loop's thread ---

  /**
   * One round: begins what came in, waits if that is wanted, delivers what is completed.
   *
   * @param wanted completions to wait for at least; 0 to not wait
   * @param timeoutNanos how long to wait at most
   * @return bios whose completion was delivered
   */
  int turn(int wanted, long timeoutNanos) {
    assert isOwner();
    delivered = 0;
    boolean ranTasks;
    Reaping.begin();
    try {
      ranTasks = takeIn();
    } finally {
      Reaping.end();
    }
    if (death != null) {
      return delivered;
    }
    if (!armed && makeRoom(1)) {
      arm();
    }
    // what was run may be what the driver waits for, such as its wake-up
    boolean waits = wanted > 0 && delivered == 0 && !ranTasks && ring.ready() == 0;
    int failure = waits ? sleep(wanted, timeoutNanos) : push();
    reap(); // also before it is given up: what has come out of it in time has its own result
    if (failure < 0 && !Ring.isPassing(failure)) {
      die(-failure);
    }
    return delivered;
  }

  private int sleep(int wanted, long timeoutNanos) {
    asleep = true;
    try {
      if (!inbox.isEmpty() || !tasks.isEmpty() || ring.memory().isPolled()) {
        return ring.submit();
      }
      // more than is in the ring cannot come out of it before others are put in
      int inRing = operations.length - freeCount;
      return ring.enter(Math.max(1, Math.min(wanted, inRing)), timeoutNanos);
    } finally {
      asleep = false;
    }
  }

  private int push() {
    return ring.unsubmitted() > 0 || ring.hasDeferred() ? ring.submit() : 0;
  }

  /** Returns whether tasks were run. */
  private boolean takeIn() {
    boolean ranTasks = runTasks();
    takeBios();
    return ranTasks;
  }

  private boolean runTasks() {
    boolean any = false;
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      run(task);
      any = true;
    }
    return any;
  }

  private void takeBios() {
    for (Bio bio = inbox.takeAll(); bio != null; ) {
      Bio next = RingInbox.next(bio);
      bio.deviceData(null);
      start(bio);
      bio = next;
    }
  }

  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error broken) {
      LOG.log(System.Logger.Level.ERROR, "a task of a ring's loop threw", broken);
    }
  }

  private void start(Bio bio) {
    IOException dead = death;
    if (dead != null) {
      complete(deviceOf(bio), bio, dead);
    } else if (!waiting.isEmpty() || !startNow(bio)) {
      UringDevice device = deviceOf(bio);
      if (bio.isNoWait()) {
        complete(
            device,
            bio,
            device.failure(
                bio, Errno.EAGAIN, "all " + operations.length + " places of the ring are taken"));
      } else {
        waiting.addLast(bio);
      }
    }
  }

  /** Puts a bio into the ring; false when there is no room. */
  private boolean startNow(Bio bio) {
    // one that is polled takes transfers only: there the owner's cancel has to do
    boolean timed = bio.deadline() != Bio.NEVER && !ring.memory().isPolled();
    if (freeCount == 0 || !makeRoom(timed ? 2 : 1)) {
      return false;
    }
    UringDevice device = deviceOf(bio);
    if (bio.isCancelRequested()) {
      complete(device, bio, device.cancelled(bio));
      return true;
    }
    RingOperation operation = operations[free[--freeCount]];
    operation.begin(device, bio);
    bio.begun();
    bio.deviceTag(operation.place());
    if (timed) {
      operation.setTimed();
    }
    device.fill(ring, buffers, vectors, operation);
    if (timed) {
      long left = Math.max(1, bio.deadline() - System.nanoTime());
      ring.addTimeout(operation.place(), left, TIMEOUT);
    }
    if (reaping && ring.unsubmitted() >= FEW) {
      ring.submit();
    }
    return true;
  }

  /** Makes sure that so many entries can be filled that the kernel is given together. */
  private boolean makeRoom(int entries) {
    if (!ring.hasRoom(entries)) {
      ring.submit();
    }
    return ring.hasRoom(entries);
  }

  /** Takes all completions off the queue, then has their handlers run (CMP-10). */
  private void reap() {
    int ready = ring.ready();
    if (ready == 0) {
      return;
    }
    Reaping.begin();
    reaping = true;
    try {
      for (int i = 0; i < ready; i++) {
        long userData = ring.userData();
        int result = ring.result();
        boolean more = ring.hasMore();
        ring.take();
        if (death != null) {
          continue; // given up in this very round: all has ended
        }
        if (userData >= 0) {
          ended(operations[RingOperation.placeOf(userData)], userData, result);
        } else if (userData == WAKE_UP && !more) {
          disarmed(result);
        } else if (userData <= FIRST_CALL) {
          callEnded(userData, result);
        }
      }
      ring.giveBack();
      startWaiting();
    } finally {
      Reaping.end();
      reaping = false;
    }
  }

  /** The ring does not tell of wake-ups any more; the next round arms it again. */
  private void disarmed(int result) {
    armed = false;
    if (result < 0) {
      // a ring that cannot be woken is of no use; before Linux 5.13
      die(-result);
    }
  }

  private void startWaiting() {
    while (!waiting.isEmpty() && startNow(waiting.getFirst())) {
      waiting.removeFirst();
    }
  }

  private void ended(RingOperation operation, long userData, int result) {
    assert operation.userData() == userData : "a completion of another use";
    UringDevice device = operation.device();
    Bio bio = operation.bio();
    boolean expired = operation.isCancelledByTimeOnly();
    release(operation);
    if (device.finish(bio, result, expired)) {
      delivered++;
    }
  }

  private void release(RingOperation operation) {
    operation.end(vectors);
    free[freeCount++] = operation.place();
  }

  private void complete(UringDevice device, Bio bio, @Nullable IOException failure) {
    delivered++;
    device.end(bio, failure);
  }

  private void cancelHere(Bio bio, long generation) {
    cancels.remove(bio, generation);
    long place = bio.deviceTag();
    if (place >= 0 && place < operations.length && operations[(int) place].isOf(bio, generation)) {
      RingOperation operation = operations[(int) place];
      if (operation.isFirstCancel() && makeRoom(1)) {
        ring.add(RingEntry.OP_ASYNC_CANCEL, 0, -1, 0, operation.userData(), 0, 0, 0, CANCEL);
      }
    } else if (waiting.contains(bio) && bio.generation() == generation) {
      waiting.remove(bio);
      UringDevice device = deviceOf(bio);
      complete(device, bio, device.cancelled(bio));
    }
  }

  // --- the end ---

  /**
   * The ring takes no more calls. What is in it may still be carried out by the kernel, into the
   * memory that it was given: that memory is kept for ever, and every bio ends with an error, once.
   */
  private void die(int errno) {
    giveUp(NativeFailure.of("io_uring_enter", "ring", errno).toBlockIoException());
  }

  /** The thread that drives the loop cannot go on. */
  void fail(Throwable broken) {
    giveUp(new IOException("the thread of a ring threw " + broken, broken));
  }

  private void giveUp(IOException cause) {
    LOG.log(System.Logger.Level.ERROR, "a ring has failed and is given up", cause);
    Incidents.warning("ring", "a ring has failed and is given up", cause);
    death = cause;
    calls.values().forEach(each -> each.complete(-Errno.EIO.number()));
    calls.clear();
    List<RingOperation> lost = new ArrayList<>();
    Reaping.begin();
    try {
      for (RingOperation each : operations) {
        if (!each.isIdle()) {
          lost.add(each);
          LostMemory.keep(each.bio());
        }
      }
      for (RingOperation each : lost) {
        UringDevice device = each.device();
        Bio bio = each.bio();
        release(each);
        complete(device, bio, device.lost(bio, cause));
      }
      while (!waiting.isEmpty()) {
        Bio bio = waiting.removeFirst();
        UringDevice device = deviceOf(bio);
        complete(device, bio, device.lost(bio, cause));
      }
    } finally {
      Reaping.end();
    }
  }

  /** Why the ring takes no more calls, or null while it does. */
  @Nullable IOException death() {
    return death;
  }

  /** Regions of memory that the ring knows. */
  int knownRegions() {
    return buffers.count();
  }

  /** Waits for what is in flight, then closes the ring; on the loop's thread. */
  @Override
  public void close() {
    assert isOwner();
    while (inFlight() > 0 && death == null) {
      turn(1, Ring.FOREVER);
    }
    buffers.forgetAll();
    if (death == null) {
      death = new BlockIoException(Errno.ENODEV, "submit", "ring", "its loop is closed");
    }
    closed = true;
    Reaping.begin();
    try {
      takeIn();
    } finally {
      Reaping.end();
    }
    ring.close();
    while (signalling.get() != 0) {
      Thread.onSpinWait(); // else the signal could go to a file that is given the same number
    }
    event.close();
    DRIVERS.remove(owner);
  }
}
