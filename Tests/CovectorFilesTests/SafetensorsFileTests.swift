// Safetensors files against those of the safetensors package, PyTorch and JAX.

import Covector
import CovectorFiles
import Foundation
import Testing

/// A layer with two arrays; which function it is depends on its place.
private struct Layer: ArrayTree {
  var weight: NDArray
  var bias: NDArray

  func affine(_ x: NDArray) -> NDArray { matmul(x, weight.transposed()) + bias }

  func normalized(_ x: NDArray) -> NDArray {
    let (mean, spread) = (x.mean(axis: -1, keepDims: true), x.variance(axis: -1, keepDims: true))
    return (x - mean) / sqrt(spread + 1e-5) * weight + bias
  }
}

/// The model that the script makes in PyTorch, which numbers the layer without arrays too.
private struct Classifier: ArrayTree {
  var model: [String: Layer] = [
    "0": Layer(weight: .zeros([7, 5]), bias: .zeros([7])),
    "2": Layer(weight: .zeros([7]), bias: .zeros([7])),
    "3": Layer(weight: .zeros([3, 7]), bias: .zeros([3])),
  ]
  var x = NDArray.zeros([4, 5])
  var y = NDArray.zeros([4, 3])
}

private struct Perceptron: ArrayTree {
  var w1 = NDArray.zeros([5, 7])
  var w2 = NDArray.zeros([7, 3])
  var x = NDArray.zeros([4, 5])
  var y = NDArray.zeros([4, 3])
}

@Suite struct SafetensorsFileTests {
  private static var all: [String: NDArray] {
    var arrays: [String: NDArray] = [:]
    for dtype in DType.allCases where dtype != .complex128 {
      arrays["\(dtype)"] = elements(dtype, [2, 3, 4])
    }
    arrays["empty"] = elements(.float32, [0, 3])
    arrays["scalar"] = elements(.float64, [])
    arrays["odd \"name\"\\ é\n"] = elements(.int8, [3])
    return arrays
  }
  private static let metadata = ["about \"it\"": "one\ttwo é \u{1}"]

  @Test func reading() throws {
    let file = try SafetensorsFile(fixturePath("all.safetensors"))
    #expect(file.metadata == Self.metadata)
    #expect(Set(file.names) == Set(Self.all.keys))
    for (name, array) in Self.all {
      #expect(file.types[name] == array.type)
      #expect(try areSame(file[name], array), "\(name)")
    }
    #expect(try SafetensorsFile(fixturePath("empty.safetensors")).names == [])
  }

  @Test func isWrittenAsThePackageDoes() throws {
    try withFolder { folder in
      let path = "\(folder)/x.safetensors"
      try SafetensorsFile.write(Self.all, metadata: Self.metadata, to: path)
      #expect(
        try [UInt8](Data(contentsOf: URL(filePath: path))) == fixture("all.safetensors"))
      try SafetensorsFile.write([:], to: path)
      #expect(
        try [UInt8](Data(contentsOf: URL(filePath: path))) == fixture("empty.safetensors"))
    }
  }

  @Test func aModelOfPyTorch() throws {
    var tree = Classifier()
    try tree.load(safetensors: fixturePath("torch.safetensors"))
    let first = try #require(tree.model["0"])
    let second = try #require(tree.model["2"])
    let third = try #require(tree.model["3"])
    let y = softmax(third.affine(second.normalized(gelu(first.affine(tree.x)))), axis: -1)
    // A few roundings of float32, of numbers below 1.
    #expect(abs(y - tree.y).max().item(Float.self) < 4e-7)
    let file = try SafetensorsFile(fixturePath("torch.safetensors"))
    #expect(file.metadata == ["format": "pt"])
  }

  @Test func aModelOfJAX() throws {
    var tree = Perceptron()
    try tree.load(safetensors: fixturePath("jax.safetensors"))
    let y = vmap { [tree] (row: NDArray) in matmul(tanh(matmul(row, tree.w1)), tree.w2) }(tree.x)
    #expect((abs(y - tree.y).max() / abs(tree.y).max()).item(Float.self) < 1e-6)
  }

  @Test func treesComeBack() throws {
    try withFolder { folder in
      let path = "\(folder)/x.safetensors"
      let saved = Perceptron().mapLeaves { $0 + 2.5 }
      try saved.write(safetensors: path, metadata: ["step": "12"])
      #expect(try SafetensorsFile(path).metadata == ["step": "12"])
      var loaded = Perceptron()
      try loaded.load(safetensors: path)
      for (a, b) in zip(saved.leaves, loaded.leaves) { #expect(try areSame(a, b)) }
    }
  }

  @Test func treesThatDoNotFit() throws {
    try withFolder { folder in
      let path = "\(folder)/x.safetensors"
      var arrays = try Perceptron().arraysByName()
      var tree = Perceptron()
      arrays["w1"] = .zeros([5, 8])
      try SafetensorsFile.write(arrays, to: path)
      #expect(
        failure { try tree.load(safetensors: path) }
          == "[safetensors] \(path): has w1 as float32[5, 8], and Perceptron has it as "
          + "float32[5, 7]")
      arrays["w1"] = nil
      try SafetensorsFile.write(arrays, to: path)
      #expect(
        failure { try tree.load(safetensors: path) }
          == "[safetensors] \(path): has no array w1; it has w2, x, y")
      arrays["w3"] = 1.0
      try SafetensorsFile.write(arrays, to: path)
      #expect(
        failure { try tree.load(safetensors: path) }
          == "[safetensors] \(path): has an array w3, for which Perceptron has no place")
      let twice = ["a.b": ["c": 1.0], "a": ["b.c": 2.0]] as [String: [String: NDArray]]
      #expect(
        failure { _ = try twice.arraysByName() }.hasSuffix("has two arrays of the name a.b.c"))
    }
  }

  @Test func whatTheFormatLacks() throws {
    #expect(
      failure { try SafetensorsFile.write(["x": elements(.complex128, [2])], to: "x.safetensors") }
        == "[safetensors] x.safetensors: x is complex128, which the format does not have; complex64 "
        + "would do")
    #expect(
      failure { try SafetensorsFile.write(["__metadata__": 1.0], to: "x.safetensors") }
        == "[safetensors] x.safetensors: no array can have the name __metadata__, which the format "
        + "keeps for itself")
  }

  @Test func aFileThatShrinks() throws {
    try withFolder { folder in
      let path = "\(folder)/x.safetensors"
      try SafetensorsFile.write(["x": NDArray.ones([100_000])], to: path)
      let file = try SafetensorsFile(path)
      let handle = try #require(FileHandle(forWritingAtPath: path))
      try handle.truncate(atOffset: 5000)
      #expect(
        failure { _ = try file["x"] }
          == "[safetensors] \(path): has become shorter since it was opened: byte 5000 is gone")
    }
  }

  @Test func hugeHeaders() throws {
    try withFolder { folder in
      let path = "\(folder)/x.safetensors"
      var arrays: [String: NDArray] = [:]
      for number in 0..<5000 { arrays["layer.\(number).weight"] = NDArray(number) }
      try SafetensorsFile.write(arrays, to: path)
      let file = try SafetensorsFile(path)
      #expect(file.names.count == 5000)
      #expect(try file["layer.4321.weight"].item(Int.self) == 4321)
    }
  }
}
