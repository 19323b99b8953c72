// A program as its user sees it: what goes in and comes out, how large it is, and how it is run.

extension Program {
  /// The types of the arrays it takes, in order.
  public var inputTypes: [ArrayType] { values[0..<inputCount].map(\.type) }

  /// The types of the arrays it returns, in order.
  public var outputTypes: [ArrayType] { outputs.map { values[$0].type } }

  /// The number of operations that compute something.
  public var operationCount: Int { computing.count }

  /// The number of operations of each name.
  public var operationCounts: [String: Int] {
    computing.reduce(into: [:]) { $0[$1.node.primitive.name, default: 0] += 1 }
  }

  /// The bytes of the results of all operations together, each stored densely.
  ///
  /// Evaluation fuses and reuses memory, and takes less.
  public var resultByteCount: Int {
    computing.reduce(0) { $0 + results(of: $1).reduce(0) { $0 + $1.byteCount } }
  }

  /// The bytes of the arrays it was traced with, besides its inputs.
  public var captureByteCount: Int {
    captures.reduce(0) { $0 + values[$1].byteCount }
  }

  /// The operations without those that only give a value another identity.
  var computing: [Operation] { operations.filter { !($0.node.primitive is Alias) } }

  /// Applies the operations to other arrays.
  ///
  /// The arrays may be those of a transform: `vmap { program([$0])[0] }`.
  /// - Parameter inputs: One array for each input, of its type; numbers without a dtype adopt it.
  /// - Returns: One array for each output.
  public func callAsFunction(_ inputs: [NDArray]) -> [NDArray] {
    do throws(ArrayError) {
      return outputs(replacing: try fitted(inputs).enumerated().map { ($0, $1) })
    } catch {
      ArrayError.report(error)
      return outputTypes.map { NDArray.poison(like: $0)[0] }
    }
  }

  /// Applies the operations to other arrays.
  public func callAsFunction(_ inputs: NDArray...) -> [NDArray] { self(inputs) }

  /// Applies the operations to the arrays of trees, one for each argument of the traced function.
  ///
  /// The results come as a list; `tree.replacingLeaves(with:)` gives them a structure.
  @_disfavoredOverload
  public func callAsFunction<each Argument: ArrayTree>(
    _ arguments: repeat each Argument
  ) -> [NDArray] {
    var leaves: [NDArray] = []
    for argument in repeat each arguments { leaves += argument.leaves }
    return self(leaves)
  }

  private func fitted(_ inputs: [NDArray]) throws(ArrayError) -> [NDArray] {
    guard inputs.count == inputCount else {
      throw ArrayError(
        "program",
        "\(inputs.count) arrays were given; there must be \(inputCount), one for each input")
    }
    var fitted = inputs
    for (number, type) in inputTypes.enumerated() {
      let input = inputs[number]
      if input.isPoisoned { continue }
      if input.isWeak, type.dtype.adopting(input.storedType.dtype) == type.dtype {
        fitted[number] = input.promoted(to: type.dtype)
      }
      guard fitted[number].type == type else {
        throw ArrayError(
          "program", "\(inputName(number)) has type \(input.type); the program takes \(type)")
      }
    }
    return fitted
  }

  /// What an input is called in errors.
  func inputName(_ number: Int) -> String {
    number < inputNames.count ? inputNames[number] : "input \(number)"
  }
}
