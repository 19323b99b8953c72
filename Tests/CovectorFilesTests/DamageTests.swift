// Damaged files: every one is either read as a whole array or refused in one line; none ends the process.

import Covector
import CovectorFiles
import Foundation
import Testing

/// Numbers that look random and are the same in every run (Marsaglia, Xorshift RNGs, 2003).
private struct Numbers {
  var state: UInt64
  mutating func next(below limit: Int) -> Int {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Int(state % UInt64(max(limit, 1)))
  }
}

@Suite struct DamageTests {
  /// The bytes with one fault: changed, cut off, removed, inserted, doubled, or a number made huge.
  private func damaged(_ bytes: [UInt8], _ numbers: inout Numbers) -> [UInt8] {
    var result = bytes
    let place = numbers.next(below: bytes.count)
    // Half of the faults lie where headers are.
    let early = numbers.next(below: min(bytes.count, 160))
    switch numbers.next(below: 8) {
    case 0: result[place] = UInt8(numbers.next(below: 256))
    case 1: result[early] = UInt8(numbers.next(below: 256))
    case 2: result[early] ^= 1 << UInt8(numbers.next(below: 8))
    case 3: result.removeLast(bytes.count - place)
    case 4: result.remove(at: early)
    case 5: result.insert(UInt8(numbers.next(below: 256)), at: early)
    case 6: result += bytes[place...]
    default:
      for index in early..<min(early + 8, bytes.count) { result[index] = 0xff }
    }
    return result
  }

  /// Reads everything in the file of a format.
  private func read(_ path: String) throws {
    if path.hasSuffix(".npy") { return eval(try NpyFile.read(path)) }
    if path.hasSuffix(".npz") { return eval(try NpzFile(path).arrays()) }
    eval(try SafetensorsFile(path).arrays())
  }

  @Test(arguments: [
    "float32.npy", "complex128-big-endian.npy", "fortran.npy", "scalar.npy", "stored.npz",
    "deflated.npz", "all.safetensors", "torch.safetensors",
  ])
  func twoHundredFaults(_ name: String) throws {
    let bytes = try fixture(name)
    var numbers = Numbers(state: UInt64(bytes.count) &* 0x9e37_79b9_7f4a_7c15)
    var refused = 0
    try withFolder { folder in
      let path = "\(folder)/\(name)"
      for _ in 0..<200 {
        try Data(damaged(bytes, &numbers)).write(to: URL(filePath: path))
        do {
          try read(path)
        } catch let error as ArrayError {
          refused += 1
          let line = error.description
          #expect(line.hasPrefix("[") && line.contains(path), "\(line)")
        }
      }
    }
    // What only changes elements is not damage that a format without checksums can show.
    #expect(refused >= (name.hasSuffix("npz") ? 150 : 80), "\(refused)")
  }

  @Test func everyLengthThatIsTooShort() throws {
    for name in ["float32.npy", "stored.npz", "deflated.npz", "all.safetensors"] {
      let bytes = try fixture(name)
      try withFolder { folder in
        let path = "\(folder)/\(name)"
        for length in stride(from: 0, to: bytes.count, by: name.hasSuffix("npy") ? 1 : 13) {
          try Data(bytes[..<length]).write(to: URL(filePath: path))
          let line = failure { try read(path) }
          #expect(!line.isEmpty, "\(name), \(length) bytes")
        }
      }
    }
  }

  @Test func headersThatLie() throws {
    let header = "{'descr': '<f4', 'fortran_order': False, 'shape': "
    for (shape, fault) in [
      ("(2, 3), }", "has 0 bytes of elements; shape [2, 3] of float32 needs 24"),
      (
        "(9999999999999999999,), }",
        "has a damaged header: a size is missing, or too large, at byte 51"
      ),
      (
        "(4611686018427387904, 4611686018427387904, 0), }",
        "has shape [4611686018427387904, 4611686018427387904, 0], which is larger than memory can be "
          + "addressed"
      ),
      ("(-1,), }", "has a damaged header: a size is missing, or too large, at byte 51"),
      ("(3), }", "has a damaged header: the shape is not a tuple of sizes at byte 52"),
      ("(3,)", "has a damaged header: '}' is missing at byte 54"),
      (
        "(3,), 'shape': (3,)}",
        "has a damaged header: the entry 'shape' is unknown or stands there twice"
      ),
      ("(3,)} 1", "has a damaged header: something follows the dictionary"),
    ] {
      let text = Array((header + shape).utf8)
      let bytes = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.count), 0] + text
      #expect(failure { _ = try NpyFile.decode(bytes) } == "[npy] the bytes: \(fault)")
    }
  }

  @Test func safetensorsHeadersThatLie() throws {
    let f32 = #""dtype":"F32","shape":[2],"data_offsets":"#
    for (header, fault) in [
      ("[]", "has a damaged header: it is not an object"),
      ("{", "has a damaged header: a key is missing at byte 1"),
      (#"{"a":1.5}"#, "has a damaged header: an object is not closed at byte 6"),
      (
        #"{"a":{"dtype":"F32"}}"#,
        "has a damaged header: a needs a dtype, a shape and two data_offsets"
      ),
      (
        #"{"a":{\#(f32)[0,4]}}"#,
        "has a damaged header: a of shape [2] and type F32 needs 8 bytes and has 4"
      ),
      (
        #"{"a":{\#(f32)[8,0]}}"#,
        "has a damaged header: a of shape [2] and type F32 needs 8 bytes and has -8"
      ),
      (
        #"{"a":{\#(f32)[0,8]},"b":{\#(f32)[4,12]}}"#,
        "is damaged: b has the bytes 4 to 12, and should begin at 8"
      ),
      (#"{"a":{\#(f32)[0,8]},"a":{\#(f32)[8,16]}}"#, "has two arrays a"),
      (#"{"a":{\#(f32)[0,8]}}"#, "is damaged: its arrays need 8 bytes, and it has 16"),
      (#"{"__metadata__":{"a":1}}"#, "has a damaged header: a in __metadata__ is not a text"),
      (#"{"\ud800":1}"#, "has a damaged header: a text has half a character at byte 8"),
      ("[[[[[[[[[]]]]]]]]]", "has a damaged header: values are nested too deeply at byte 8"),
    ] {
      try withFolder { folder in
        let path = "\(folder)/x.safetensors"
        var data = Data([UInt8(header.utf8.count), 0, 0, 0, 0, 0, 0, 0])
        data += header.utf8
        data += [UInt8](repeating: 0, count: 16)
        try data.write(to: URL(filePath: path))
        #expect(
          failure { _ = try SafetensorsFile(path) } == "[safetensors] \(path): \(fault)",
          "\(header)")
      }
    }
  }

  @Test func typesThatNoDTypeIs() throws {
    try withFolder { folder in
      let path = "\(folder)/x.safetensors"
      let header =
        #"{"a":{"dtype":"F8_E4M3","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"BOOL","shape":[2],"data_offsets":[2,4]}}"#
      let data = [UInt8(header.utf8.count), 0, 0, 0, 0, 0, 0, 0] + header.utf8 + [0, 0, 1, 7]
      try Data(data).write(to: URL(filePath: path))
      let file = try SafetensorsFile(path)
      #expect(
        failure { _ = try file["a"] }
          == "[safetensors] \(path): has elements of type F8_E4M3 in a, which no dtype is")
      #expect(
        failure { _ = try file["b"] }
          == "[safetensors] \(path): has the byte 7 in a bool array; it must be 0 or 1")
    }
  }

  /// Names are the file's own: they may hold line ends, and have any length.
  @Test func errorsAreOneShortLineWhateverTheNames() throws {
    try withFolder { folder in
      let path = "\(folder)/x.safetensors"
      let names = ["a\nb"] + (0..<20).map { "\($0)" + String(repeating: "x", count: 400) }
      try SafetensorsFile.write(
        Dictionary(uniqueKeysWithValues: names.map { ($0, NDArray([1.0])) }), to: path)
      let line = failure { _ = try SafetensorsFile(path)["absent\n"] }
      #expect(line.hasPrefix("[safetensors] \(path): has no array absent\\n; it has "))
      #expect(!line.contains("\n") && line.count < 2200)
      try SafetensorsFile.write(["a\nb": NDArray([1.0]), "c": NDArray([2.0])], to: path)
      #expect(
        failure { _ = try SafetensorsFile(path)["d"] }
          == "[safetensors] \(path): has no array d; it has a\\nb, c")
    }
  }
}
