package io.penstock.core.map;

/** Why the engine asks (MAP-1, MAP-4). */
public enum MapIntent {
  /** Say what is there; allocate nothing. */
  LOOK_UP,
  /** Say what is there, and allocate where nothing is. */
  ALLOCATE
}
