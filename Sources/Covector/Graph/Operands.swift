// What an operation of a program or of an evaluation reads.

/// The numbers of the values an operation reads; few need no memory of their own.
struct Operands: Hashable, Sendable, RandomAccessCollection {
  private var inline: (Int, Int, Int) = (0, 0, 0)
  private var others: [Int] = []
  private(set) var count = 0

  init() {}

  init(_ numbers: some Sequence<Int>) {
    for number in numbers { append(number) }
  }

  var startIndex: Int { 0 }
  var endIndex: Int { count }

  mutating func append(_ number: Int) {
    switch count {
    case 0: inline.0 = number
    case 1: inline.1 = number
    case 2: inline.2 = number
    default: others.append(number)
    }
    count += 1
  }

  subscript(position: Int) -> Int {
    switch position {
    case 0: inline.0
    case 1: inline.1
    case 2: inline.2
    default: others[position - 3]
    }
  }

  static func == (a: Operands, b: Operands) -> Bool {
    a.count == b.count && a.inline == b.inline && a.others == b.others
  }

  func hash(into hasher: inout Hasher) {
    for number in self { hasher.combine(number) }
  }
}

/// The order in which tracing and claiming meet operations: depth first from some values, each after those it reads.
///
/// - Parameters:
///   - count: The number of operations there are.
///   - values: Where it starts.
///   - operation: The operation that makes a value; `nil` where none does.
///   - operands: What an operation reads.
func depthFirst(
  _ count: Int, from values: [Int], operation: (Int) -> Int?, operands: (Int) -> Operands
) -> [Int] {
  var order: [Int] = []
  var isMet = [Bool](filled: false, count: count)
  // On a list of our own, so that a long chain does not overflow the thread's stack.
  var stack: [(operation: Int, operands: Operands, next: Int)] = []
  func visit(_ value: Int) {
    guard let index = operation(value), !isMet[index] else { return }
    isMet[index] = true
    stack.append((index, operands(index), 0))
  }
  for value in values {
    visit(value)
    while let top = stack.last {
      if top.next < top.operands.count {
        stack[stack.count - 1].next += 1
        visit(top.operands[top.next])
      } else {
        order.append(top.operation)
        stack.removeLast()
      }
    }
  }
  return order
}

extension Array {
  /// As many of one element.
  ///
  /// `Array(repeating:count:)` asks for the type of the memory each time, which takes longer than to fill a few.
  init(filled element: Element, count: Int) {
    self.init()
    reserveCapacity(count)
    for _ in 0..<count { append(element) }
  }
}
