package io.penstock.cli.copy;

/** Is told how far a task has come. Called by the thread that runs it. */
public interface CopyProgress extends AutoCloseable {
  /** Nobody looks. */
  CopyProgress NONE =
      new CopyProgress() {
        @Override
        public void reached(long bytes) {}

        @Override
        public void close() {}
      };

  /** Makes one for a task. */
  @FunctionalInterface
  interface Factory {
    /**
     * For a task of so many bytes.
     *
     * @param task one word
     */
    CopyProgress begin(String task, long total);
  }

  /** So many bytes are done. */
  void reached(long bytes);

  /** The task has ended, well or not. */
  @Override
  void close();
}
