package io.penstock.ext4.nio;

import io.penstock.ext4.Ext4Options;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a file system is opened: the values of the map given to {@code newFileSystem}, which {@link
 * Ext4FileSystemProvider} describes.
 *
 * @param engine a {@link io.penstock.core.device.DeviceProvider}'s name
 * @param journal where the journal is, if it is on a device of its own
 * @param options the others
 */
record FileSystemSettings(String engine, @Nullable Path journal, Ext4Options options) {
  static FileSystemSettings of(Map<String, ?> given) {
    for (String key : given.keySet()) {
      if (!Ext4FileSystemProvider.KEYS.contains(key)) {
        throw new IllegalArgumentException(
            "there is no setting '" + key + "'; use some of " + Ext4FileSystemProvider.KEYS);
      }
    }
    Ext4Options options =
        (writes(given) ? Ext4Options.WRITE : Ext4Options.READ)
            .withReplays(flag(given, Ext4FileSystemProvider.REPLAY, true))
            .withCacheBytes(
                number(given, Ext4FileSystemProvider.CACHE_BYTES, Ext4Options.DEFAULT_CACHE_BYTES));
    Object journal = given.get(Ext4FileSystemProvider.JOURNAL);
    return new FileSystemSettings(
        String.valueOf(orElse(given.get(Ext4FileSystemProvider.ENGINE), HostImage.AUTO)),
        journal == null ? null : journal instanceof Path path ? path : Path.of(journal.toString()),
        options);
  }

  private static boolean writes(Map<String, ?> given) {
    String mode =
        String.valueOf(
            orElse(
                given.get(Ext4FileSystemProvider.ACCESS_MODE), Ext4FileSystemProvider.READ_ONLY));
    return switch (mode) {
      case Ext4FileSystemProvider.READ_ONLY -> false;
      case Ext4FileSystemProvider.READ_WRITE -> true;
      default ->
          throw new IllegalArgumentException(
              "accessMode '"
                  + mode
                  + "' is not "
                  + Ext4FileSystemProvider.READ_ONLY
                  + " or "
                  + Ext4FileSystemProvider.READ_WRITE);
    };
  }

  private static Object orElse(@Nullable Object value, Object otherwise) {
    return value == null ? otherwise : value;
  }

  private static boolean flag(Map<String, ?> given, String key, boolean otherwise) {
    String value = String.valueOf(orElse(given.get(key), otherwise));
    return switch (value) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException(key + " '" + value + "' is not true or false");
    };
  }

  private static long number(Map<String, ?> given, String key, long otherwise) {
    return Long.parseLong(String.valueOf(orElse(given.get(key), otherwise)));
  }
}
