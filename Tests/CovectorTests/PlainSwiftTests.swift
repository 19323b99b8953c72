// Importing the library must not change what plain Swift expressions mean.

import Covector
import Testing

@Suite struct PlainSwiftTests {
  private func name<T>(_ value: T) -> String { "\(T.self)" }

  @Test func literalsKeepTheirTypes() {
    let shifted = 4 << 20
    let right = 1024 >> 2
    let absolute = abs(-3)
    let masked = 6 & 3
    let remainder = 7 % 4
    let sum = 1 + 2 * 3
    let real = 1.0 / 3.0
    #expect(name(shifted) == "Int" && shifted == 4_194_304)
    #expect(name(right) == "Int" && right == 256)
    #expect(name(absolute) == "Int" && absolute == 3)
    #expect(name(masked) == "Int" && masked == 2)
    #expect(name(remainder) == "Int" && remainder == 3)
    #expect(name(sum) == "Int" && sum == 7)
    #expect(name(real) == "Double" && real > 0.333)
    #expect(name(max(1, 2)) == "Int")
    #expect(name([4 << 20]) == "Array<Int>")
  }
}
