// A lock that the thread sanitizer can follow, in builds for it alone (`Tools/sanitize thread`).

#if SANITIZE_THREADS
  import Synchronization

  /// The standard library's mutex with what it does when tasks wait for each other made visible.
  ///
  /// A contended lock is taken inside the standard library, where the sanitizer does not look, so that all the
  /// lock protects would seem unprotected. A release at the end of each turn that the next one acquires says
  /// the same where it looks.
  @safe struct Mutex<Value: ~Copyable>: ~Copyable {
    private let mutex: Synchronization.Mutex<Value>
    private let turns = Atomic<Int>(0)

    init(_ value: consuming sending Value) { mutex = Synchronization.Mutex(value) }

    borrowing func withLock<Result: ~Copyable, Failure: Error>(
      _ body: (inout sending Value) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
      try mutex.withLock { (value: inout sending Value) throws(Failure) -> sending Result in
        _ = turns.load(ordering: .acquiring)
        defer { turns.store(1, ordering: .releasing) }
        return try body(&value)
      }
    }
  }

  extension Mutex: @unchecked Sendable where Value: ~Copyable {}
#endif
