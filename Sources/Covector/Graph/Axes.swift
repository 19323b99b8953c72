// Which axis of each array a transform maps: prefix trees with literals, and how they are matched
// against the arguments and results.

/// Which axes are mapped: one for everything, or a tree that follows the arrays as far as it goes.
///
///     0                              // the first axis of every array
///     -1                             // the last one
///     nil                            // not mapped: every call sees the whole array
///     [0, nil]                       // one entry for each argument, or each of several results
///     [nil, ["w": 0, "b": nil]]      // one for each field of a struct, or key of a dictionary
///
/// At the top a list has one entry for each argument, also where there is only one: `[[0, nil]]` maps the
/// first of the two arrays in a single argument. A dictionary at the top goes to the only argument.
/// An axis that covers a part with several arrays applies to all of them.
public enum Axes: Hashable, Sendable {
  /// Not mapped.
  case unmapped
  /// That axis of each array; negative axes count from the last, which is -1.
  case axis(Int)
  /// One entry for each part of an array of trees.
  case list([Axes])
  /// One entry for each field of a struct or key of a dictionary.
  case dict([String: Axes])
}

extension Axes: ExpressibleByIntegerLiteral, ExpressibleByNilLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral, CustomStringConvertible
{
  /// That axis of each array.
  public init(integerLiteral axis: Int) { self = .axis(axis) }

  /// Not mapped.
  public init(nilLiteral: ()) { self = .unmapped }

  /// One entry for each part.
  public init(arrayLiteral entries: Axes...) { self = .list(entries) }

  /// One entry for each name; one that comes twice is a mistake.
  public init(dictionaryLiteral entries: (String, Axes)...) {
    var named: [String: Axes] = [:]
    for (name, axes) in entries {
      if named.updateValue(axes, forKey: name) != nil {
        ArrayError.report(ArrayError("Axes", "\"\(name)\" comes twice; each part has one entry"))
      }
    }
    self = .dict(named)
  }

  /// The axes as their literal.
  public var description: String {
    switch self {
    case .unmapped:
      return "nil"
    case .axis(let axis):
      return "\(axis)"
    case .list(let entries):
      return "\(entries)"
    case .dict(let entries):
      if entries.isEmpty { return "[:]" }
      let parts = entries.keys.sorted().map { "\"\($0)\": \(entries[$0] ?? .unmapped)" }
      return "[" + parts.joined(separator: ", ") + "]"
    }
  }
}

extension Axes {
  /// The axis for each leaf of a tree, as given: not yet counted from the front.
  ///
  /// - Parameters:
  ///   - tree: The arguments or results, wrapped in one tree.
  ///   - name: What errors call the axes: `in` or `out`.
  func matched<Tree: ArrayTree>(
    to tree: Tree, leafCount: Int, count: Int, _ operation: String, _ name: String, _ role: TreeRole
  ) throws(ArrayError) -> [Int?] {
    switch self {
    case .unmapped: return [Int?](repeating: nil, count: leafCount)
    case .axis(let axis): return [Int?](repeating: axis, count: leafCount)
    case .list(let entries):
      guard entries.count == count else {
        let (many, noun) = (entries.count, role.isNumbered ? role.noun : "result")
        throw ArrayError(
          operation,
          "\(name): \(self) has \(many) \(many == 1 ? "entry" : "entries") for \(count) "
            + "\(noun)\(count == 1 ? "" : "s"); a list has one for each \(noun)"
            + (count == 1 ? ", so write [\(self)] for the parts of the only one" : ""))
      }
    case .dict:
      guard count == 1 else {
        throw ArrayError(
          operation,
          "\(name): \(self) is a dictionary, but there are \(count) \(role.noun)s; write a list with one "
            + "entry for each")
      }
      return try Axes.list([self]).matched(
        to: tree, leafCount: leafCount, count: count, operation, name, role)
    }
    var copy = tree
    var matcher = AxesMatcher(axes: self, role: role)
    copy.visitLeaves(&matcher)
    matcher.finish()
    if let fault = matcher.fault { throw ArrayError(operation, "\(name): " + fault) }
    return matcher.matched
  }
}

/// Follows axes and a tree together.
private struct AxesMatcher: TreeVisitor {
  static var replacesLeaves: Bool { false }

  /// A part of the tree that is being visited, and its axes.
  struct Part {
    let axes: Axes
    /// The names and the number of parts beneath that were visited.
    var names: Set<String> = []
    var count = 0
    init(_ axes: Axes) { self.axes = axes }
  }

  let role: TreeRole
  var parts: [Part]
  var path: [TreeStep] = []
  var matched: [Int?] = []
  var fault: String?

  init(axes: Axes, role: TreeRole) {
    parts = [Part(axes)]
    self.role = role
  }

  var place: String { LeafPath(steps: path).described(as: role) }

  mutating func fail(_ message: String) {
    if fault == nil { fault = message }
  }

  mutating func leaf(_ array: inout NDArray) {
    switch parts[parts.count - 1].axes {
    case .unmapped:
      matched.append(nil)
    case .axis(let axis):
      matched.append(axis)
    case .list, .dict:
      fail(
        "\(place) is one array, but \(parts[parts.count - 1].axes) was given; give an axis or nil")
      matched.append(nil)
    }
  }

  mutating func enter(_ step: @autoclosure () -> TreeStep) {
    let step = step()
    let axes = parts[parts.count - 1].axes
    path.append(step)
    parts[parts.count - 1].count += 1
    switch (axes, step) {
    case (.unmapped, _), (.axis, _):
      parts.append(Part(axes))
    case (.list(let entries), .index(let index)):
      parts.append(Part(index < entries.count ? entries[index] : .unmapped))
    case (.dict(let entries), .field(let name)), (.dict(let entries), .key(let name)):
      parts[parts.count - 1].names.insert(name)
      if entries[name] == nil {
        fail("there is no entry for \(place); name every part that holds arrays")
      }
      parts.append(Part(entries[name] ?? .unmapped))
    case (.list, _):
      fail("\(axes) is a list, but \(place) has a name; write a dictionary")
      parts.append(Part(.unmapped))
    case (.dict, .index):
      fail("\(axes) is a dictionary, but \(place) has a number; write a list")
      parts.append(Part(.unmapped))
    }
  }

  mutating func leave() {
    finish()
    path.removeLast()
  }

  /// Checks that a part had a use for all its entries.
  mutating func finish() {
    let part = parts.removeLast()
    switch part.axes {
    case .list(let entries) where entries.count != part.count:
      let given = entries.count == 1 ? "1 entry" : "\(entries.count) entries"
      let found = part.count == 1 ? "1 part" : "\(part.count) parts"
      fail("\(part.axes) has \(given), but \(place) has \(found)")
    case .dict(let entries):
      let unused = entries.keys.filter { !part.names.contains($0) }.sorted()
      if let name = unused.first { fail("\(place) has no part \"\(name)\"") }
    default:
      break
    }
  }
}
