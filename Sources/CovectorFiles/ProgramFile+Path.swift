// Files of programs by their paths; the format is described in Docs/ProgramFile.md.

public import Covector

extension ProgramFile {
  /// Reads a file of programs.
  ///
  /// - Parameter primitives: Types of operations beside the library's own; see `init(decoding:primitives:)`.
  /// - Throws: `ArrayError` where the file cannot be read, or is not a whole, unchanged one of a version that is
  ///   known.
  public init(path: String, primitives: [any Primitive.Type] = []) throws(ArrayError) {
    let source = try ByteSource(path: path, format: "ProgramFile")
    try self.init(
      decoding: [UInt8](source.bytes(at: 0, count: source.count)), primitives: primitives)
  }

  /// Writes the programs to a file, which is replaced as a whole where it exists.
  public func write(to path: String) throws {
    let bytes = try encoded()
    try ByteSink.create(path, format: "ProgramFile") { sink in try sink.append(bytes) }
  }
}
