package io.penstock.file;

import io.penstock.core.request.IoHandler;
import io.penstock.core.request.IoRequest;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Completes a future with the bytes of a request, -1 at end of file, or with its error. */
final class FutureHandler implements IoHandler {
  private final CompletableFuture<Long> future = new CompletableFuture<>();

  CompletableFuture<Long> future() {
    return future;
  }

  @Override
  public void completed(IoRequest request, long bytes, @Nullable IOException error) {
    if (error == null) {
      future.complete(bytes);
    } else {
      future.completeExceptionally(error);
    }
  }
}
