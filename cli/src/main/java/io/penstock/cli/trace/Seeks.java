package io.penstock.cli.trace;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How far apart the operations of one device lie that follow each other: from where one ends to
 * where the next, by its start, begins.
 */
final class Seeks {
  /** More places than these are not kept. */
  static final int MOST = 1 << 20;

  private record Place(long start, long from, long to) {}

  private final List<Place> places = new ArrayList<>();

  void add(SeenBio bio) {
    if (places.size() < MOST) {
      places.add(new Place(bio.start(), bio.offset(), bio.offset() + bio.bytes()));
    }
  }

  void addTo(SizeCounts distances) {
    places.sort(Comparator.comparingLong(Place::start));
    for (int i = 1; i < places.size(); i++) {
      distances.add(Math.abs(places.get(i).from() - places.get(i - 1).to()));
    }
  }
}
