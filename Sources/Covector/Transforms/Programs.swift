// Tracing as a transform of its own: the program of a function, or only the types of its results.
// The public functions are in Surface.generated.swift.

extension Program {
  /// The program of a function of trees, run once on arrays whose values are not known.
  static func traced<Arguments: ArrayTree, Results: ArrayTree>(
    at arguments: Arguments, _ function: (Arguments) -> Results
  ) -> Program {
    Trace.run("trace", keepsProgram: true) { trace in
      let inputs = trace.placeholders(like: arguments.leaves, for: "trace")
      let results = function(arguments.replacingLeaves(with: inputs))
      var program = Program(
        from: inputs, to: results.leaves.map(\.strong), since: trace.serial, makesConstants: true)
      program.inputNames = arguments.leafPaths.map { $0.described(as: .arguments) }
      return program
    }
  }

  /// The results of a function with nothing but their types.
  static func shapes<Arguments: ArrayTree, Results: ArrayTree>(
    at arguments: Arguments, _ function: (Arguments) -> Results
  ) -> Results {
    let results = Trace.run("evalShape", keepsProgram: true) { trace in
      function(
        arguments.replacingLeaves(
          with: trace.placeholders(like: arguments.leaves, for: "evalShape")))
    }
    return results.mapLeaves { leaf in
      leaf.isPoisoned
        ? NDArray.poison(like: leaf.type)[0] : .placeholder(leaf.shape, dtype: leaf.dtype)
    }
  }
}

extension Trace {
  /// Tracers of the types of arrays.
  func placeholders(like arrays: [NDArray], for transform: String) -> [NDArray] {
    arrays.map { placeholder($0.type, for: transform, poisoned: $0.isPoisoned) }
  }
}

extension NDArray {
  /// An array that has a type but no value: what `evalShape` and `trace` need of their arguments.
  ///
  /// It takes no memory, whatever its shape. Reading it, or what is computed from it, is a mistake.
  public static func placeholder(_ shape: [Int], dtype: DType = .float32) -> NDArray {
    reporting { () throws(ArrayError) in
      guard shape.allSatisfy({ $0 >= 0 }) else {
        throw ArrayError("placeholder", "shape \(shape) has a negative size; sizes are 0 or more")
      }
      let type = ArrayType(shape, dtype)
      try type.checkSize("placeholder")
      return NDArray(
        node: Node(Placeholder(transform: ""), [], types: [type], flags: .valueless, serial: 0))
    }
  }
}
