// The decimal digits of floating-point numbers, as printing needs them: the shortest that name the
// number among its dtype's, then rounded correctly to fewer where that is too many.

/// The digits of a finite number's magnitude: `0.d₁d₂d₃… · 10^exponent`.
struct DecimalDigits {
  private(set) var digits: [UInt8]
  private(set) var exponent: Int
  let isNegative: Bool
  private let value: Double

  /// The fewest digits from which the number can be read back into a dtype.
  init(_ value: Double, _ dtype: DType) {
    self.value = value.magnitude
    isNegative = value.sign == .minus
    let text: String
    switch dtype {
    case .float16: text = Self.shortest(value.magnitude) { Double(Float16($0)) }
    case .bfloat16: text = Self.shortest(value.magnitude) { Double(BFloat16(Float($0)).float) }
    case .float32: text = Float(value.magnitude).description
    default: text = value.magnitude.description
    }
    (digits, exponent) = Self.parsed(text)
  }

  /// The digits of a number as Swift prints it, without leading and trailing zeros.
  private static func parsed(_ text: String) -> ([UInt8], Int) {
    var digits: [UInt8] = []
    var exponent = 0
    var isFraction = false
    let parts = text.split(separator: "e")
    for character in parts[0].utf8 {
      if character == UInt8(ascii: ".") {
        isFraction = true
        continue
      }
      digits.append(character - UInt8(ascii: "0"))
      if !isFraction { exponent += 1 }
    }
    if parts.count > 1 { exponent += Int(parts[1]) ?? 0 }
    let zeros = digits.prefix { $0 == 0 }.count
    digits.removeFirst(zeros)
    exponent -= zeros
    while digits.last == 0 { digits.removeLast() }
    return digits.isEmpty ? ([0], 1) : (digits, exponent)
  }

  /// The fewest digits of a number of a half type; five tell any two of them apart.
  private static func shortest(_ value: Double, _ rounded: (Double) -> Double) -> String {
    for count in 1...5 {
      var digits = DecimalDigits(value, .float64)
      digits.round(to: count)
      let text = digits.scientificText
      if let back = Double(text), rounded(back) == value { return text }
    }
    return value.description
  }

  private var scientificText: String {
    "0." + digits.map(String.init).joined() + "e\(exponent)"
  }

  /// Keeps `count` digits, rounded to nearest by the number's exact value, ties to even.
  mutating func round(to count: Int) {
    guard count < digits.count else { return }
    guard count >= 0 else {
      (digits, exponent) = ([0], 1)
      return
    }
    let rest = digits[count...]
    let isUp: Bool
    if rest.first == 5, rest.count == 1 {
      // The shortest digits are exactly halfway; the number itself may lie to either side.
      let halfway = digits.reduce(0) { $0 * 10 + UInt64($1) }
      let order = BigNatural.compare(value, halfway, exponent - digits.count)
      let isOdd = count > 0 && digits[count - 1] % 2 == 1
      isUp = order > 0 || (order == 0 && isOdd)
    } else {
      isUp = (rest.first ?? 0) >= 5
    }
    digits.removeLast(digits.count - count)
    if isUp {
      var place = count - 1
      while place >= 0, digits[place] == 9 {
        digits[place] = 0
        place -= 1
      }
      if place >= 0 {
        digits[place] += 1
      } else {
        digits.insert(1, at: 0)
        exponent += 1
      }
    }
    while digits.last == 0 { digits.removeLast() }
    if digits.isEmpty { (digits, exponent) = ([0], 1) }
  }

  /// Takes exactly `count` digits of the number's exact value, rounded to nearest, zeros at the end
  /// kept.
  mutating func expand(to count: Int) {
    round(to: count)
    if digits == [0] || digits.count == count {
      digits += [UInt8](repeating: 0, count: count - digits.count)
      return
    }
    let power = exponent - count
    // The largest whole number of that many digits that is not above the value.
    var (low, high): (UInt64, UInt64) = (0, (0..<count).reduce(1) { product, _ in product * 10 })
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if BigNatural.compare(value, middle, power) >= 0 { low = middle } else { high = middle }
    }
    if String(low).utf8.count < count {
      // The shortest digits were rounded up to a power of ten.
      exponent -= 1
      expand(to: count)
      return
    }
    let order = BigNatural.compare(value, 10 * low + 5, power - 1)
    if order > 0 || (order == 0 && low % 2 == 1) { low += 1 }
    let text = String(low).utf8
    exponent += text.count - count
    digits = text.prefix(count).map { $0 - UInt8(ascii: "0") }
  }

  /// Keeps `count` digits after the decimal point.
  mutating func round(toFraction count: Int) { round(to: exponent + count) }

  /// The digits before the decimal point, and those after it.
  var positional: (whole: String, fraction: String) {
    func text(_ digits: some Sequence<UInt8>) -> String { digits.map(String.init).joined() }
    if exponent <= 0 {
      let isZero = digits == [0]
      return ("0", isZero ? "" : String(repeating: "0", count: -exponent) + text(digits))
    }
    let whole = text(digits.prefix(exponent))
    let zeros = String(repeating: "0", count: max(exponent - digits.count, 0))
    return (whole + zeros, text(digits.dropFirst(exponent)))
  }

  /// The first digit, the ones after it, and the power of ten.
  var scientific: (whole: String, fraction: String, power: Int) {
    let fraction = digits.dropFirst().map(String.init).joined()
    return (String(digits[0]), fraction, digits == [0] ? 0 : exponent - 1)
  }
}

/// Just enough arithmetic on large natural numbers to compare a binary with a decimal number.
private struct BigNatural {
  /// Base 2³², least significant first, no zeros at the end.
  var words: [UInt32]

  init(_ value: UInt64) {
    words = [UInt32(truncatingIfNeeded: value), UInt32(value >> 32)]
    while words.last == 0 { words.removeLast() }
  }

  mutating func multiply(by factor: UInt32, times count: Int = 1) {
    for _ in 0..<count {
      var carry: UInt64 = 0
      for place in words.indices {
        carry += UInt64(words[place]) * UInt64(factor)
        words[place] = UInt32(truncatingIfNeeded: carry)
        carry >>= 32
      }
      if carry > 0 { words.append(UInt32(carry)) }
    }
  }

  static func compare(_ a: BigNatural, _ b: BigNatural) -> Int {
    if a.words.count != b.words.count { return a.words.count < b.words.count ? -1 : 1 }
    for (x, y) in zip(a.words.reversed(), b.words.reversed()) where x != y {
      return x < y ? -1 : 1
    }
    return 0
  }

  /// -1, 0 or 1 as `value` is below, equal to or above `number · 10^power`.
  static func compare(_ value: Double, _ number: UInt64, _ power: Int) -> Int {
    let bits = value.significandBitPattern
    let isNormal = value.isNormal
    let binary = Int(value.exponentBitPattern) - 1023 - 52 + (isNormal ? 0 : 1)
    var left = BigNatural(isNormal ? bits | (1 << 52) : bits)
    var right = BigNatural(number)
    // 10^p = 5^p 2^p; negative powers go to the other side.
    left.multiply(by: 5, times: max(-power, 0))
    right.multiply(by: 5, times: max(power, 0))
    left.multiply(by: 2, times: max(binary - power, 0))
    right.multiply(by: 2, times: max(power - binary, 0))
    return compare(left, right)
  }
}
