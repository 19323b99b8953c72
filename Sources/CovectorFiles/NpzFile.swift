// NumPy's format for several arrays: a zip archive of .npy files.

public import Covector

/// A file of named arrays in NumPy's format, `.npz`; an array is read when it is asked for.
public struct NpzFile: Sendable {
  private let source: ByteSource
  private let entries: [String: ZipEntry]

  /// The names of the arrays, in the order of the file.
  public let names: [String]

  /// Opens a file and reads its directory.
  public init(_ path: String) throws(ArrayError) {
    source = try ByteSource(path: path, format: "npz")
    var names: [String] = []
    var entries: [String: ZipEntry] = [:]
    for entry in try ZipDirectory(source).entries where entry.name.hasSuffix(".npy") {
      let name = String(entry.name.dropLast(4))
      guard entries.updateValue(entry, forKey: name) == nil else {
        throw source.error("has two arrays \(name)")
      }
      names.append(name)
    }
    (self.names, self.entries) = (names, entries)
  }

  /// Reads the array of a name.
  public subscript(name: String) -> NDArray {
    get throws(ArrayError) {
      guard let entry = entries[name] else {
        throw source.error(noArray: name, among: names)
      }
      let bytes = try entry.contents(source, Zlib.installed())
      let array = ByteSource(bytes, name: "\(source.name): \(entry.name)", format: "npz")
      return try NpyFile.read(array, from: 0, to: array.count)
    }
  }

  /// Reads all arrays.
  public func arrays() throws(ArrayError) -> [String: NDArray] {
    var arrays: [String: NDArray] = [:]
    for name in names { arrays[name] = try self[name] }
    return arrays
  }

  /// Writes named arrays, in the order of their names, to a file, which is replaced as a whole where it
  /// exists.
  ///
  /// Without compression the file is byte for byte what `numpy.savez` writes for these arrays.
  /// - Parameters:
  ///   - arrays: The arrays by name.
  ///   - path: The file.
  ///   - compressed: Whether the arrays are deflated, as `numpy.savez_compressed` does.
  public static func write(
    _ arrays: [String: NDArray], to path: String, compressed: Bool = false
  ) throws {
    let zlib = try Zlib.installed()
    try ByteSink.create(path, format: "npz") { sink in
      var entries: [ZipEntry] = []
      for (name, array) in arrays.sorted(by: { $0.key < $1.key }) {
        guard name.utf8.count < 0xfff0 else {
          throw ArrayError("npz", "\(path): a name of \(name.utf8.count) bytes is too long")
        }
        let bytes = try NpyFile.encode(array)
        let stored = compressed ? try zlib.deflated(bytes) : bytes
        let entry = ZipEntry(
          name: name + ".npy", isDeflated: compressed, checksum: zlib.crc32(bytes),
          storedCount: stored.count, count: bytes.count, offset: sink.count)
        try sink.append(entry, stored: stored)
        entries.append(entry)
      }
      try sink.append(directory: entries)
    }
  }
}
