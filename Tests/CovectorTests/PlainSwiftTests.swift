// Importing the library must not change what plain Swift expressions mean.

import Covector
import Testing

@Suite struct PlainSwiftTests {
  @Test func axesAndCountsAsLists() throws {
    let x = counting(2, 3)
    let wide = x.expandingAxes([0, -1])
    #expect(wide.shape == [1, 2, 3, 1])
    #expect(wide.squeezed([3, 0]).shape == [2, 3])
    #expect(wide.squeezed([Int]()).shape == [1, 2, 3, 1])
    #expect(numbers(x.flipped([0, 1])) == numbers(x).reversed())
    #expect(numbers(x.flipped([Int]())) == numbers(x))
    #expect(numbers(x.tiled([2, 1])) == numbers(x) + numbers(x))
    #expect(try broadcastShapes([[2, 1], [3]]) == [2, 3])
  }

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
