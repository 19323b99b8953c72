// The entry to libFuzzer. A package gives each executable's main function a name of its own, so that libFuzzer's
// cannot be it.

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
