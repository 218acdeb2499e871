package io.penstock.site;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Looks at a site that was made: whether what its pages name is there, and nothing is fetched. */
final class BuiltSite {
  private static final Pattern NAMED = Pattern.compile("<(\\w+)[^>]* (?:href|src)=\"([^\"]*)\"");
  private static final Pattern ANCHOR = Pattern.compile(" id=\"([^\"]*)\"");

  private final Path folder;
  private final Map<Path, List<String>> anchors = new HashMap<>();

  BuiltSite(Path folder) {
    this.folder = folder;
  }

  /** What is wrong, one line each. The Javadoc is another's work; it has to be there. */
  List<String> complaints() throws IOException {
    List<String> complaints = new ArrayList<>();
    for (Path page : Tree.files(folder, ".html")) {
      if (!page.startsWith(folder.resolve("api"))) {
        look(page, Files.readString(page, UTF_8), complaints);
      }
    }
    return complaints;
  }

  private void look(Path page, String html, List<String> complaints) throws IOException {
    Matcher named = NAMED.matcher(html);
    while (named.find()) {
      String wrong = wrong(page, named.group(1), named.group(2));
      if (wrong != null) {
        complaints.add(folder.relativize(page) + " names " + named.group(2) + ": " + wrong);
      }
    }
  }

  private @Nullable String wrong(Path page, String element, String address) throws IOException {
    if (LinkCheck.isElsewhere(address)) {
      boolean fetched = !element.equals("a") && !address.startsWith("data:");
      return fetched ? "it would be fetched from elsewhere" : null;
    }
    int hash = address.indexOf('#');
    String name = hash < 0 ? address : address.substring(0, hash);
    Path target = name.isEmpty() ? page : page.resolveSibling(name).normalize();
    if (!Files.isRegularFile(target)) {
      return "it is not there";
    }
    return hash < 0 || anchorsOf(target).contains(address.substring(hash + 1))
        ? null
        : "it has no such heading";
  }

  private List<String> anchorsOf(Path page) throws IOException {
    List<String> known = anchors.get(page);
    if (known == null) {
      known = new ArrayList<>();
      Matcher anchor = ANCHOR.matcher(Files.readString(page, UTF_8));
      while (anchor.find()) {
        known.add(Objects.requireNonNull(anchor.group(1)));
      }
      anchors.put(page, known);
    }
    return known;
  }
}
