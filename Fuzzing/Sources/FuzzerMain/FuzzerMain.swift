// The entry to libFuzzer. A package gives each executable's main function a name of its own, so that libFuzzer's
// cannot be it.

import Covector

/// Memory is limited: a small input must not lead to large arrays.
private let device = try? Device(
  threads: 1, instructionSet: nil, cacheLimit: 0, memoryLimit: 1 << 26)

/// Reads one input: that ends well, or with an error in one line, and with nothing else.
public func attempt(
  _ start: UnsafePointer<UInt8>?, _ count: Int, _ read: ([UInt8]) throws -> Void
) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  guard let device else { fatalError("there is no device") }
  Device.$current.withValue(device) {
    do {
      try checked { try read(bytes) }
    } catch let error as ArrayError {
      let text = error.summary
      if text.contains("\n") { fatalError("an error of several lines: \(text)") }
    } catch {
      fatalError("an error of another sort: \(error)")
    }
  }
  return 0
}

/// What libFuzzer calls with each input: its bytes and their number.
public typealias Test = @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
/// The arguments of a main function.
public typealias Arguments = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutablePointer<Arguments>, _ test: Test
) -> CInt

/// Calls a test with inputs that libFuzzer makes so that new code is reached, for as long as the arguments say.
public func fuzz(_ count: CInt, _ arguments: Arguments, _ test: Test) -> CInt {
  var (count, arguments) = (count, arguments)
  return runDriver(&count, &arguments, test)
}
