// The kind of elementwise primitive that most of the mathematics of one array is: one instruction,
// and a derivative in closed form.

/// An elementwise function of one floating-point or complex array.
protocol UnaryFunction: Elementwise {
  /// The derivative at `x`, where the value is `y`; that of a holomorphic function for complex `x`.
  func derivative(_ x: NDArray, _ y: NDArray) -> NDArray
}

extension UnaryFunction {
  func resultDType(_ x: [NDArray]) throws(ArrayError) -> DType { try requireInexact(x, name) }
  func partial(_ index: Int, _ x: [NDArray], _ y: NDArray) -> Partial {
    .factor(derivative(x[0], y))
  }
}

/// One that has no complex continuation here.
protocol RealUnaryFunction: UnaryFunction {}

extension RealUnaryFunction {
  func resultDType(_ x: [NDArray]) throws(ArrayError) -> DType { try requireFloating(x, name) }
}

extension NDArray {
  /// Whether the elements are complex, in memory or once they are computed.
  var isComplex: Bool { storedType.dtype.isComplex }

  /// A `bool` for every element, all of them `value`.
  func bools(_ value: Bool) -> NDArray { NDArray(value).broadcast(to: shape) }
}
