// Random transforms of a random program, on both sides. The library's own transforms on one; on the other a
// loop for vmap, infinitesimals for jvp, and for vjp one infinitesimal for each element of each input.

import Covector
import CovectorValues

/// A transform, with a seed for what is random about it.
enum FuzzTransform: Sendable, Hashable {
  case vmap(seed: UInt64)
  case jvp
  case vjp
  case compile

  var isDerivative: Bool { self == .jvp || self == .vjp }
}

/// A function as the library computes it and as the plain interpreter does, with inputs to try it at.
struct Tower {
  var library: @Sendable ([NDArray]) -> [NDArray]
  var plain: ([Plain]) throws -> [Plain]
  var inputs: [Plain]
  var description: String

  /// The program under the transforms, innermost first.
  init(
    _ program: FuzzProgram, _ transforms: [FuzzTransform], watch: @escaping (inout Plain) -> Void
  ) throws {
    library = { program.run($0) }
    plain = { try program.plain($0, watch) }
    inputs = program.inputs
    description = "f"
    var level = transforms.count(where: \.isDerivative)
    for (number, transform) in transforms.enumerated() {
      switch transform {
      case .vmap(let seed):
        var draw = Draw(seed: seed)
        map(&draw)
      case .jvp:
        level -= 1
        var draw = Draw(seed: UInt64(number))
        try pushForward(level, &draw)
      case .vjp:
        level -= 1
        var draw = Draw(seed: UInt64(number))
        try pullBack(level, &draw)
      case .compile:
        library = Flat.compile(library)
        description = "compile(\(description))"
      }
    }
  }

  private mutating func map(_ draw: inout Draw) {
    let size = draw.pick([0, 1, 2, 3])
    var axes = inputs.map { draw.chance(70) ? draw.int(0...$0.rank) : nil }
    let sure = draw.int(0...(inputs.count - 1))
    axes[sure] = axes[sure] ?? draw.int(0...inputs[sure].rank)
    let (library, plain, places) = (self.library, self.plain, axes)
    let example = inputs
    self.library = { Flat.vmap(library, $0, axes: places, size: size) }
    self.plain = { batch in
      let loop = try (0..<max(size, 1)).map { number in
        try plain(
          zip(batch, places).enumerated().map { place, pair in
            guard let axis = pair.1 else { return pair.0 }
            // With no example, any will do to know the types.
            return size == 0 ? example[place] : pair.0.example(number, along: axis)
          })
      }
      return loop[0].indices.map { result in
        Plain.stacked((0..<size).map { loop[$0][result] }, like: loop[0][result].signature)
      }
    }
    inputs = zip(inputs, axes).map { input, axis in
      guard let axis else { return input }
      let copies = (0..<size).map { number in number == 0 ? input : input.moved(&draw) }
      let front = Plain.stacked(copies, like: input.signature)
      var order = (0..<input.rank).map { $0 + 1 }
      order.insert(0, at: axis)
      return front.transposed(order)
    }
    description =
      "vmap(in: \(axes.map { $0.map(String.init) ?? "nil" }), size \(size))(\(description))"
  }

  private mutating func pushForward(_ level: Int, _ draw: inout Draw) throws {
    let (library, plain, count) = (self.library, self.plain, inputs.count)
    let moved = inputs.indices.filter { inputs[$0].isReal }
    let isReal = try plain(inputs).map(\.isReal)
    self.library = { arrays in
      var tangents = [NDArray?](repeating: nil, count: count)
      for (place, tangent) in zip(moved, arrays[count...]) { tangents[place] = tangent }
      let (outputs, pushed) = Flat.jvp(library, Array(arrays[..<count]), tangents)
      return outputs
        + zip(outputs, pushed).filter { $0.0.dtype.isInexact }.map { $1 ?? zeros($0.type) }
    }
    self.plain = { arrays in
      var inputs = Array(arrays[..<count])
      for (place, tangent) in zip(moved, arrays[count...]) {
        for (number, element) in tangent.elements.enumerated() {
          inputs[place].elements[number] += element.times(infinitesimal: level)
        }
      }
      let outputs = try plain(inputs)
      return outputs.map { $0.map { $0.dropping(level) } }
        + zip(outputs, isReal).filter(\.1).map { $0.0.map { $0.coefficient(level) } }
    }
    inputs += moved.map { Plain.random(inputs[$0].shape, .real, &draw) }
    description = "jvp(\(description))"
  }

  private mutating func pullBack(_ level: Int, _ draw: inout Draw) throws {
    let (library, plain, count) = (self.library, self.plain, inputs.count)
    let moved = inputs.indices.filter { inputs[$0].isReal }
    let outputs = try plain(inputs)
    let pulled = outputs.indices.filter { outputs[$0].isReal }
    let resultCount = outputs.count
    self.library = { arrays in
      let x = Array(arrays[..<count])
      var cotangents = [NDArray?](repeating: nil, count: resultCount)
      for (place, cotangent) in zip(pulled, arrays[count...]) { cotangents[place] = cotangent }
      let answers = Flat.vjp(library, x).pullback(cotangents)
      return moved.map { answers[$0] ?? zeros(x[$0].type) }
    }
    self.plain = { arrays in
      let x = Array(arrays[..<count])
      return try moved.map { place in
        var result = x[place]
        for number in result.elements.indices {
          var inputs = x
          inputs[place].elements[number] += Jet(1).times(infinitesimal: level)
          let outputs = try plain(inputs)
          var sum = Jet(0)
          for (result, cotangent) in zip(pulled, arrays[count...]) {
            for (a, b) in zip(outputs[result].elements, cotangent.elements) {
              sum += a.coefficient(level) * b
            }
          }
          result.elements[number] = sum
        }
        return result
      }
    }
    inputs += pulled.map { Plain.random(outputs[$0].shape, .real, &draw) }
    description = "vjp(\(description))"
  }
}

extension Plain {
  /// The array with each element replaced.
  func map(_ rule: (Jet) -> Jet) -> Plain { Plain(shape, kind, elements: elements.map(rule)) }

  /// Another example like this one: numbers close by, whole numbers and truth values anew.
  func moved(_ draw: inout Draw) -> Plain {
    guard isReal else { return Plain.random(shape, kind, &draw) }
    return map { Jet($0.value * (1 + 0.05 * draw.unit()) + 0.02 * draw.unit()) }
  }
}
