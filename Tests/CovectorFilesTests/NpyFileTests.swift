// `.npy` files against NumPy's own.

import Covector
import CovectorFiles
import Foundation
import Testing

@Suite struct NpyFileTests {
  @Test(arguments: DType.allCases) func everyDType(_ dtype: DType) throws {
    let expected = elements(dtype, [2, 3, 4])
    let file = try fixture("\(dtype).npy")
    let read = try NpyFile.read(fixturePath("\(dtype).npy"))
    #expect(try areSame(read, expected))
    #expect(try areSame(NpyFile.decode(file), expected))
    // What is written is what NumPy wrote, bit for bit.
    #expect(try NpyFile.encode(expected) == file)
    try withFolder { folder in
      try NpyFile.write(read, to: "\(folder)/x.npy")
      #expect(try [UInt8](Data(contentsOf: URL(filePath: "\(folder)/x.npy"))) == file)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["x.npy"])
    }
  }

  @Test func bigEndian() throws {
    let oneByte: [DType] = [.bool, .uint8, .int8]
    for dtype in DType.allCases where !oneByte.contains(dtype) && dtype != .bfloat16 {
      let read = try NpyFile.read(fixturePath("\(dtype)-big-endian.npy"))
      #expect(try areSame(read, elements(dtype, [2, 3, 4])), "\(dtype)")
    }
  }

  @Test(arguments: [
    ("fortran", DType.int16, [2, 3, 4]), ("fortran-big-endian", .float64, [4, 3]),
    ("scalar", .float64, []), ("empty", .float32, [0, 3]), ("empty-last", .int64, [5, 0]),
    ("vector", .int32, [24]), ("many-axes", .uint8, [1, 2, 1, 3, 1, 1, 2, 1, 1, 1, 2]),
    ("version-2", .float32, [2, 3]), ("version-3", .float32, [2, 3]),
    ("other-order", .float32, [2, 3]),
  ])
  func layouts(_ name: String, _ dtype: DType, _ shape: [Int]) throws {
    let array = try NpyFile.read(fixturePath("\(name).npy"))
    #expect(try areSame(array, elements(dtype, shape)))
    #expect(try areSame(NpyFile.decode(NpyFile.encode(array)), array))
  }

  @Test(arguments: ["scalar", "empty", "empty-last", "vector", "many-axes"])
  func isWrittenAsNumPyDoes(_ name: String) throws {
    let file = try fixture("\(name).npy")
    #expect(try NpyFile.encode(NpyFile.decode(file)) == file)
  }

  @Test(arguments: DType.allCases) func everyLayout(_ dtype: DType) throws {
    let files = try NpzFile(fixturePath("layouts.npz"))
    let shapes = ["empty": [0, 3], "scalar": []]
    var count = 0
    for layout in ["empty", "scalar", "huge", "fortran", "big-endian", "fortran-big-endian"] {
      guard files.names.contains("\(layout) \(dtype)") else { continue }
      count += 1
      let file = try files["\(layout) \(dtype)"].array(of: UInt8.self)
      let array = try NpyFile.decode(file)
      #expect(try areSame(array, elements(dtype, shapes[layout] ?? [2, 3, 4])), "\(layout)")
      // These are how we write as well; the others come back in our order.
      let written = try NpyFile.encode(array)
      if shapes[layout] != nil { #expect(written == file, "\(layout)") }
      #expect(try areSame(NpyFile.decode(written), array), "\(layout)")
    }
    #expect(count == ([.bool, .uint8, .int8, .bfloat16].contains(dtype) ? 4 : 6))
  }

  /// Not-a-numbers have payloads, which are bits like any other.
  @Test(arguments: [DType.float16, .bfloat16]) func everyPatternOfSixteenBits(_ dtype: DType) throws
  {
    let name = dtype == .float16 ? "<f2" : "<V2"
    let header = "{'descr': '\(name)', 'fortran_order': True, 'shape': (256, 256), }"
    let columns = (0..<65_536).flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
    let rows = (0..<256).flatMap { row in (0..<256).flatMap { [UInt8(row), UInt8($0)] } }
    let file =
      [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8)
      + columns
    let read = try NpyFile.decode(file)
    #expect(try bytes(read) == rows)
    #expect(try NpyFile.encode(read).suffix(rows.count) == rows[...])
  }

  @Test func viewsAreWrittenInOrder() throws {
    let array = elements(.float32, [2, 3, 4])
    let view = array.transposed(2, 0, 1)[.stride(from: 0, to: 4, by: 2)]
    #expect(try areSame(NpyFile.decode(NpyFile.encode(view)), view))
    let broadcast = NDArray(2.5 as Float).broadcast(to: [3, 2])
    #expect(try areSame(NpyFile.decode(NpyFile.encode(broadcast)), broadcast))
  }

  @Test func whatNoDTypeIs() {
    let advice =
      "; the elements must be truth values, integers, floating-point or complex numbers of at most "
      + "16 bytes"
    for (name, fault) in [
      ("objects", "holds Python objects, which only Python can read" + advice),
      ("text", "holds text" + advice), ("dates", "holds dates or times" + advice),
      ("records", "holds records of several fields; one number an element is needed"),
      ("long-double", "holds elements of the type '<f16', which no dtype is" + advice),
    ] {
      let path = fixturePath("refused-\(name).npy")
      #expect(failure { _ = try NpyFile.read(path) } == "[npy] \(path): \(fault)")
    }
  }

  @Test func filesThatAreNotThere() throws {
    #expect(
      failure { _ = try NpyFile.read("/nowhere/x.npy") }
        == "[npy] /nowhere/x.npy: cannot be opened: No such file or directory")
    #expect(failure { _ = try NpyFile.read("/tmp") } == "[npy] /tmp: is not a file")
    #expect(
      failure { try NpyFile.write(1.0, to: "/nowhere/x.npy") }
        == "[npy] /nowhere/x.npy: cannot be written: No such file or directory")
  }

  @Test func aFailedWriteLeavesTheOldFile() throws {
    try withFolder { folder in
      let path = "\(folder)/x.safetensors"
      try SafetensorsFile.write(["x": NDArray([1.0])], to: path)
      #expect(
        failure {
          try checked {
            let wrong = NDArray([1.0, 2.0]) + NDArray([1.0, 2.0, 3.0])
            try SafetensorsFile.write(["x": wrong], to: path)
          }
        }.contains("[2]"))
      #expect(try SafetensorsFile(path)["x"].array(of: Double.self) == [1])
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["x.safetensors"])
    }
  }
}
