// Words that move elements: shapes, parts, joins and indices.

import Covector

extension Vocabulary {
  static let shapeWords: [Word] = [
    Word(name: "reshaped") { maker in
      guard let x = maker.pick(everyKind, where: { $0.count > 0 }) else { return nil }
      var (target, left) = ([Int](), x.value.count)
      while left > 1 || maker.draw.chance(30), target.count < 4 {
        let divisors = (1...left).filter { left % $0 == 0 }
        target.append(target.count == 3 ? left : maker.draw.pick(divisors))
        left /= target[target.count - 1]
      }
      let shape = target
      return step("reshaped(to: \(shape))", x, { $0.reshaped(to: shape) }, { $0.reshaped(shape) })
    },
    Word(name: "transposed") { maker in
      guard let x = maker.pick(everyKind) else { return nil }
      let order = x.value.shape.indices.shuffled(using: &maker.draw)
      return step("transposed(\(order))", x, { $0.transposed(order) }, { $0.transposed(order) })
    },
    Word(name: "movingAxis") { maker in
      guard let x = maker.pick(everyKind, where: { $0.rank > 0 }) else { return nil }
      let (from, to) = (maker.axis(x.value.rank), maker.axis(x.value.rank))
      return step(
        "movingAxis(\(from.spelled), to: \(to.spelled))", x,
        { $0.movingAxis(from.spelled, to: to.spelled) },
        { x in
          var order = x.shape.indices.filter { $0 != from.place }
          order.insert(from.place, at: to.place)
          return x.transposed(order)
        })
    },
    Word(name: "swappingAxes") { maker in
      guard let x = maker.pick(everyKind, where: { $0.rank > 1 }) else { return nil }
      let (a, b) = (maker.axis(x.value.rank), maker.axis(x.value.rank))
      return step(
        "swappingAxes(\(a.spelled), \(b.spelled))", x,
        { $0.swappingAxes(a.spelled, b.spelled) },
        { x in
          var order = Array(x.shape.indices)
          order.swapAt(a.place, b.place)
          return x.transposed(order)
        })
    },
    Word(name: "expandingAxes") { maker in
      guard let x = maker.pick(everyKind) else { return nil }
      let axis = maker.axis(x.value.rank + 1)
      return step(
        "expandingAxes(\(axis.spelled))", x, { $0.expandingAxes(axis.spelled) },
        { x in
          var shape = x.shape
          shape.insert(1, at: axis.place)
          return x.reshaped(shape)
        })
    },
    Word(name: "squeezed") { maker in
      guard let x = maker.pick(everyKind, where: { $0.shape.contains(1) }) else { return nil }
      return step(
        "squeezed()", x, { $0.squeezed() }, { x in x.reshaped(x.shape.filter { $0 != 1 }) })
    },
    Word(name: "flattened") { maker in
      guard let x = maker.pick(everyKind) else { return nil }
      return step("flattened()", x, { $0.flattened() }, { $0.reshaped([$0.count]) })
    },
    Word(name: "broadcast") { maker in
      guard let x = maker.pick(everyKind) else { return nil }
      let lead = maker.draw.chance(50) ? [maker.draw.int(1...3)] : []
      let shape = lead + x.value.shape.map { $0 == 1 ? maker.draw.int(1...3) : $0 }
      return step(
        "broadcast(to: \(shape))", x, { $0.broadcast(to: shape) },
        { x in Plain(shape, x.kind) { x.broadcast(at: $0) } })
    },
    Word(name: "flipped") { maker in
      guard let x = maker.pick(everyKind, where: { $0.rank > 0 }) else { return nil }
      let axis = maker.axis(x.value.rank)
      return step(
        "flipped(\(axis.spelled))", x, { $0.flipped(axis.spelled) },
        { $0.lines(axis.place) { $0.reversed() } })
    },
    Word(name: "rolled") { maker in
      guard let x = maker.pick(everyKind, where: { $0.rank > 0 && $0.count > 0 }) else {
        return nil
      }
      let axis = maker.axis(x.value.rank)
      let shift = maker.draw.int(-4...4)
      return step(
        "rolled(by: \(shift), axis: \(axis.spelled))", x,
        { $0.rolled(by: shift, axis: axis.spelled) },
        { x in
          x.lines(axis.place) { line in
            line.indices.map { line[(($0 - shift) % line.count + line.count) % line.count] }
          }
        })
    },
    Word(name: "repeated") { maker in
      guard let x = maker.pick(everyKind, where: { $0.rank > 0 }) else { return nil }
      let axis = maker.axis(x.value.rank)
      let count = maker.draw.int(0...3)
      return step(
        "repeated(\(count), axis: \(axis.spelled))", x,
        { $0.repeated(count, axis: axis.spelled) },
        { x in
          x.lines(axis.place, count: x.shape[axis.place] * count) { line in
            line.flatMap { element in (0..<count).map { _ in element } }
          }
        })
    },
    Word(name: "slice") { maker in
      guard let x = maker.pick(everyKind, where: { $0.rank > 0 }) else { return nil }
      let size = x.value.shape[0]
      let from = maker.draw.int(0...size)
      let by = maker.draw.pick([1, 1, 2, 3])
      return step(
        "[.stride(from: \(from), by: \(by))]", x, { $0[.stride(from: from, by: by)] },
        { x in
          let places = Array(Swift.stride(from: from, to: size, by: by))
          return x.lines(0, count: places.count) { line in places.map { line[$0] } }
        })
    },
    Word(name: "reversing slice") { maker in
      guard let x = maker.pick(everyKind, where: { $0.rank > 0 }) else { return nil }
      let by = maker.draw.int(1...2)
      return step(
        "[..., .stride(by: -\(by))]", x, { $0[..., .stride(by: -by)] },
        { x in
          let places = Array(Swift.stride(from: (x.shape.last ?? 0) - 1, through: 0, by: -by))
          return x.lines(x.rank - 1, count: places.count) { line in places.map { line[$0] } }
        })
    },
    Word(name: "element") { maker in
      guard let x = maker.pick(everyKind, where: { ($0.shape.last ?? 0) > 0 }) else { return nil }
      let place = maker.draw.int(0...((x.value.shape.last ?? 1) - 1))
      return step(
        "[..., \(place)]", x, { $0[..., place] }, { $0.example(place, along: $0.rank - 1) })
    },
    Word(name: "padded") { maker in
      guard let x = maker.pick(where: { $0.rank > 0 }) else { return nil }
      let widths = x.value.shape.map { _ in
        (before: maker.draw.int(0...1), after: maker.draw.int(0...2))
      }
      return step(
        "padded(\(widths.map { [$0.before, $0.after] }), value: 0.5)", x,
        { $0.padded(widths, value: 0.5) },
        { x in
          let shape = zip(x.shape, widths).map { $0 + $1.before + $1.after }
          return Plain(shape) { index in
            let inner = zip(index, widths).map { $0 - $1.before }
            let isInside = zip(inner, x.shape).allSatisfy { $0 >= 0 && $0 < $1 }
            return isInside ? x[inner] : 0.5
          }
        })
    },
    triangle("tril") { $0 >= $1 },
    triangle("triu") { $0 <= $1 },
    Word(name: "diagonal") { maker in
      guard let x = maker.pick(everyKind, where: { $0.rank > 1 }) else { return nil }
      return step(
        "diagonal()", x, { $0.diagonal() },
        { x in
          let size = min(x.shape[0], x.shape[1])
          return Plain(Array(x.shape.dropFirst(2)) + [size], x.kind) { index in
            let place = index[index.count - 1]
            return x[[place, place] + index.dropLast()]
          }
        })
    },
    Word(name: "diag") { maker in
      guard let x = maker.pick(everyKind, where: { $0.rank == 1 && $0.count < 5 }) else {
        return nil
      }
      return step(
        "diag", x, { diag($0) },
        { x in Plain([x.count, x.count], x.kind) { $0[0] == $0[1] ? x[[$0[0]]] : 0 } })
    },
    Word(name: "split piece") { maker in
      guard let x = maker.pick(everyKind, where: { $0.rank > 0 && $0.shape[0] > 1 }) else {
        return nil
      }
      let cut = maker.draw.int(1...(x.value.shape[0] - 1))
      return step(
        "split(at: [\(cut)])[1]", x, { $0.split(at: [cut])[1] },
        { x in x.lines(0, count: x.shape[0] - cut) { Array($0[cut...]) } })
    },
  ]

  private static func triangle(
    _ name: String, _ isKept: @escaping @Sendable (Int, Int) -> Bool
  ) -> Word {
    Word(name: name) { maker in
      guard let x = maker.pick(everyKind, where: { $0.rank > 1 }) else { return nil }
      return step(
        name, x, { name == "tril" ? tril($0) : triu($0) },
        { x in
          Plain(x.shape, x.kind) { index in
            isKept(index[x.rank - 2], index[x.rank - 1]) ? x[index] : 0
          }
        })
    }
  }

  static let joinWords: [Word] = [
    Word(name: "concatenated") { maker in
      guard let x = maker.pick(everyKind, where: { $0.rank > 0 }) else { return nil }
      let axis = maker.axis(x.value.rank)
      func rest(_ shape: [Int]) -> [Int] {
        shape.enumerated().filter { $0.offset != axis.place }.map(\.element)
      }
      guard
        let y = maker.pick(
          [x.value.kind],
          where: { $0.rank == x.value.rank && rest($0.shape) == rest(x.value.shape) })
      else { return nil }
      return Step(
        name: "concatenated(axis: \(axis.spelled))", operands: [x.number, y.number],
        run: { concatenated($0, axis: axis.spelled) }
      ) { operands in
        let (x, y) = (operands[0], operands[1])
        var shape = x.shape
        shape[axis.place] += y.shape[axis.place]
        return Plain(shape, x.kind) { index in
          if index[axis.place] < x.shape[axis.place] { return x[index] }
          var index = index
          index[axis.place] -= x.shape[axis.place]
          return y[index]
        }
      }
    },
    Word(name: "stacked") { maker in
      guard let x = maker.pick(everyKind) else { return nil }
      guard let y = maker.pick([x.value.kind], where: { $0.shape == x.value.shape }) else {
        return nil
      }
      let axis = maker.axis(x.value.rank + 1)
      return Step(
        name: "stacked(axis: \(axis.spelled))", operands: [x.number, y.number],
        run: { stacked($0, axis: axis.spelled) }
      ) { operands in
        var shape = operands[0].shape
        shape.insert(2, at: axis.place)
        return Plain(shape, operands[0].kind) { index in
          var index = index
          return operands[index.remove(at: axis.place)][index]
        }
      }
    },
  ]

  static let indexWords: [Word] = [
    Word(name: "take") { maker in
      guard let x = maker.pick(everyKind, where: { $0.rank > 0 && $0.count > 0 }) else {
        return nil
      }
      guard let i = maker.pick([.whole], where: { $0.count <= 12 }) else { return nil }
      let axis = maker.axis(x.value.rank)
      let size = x.value.shape[axis.place]
      return Step(
        name: "take(% \(size), axis: \(axis.spelled))", operands: [x.number, i.number],
        run: { $0[0].take($0[1] % Int(size), axis: axis.spelled) }
      ) { operands in
        let (x, i) = (operands[0], operands[1])
        let shape = Array(x.shape[..<axis.place]) + i.shape + x.shape[(axis.place + 1)...]
        return Plain(shape, x.kind) { index in
          let chosen = place(i[Array(index[axis.place..<(axis.place + i.rank)])], size)
          return x[index[..<axis.place] + [chosen] + index[(axis.place + i.rank)...]]
        }
      }
    },
    Word(name: "takeAlongAxis") { maker in
      guard let x = maker.pick(where: { $0.rank > 0 && $0.count > 0 }) else { return nil }
      let axis = maker.axis(x.value.rank)
      let order = maker.draw.chance(50)
      return step(
        "takeAlongAxis(argSort reversed: \(order), axis: \(axis.spelled))", x,
        { x in
          let order =
            order
            ? x.argSort(axis: axis.spelled).flipped(axis.place) : x.argSort(axis: axis.spelled)
          return x.takeAlongAxis(order, axis: axis.spelled)
        },
        { x in
          try x.lines(axis.place) { line in
            let sorted = try ascending(line).map { line[$0] }
            return order ? sorted.reversed() : sorted
          }
        })
    },
    Word(name: "index array") { maker in
      guard let x = maker.pick(everyKind, where: { $0.rank > 0 && $0.shape[0] > 0 }) else {
        return nil
      }
      let size = x.value.shape[0]
      let places = (0..<maker.draw.int(0...4)).map { _ in maker.draw.int(-size...(size - 1)) }
      return step(
        "[\(places)]", x, { $0[places] },
        { x in x.lines(0, count: places.count) { line in places.map { line[($0 + size) % size] } } }
      )
    },
    update("adding", { $0.adding($1) }, { $0 + $1 }),
    update("multiplying", { $0.multiplying(by: $1) }, { $0 * $1 }),
    update("subtracting", { $0.subtracting($1) }, { $0 - $1 }),
    Word(name: "set slice") { maker in
      guard let x = maker.pick(where: { $0.rank > 0 && $0.shape[0] > 0 }) else { return nil }
      guard let y = maker.pick(where: { $0.shape == Array(x.value.shape.dropFirst()) }) else {
        return nil
      }
      let from = maker.draw.int(0...(x.value.shape[0] - 1))
      return Step(
        name: "[\(from)...] =", operands: [x.number, y.number],
        run: {
          var x = $0[0]
          x[from...] = $0[1]
          return x
        }
      ) { operands in
        Plain(operands[0].shape) { index in
          index[0] >= from ? operands[1][Array(index.dropFirst())] : operands[0][index]
        }
      }
    },
  ]

  /// Updates along the first axis at fixed places, of which some occur twice.
  private static func update(
    _ name: String, _ run: @escaping @Sendable (NDArray.SelectedPlaces, NDArray) -> NDArray,
    _ function: @escaping @Sendable (Jet, Jet) -> Jet
  ) -> Word {
    Word(name: "at.\(name)") { maker in
      guard let x = maker.pick(where: { $0.rank > 0 && $0.shape[0] > 0 }) else { return nil }
      guard let y = maker.pick(where: { $0.shape == Array(x.value.shape.dropFirst()) }) else {
        return nil
      }
      let size = x.value.shape[0]
      let places = (0..<maker.draw.int(1...3)).map { _ in maker.draw.int(0...(size - 1)) }
      return Step(
        name: "at[\(places)].\(name)", operands: [x.number, y.number],
        run: { run($0[0].at[places], $0[1]) }
      ) { operands in
        Plain(operands[0].shape) { index in
          places.filter { $0 == index[0] }.reduce(operands[0][index]) { value, _ in
            function(value, operands[1][Array(index.dropFirst())])
          }
        }
      }
    }
  }

  /// The place a whole number stands for after `% size`.
  private static func place(_ index: Jet, _ size: Int) -> Int {
    ((Int(index.value) % size) + size) % size
  }

  /// The order that sorts a line, by insertion.
  static func ascending(_ line: [Jet]) throws -> [Int] {
    var order: [Int] = []
    for (number, element) in line.enumerated() {
      var place = order.count
      while place > 0, try element.isLess(than: line[order[place - 1]]) { place -= 1 }
      order.insert(number, at: place)
    }
    return order
  }
}
