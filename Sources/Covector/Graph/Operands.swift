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
