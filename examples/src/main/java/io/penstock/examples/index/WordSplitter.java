package io.penstock.examples.index;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Cuts bytes into words, also where a word goes from one buffer to the next. ASCII only. */
final class WordSplitter {
  /** What is longer is not a word. */
  private static final int MAX_LETTERS = 64;

  private final Consumer<String> words;
  private final byte[] word = new byte[MAX_LETTERS];
  private int letters;

  WordSplitter(Consumer<String> words) {
    this.words = words;
  }

  void take(byte[] buffer, int length) {
    for (int i = 0; i < length; i++) {
      byte letter = buffer[i];
      if (letter >= 'A' && letter <= 'Z') {
        letter = (byte) (letter + 'a' - 'A');
      }
      if ((letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9')) {
        if (letters < MAX_LETTERS) {
          word[letters] = letter;
        }
        letters++;
      } else {
        end();
      }
    }
  }

  /** The bytes end here, or something that is in no word. */
  void end() {
    if (letters > 0 && letters <= MAX_LETTERS) {
      words.accept(new String(word, 0, letters, StandardCharsets.US_ASCII));
    }
    letters = 0;
  }
}
