// What all optimisers share: the walk over the arrays of a tree, and the state, which is a tree.

public import Covector

/// A rule that improves the arrays of a model by their gradients.
///
/// Training is a loop of two lines:
///
///     let optimizer = Adam(learningRate: 1e-3)
///     var state = optimizer.initialState(for: model)
///     for (x, y) in batches {
///       let gradient = grad(loss)(model, x, y)
///       optimizer.update(&model, with: gradient, &state)
///     }
///
/// An optimiser is a value that never changes; what it remembers is in the state. Both the update and
/// the schedules are made of array operations, so they can be mapped, differentiated and saved. Nothing
/// is computed before it is read: in a loop that never reads the loss, call `eval(model)` now and then.
public protocol Optimizer: Sendable {
  /// The length of a step.
  var learningRate: Schedule { get }

  /// The names of what is remembered for each array of the model.
  var memory: [String] { get }

  /// One step for one array.
  ///
  /// - Parameters:
  ///   - parameter: The array, of a floating-point dtype.
  ///   - gradient: Its gradient, of the same shape and dtype.
  ///   - memory: What is remembered for the array, in the order of the names; to be brought up to date.
  ///   - learningRate: The length of this step, a scalar of the same dtype.
  ///   - step: The number of this step, from 1, a `float64` scalar.
  /// - Returns: The improved array.
  func improved(
    _ parameter: NDArray, by gradient: NDArray, memory: inout [NDArray], learningRate: NDArray,
    step: NDArray
  ) -> NDArray
}

/// What an optimiser remembers between steps; a tree, which can be saved and mapped like any other.
public struct OptimizerState<Parameters: ArrayTree>: ArrayTree {
  /// The number of steps taken, an `int32` scalar.
  public var step: NDArray
  /// What is remembered, by name: trees like the model.
  public var memory: [String: Parameters]

  /// Visits the number of steps and what is remembered.
  public mutating func visitLeaves<Visitor: TreeVisitor>(_ visitor: inout Visitor) {
    visitor.visit("step", &step)
    visitor.visit("memory", &memory)
  }
}

extension Optimizer {
  /// The state before the first step: zeros like the arrays of the model.
  public func initialState<Parameters: ArrayTree>(
    for parameters: Parameters
  ) -> OptimizerState<Parameters> {
    let zeros = parameters.mapLeaves { NDArray.zeros(like: $0) }
    return OptimizerState(
      step: NDArray(0 as Int32),
      memory: Dictionary(uniqueKeysWithValues: memory.map { ($0, zeros) }))
  }

  /// Takes one step: improves the model and brings the state up to date.
  ///
  /// - Parameters:
  ///   - parameters: The model. Arrays that are not floating-point stay as they are.
  ///   - gradient: A tree of the same structure.
  ///   - state: The state, from `initialState(for:)`.
  public func update<Parameters: ArrayTree>(
    _ parameters: inout Parameters, with gradient: Parameters,
    _ state: inout OptimizerState<Parameters>
  ) {
    let step = state.step + 1
    let counted = step.asType(.float64)
    let rate = learningRate(state.step)
    var memories = memory.map { state.memory[$0]?.leaves ?? [] }
    let count = parameters.leafCount
    for (name, leaves) in zip(memory, memories) where leaves.count != count {
      let fault =
        state.memory[name] == nil
        ? "the state has no \(name)"
        : "the state's \(name) is a tree of \(leaves.count), the model one of \(count) arrays"
      return ArrayError.report(
        ArrayError(
          "update",
          "\(fault); make the state by initialState(for:) of this optimizer and this model"))
    }
    var index = 0
    parameters = parameters.zipLeaves(with: gradient) { parameter, gradient in
      defer { index += 1 }
      guard parameter.dtype.isFloating else { return parameter }
      var mine = memories.map { $0[index] }
      let improved = improved(
        parameter, by: gradient, memory: &mine, learningRate: rate.asType(parameter.dtype),
        step: counted)
      for place in mine.indices { memories[place][index] = mine[place] }
      return improved
    }
    for (name, leaves) in zip(memory, memories) {
      state.memory[name] = state.memory[name]?.replacingLeaves(with: leaves)
    }
    state.step = step
  }
}
