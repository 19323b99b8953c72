// What a plan is made from: operations in an order in which they can be run, and nothing of the arrays
// they came from, so that one plan serves every graph of the same structure.

/// Operations on numbered values, from memory and scalars that each run is given.
struct EvaluationGraph: Sendable {
  struct Operation: Sendable {
    let primitive: any Primitive
    /// The values it reads.
    var operands: Operands
    /// Its first result; the others follow.
    var result: Int
    let resultCount: Int
    /// Whether its results are wanted when the graph has been run.
    var isKept = false
    /// The operation that stood for it when the graph was claimed, or itself.
    var origin: Int

    var results: Range<Int> { result..<(result + resultCount) }
  }

  /// A scalar that the run is given, by its number there.
  ///
  /// Its value is no part of the graph: a plan serves for every value.
  struct Scalar: Hashable, Sendable {
    let number: Int
    let dtype: DType
  }

  /// Where a value comes from.
  enum Source: Hashable, Sendable {
    case operation(Int)
    /// Memory given to the run, read with this layout; its offset is the run's, and 0 here.
    case leaf(Layout)
    case scalar(Scalar)
  }

  private(set) var operations: [Operation] = []
  /// How each operation is computed; asked for when the graph is planned.
  private(set) var evaluations: [Evaluation] = []
  private(set) var types: [ArrayType] = []
  private(set) var sources: [Source] = []
  private(set) var scalarCount = 0
  /// The last scalars, which are the same for every run.
  private(set) var constants: [Constant] = []

  /// Adds a value that is read from memory.
  mutating func addLeaf(_ layout: Layout, _ type: ArrayType) -> Int {
    var layout = layout
    layout.offset = 0
    types.append(type)
    sources.append(.leaf(layout))
    return types.count - 1
  }

  /// Has a leaf read with another layout.
  mutating func setLayout(_ value: Int, _ layout: Layout) {
    var layout = layout
    layout.offset = 0
    sources[value] = .leaf(layout)
  }

  /// Adds the next scalar.
  mutating func addScalar(_ dtype: DType) -> Int {
    types.append(ArrayType([], dtype))
    sources.append(.scalar(Scalar(number: scalarCount, dtype: dtype)))
    scalarCount += 1
    return types.count - 1
  }

  /// Adds a scalar that is the same for every run.
  mutating func addConstant(_ constant: Constant) -> Int {
    constants.append(constant)
    return addScalar(constant.dtype)
  }

  /// Adds an operation whose operands are there, with the types of a node.
  mutating func addOperation(_ node: Node, _ operands: Operands) -> Int {
    let first = types.count
    for result in 0..<node.resultCount { _ = addValue(node.type(of: result)) }
    operations.append(
      Operation(
        primitive: node.primitive, operands: operands, result: first,
        resultCount: node.resultCount, origin: operations.count))
    return first
  }

  /// Adds a result of the next operation.
  mutating func addValue(_ type: ArrayType) -> Int {
    types.append(type)
    sources.append(.operation(operations.count))
    return types.count - 1
  }

  /// The graph with all its values and no operations.
  var withoutOperations: EvaluationGraph {
    var graph = self
    (graph.operations, graph.evaluations) = ([], [])
    return graph
  }

  /// Asks every primitive how it is computed.
  mutating func askForEvaluations() { evaluations = operations.map(\.primitive.evaluation) }

  /// Adds an operation whose results have their values.
  mutating func append(_ operation: Operation, _ evaluation: Evaluation) {
    for result in operation.results { sources[result] = .operation(operations.count) }
    operations.append(operation)
    operations[operations.count - 1].isKept = false
    evaluations.append(evaluation)
  }

  /// Adds the operations of a program, other than those that only give a value another identity.
  ///
  /// - Parameter numbers: For each value of the program the value here; filled in for results.
  mutating func addOperations(of program: Program, _ numbers: inout [Int]) {
    for operation in program.operations {
      let operands = Operands(operation.operands.map { numbers[$0] })
      let isAlias = operation.node.primitive is Alias
      let first = isAlias ? operands[0] : addOperation(operation.node, operands)
      for result in 0..<operation.node.resultCount {
        numbers[operation.result + result] = first + result
      }
    }
  }

  /// Marks an operation as one whose results are wanted.
  mutating func keep(_ operation: Int) { operations[operation].isKept = true }

  /// The results that are wanted, in order.
  var keptValues: [Int] { operations.filter(\.isKept).flatMap(\.results) }

  /// Makes room for as many operations as most graphs have.
  mutating func reserveRoom() {
    operations.reserveCapacity(16)
    types.reserveCapacity(32)
    sources.reserveCapacity(32)
  }
}
