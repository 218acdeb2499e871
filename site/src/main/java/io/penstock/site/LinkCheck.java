package io.penstock.site;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Whether what pages link to is there: files, folders, and headings of pages. */
final class LinkCheck {
  private final Path root;
  private final Map<Path, Page> pages = new TreeMap<>();

  LinkCheck(Path root, List<Page> all) {
    this.root = root;
    for (Page page : all) {
      pages.put(page.file(), page);
    }
  }

  /** What is wrong, one line each. */
  List<String> complaints() {
    List<String> complaints = new ArrayList<>();
    for (Page page : pages.values()) {
      for (String link : page.links()) {
        String wrong = wrong(page, link);
        if (wrong != null) {
          complaints.add(page.file() + " links to " + link + ": " + wrong);
        }
      }
    }
    return complaints;
  }

  private @Nullable String wrong(Page page, String link) {
    if (isElsewhere(link)) {
      return null;
    }
    int hash = link.indexOf('#');
    String path = hash < 0 ? link : link.substring(0, hash);
    Path target = target(page.file(), path);
    if (target.startsWith("..") || target.isAbsolute()) {
      return "it is outside the tree";
    }
    if (!Files.exists(root.resolve(target))) {
      return "there is no " + target;
    }
    Page linked = pages.get(target);
    if (hash >= 0 && linked == null) {
      return target + " is not a page and has no headings";
    }
    if (hash >= 0 && linked != null && !linked.hasAnchor(link.substring(hash + 1))) {
      return target + " has no heading " + link.substring(hash);
    }
    return null;
  }

  /** Whether a link leads out of the tree. */
  static boolean isElsewhere(String link) {
    return link.matches("[a-z][a-z+.-]*:.*");
  }

  /** What a path in a page means, seen from the root; the page itself for an empty one. */
  static Path target(Path page, String path) {
    return path.isEmpty() ? page : page.resolveSibling(path).normalize();
  }
}
