// The little linear algebra the solver needs, on plain Swift numbers.
// Matrices are lists of columns.

/// The `x` that makes ‖A x − y‖ least, for a matrix of full rank that is not wider than high.
///
/// A = Q R by Householder reflections, on columns scaled to length one; then R x = Qᵀ y.
/// (Golub and Van Loan, Matrix Computations, fourth edition, algorithms 5.2.1 and 5.3.2.)
func solveLeastSquares(_ columns: [[Double]], _ y: [Double]) -> [Double] {
  let scale = columns.map(norm)
  var a = zip(columns, scale).map { column, length in column.map { $0 / length } }
  var y = y
  let size = a.count
  for k in 0..<size {
    // The reflection that sends the rest of column k to a multiple of the first unit vector.
    var v = Array(a[k][k...])
    let diagonal = v[0] > 0 ? -norm(v) : norm(v)
    v[0] -= diagonal
    let weight = 2 / squaredNorm(v)
    for j in k..<size { reflect(&a[j], from: k, v, weight) }
    reflect(&y, from: k, v, weight)
  }
  var x = Array(y[..<size])
  for k in (0..<size).reversed() {
    for j in k + 1..<max(size, k + 1) { x[k] -= a[j][k] * x[j] }
    x[k] /= a[k][k]
  }
  return zip(x, scale).map { $0 / $1 }
}

/// Subtracts `weight` v (vᵀ w) from the tail of `w`.
private func reflect(_ w: inout [Double], from start: Int, _ v: [Double], _ weight: Double) {
  var product = 0.0
  for i in v.indices { product += v[i] * w[start + i] }
  product *= weight
  for i in v.indices { w[start + i] -= product * v[i] }
}

func dot(_ a: [Double], _ b: [Double]) -> Double {
  var sum = 0.0
  for i in a.indices { sum += a[i] * b[i] }
  return sum
}

func squaredNorm(_ a: [Double]) -> Double { dot(a, a) }

/// ‖a‖, scaled so that squares neither overflow nor vanish.
func norm(_ a: [Double]) -> Double {
  let largest = a.reduce(0) { max($0, abs($1)) }
  guard largest > 0, largest.isFinite else { return largest }
  return largest * squaredNorm(a.map { $0 / largest }).squareRoot()
}

/// The product of a matrix and a vector.
func * (_ columns: [[Double]], _ x: [Double]) -> [Double] {
  var product = [Double](repeating: 0, count: columns.first?.count ?? 0)
  for (column, factor) in zip(columns, x) {
    for i in product.indices { product[i] += column[i] * factor }
  }
  return product
}

/// The sum of two vectors. (Swift's `+` joins arrays.)
func sum(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map { $0 + $1 } }
