// Words that contain functions of their own: branches, loops, rules, compiled and transformed functions.

import Covector

/// A function of one number on both sides, to be put into loops, branches and rules.
private struct Body: Sendable {
  let name: String
  let run: @Sendable (NDArray) -> NDArray
  let plain: @Sendable (Jet) -> Jet
  /// Its derivative, on both sides.
  let slope: @Sendable (NDArray) -> NDArray
  let plainSlope: @Sendable (Jet) -> Jet

  static let all: [Body] = [
    Body(
      name: "sin", run: { sin($0) }, plain: { Jet.sin($0) }, slope: { cos($0) },
      plainSlope: { Jet.cos($0) }),
    Body(
      name: "square", run: { $0 * $0 }, plain: { $0 * $0 }, slope: { 2 * $0 },
      plainSlope: { 2.0 * $0 }),
    Body(
      name: "half plus 1", run: { 0.5 * $0 + 1 }, plain: { 0.5 * $0 + 1.0 },
      slope: { $0 * 0 + 0.5 }, plainSlope: { _ in 0.5 }),
    Body(
      name: "tanh", run: { tanh($0) }, plain: { Jet.tanh($0) },
      slope: { 1 - square(tanh($0)) }, plainSlope: { 1.0 - Jet.tanh($0) * Jet.tanh($0) }),
    Body(
      name: "x exp(-x x)", run: { $0 * exp(-$0 * $0) }, plain: { $0 * Jet.exp(-$0 * $0) },
      slope: { (1 - 2 * $0 * $0) * exp(-$0 * $0) },
      plainSlope: { (1.0 - 2.0 * $0 * $0) * Jet.exp(-$0 * $0) }),
  ]
}

extension Vocabulary {
  static let controlWords: [Word] = [
    around("compile") { body in { compile(body.run)($0) } },
    around("checkpoint") { body in { checkpoint { (x: NDArray) in body.run(x) }($0) } },
    around("custom vjp") { body in
      {
        custom({ (x: NDArray) in body.run(x) }, vjp: { x, _, ct in ct * body.slope(x) })($0)
      }
    },
    around("custom jvp") { body in
      { custom({ (x: NDArray) in body.run(x) }, jvp: { x, _, t in t * body.slope(x) })($0) }
    },
    around("custom vmap") { body in
      { custom({ (x: NDArray) in body.run(x) }, vmap: { x, _, _ in body.run(x) })($0) }
    },
    Word(name: "grad of sum") { maker in
      guard let x = maker.pick() else { return nil }
      let body = maker.draw.pick(Body.all)
      return step(
        "grad(sum of \(body.name))", x, { grad { (x: NDArray) in body.run(x).sum() }($0) },
        { $0.map(body.plainSlope) })
    },
    Word(name: "vmap of sum") { maker in
      guard let x = maker.pick(where: { $0.rank > 0 }) else { return nil }
      let body = maker.draw.pick(Body.all)
      let axis = maker.axis(x.value.rank)
      return step(
        "vmap(in: \(axis.spelled), sum of \(body.name))", x,
        { vmap(in: .axis(axis.spelled)) { (x: NDArray) in body.run(x).sum() }($0) },
        { x in
          x.folded(x.shape.indices.filter { $0 != axis.place }, keepDims: false) {
            $0.map(body.plain).reduce(0, +)
          }
        })
    },
    Word(name: "cond") { maker in
      guard let p = maker.pick([.truth]), let x = maker.pick() else { return nil }
      let (body, other) = (maker.draw.pick(Body.all), maker.draw.pick(Body.all))
      return Step(
        name: "cond(any, \(body.name), \(other.name))", operands: [p.number, x.number],
        run: { v in cond(v[0].any(), then: { body.run(v[1]) }, else: { other.run(v[1]) }) }
      ) { v in
        v[1].map(v[0].elements.contains { $0.value != 0 } ? body.plain : other.plain)
      }
    },
    Word(name: "cond of itself") { maker in
      guard let x = maker.pick() else { return nil }
      let (body, other) = (maker.draw.pick(Body.all), maker.draw.pick(Body.all))
      return step(
        "cond(sum below 0, \(body.name), \(other.name))", x,
        { x in cond(x.sum() .< 0, then: { body.run(x) }, else: { other.run(x) }) },
        { x in
          x.map(
            try x.elements.reduce(0, +).isLess(than: 0) ? body.plain : other.plain)
        })
    },
    Word(name: "branch") { maker in
      guard let i = maker.pick([.whole]), let x = maker.pick() else { return nil }
      let bodies = (0..<3).map { _ in maker.draw.pick(Body.all) }
      return Step(
        name: "branch(sum % 3, \(bodies.map(\.name)))", operands: [i.number, x.number],
        run: { v in branch(v[0].sum() % 3, bodies.map { body in { body.run(v[1]) } }) }
      ) { v in
        let sum = v[0].elements.reduce(0) { $0 + Int($1.value) }
        return v[1].map(bodies[((sum % 3) + 3) % 3].plain)
      }
    },
    Word(name: "forLoop") { maker in
      guard let x = maker.pick() else { return nil }
      let body = maker.draw.pick(Body.all)
      let count = maker.draw.int(0...3)
      return step(
        "forLoop(0..<\(count), \(body.name) + i / 4)", x,
        { x in forLoop(0..<count, x) { i, x in body.run(x) + i.asType(.float64) * 0.25 } },
        { x in
          x.map { x in (0..<count).reduce(x) { body.plain($0) + Jet(Double($1) * 0.25) } }
        })
    },
    Word(name: "forLoop of a computed count") { maker in
      guard let i = maker.pick([.whole]), let x = maker.pick() else { return nil }
      let body = maker.draw.pick(Body.all)
      return Step(
        name: "forLoop(sum % 4, \(body.name))", operands: [i.number, x.number],
        run: { v in forLoop(v[0].sum() % 4, v[1]) { _, x in body.run(x) } }
      ) { v in
        let sum = v[0].elements.reduce(0) { $0 + Int($1.value) }
        return v[1].map { x in (0..<(((sum % 4) + 4) % 4)).reduce(x) { x, _ in body.plain(x) } }
      }
    },
    Word(name: "whileLoop") { maker in
      guard let x = maker.pick() else { return nil }
      let limit = maker.draw.int(0...5)
      return step(
        "whileLoop(sum below 2 and count below \(limit), 1.5 x + 0.1)", x,
        { x in
          whileLoop(
            x, NDArray(0), while: { x, n in (x.sum() .< 2) .& (n .< limit) },
            do: { x, n in (1.5 * x + 0.1, n + 1) }
          ).0
        },
        { x in
          var (x, count) = (x, 0)
          while try count < limit && x.elements.reduce(0, +).isLess(than: 2) {
            x = x.map { 1.5 * $0 + 0.1 }
            count += 1
          }
          return x
        })
    },
    Word(name: "scan") { maker in
      guard let x = maker.pick(where: { $0.rank > 0 }) else { return nil }
      guard let start = maker.pick(where: { $0.shape == Array(x.value.shape.dropFirst()) }) else {
        return nil
      }
      let body = maker.draw.pick(Body.all)
      let (isReverse, unroll) = (maker.draw.chance(40), maker.draw.int(1...3))
      let returnsCarry = maker.draw.chance(30)
      return Step(
        name: "scan(\(body.name) of half c + x, reverse: \(isReverse), unroll: \(unroll))."
          + (returnsCarry ? "carry" : "outputs"),
        operands: [x.number, start.number],
        run: { v in
          let (carry, outputs) = scan(v[1], over: v[0], reverse: isReverse, unroll: unroll) {
            c, x in
            let next = body.run(0.5 * c + x)
            return (next, next * x)
          }
          return returnsCarry ? carry : outputs
        }
      ) { v in
        var carry = v[1]
        var outputs = [Plain](
          repeating: v[1], count: v[0].shape[0])
        let places = Array(0..<v[0].shape[0])
        for place in isReverse ? places.reversed() : places {
          let x = v[0].example(place, along: 0)
          for (number, element) in x.elements.enumerated() {
            carry.elements[number] = body.plain(0.5 * carry.elements[number] + element)
          }
          outputs[place] = carry
          for (number, element) in x.elements.enumerated() {
            outputs[place].elements[number] = carry.elements[number] * element
          }
        }
        return returnsCarry ? carry : Plain.stacked(outputs, like: v[1].signature)
      }
    },
    Word(name: "associativeScan") { maker in
      guard let x = maker.pick(where: { $0.rank > 0 }) else { return nil }
      let axis = maker.axis(x.value.rank)
      let isReverse = maker.draw.chance(40)
      return step(
        "associativeScan(product, axis: \(axis.spelled), reverse: \(isReverse))", x,
        { associativeScan($0, axis: axis.spelled, reverse: isReverse) { $0 * $1 } },
        { x in
          x.lines(axis.place) { line in
            var product = Jet(1)
            let products = (isReverse ? line.reversed() : line).map { element in
              product = product * element
              return product
            }
            return isReverse ? products.reversed() : products
          }
        })
    },
    Word(name: "map") { maker in
      guard let x = maker.pick(where: { $0.rank > 0 }) else { return nil }
      let body = maker.draw.pick(Body.all)
      let chunk = maker.draw.int(1...3)
      return step(
        "map(sum of \(body.name), chunk: \(chunk))", x,
        { map(over: $0, chunk: chunk) { x in body.run(x).sum() } },
        { x in
          x.folded(Array(1..<x.rank), keepDims: false) { $0.map(body.plain).reduce(0, +) }
        })
    },
  ]

  /// What changes nothing about the values of a function.
  private static func around(
    _ name: String, _ wrapped: @escaping @Sendable (Body) -> @Sendable (NDArray) -> NDArray
  ) -> Word {
    Word(name: name) { maker in
      guard let x = maker.pick() else { return nil }
      let body = maker.draw.pick(Body.all)
      return step("\(name)(\(body.name))", x, wrapped(body), { $0.map(body.plain) })
    }
  }

  // MARK: Matrices

  static let matrixWords: [Word] = [
    positive("inverse", { inverse($0) }) { m in
      let size = m.count
      let one = (0..<size).map { i in (0..<size).map { Jet($0 == i ? 1 : 0) } }
      return solved(m, one)
    },
    positive("cholesky", { cholesky($0) }) { m in
      var l = m.map { $0.map { _ in Jet(0) } }
      for i in m.indices {
        for j in 0...i {
          let rest = (0..<j).reduce(m[i][j]) { $0 - l[i][$1] * l[j][$1] }
          l[i][j] = i == j ? Jet.sqrt(rest) : rest / l[j][j]
        }
      }
      return l
    },
    positive("matrixPower 3", { matrixPower($0, 3) }) { product($0, product($0, $0)) },
    positive("matrixPower -1", { matrixPower($0, -1) }) { m in
      solved(m, m.indices.map { i in m.indices.map { Jet($0 == i ? 1 : 0) } })
    },
    positive("solve with itself", { solve($0, sin($0)) }) { m in
      solved(m, m.map { $0.map { Jet.sin($0) } })
    },
    Word(name: "determinant") { maker in
      guard let x = square(&maker) else { return nil }
      return step(
        "determinant", x, { determinant($0) },
        { x in x.matrices { [[expansion($0)]] }.reshaped(Array(x.shape.dropLast(2))) })
    },
    Word(name: "slogdet") { maker in
      guard let x = square(&maker) else { return nil }
      return step(
        "slogdet.logAbsDet", x, { slogdet($0).logAbsDet },
        { x in
          try x.matrices { m in
            let value = expansion(m)
            return [[Jet.log(try value.isLess(than: 0) ? -value : value)]]
          }.reshaped(Array(x.shape.dropLast(2)))
        })
    },
    Word(name: "eigvalsh") { maker in
      guard let x = maker.pick(where: { $0.rank > 1 && $0.shape.suffix(2) == [2, 2] }) else {
        return nil
      }
      return step(
        "eigvalsh", x, { eigvalsh(($0 + $0.swappingAxes(-1, -2)) * 0.5) },
        { x in
          let pairs = try x.matrices { m in
            let middle = (m[0][0] + m[1][1]) * 0.5
            let (gap, off) = ((m[0][0] - m[1][1]) * 0.5, (m[0][1] + m[1][0]) * 0.5)
            let radius = try (gap * gap + off * off).smoothRoot()
            return [[middle - radius, middle + radius]]
          }
          return pairs.reshaped(Array(x.shape.dropLast(1)))
        })
    },
    Word(name: "solveTriangular") { maker in
      guard let x = square(&maker) else { return nil }
      let upper = maker.draw.chance(50)
      return step(
        "solveTriangular(upper: \(upper)) of shifted", x,
        { x in
          let size = x.shape[x.rank - 1]
          return solveTriangular(
            x * 0.5 + 3 * NDArray.eye(size, dtype: .float64), cos(x), upper: upper)
        },
        { x in
          x.matrices { m in
            let a = m.indices.map { i in
              m.indices.map { j in
                let isKept = upper ? i <= j : i >= j
                return isKept ? m[i][j] * 0.5 + Jet(i == j ? 3 : 0) : 0
              }
            }
            return solved(a, m.map { $0.map { Jet.cos($0) } })
          }
        })
    },
  ]

  private static func square(_ maker: inout ProgramMaker) -> Known? {
    maker.pick(where: { x in
      x.rank > 1 && (1...3).contains(x.shape[x.rank - 1])
        && x.shape[x.rank - 1] == x.shape[x.rank - 2]
    })
  }

  /// A function of the positive definite matrices x xᵀ / 4 + 2.
  private static func positive(
    _ name: String, _ run: @escaping Elementwise,
    _ plain: @escaping @Sendable ([[Jet]]) -> [[Jet]]
  ) -> Word {
    Word(name: name) { maker in
      guard
        let x = maker.pick(where: {
          $0.rank > 1 && (1...3).contains($0.shape[$0.rank - 2]) && $0.shape[$0.rank - 1] > 0
        })
      else { return nil }
      return step(
        "\(name) of x xᵀ / 4 + 2", x,
        { x in
          let gram = matmul(x, x.swappingAxes(-1, -2)) * 0.25
          return run(gram + 2 * NDArray.eye(x.shape[x.rank - 2], dtype: .float64))
        },
        { x in
          x.matrices { m in
            let turned = m[0].indices.map { column in m.map { $0[column] } }
            var gram = product(m, turned).map { $0.map { $0 * 0.25 } }
            for i in gram.indices { gram[i][i] += 2 }
            return plain(gram)
          }
        })
    }
  }

  private static func product(_ a: [[Jet]], _ b: [[Jet]]) -> [[Jet]] {
    a.map { row in
      b[0].indices.map { column in
        row.indices.reduce(Jet(0)) { $0 + row[$1] * b[$1][column] }
      }
    }
  }

  /// Gaussian elimination, for matrices that need no pivots.
  private static func solved(_ a: [[Jet]], _ b: [[Jet]]) -> [[Jet]] {
    var (a, b) = (a, b)
    for k in a.indices {
      for i in a.indices where i != k {
        let factor = a[i][k] / a[k][k]
        for j in a.indices { a[i][j] = a[i][j] - factor * a[k][j] }
        for j in b[i].indices { b[i][j] = b[i][j] - factor * b[k][j] }
      }
    }
    return a.indices.map { i in b[i].map { $0 / a[i][i] } }
  }

  /// The determinant by its first row.
  private static func expansion(_ m: [[Jet]]) -> Jet {
    guard m.count > 1 else { return m.first?.first ?? 1 }
    return m.indices.reduce(Jet(0)) { sum, column in
      let minor = m.dropFirst().map { row in row.indices.filter { $0 != column }.map { row[$0] } }
      let term = m[0][column] * expansion(minor)
      return column % 2 == 0 ? sum + term : sum - term
    }
  }
}

extension Plain {
  /// The result of a rule for each matrix in the last two axes.
  fileprivate func matrices(_ rule: ([[Jet]]) throws -> [[Jet]]) rethrows -> Plain {
    let (rows, columns) = (shape[rank - 2], shape[rank - 1])
    // The size of results does not depend on the elements; these are safe for every rule.
    let any = (0..<rows).map { i in (0..<columns).map { Jet(i == $0 ? Double(i + 1) : 0.125) } }
    var (size, results): ([Int], [Jet]) = ([], [])
    if count == 0 {
      let result = try rule(any)
      size = [result.count, result[0].count]
    }
    for start in stride(from: 0, to: count, by: max(rows * columns, 1)) {
      let result = try rule(
        (0..<rows).map { row in
          (0..<columns).map { elements[start + row * columns + $0] }
        })
      size = [result.count, result[0].count]
      results += result.flatMap { $0 }
    }
    return Plain(Array(shape.dropLast(2)) + size, elements: results)
  }
}
