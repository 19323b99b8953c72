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
  unsafe aligned_alloc(64, (byteCount + 63) & ~63)
}

/// The number of processors this process may use.
func processorCount() -> Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }
