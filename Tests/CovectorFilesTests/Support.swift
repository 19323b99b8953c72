// Files written by NumPy, PyTorch, JAX and safetensors (Tools/file_fixtures.py), the rule their elements
// follow, and places to write to.

import Covector
import Foundation
import Testing

/// The bytes of a committed file.
func fixture(_ name: String) throws -> [UInt8] { try [UInt8](Data(contentsOf: fixtureURL(name))) }

func fixtureURL(_ name: String) -> URL {
  URL(filePath: #filePath).appending(path: "../../Golden/files/\(name)").standardized
}

/// The path of a committed file.
func fixturePath(_ name: String) -> String { fixtureURL(name).path(percentEncoded: false) }

/// The elements of the committed files, by the rule stated in the script that wrote them.
func elements(_ dtype: DType, _ shape: [Int]) -> NDArray {
  let count = shape.reduce(1, *)
  let numbers = (0..<count).map { number in
    if dtype == .bool { return Double(number % 2) }
    if dtype.isUnsignedInteger { return Double(number) }
    return dtype.isInteger ? Double(number - 12) : Double(number) / 4 - 3
  }
  let real = NDArray(numbers, shape: shape)
  guard dtype.isComplex else { return real.asType(dtype) }
  let parts = numbers.indices.map { Complex(numbers[$0], Double($0) / 2) }
  return NDArray(parts, shape: shape).asType(dtype)
}

/// The bytes of the elements.
func bytes(_ array: NDArray) throws -> [UInt8] {
  unsafe try array.withUnsafeBytes { unsafe [UInt8]($0) }
}

/// Whether two arrays have the same type and the same bits.
func areSame(_ a: NDArray, _ b: NDArray) throws -> Bool {
  try a.type == b.type && bytes(a) == bytes(b)
}

/// Calls `body` with a folder that is removed afterwards.
func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory
    .appending(path: "covector-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder.path(percentEncoded: false))
}

/// The error that `body` throws, as one line; a failure where it throws none, or another sort.
func failure(
  _ body: () throws -> Void, _ location: SourceLocation = #_sourceLocation
) -> String {
  do {
    try body()
    Issue.record("nothing was thrown", sourceLocation: location)
    return ""
  } catch let error as ArrayError {
    return error.summary
  } catch {
    Issue.record("\(error) is no ArrayError", sourceLocation: location)
    return ""
  }
}
