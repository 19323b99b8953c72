// The few things asked of the C library directly.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Memory aligned to 64 bytes, or `nil`.
@unsafe func systemAllocate(_ byteCount: Int) -> UnsafeMutableRawPointer? {
  #if os(Linux)
    // Large pages where the system has them: walking an array then meets fewer ends of pages.
    let large = 2 << 20
    if byteCount >= 2 * large {
      let length = (byteCount + large - 1) & -large
      let base = unsafe aligned_alloc(large, length)
      if let base = unsafe base { _ = unsafe madvise(base, length, MADV_HUGEPAGE) }
      return unsafe base
    }
  #endif
  return unsafe aligned_alloc(64, (byteCount + 63) & ~63)
}

/// Memory aligned to 64 bytes that ends at a page that cannot be touched, or `nil`.
@unsafe func systemAllocateGuarded(_ byteCount: Int) -> UnsafeMutableRawPointer? {
  let (length, page) = guardedLength(byteCount)
  let flags = MAP_PRIVATE | MAP_ANONYMOUS
  guard let pages = unsafe mmap(nil, length + page, PROT_READ | PROT_WRITE, flags, -1, 0),
    unsafe pages != MAP_FAILED, unsafe mprotect(pages + length, page, PROT_NONE) == 0
  else { return nil }
  return unsafe pages + length - ((byteCount + 63) & ~63)
}

/// Gives such memory back.
@unsafe func systemFreeGuarded(_ base: UnsafeMutableRawPointer, _ byteCount: Int) {
  let (length, page) = guardedLength(byteCount)
  _ = unsafe munmap(base + ((byteCount + 63) & ~63) - length, length + page)
}

/// The bytes of whole pages that a block takes, and the bytes of a page.
private func guardedLength(_ byteCount: Int) -> (length: Int, page: Int) {
  let page = Int(sysconf(Int32(_SC_PAGESIZE)))
  return (max((byteCount + page - 1) / page * page, page), page)
}

/// The number of processors this process may use.
func processorCount() -> Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }
