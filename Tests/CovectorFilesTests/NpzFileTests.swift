// `.npz` archives against NumPy's own.

import Covector
import Foundation
import Testing

@testable import CovectorFiles

@Suite struct NpzFileTests {
  private let all = Dictionary(
    uniqueKeysWithValues: DType.allCases.map { ("\($0)", elements($0, [2, 3, 4])) })

  @Test(arguments: ["stored", "deflated"]) func reading(_ name: String) throws {
    let file = try NpzFile(fixturePath("\(name).npz"))
    #expect(file.names == all.keys.sorted())
    for (name, array) in all { #expect(try areSame(file[name], array), "\(name)") }
    #expect(try file.arrays().count == all.count)
  }

  @Test func storedIsWrittenAsNumPyDoes() throws {
    try withFolder { folder in
      try NpzFile.write(all, to: "\(folder)/x.npz")
      let bytes = try [UInt8](Data(contentsOf: URL(filePath: "\(folder)/x.npz")))
      #expect(try bytes == fixture("stored.npz"))
    }
  }

  @Test func deflatedComesBack() throws {
    try withFolder { folder in
      let path = "\(folder)/x.npz"
      // More than the pieces in which zlib is fed and read.
      let large = NDArray.arange(600_000, dtype: .int64)
      try NpzFile.write(
        ["large": large, "é": 2.0, "none": .zeros([0])], to: path, compressed: true)
      let file = try NpzFile(path)
      #expect(try areSame(file["large"], large))
      #expect(try file["é"].item(Float.self) == 2)
      #expect(try file["none"].shape == [0])
      let size = try #require(
        FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
      #expect(size < 2_000_000)
    }
  }

  @Test func zlibThatIsNotThere() {
    #expect(Zlib(libraries: ["libnothing.so.1"]) == nil)
    // A library that is there, and is another one.
    #expect(Zlib(libraries: ["libm.so.6"]) == nil)
  }

  @Test func streamsThatLie() throws {
    let zlib = try Zlib.installed()
    let bytes = [UInt8](repeating: 7, count: 1000)
    let stream = try zlib.deflated(bytes)
    #expect(zlib.inflated(stream, count: 1000) == bytes)
    for count in [0, 999, 1001, Int.max] { #expect(zlib.inflated(stream, count: count) == nil) }
    #expect(zlib.inflated([], count: 0) == nil)
    #expect(zlib.crc32(Array("123456789".utf8)) == 0xcbf4_3926)
  }

  @Test func emptyArchive() throws {
    try withFolder { folder in
      try NpzFile.write([:], to: "\(folder)/x.npz")
      #expect(try NpzFile("\(folder)/x.npz").names == [])
    }
  }

  @Test func namesThatAreNotThere() throws {
    let path = fixturePath("stored.npz")
    #expect(
      failure { _ = try NpzFile(path)["weight"] }
        == "[npz] \(path): has no array weight; it has "
        + "\(all.keys.sorted().prefix(8).joined(separator: ", ")) and \(all.count - 8) more"
    )
    let other = fixturePath("bool.npy")
    #expect(
      failure { _ = try NpzFile(other) }
        == "[npz] \(other): is not a zip archive, or not a whole one: it has no directory")
  }
}
