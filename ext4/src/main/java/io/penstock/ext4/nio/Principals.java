package io.penstock.ext4.nio;

import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.attribute.UserPrincipalNotFoundException;

/**
 * Owners and groups, which a volume knows by number only: their names are the numbers, since those
 * of this host need not be those of the volume's.
 */
final class Principals {
  /** Finds them by what their names are. */
  static final UserPrincipalLookupService BY_NUMBER =
      new UserPrincipalLookupService() {
        @Override
        public UserPrincipal lookupPrincipalByName(String name)
            throws UserPrincipalNotFoundException {
          return new User(number(name));
        }

        @Override
        public GroupPrincipal lookupPrincipalByGroupName(String group)
            throws UserPrincipalNotFoundException {
          return new Group(number(group));
        }
      };

  private static final long MOST = 0xFFFF_FFFFL;

  private Principals() {}

  private static long number(String name) throws UserPrincipalNotFoundException {
    try {
      long number = name.equals("root") ? 0 : Long.parseLong(name);
      if (number >= 0 && number <= MOST) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new UserPrincipalNotFoundException(name);
  }

  /**
   * The number of an owner or group: those of other file systems are taken by name.
   *
   * @throws UserPrincipalNotFoundException when the name is no number
   */
  static long numberOf(UserPrincipal principal) throws UserPrincipalNotFoundException {
    return switch (principal) {
      case User user -> user.number();
      case Group group -> group.number();
      default -> number(principal.getName());
    };
  }

  /** An owner. */
  record User(long number) implements UserPrincipal {
    @Override
    public String getName() {
      return Long.toString(number);
    }

    @Override
    public String toString() {
      return getName();
    }
  }

  /** A group. */
  record Group(long number) implements GroupPrincipal {
    @Override
    public String getName() {
      return Long.toString(number);
    }

    @Override
    public String toString() {
      return getName();
    }
  }
}
