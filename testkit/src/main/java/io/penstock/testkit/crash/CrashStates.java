package io.penstock.testkit.crash;

import io.penstock.testkit.Dice;
import io.penstock.testkit.crash.CrashState.Applied;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The states a crash may leave at one moment, the telling ones first: everything there, nothing,
 * every prefix, everything but one, then all other subsets or, when there are too many, some that
 * the dice choose; then states with torn writes, and with writes that raced carried out the other
 * way round.
 *
 * <p>Where a write has just been submitted, all states have it: those without were there before.
 */
final class CrashStates {
  private final List<PendingWrite> pending;
  private final @Nullable LoggedWrite fresh;
  private final int logicalBlock;
  private final CrashOptions options;
  private final Dice dice;

  /** The writes of {@link #pending} that a state may have or not. */
  private final List<PendingWrite> open;

  CrashStates(
      CrashWindow window,
      @Nullable LoggedWrite fresh,
      int logicalBlock,
      CrashOptions options,
      Dice dice) {
    this.pending = List.copyOf(window.pending());
    this.fresh = fresh;
    this.logicalBlock = logicalBlock;
    this.options = options;
    this.dice = dice;
    open = pending.stream().filter(each -> !each.isCertain() && each.write() != fresh).toList();
  }

  /** All of them, made as they are asked for. */
  Iterator<CrashState> iterator() {
    return Stream.concat(
            Stream.concat(subsets().stream().map(this::whole), torn()), otherWayRound())
        .iterator();
  }

  // --- which writes ---

  private Set<BitSet> subsets() {
    Set<BitSet> subsets = new LinkedHashSet<>();
    subsets.add(first(open.size()));
    for (int length = 0; length < open.size(); length++) {
      subsets.add(first(length));
    }
    for (int i = 0; i < open.size(); i++) {
      BitSet butOne = first(open.size());
      butOne.clear(i);
      subsets.add(butOne);
    }
    if (open.size() <= options.exhaustiveWrites()) {
      for (long bits = 0; bits < 1L << open.size(); bits++) {
        subsets.add(BitSet.valueOf(new long[] {bits}));
      }
    } else {
      for (int i = 0; i < options.samples(); i++) {
        subsets.add(random(open.size()));
      }
    }
    return subsets;
  }

  private static BitSet first(int length) {
    BitSet set = new BitSet();
    set.set(0, length);
    return set;
  }

  private BitSet random(int length) {
    BitSet set = new BitSet();
    for (int i = 0; i < length; i++) {
      set.set(i, dice.oneIn(2));
    }
    return set;
  }

  private CrashState whole(BitSet chosen) {
    List<Applied> applied = new ArrayList<>();
    int choice = 0;
    for (PendingWrite each : pending) {
      boolean isOpen = choice < open.size() && open.get(choice) == each;
      if (!isOpen || chosen.get(choice)) {
        applied.add(Applied.whole(each));
      }
      choice += isOpen ? 1 : 0;
    }
    return new CrashState(applied);
  }

  // --- torn ---

  /** Each with one write torn, the fresh one if that can be, and every fourth with all torn. */
  private Stream<CrashState> torn() {
    List<PendingWrite> victims = pending.stream().filter(this::canTear).toList();
    if (victims.isEmpty()) {
      return Stream.empty();
    }
    List<PendingWrite> fresher = victims.stream().filter(each -> each.write() == fresh).toList();
    return IntStream.range(0, options.torn())
        .mapToObj(variant -> torn(fresher.isEmpty() ? victims : fresher, variant));
  }

  private CrashState torn(List<PendingWrite> victims, int variant) {
    PendingWrite victim = victims.get(dice.below(victims.size()));
    BitSet others =
        switch (variant % 3) {
          case 0 -> first(open.size());
          case 1 -> first(0);
          default -> random(open.size());
        };
    if (open.contains(victim)) {
      others.set(open.indexOf(victim));
    }
    boolean all = variant % 4 == 3;
    List<Applied> applied = new ArrayList<>(whole(others).applied());
    applied.replaceAll(
        each -> {
          boolean tears = each.write() == victim.write() || (all && canTear(each));
          return tears ? new Applied(each.write(), false, some(sectorsOf(each.write()))) : each;
        });
    return new CrashState(applied);
  }

  private boolean canTear(PendingWrite each) {
    return canTear(Applied.whole(each));
  }

  private boolean canTear(Applied each) {
    return !each.certain() && !each.write().isAtomic() && sectorsOf(each.write()) > 1;
  }

  private int sectorsOf(LoggedWrite write) {
    return write.length() / logicalBlock;
  }

  /** Not all of them: a first part, a last part, or any. */
  private BitSet some(int sectors) {
    int cut = dice.between(1, sectors - 1);
    BitSet some =
        switch (dice.below(3)) {
          case 0 -> first(cut);
          case 1 -> {
            BitSet last = first(sectors);
            last.clear(0, cut);
            yield last;
          }
          default -> random(sectors);
        };
    if (some.cardinality() == sectors) {
      some.clear(dice.below(sectors));
    }
    return some;
  }

  // --- in another order ---

  private Stream<CrashState> otherWayRound() {
    List<CrashState> states = new ArrayList<>();
    for (int i = 0; i < pending.size(); i++) {
      for (int j = i + 1; j < pending.size() && states.size() < options.samples(); j++) {
        if (pending.get(i).races(pending.get(j))) {
          List<Applied> applied = new ArrayList<>(whole(first(open.size())).applied());
          applied.add(i, applied.remove(j));
          states.add(new CrashState(applied));
        }
      }
    }
    return states.stream();
  }
}
