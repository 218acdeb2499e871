package io.penstock.examples.pages;

import io.penstock.contract.BlockMapperContract;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.file.BlockFile;

/** The promises of every block map, kept by this one. */
class PageMapperTest extends BlockMapperContract {
  private static final int PAGE_BYTES = 4096;

  @Override
  protected BlockFile create(BlockDevice device) {
    PageMapper mapper = new PageMapper(device, 64 * 1024, PAGE_BYTES, PageTable.empty(256));
    return BlockFile.builder(device, mapper).blockSize(PAGE_BYTES).endOfIo(mapper).build();
  }
}
