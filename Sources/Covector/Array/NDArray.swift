// The array: an immutable value that names one result of one node of the graph.

/// A multi-dimensional array of numbers, computed when its value is needed.
///
/// Its shape and dtype are known at once; its elements are computed by `eval`, or on reading.
/// Arrays are values: they never change, and can be shared between tasks.
public struct NDArray: Sendable {
  var node: Node
  let result: Int

  init(node: Node, result: Int = 0) {
    self.node = node
    self.result = result
  }

  /// The shape and dtype.
  public var type: ArrayType { isWeak ? ArrayType(shape, dtype) : storedType }

  /// The size of each axis, outermost first; empty for a scalar.
  public var shape: [Int] { storedType.shape }

  /// The type of the elements.
  public var dtype: DType { isWeak ? storedType.dtype.ofWeakScalar : storedType.dtype }

  /// The type in memory: weak scalars are held in 64 bits, so that `1.0 / 3.0` is exact to double
  /// precision when it meets a `float64` array.
  var storedType: ArrayType { node.type(of: result) }

  /// The number of axes.
  public var rank: Int { shape.count }

  /// The number of elements.
  public var count: Int { storedType.count }

  /// The bytes the elements take, stored densely.
  public var byteCount: Int { count * dtype.byteCount }

  /// Whether the array was made from scalars that have no dtype of their own, such as literals.
  var isWeak: Bool { node.flags.contains(.weak) }

  var isPoisoned: Bool { node.flags.contains(.poisoned) }

  /// Whether `other` is the same result of the same node.
  func isIdentical(to other: NDArray) -> Bool { node === other.node && result == other.result }
}

// MARK: - Applying a primitive

extension NDArray {
  /// The result of applying a primitive that has one result.
  ///
  /// The primitive's type rule runs now, so that a mistake stops in the caller's own statement.
  public init(_ primitive: any Primitive, _ inputs: NDArray...) {
    self.init(node: Node.applying(Unspecialized(primitive), inputs))
  }

  /// A scalar.
  init(_ constant: Constant) {
    let node = Node(constant, serial: Trace.branch, origin: Recording.origin)
    Recording.inspect(node)
    self.init(node: node)
  }

  /// The result of applying a primitive that has one result.
  public init(_ primitive: any Primitive, _ inputs: [NDArray]) {
    self.init(node: Node.applying(Unspecialized(primitive), inputs))
  }

  /// The results of applying a primitive.
  public static func apply(_ primitive: any Primitive, _ inputs: [NDArray]) -> [NDArray] {
    Node.applying(Unspecialized(primitive), inputs).results
  }

  /// The array with a dtype of its own: `float32`, `int32` or `complex64` for a weak scalar.
  var strong: NDArray { isWeak ? NDArray(Cast(dtype: dtype), [self]) : self }

  /// Stands for the result of a mistake inside `checked`.
  static func poison(like type: ArrayType, count: Int = 1) -> [NDArray] {
    Node.poison(like: type, count: count).results
  }

  /// Runs code that may find a mistake before it reaches a primitive.
  static func reporting(
    like array: NDArray? = nil, _ body: () throws(ArrayError) -> NDArray
  ) -> NDArray {
    do throws(ArrayError) {
      return try body()
    } catch {
      return NDArray(node: .failed(error, like: array))
    }
  }

  /// As `reporting`, for several results.
  static func reportingAll(
    count: Int = 1, like array: NDArray? = nil, _ body: () throws(ArrayError) -> [NDArray]
  ) -> [NDArray] {
    do throws(ArrayError) {
      return try body()
    } catch {
      return Node.failed(error, like: array, count: count).results
    }
  }
}

extension ArrayType {
  /// Refuses sizes whose product, or whose bytes, do not fit an `Int`.
  func checkSize(_ operation: String) throws(ArrayError) {
    var bytes = dtype.byteCount
    for size in shape where size != 0 {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: size)
      guard !overflow else {
        throw ArrayError(operation, "the result \(self) is larger than memory can be addressed")
      }
      bytes = product
    }
  }
}

extension DType {
  /// What a weak scalar held in 64 bits is on its own.
  var ofWeakScalar: DType {
    switch self {
    case .float64: .float32
    case .int64: .int32
    case .complex128: .complex64
    default: self
    }
  }
}

extension Node {
  /// The node of a primitive applied to inputs.
  fileprivate static func applying(
    _ unspecialized: Unspecialized<any Primitive>, _ inputs: [NDArray]
  ) -> Node {
    let primitive = unspecialized.value
    if inputs.isEmpty, let constant = primitive as? Constant { return NDArray(constant).node }
    var serial = Trace.branch
    var flags: Flags = primitive.keepsWeakness && !inputs.isEmpty ? .weak : []
    for input in inputs {
      serial = Swift.max(serial, input.node.serial)
      if input.isPoisoned { return poison(like: input.type, count: primitive.resultCount) }
      if !input.isWeak { flags.remove(.weak) }
    }
    var inputs = inputs
    if flags.isEmpty, !primitive.readsWeakScalars {
      for index in inputs.indices where inputs[index].isWeak {
        inputs[index] = inputs[index].strong
      }
    }
    do throws(ArrayError) {
      let types = try primitive.resultTypes(inputs)
      for type in types { try type.checkSize(primitive.name) }
      let node = Node(
        primitive, inputs, types: types, flags: flags, serial: serial, origin: Recording.origin)
      if primitive.hasEffect { node.performEffect() }
      Recording.inspect(node)
      return node
    } catch {
      return failed(error, like: inputs.first, count: primitive.resultCount)
    }
  }

  /// Reports a mistake, and stands for its results.
  ///
  /// Not inlined, as it would be into every operation.
  @inline(never)
  fileprivate static func failed(
    _ error: ArrayError, like array: NDArray?, count: Int = 1
  ) -> Node {
    ArrayError.report(error)
    return poison(like: array?.type ?? ArrayType([], .float32), count: count)
  }

  /// Stands for the results of a mistake inside `checked`.
  fileprivate static func poison(like type: ArrayType, count: Int = 1) -> Node {
    let types = [ArrayType](repeating: type, count: Swift.max(count, 1))
    return Node(Poison(), [], types: types, flags: .poisoned, serial: 0)
  }

  /// The arrays that name its results.
  fileprivate var results: [NDArray] {
    resultCount == 1
      ? [NDArray(node: self)] : (0..<resultCount).map { NDArray(node: self, result: $0) }
  }
}
