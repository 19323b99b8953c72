// Arrays as text, laid out as NumPy lays them out: columns aligned, as few digits as tell the
// numbers apart, large arrays shortened to their edges; the dtype is always given.

extension NDArray: CustomStringConvertible {
  /// The elements as NumPy prints them, with the dtype: `array([[1. , 2.5]], dtype=float32)`.
  ///
  /// At most 8 digits follow the decimal point. Arrays of more than 1000 elements show three at
  /// each end of an axis, and their shape. Truth values read `true` and `false`. Computes the
  /// array; one whose value is not known inside a transform is described by its type.
  public var description: String {
    if let text = descriptionWithoutValue { return text }
    let array = strong
    do throws(ArrayError) {
      try evaluate([array])
      let isLong = count > TextLayout.threshold
      let shown = isLong ? array.corners(TextLayout.edge) : array
      try evaluate([shown])
      return TextLayout(shape: shape, isShortened: isLong).text(
        shown.elementTexts(), dtype: dtype)
    } catch {
      return "NDArray(\(type), \(error.summary))"
    }
  }

  /// What is said of an array that has no value to print.
  private var descriptionWithoutValue: String? {
    if isPoisoned { return "NDArray(the result of an error)" }
    guard let transform = unknownInside() else { return nil }
    return "NDArray(\(type), traced by \(transform))"
  }

  /// The parts of the array within `edge` of either end of every axis.
  private func corners(_ edge: Int) -> NDArray {
    (0..<rank).reduce(self) { array, axis in
      let size = array.shape[axis]
      guard size > 2 * edge else { return array }
      return concatenated(
        [
          array.sliced(axis: axis, from: 0, count: edge),
          array.sliced(axis: axis, from: size - edge, count: edge),
        ], axis: axis)
    }
  }

  /// The elements as texts that line up below each other.
  private func elementTexts() -> [String] {
    if dtype == .bool {
      return array(of: Bool.self).map { $0 ? (rank == 0 ? "true" : " true") : "false" }
    }
    if dtype.isInteger {
      let texts =
        dtype == .uint64
        ? array(of: UInt64.self).map(String.init) : array(of: Int64.self).map(String.init)
      let width = texts.map(\.count).max() ?? 0
      return texts.map { $0.padded(to: width) }
    }
    if dtype.isComplex {
      let numbers = array(of: Complex<Double>.self)
      let real = NumberFormat(numbers.map(\.real), dtype.real, showsPlus: false)
      let imaginary = NumberFormat(numbers.map(\.imaginary), dtype.real, showsPlus: true)
      return numbers.map { number in
        let text = imaginary.text(number.imaginary)
        let blanks = text.reversed().prefix { $0 == " " }
        return real.text(number.real) + text.dropLast(blanks.count) + "j" + String(blanks)
      }
    }
    let numbers = array(of: Double.self)
    let format = NumberFormat(numbers, dtype, showsPlus: false)
    return numbers.map(format.text)
  }
}

extension NDArray: CustomDebugStringConvertible {
  /// The same as `description`: how Swift prints arrays in structs, tuples and collections.
  ///
  /// Computes the array.
  public var debugDescription: String { description }
}

/// How the numbers of one array are written, so that they line up.
private struct NumberFormat {
  private let dtype: DType
  private let showsPlus: Bool
  private var isScientific = false
  /// Digits after the decimal point: in scientific form all numbers have as many.
  private var precision = 8
  private var powerDigits = 2
  private var leftWidth = 0
  private var rightWidth = 0

  init(_ numbers: [Double], _ dtype: DType, showsPlus: Bool) {
    self.dtype = dtype
    self.showsPlus = showsPlus
    let finite = numbers.filter(\.isFinite)
    isScientific = Self.needsPowers(finite, dtype)
    if isScientific {
      let parts = finite.map { number -> (whole: String, fraction: String, power: Int) in
        var digits = DecimalDigits(number, dtype)
        digits.round(to: 9)
        return digits.scientific
      }
      precision = parts.map(\.fraction.count).max() ?? 0
      powerDigits = parts.map { max(2, String($0.power.magnitude).count) }.max() ?? 2
      leftWidth = finite.map { 1 + sign($0).count }.max() ?? 0
      rightWidth = powerDigits + 2 + precision
    } else {
      for number in finite {
        let (whole, fraction) = positional(number)
        leftWidth = max(leftWidth, whole.count)
        rightWidth = max(rightWidth, fraction.count)
      }
    }
    if finite.count < numbers.count {
      let longest = numbers.contains { $0.isInfinite && ($0 < 0 || showsPlus) } ? 4 : 3
      leftWidth = max(leftWidth, longest - rightWidth - 1)
    }
  }

  /// Whether numbers are so large, so small or so different that they are written with powers of
  /// ten.
  private static func needsPowers(_ finite: [Double], _ dtype: DType) -> Bool {
    let sizes = finite.filter { $0 != 0 }.map(\.magnitude)
    guard let largest = sizes.max(), let smallest = sizes.min() else { return false }
    let digits: Double
    let tiny: Double
    let ratio: Double
    // The comparisons are made in the array's own precision.
    switch dtype {
    case .float16:
      (digits, tiny, ratio) = (1e3, Double(Float16(1e-4)), Double(Float16(largest / smallest)))
    case .bfloat16:
      (digits, tiny) = (1e3, Double(BFloat16(1e-4).float))
      ratio = Double(BFloat16(Float(largest / smallest)).float)
    case .float32:
      (digits, tiny, ratio) = (1e6, Double(Float(1e-4)), Double(Float(largest / smallest)))
    default:
      (digits, tiny, ratio) = (1e8, 1e-4, largest / smallest)
    }
    return largest >= digits || smallest < tiny || ratio > 1000
  }

  private func sign(_ number: Double) -> String {
    number.sign == .minus ? "-" : showsPlus ? "+" : ""
  }

  private func positional(_ number: Double) -> (String, String) {
    var digits = DecimalDigits(number, dtype)
    digits.round(toFraction: precision)
    let (whole, fraction) = digits.positional
    return (sign(number) + whole, fraction)
  }

  /// A number, padded with blanks on both sides.
  func text(_ number: Double) -> String {
    if number.isNaN {
      return ((showsPlus ? "+" : "") + "nan").padded(to: leftWidth + rightWidth + 1)
    }
    if number.isInfinite { return (sign(number) + "inf").padded(to: leftWidth + rightWidth + 1) }
    if isScientific {
      var digits = DecimalDigits(number, dtype)
      digits.expand(to: precision + 1)
      let (whole, fraction, power) = digits.scientific
      let size = String(power.magnitude)
      let powerZeros = String(repeating: "0", count: max(powerDigits - size.count, 0))
      return (sign(number) + whole).padded(to: leftWidth) + "." + fraction
        + (power < 0 ? "e-" : "e+") + powerZeros + size
    }
    let (whole, fraction) = positional(number)
    let blanks = String(repeating: " ", count: rightWidth - fraction.count)
    return whole.padded(to: leftWidth) + "." + fraction + blanks
  }
}

/// Lays element texts out in brackets and lines.
private struct TextLayout {
  /// Arrays of more elements are shortened.
  static let threshold = 1000
  /// How many elements of a shortened axis are shown at each end.
  static let edge = 3
  private static let lineWidth = 75
  private static let prefix = "array("

  let shape: [Int]
  let isShortened: Bool

  func text(_ elements: [String], dtype: DType) -> String {
    var extras = "dtype=\(dtype))"
    let tuple = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    if isShortened || (shape.elementCount == 0 && shape != [0]) {
      extras = "shape=(\(tuple)), " + extras
    }
    let body: String
    if shape.elementCount == 0 {
      body = Self.prefix + "[],"
    } else {
      let indent = String(repeating: " ", count: Self.prefix.count)
      // The closing parenthesis takes one place of the line.
      body = Self.prefix + block(elements[...], 0, indent + " ", Self.lineWidth - 1) + ","
    }
    let lastLine = body.reversed().prefix { $0 != "\n" }.count
    let isTooLong = lastLine + extras.count + 1 > Self.lineWidth
    let space = isTooLong ? "\n" + String(repeating: " ", count: Self.prefix.count) : " "
    return body + space + extras
  }

  /// The part of the array below one place of its outer axes.
  private func block(
    _ elements: ArraySlice<String>, _ axis: Int, _ indent: String, _ width: Int
  ) -> String {
    if axis == shape.count { return elements.first ?? "" }
    let isCut = isShortened && shape[axis] > 2 * Self.edge
    let shown = isCut ? 2 * Self.edge : shape[axis]
    let size = elements.count / shown
    var parts = (0..<shown).map { place in
      let start = elements.startIndex + place * size
      return block(elements[start..<(start + size)], axis + 1, indent + " ", width - 1)
    }
    if isCut { parts.insert("...", at: Self.edge) }
    if axis == shape.count - 1 { return "[" + lines(parts, indent, width) + "]" }
    let separator = "," + String(repeating: "\n", count: shape.count - 1 - axis) + indent
    return "[" + parts.joined(separator: separator) + "]"
  }

  /// The innermost axis, broken into lines where it is too long.
  private func lines(_ words: [String], _ indent: String, _ width: Int) -> String {
    var lines: [String] = []
    var line = ""
    for (place, word) in words.enumerated() {
      if !line.isEmpty, indent.count + line.count + word.count > width - 1 {
        lines.append(String(line.dropLast()))
        line = ""
      }
      line += word + (place < words.count - 1 ? ", " : "")
    }
    return (lines + [line]).joined(separator: "\n" + indent)
  }
}

extension String {
  /// The text with blanks before it to a width.
  fileprivate func padded(to width: Int) -> String {
    String(repeating: " ", count: Swift.max(width - count, 0)) + self
  }
}
