// Any text as the subscripts of an einsum: it has a result, or an error in one line, and nothing else.

import Covector
import FuzzerMain

/// Operands of each number of axes, with sizes that mostly fit.
private let operands: [NDArray] = [
  .ones([]), .ones([2]), .ones([2, 2]), .ones([2, 3]), .ones([3, 2]), .ones([2, 1, 3]),
  .ones([0, 2]),
  .ones([2, 2, 2, 2]),
]

/// The number of operands, which they are, and the text.
private func read(_ bytes: [UInt8]) {
  guard let first = bytes.first, bytes.count < 64 else { return }
  let number = Int(first % 4)
  guard bytes.count > number else { return }
  let chosen = bytes[1..<(number + 1)].map { operands[Int($0) % operands.count] }
  let text = String(decoding: bytes[(number + 1)...], as: UTF8.self)
  eval(einsum(text, chosen))
}

/// Tries one input.
@_cdecl("LLVMFuzzerTestOneInput")
public func tryInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  attempt(start, count, read)
}

/// The main function.
@_cdecl("einsum_main")
public func start(_ count: CInt, _ arguments: Arguments) -> CInt {
  fuzz(count, arguments, tryInput)
}
