package io.penstock.linux.abi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.error.BlockIoException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class NativeFailureTest {
  @Test
  void directOpenThatIsRefusedNamesFileSystemAndRemedy() {
    Path path = Path.of("/proc/self/stat");
    int flags = OpenFlags.O_RDONLY | OpenFlags.O_DIRECT;
    long result = NameCalls.open(path, flags, 0);
    assertEquals(-Errno.EINVAL, result);
    assertEquals(
        "open /proc/self/stat: EINVAL (invalid argument): file system proc does not support"
            + " direct I/O; put the file on one that does (ext4, xfs, btrfs), or allow the buffered"
            + " fallback",
        NativeFailure.ofOpen(path, flags, (int) -result).message());
  }

  @Test
  void openThatCreatesTellsThatAFileMayBeLeftBehind() {
    Path path = Path.of("/proc/none/of/these/exists");
    String message =
        NativeFailure.ofOpen(path, OpenFlags.O_DIRECT | OpenFlags.O_CREAT, Errno.EINVAL).message();
    assertTrue(message.contains("file system proc"), message);
    assertTrue(message.endsWith("may have left an empty file"), message);
  }

  @Test
  void transferNamesLengthPositionAndErrno() {
    assertEquals(
        "pread /data at 512 length 4096: EIO (input/output error): the device failed: see the"
            + " kernel's log (dmesg)",
        NativeFailure.ofTransfer("pread", "/data", 512, 4096, Errno.EIO).message());
  }

  @Test
  void exceptionIsTheJdksOwnWhereItHasOne() {
    assertJdkException(NoSuchFileException.class, Errno.ENOENT);
    assertJdkException(FileAlreadyExistsException.class, Errno.EEXIST);
    assertJdkException(AccessDeniedException.class, Errno.EACCES);
  }

  @Test
  void exceptionKeepsErrorNumberAndPlaceOtherwise() {
    NativeFailure failure = NativeFailure.ofTransfer("pwrite", "/data", 512, 4096, Errno.ENOSPC);
    BlockIoException thrown = assertInstanceOf(BlockIoException.class, failure.toException());
    assertEquals(Errno.ENOSPC, thrown.errno());
    assertEquals(512, thrown.position());
    assertEquals(4096, thrown.length());
    assertEquals(failure.message(), thrown.getMessage());
  }

  @Test
  void everyOpenErrorThatAUserCanCauseHasARemedy() {
    int[] errnos = {
      Errno.EINVAL, Errno.ENOENT, Errno.EEXIST, Errno.EACCES, Errno.EPERM, Errno.ELOOP,
      Errno.EISDIR, Errno.ENOTDIR, Errno.EBUSY, Errno.EROFS, Errno.EMFILE, Errno.ENFILE,
      Errno.ENOSPC, Errno.EDQUOT, Errno.EOPNOTSUPP
    };
    for (int errno : errnos) {
      NativeFailure failure = NativeFailure.ofOpen(Path.of("/tmp/x"), 0, errno);
      assertTrue(!failure.remedy().isEmpty(), () -> Errno.describe(errno));
    }
  }

  private static void assertJdkException(Class<? extends FileSystemException> type, int errno) {
    NativeFailure failure = NativeFailure.ofOpen(Path.of("/tmp/x"), 0, errno);
    FileSystemException thrown = assertInstanceOf(type, failure.toException());
    assertEquals("/tmp/x", thrown.getFile());
    assertEquals(failure.message(), thrown.getReason());
  }
}
