// Words that combine elements: folds, scans, sorts and products.

import Covector

extension Vocabulary {
  static let foldWords: [Word] = [
    fold("sum", { $0.sum(axes: $1, keepDims: $2) }) { $0.reduce(0, +) },
    fold("mean", notEmpty: true, { $0.mean(axes: $1, keepDims: $2) }) {
      $0.reduce(0, +) / Jet(Double($0.count))
    },
    fold("product", { $0.product(axes: $1, keepDims: $2) }) { $0.reduce(1, *) },
    fold("max", notEmpty: true, { $0.max(axes: $1, keepDims: $2) }) {
      let order = try ascending($0)
      return $0[order[order.count - 1]]
    },
    fold("min", notEmpty: true, { $0.min(axes: $1, keepDims: $2) }) { $0[try ascending($0)[0]] },
    fold("variance", notEmpty: true, { $0.variance(axes: $1, keepDims: $2) }) { variance($0) },
    fold("standardDeviation", notEmpty: true, { $0.standardDeviation(axes: $1, keepDims: $2) }) {
      try variance($0).smoothRoot()
    },
    fold("logSumExp", notEmpty: true, { $0.logSumExp(axes: $1, keepDims: $2) }) {
      Jet.log($0.map { Jet.exp($0) }.reduce(0, +))
    },
    fold("norm", notEmpty: true, axisLimit: 1, { norm($0, axes: $1, keepDims: $2) }) {
      try $0.map { $0 * $0 }.reduce(0, +).smoothRoot()
    },
    fold("median", notEmpty: true, { $0.median(axes: $1, keepDims: $2) }) { line in
      let sorted = try ascending(line).map { line[$0] }
      return (sorted[(line.count - 1) / 2] + sorted[line.count / 2]) * 0.5
    },
    fold("any", of: [.truth], to: .truth, { $0.any(axes: $1, keepDims: $2) }) {
      Jet(Double($0.contains { $0.value != 0 }))
    },
    fold("all", of: [.truth], to: .truth, { $0.all(axes: $1, keepDims: $2) }) {
      Jet(Double($0.allSatisfy { $0.value != 0 }))
    },
    fold("sum of integers", of: [.whole, .truth], to: .whole, { $0.sum(axes: $1, keepDims: $2) }) {
      $0.reduce(0, +)
    },
    fold(
      "countNonzero", of: [.whole, .truth], to: .whole, { $0.countNonzero(axes: $1, keepDims: $2) }
    ) {
      Jet(Double($0.count { $0.value != 0 }))
    },
    fold(
      "argMax", to: .whole, notEmpty: true, axisLimit: 1,
      { $0.argMax(axis: $1[0], keepDims: $2).asType(.int32) }
    ) {
      let order = try ascending($0)
      return Jet(Double(order[order.count - 1]))
    },
    fold(
      "argMin", to: .whole, notEmpty: true, axisLimit: 1,
      { $0.argMin(axis: $1[0], keepDims: $2).asType(.int32) }
    ) { Jet(Double(try ascending($0)[0])) },
  ]

  private static func variance(_ line: [Jet]) -> Jet {
    let mean = line.reduce(0, +) / Jet(Double(line.count))
    return line.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Jet(Double(line.count))
  }

  private static func fold(
    _ name: String, of kinds: Set<Plain.Kind> = [.real], to kind: Plain.Kind = .real,
    notEmpty: Bool = false, axisLimit: Int = 4,
    _ run: @escaping @Sendable (NDArray, [Int], Bool) -> NDArray,
    _ rule: @escaping @Sendable ([Jet]) throws -> Jet
  ) -> Word {
    Word(name: name) { maker in
      guard let x = maker.pick(kinds, where: { $0.rank > 0 }) else { return nil }
      let axes = Array(maker.axes(of: x.value).prefix(axisLimit))
      if notEmpty, axes.contains(where: { x.value.shape[$0] == 0 }) { return nil }
      let keepDims = maker.draw.chance(40)
      let spelled = axes.map { maker.draw.chance(20) ? $0 - x.value.rank : $0 }
      return step(
        "\(name)(axes: \(spelled), keepDims: \(keepDims))", x, { run($0, spelled, keepDims) },
        { try $0.folded(axes, keepDims: keepDims, kind, rule) })
    }
  }

  // MARK: Scans and sorts

  static let lineWords: [Word] = [
    scan("cumulativeSum", { $0.cumulativeSum(axis: $1, reverse: $2, exclusive: $3) }, 0) {
      $0 + $1
    },
    scan("cumulativeProduct", { $0.cumulativeProduct(axis: $1, reverse: $2, exclusive: $3) }, 1) {
      $0 * $1
    },
    scan("cumulativeMax", { $0.cumulativeMax(axis: $1, reverse: $2, exclusive: $3) }, nil) {
      try $0.isLess(than: $1) ? $1 : $0
    },
    scan("cumulativeMin", { $0.cumulativeMin(axis: $1, reverse: $2, exclusive: $3) }, nil) {
      try $0.isLess(than: $1) ? $0 : $1
    },
    scan(
      "logCumulativeSumExp", { $0.logCumulativeSumExp(axis: $1, reverse: $2, exclusive: $3) }, nil
    ) {
      Jet.log(Jet.exp($0) + Jet.exp($1))
    },
    line("sorted", { $0.sorted(axis: $1) }) { line in try ascending(line).map { line[$0] } },
    line("argSort", to: .whole, { $0.argSort(axis: $1).asType(.int32) }) { line in
      try ascending(line).map { Jet(Double($0)) }
    },
    line("softmax", { softmax($0, axis: $1) }) { line in
      let powers = line.map { Jet.exp($0) }
      return powers.map { $0 / powers.reduce(0, +) }
    },
    line("logSoftmax", { logSoftmax($0, axis: $1) }) { line in
      let sum = Jet.log(line.map { Jet.exp($0) }.reduce(0, +))
      return line.map { $0 - sum }
    },
    Word(name: "diff") { maker in
      guard let x = maker.pick(where: { $0.rank > 0 }) else { return nil }
      let axis = maker.axis(x.value.rank)
      guard x.value.shape[axis.place] > 0 else { return nil }
      return step(
        "diff(axis: \(axis.spelled))", x, { diff($0, axis: axis.spelled) },
        { x in
          x.lines(axis.place, count: x.shape[axis.place] - 1) { line in
            zip(line, line.dropFirst()).map { $1 - $0 }
          }
        })
    },
    Word(name: "topK") { maker in
      guard let x = maker.pick(where: { $0.rank > 0 && $0.count > 0 }) else { return nil }
      let axis = maker.axis(x.value.rank)
      let count = maker.draw.int(1...x.value.shape[axis.place])
      return step(
        "topK(\(count), axis: \(axis.spelled)).values sorted", x,
        { $0.topK(count, axis: axis.spelled).values.sorted(axis: axis.spelled) },
        { x in
          try x.lines(axis.place, count: count) { line in
            try ascending(line).suffix(count).map { line[$0] }
          }
        })
    },
  ]

  private static func line(
    _ name: String, to kind: Plain.Kind = .real,
    _ run: @escaping @Sendable (NDArray, Int) -> NDArray,
    _ rule: @escaping @Sendable ([Jet]) throws -> [Jet]
  ) -> Word {
    Word(name: name) { maker in
      guard let x = maker.pick(where: { $0.rank > 0 }) else { return nil }
      let axis = maker.axis(x.value.rank)
      return step(
        "\(name)(axis: \(axis.spelled))", x, { run($0, axis.spelled) },
        { try $0.lines(axis.place, kind, rule) })
    }
  }

  /// - Parameter start: The result of no elements; `nil` where exclusive scans are not tried.
  private static func scan(
    _ name: String, _ run: @escaping @Sendable (NDArray, Int, Bool, Bool) -> NDArray, _ start: Jet?,
    _ combine: @escaping @Sendable (Jet, Jet) throws -> Jet
  ) -> Word {
    Word(name: name) { maker in
      guard let x = maker.pick(where: { $0.rank > 0 }) else { return nil }
      let axis = maker.axis(x.value.rank)
      let reverse = maker.draw.chance(40)
      let exclusive = start != nil && maker.draw.chance(30)
      return step(
        "\(name)(axis: \(axis.spelled), reverse: \(reverse), exclusive: \(exclusive))", x,
        { run($0, axis.spelled, reverse, exclusive) },
        { x in
          try x.lines(axis.place) { line in
            let line = reverse ? line.reversed() : line
            var results: [Jet] = []
            var total = start
            for element in line {
              if exclusive, let total { results.append(total) }
              total = try total.map { try combine($0, element) } ?? element
              if !exclusive, let total { results.append(total) }
            }
            return reverse ? results.reversed() : results
          }
        })
    }
  }

  // MARK: Products

  static let productWords: [Word] = [
    Word(name: "matmul") { maker in
      guard let x = maker.pick(where: { $0.rank > 0 }) else { return nil }
      let inner = x.value.shape[x.value.rank - 1]
      let lead = x.value.shape.dropLast(2)
      guard
        let y = maker.pick(where: { y in
          y.rank == 1
            ? y.shape[0] == inner
            : y.rank > 1 && y.shape[y.rank - 2] == inner
              && (x.value.rank < 3 || joint(Array(lead), Array(y.shape.dropLast(2))) != nil)
        })
      else { return nil }
      return Step(
        name: "matmul", operands: [x.number, y.number], run: { matmul($0[0], $0[1]) }
      ) { operands in
        let (x, y) = (operands[0], operands[1])
        let a = x.rank == 1 ? x.reshaped([1] + x.shape) : x
        let b = y.rank == 1 ? y.reshaped(y.shape + [1]) : y
        guard let batch = joint(Array(a.shape.dropLast(2)), Array(b.shape.dropLast(2))) else {
          throw ArrayError("matmul", "shapes")
        }
        let (rows, inner, columns) = (a.shape[a.rank - 2], a.shape[a.rank - 1], b.shape[b.rank - 1])
        func part(_ m: Plain, _ index: ArraySlice<Int>, _ row: Int, _ column: Int) -> Jet {
          let own = m.shape.dropLast(2)
          let lead = zip(own, index.suffix(own.count)).map { $0 == 1 ? 0 : $1 }
          return m[lead + [row, column]]
        }
        let full = Plain(batch + [rows, columns]) { index in
          let (row, column) = (index[index.count - 2], index[index.count - 1])
          return (0..<inner).reduce(Jet(0)) { sum, k in
            sum + part(a, index.dropLast(2), row, k) * part(b, index.dropLast(2), k, column)
          }
        }
        return full.reshaped(batch + (x.rank == 1 ? [] : [rows]) + (y.rank == 1 ? [] : [columns]))
      }
    },
    Word(name: "outer") { maker in
      guard let x = maker.pick(where: { $0.rank == 1 && $0.count < 6 }),
        let y = maker.pick(where: { $0.rank == 1 && $0.count < 6 })
      else { return nil }
      return Step(name: "outer", operands: [x.number, y.number], run: { outer($0[0], $0[1]) }) {
        v in
        Plain([v[0].count, v[1].count]) { v[0][[$0[0]]] * v[1][[$0[1]]] }
      }
    },
    Word(name: "einsum") { maker in
      guard let x = maker.pick(where: { $0.rank > 0 && $0.rank < 4 }) else { return nil }
      let last = x.value.shape[x.value.rank - 1]
      guard let y = maker.pick(where: { $0.rank > 0 && $0.rank < 3 && $0.shape[0] == last }) else {
        return nil
      }
      // The last axis of the first with the first of the second; the result's axes in a random order.
      let a = Array("abc".prefix(x.value.rank))
      let b = [a[a.count - 1]] + Array("de".prefix(y.value.rank - 1))
      var free = Array(a.dropLast()) + b.dropFirst()
      if maker.draw.chance(30) { free.append(b[0]) }
      free.shuffle(using: &maker.draw)
      let letters = free
      let subscripts = "\(String(a)),\(String(b))->\(String(letters))"
      return Step(
        name: "einsum(\"\(subscripts)\")", operands: [x.number, y.number],
        run: { einsum(subscripts, $0) }
      ) { v in
        var sizes: [Character: Int] = [:]
        for (letter, size) in zip(a, v[0].shape) { sizes[letter] = size }
        for (letter, size) in zip(b, v[1].shape) { sizes[letter] = size }
        return Plain(letters.map { sizes[$0] ?? 0 }) { index in
          var place: [Character: Int] = [:]
          for (letter, number) in zip(letters, index) { place[letter] = number }
          let summed = place[b[0]].map { $0..<($0 + 1) } ?? 0..<(sizes[b[0]] ?? 0)
          return summed.reduce(Jet(0)) { sum, k in
            place[b[0]] = k
            return sum + v[0][a.map { place[$0] ?? 0 }] * v[1][b.map { place[$0] ?? 0 }]
          }
        }
      }
    },
    Word(name: "convolve") { maker in
      guard let x = maker.pick(where: { $0.rank == 1 && $0.count > 0 }),
        let y = maker.pick(where: { $0.rank == 1 && $0.count > 0 })
      else { return nil }
      return Step(
        name: "convolve", operands: [x.number, y.number], run: { convolve($0[0], $0[1]) }
      ) {
        v in
        Plain([v[0].count + v[1].count - 1]) { index in
          var sum = Jet(0)
          for i in 0..<v[0].count where (0..<v[1].count).contains(index[0] - i) {
            sum += v[0][[i]] * v[1][[index[0] - i]]
          }
          return sum
        }
      }
    },
  ]
}
