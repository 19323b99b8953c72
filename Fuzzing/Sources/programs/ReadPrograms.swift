// Any bytes as the body of a file of programs, with the header that fits: they are programs that can be
// printed and run, or an error in one line, and nothing else.

import Covector
import CovectorTesting
import Foundation
import FuzzerMain

/// What stands before the body; Docs/ProgramFile.md describes it.
private func header(_ body: [UInt8]) -> [UInt8] {
  var sum: UInt64 = 0xcbf2_9ce4_8422_2325
  for byte in body { sum = (sum ^ UInt64(byte)) &* 0x100_0000_01b3 }
  let numbers = [1, UInt64(body.count), sum].flatMap { number in
    (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }
  return [0x89, 0x43, 0x56, 0x50, 0x0D, 0x0A, 0x1A, 0x0A] + numbers
}

private func read(_ body: [UInt8]) throws {
  let file = try ProgramFile(decoding: header(body) + body)
  for program in file.programs.values {
    guard !program.description.isEmpty else { fatalError("a program without text") }
    // A loop may go on for as long as it says.
    if ["forLoop", "whileLoop", "scan", "reverseLoop"].contains(where: program.description.contains)
    {
      continue
    }
    let count = program.inputTypes.reduce(0) {
      $0 + Double($1.shape.reduce(1.0) { $0 * Double($1) })
    }
    if count > 4096 { continue }
    eval(program(program.inputTypes.map { NDArray.ones($0.shape, dtype: $0.dtype) }))
  }
}

/// Tries one input.
@_cdecl("LLVMFuzzerTestOneInput")
public func tryInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  attempt(start, count, read)
}

// MARK: - Where it starts

/// Writes the bodies of files of all operations to the folder of the corpus, which is the last argument.
private func writeSeeds(_ count: CInt, _ arguments: Arguments) {
  guard count > 1, let last = arguments[Int(count) - 1] else { return }
  let folder = String(cString: last)
  var isFolder: ObjCBool = false
  guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue
  else { return }
  for (number, program) in programs().enumerated() {
    guard let bytes = try? ProgramFile(["f": program]).encoded(), bytes.count < 8192 else {
      continue
    }
    FileManager.default.createFile(
      atPath: "\(folder)/seed-\(number)", contents: Data(bytes.dropFirst(32)))
  }
}

/// Every transform and every operation once.
private func programs() -> [Program] {
  ProgramPage.entries.map(\.program)
    + Catalogue.all.compactMap { entry -> Program? in
      guard let sample = entry.samples.first else { return nil }
      let own: DType =
        [.float32, .int32, .bool, .uint32, .complex64].first { entry.dtypes.contains($0) }
        ?? .float32
      let inputs = sample.inputs.map { NDArray.placeholder($0.shape, dtype: dtype($0, own)) }
      return try? checked { trace { (x: [NDArray]) in sample.run(x) }(inputs) }
    }
}

private func dtype(_ input: OpEntry.Input, _ own: DType) -> DType {
  switch input.content {
  case .real, .whole, .values, .positiveDefinite: own
  case .bool: .bool
  case .index: .int32
  case .words: .uint32
  }
}

/// The main function.
@_cdecl("programs_main")
public func start(_ count: CInt, _ arguments: Arguments) -> CInt {
  writeSeeds(count, arguments)
  return fuzz(count, arguments, tryInput)
}
