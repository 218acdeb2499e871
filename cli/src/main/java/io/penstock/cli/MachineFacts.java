package io.penstock.cli;

import io.penstock.linux.HostFacts;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What this machine has, as text for people.
 *
 * @param kernel operating system, release and machine
 * @param jdk version and vendor
 * @param ioUring whether a ring can be made
 * @param ioUringCause why not, and what to do; empty when it can
 * @param lockedMemory how much memory may be locked
 * @param lockedMemoryBytes the same; empty when unlimited or unknown
 */
record MachineFacts(
    String kernel,
    String jdk,
    String ioUring,
    String ioUringCause,
    String lockedMemory,
    OptionalLong lockedMemoryBytes) {

  static MachineFacts gather() {
    String jdk = System.getProperty("java.version") + ' ' + System.getProperty("java.vendor");
    Optional<String> noLinux = HostFacts.unsupportedReason();
    if (noLinux.isPresent()) {
      return new MachineFacts(
          System.getProperty("os.name")
              + ' '
              + System.getProperty("os.version")
              + ' '
              + System.getProperty("os.arch"),
          jdk,
          "not available",
          noLinux.get(),
          "unknown",
          OptionalLong.empty());
    }
    HostFacts.IoUring ring = HostFacts.ioUring();
    OptionalLong lockable = HostFacts.lockableMemory();
    return new MachineFacts(
        HostFacts.kernel(),
        jdk,
        ring.isAvailable() ? "available" : "not available",
        ring.cause(),
        lockable.isEmpty() ? "no limit" : ByteSize.show(lockable.getAsLong()) + " at most",
        lockable);
  }

  Json asJson() {
    return new Json()
        .put("kernel", kernel)
        .put("jdk", jdk)
        .put("ioUring", ioUringCause.isEmpty())
        .put("ioUringCause", ioUringCause.isEmpty() ? null : ioUringCause)
        .put(
            "lockableMemory", lockedMemoryBytes.isPresent() ? lockedMemoryBytes.getAsLong() : null);
  }
}
