// In builds for the thread sanitizer the library has a lock of this name, which tests do not use.

#if SANITIZE_THREADS
  import Synchronization

  typealias Mutex<Value: ~Copyable> = Synchronization.Mutex<Value>
#endif
