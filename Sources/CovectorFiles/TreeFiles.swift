// Trees in safetensors files, under the names that PyTorch would give their arrays.

public import Covector

extension ArrayTree {
  /// The arrays of the tree by name, as files have them: `layers.0.weight`.
  ///
  /// - Throws: `ArrayError` where two arrays would have the same name, as those of the key `a.b` and of
  ///   the field `b` of `a`.
  public func arraysByName() throws(ArrayError) -> [String: NDArray] {
    var arrays: [String: NDArray] = [:]
    for (name, array) in zip(fileNames, leaves) {
      guard arrays.updateValue(array, forKey: name) == nil else {
        throw ArrayError("arraysByName", "\(Self.self) has two arrays of the name \(name)")
      }
    }
    return arrays
  }

  /// Writes the arrays of the tree to a safetensors file, which is replaced as a whole where it exists.
  public func write(safetensors path: String, metadata: [String: String] = [:]) throws {
    try SafetensorsFile.write(arraysByName(), metadata: metadata, to: path)
  }

  /// Replaces the arrays of the tree by those of the same names in a safetensors file.
  ///
  /// The tree is left as it is where anything is wrong.
  /// - Throws: `ArrayError` where the file lacks an array or has one more, or where a shape or dtype
  ///   differs.
  public mutating func load(safetensors path: String) throws(ArrayError) {
    try load(SafetensorsFile(path))
  }

  /// Replaces the arrays of the tree by those of the same names in an open safetensors file.
  ///
  /// The tree is left as it is where anything is wrong.
  /// - Throws: `ArrayError` where the file lacks an array or has one more, or where a shape or dtype
  ///   differs.
  public mutating func load(_ file: SafetensorsFile) throws(ArrayError) {
    let mine = try arraysByName()
    if let name = file.names.first(where: { mine[$0] == nil }) {
      throw file.error("has an array \(name), for which \(Self.self) has no place")
    }
    let types = file.types
    var arrays: [NDArray] = []
    for (name, array) in zip(fileNames, leaves) {
      if let type = types[name], type != array.type {
        throw file.error("has \(name) as \(type), and \(Self.self) has it as \(array.type)")
      }
      arrays.append(try file[name])
    }
    self = replacingLeaves(with: arrays)
  }

  private var fileNames: [String] {
    var copy = self
    var namer = FileNamer()
    copy.visitLeaves(&namer)
    return namer.names
  }
}

/// Spells the ways to leaves with dots between the steps.
private struct FileNamer: TreeVisitor {
  static var replacesLeaves: Bool { false }
  private(set) var names: [String] = []
  private var path: [String] = []

  mutating func leaf(_ array: inout NDArray) { names.append(path.joined(separator: ".")) }

  mutating func enter(_ step: @autoclosure () -> TreeStep) {
    switch step() {
    case .field(let name), .key(let name): path.append(name)
    case .index(let index): path.append(String(index))
    }
  }

  mutating func leave() { path.removeLast() }
}
