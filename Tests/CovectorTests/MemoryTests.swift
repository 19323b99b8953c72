// Arrays from memory and back: spans, bytes, `Data`, rows.

import Covector
import Foundation
import Testing

@Suite struct MemoryTests {
  @Test func spans() throws {
    let numbers: [Float] = [1, 2, 3, 4, 5, 6]
    let array = NDArray(numbers.span, shape: [2, 3])
    #expect(array.type == ArrayType([2, 3], .float32))
    #expect(array.array(of: Float.self) == numbers)
    #expect(try array.withSpan(of: Float.self) { span in span[4] } == 5)
    #expect(try array.transposed().withSpan(of: Double.self) { span in span[1] } == 4)
    #expect(try NDArray([Int32]()).withSpan(of: Int32.self) { $0.count } == 0)
    #expect(
      mistake { _ = NDArray(numbers.span, shape: [4]) } == "[NDArray] 6 values do not fit shape [4]"
    )
  }

  @Test func spansAreTheMemoryOfTheArray() throws {
    let array = NDArray([1.0, 2.0])
    let first = try array.withSpan(of: Double.self) { span in
      unsafe span.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) }
    }
    let second = unsafe try array.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
    #expect(first == second)
  }

  @Test func data() throws {
    let data = Data([0, 0, 128, 63, 0, 0, 0, 64])
    let array = try NDArray(bytes: data.bytes, shape: [2], dtype: .float32)
    #expect(array.array(of: Float.self) == [1, 2])
    #expect(unsafe try array.withUnsafeBytes { unsafe Data($0) } == data)
    #expect(
      mistake { _ = try NDArray(bytes: data.bytes, shape: [3], dtype: .float32) }
        == "[NDArray] 8 bytes do not fit float32[3]")
  }

  @Test func filling() throws {
    let array = unsafe try NDArray(shape: [3], dtype: .int16) { memory in
      let numbers = unsafe memory.bindMemory(to: Int16.self)
      for index in numbers.indices { unsafe numbers[index] = Int16(index * index) }
    }
    #expect(array.array(of: Int.self) == [0, 1, 4])
    #expect(
      mistake { _ = unsafe try NDArray(shape: [-1], dtype: .int16) { _ in } }
        == "[NDArray] shape [-1] has a negative size; sizes must be 0 or more")
    #expect(
      mistake { _ = unsafe try NDArray(shape: [1 << 62, 4], dtype: .int16) { _ in } }
        == "[NDArray] the result int16[4611686018427387904, 4] is larger than memory can be addressed"
    )
  }

  @Test func rows() {
    let rows = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
    #expect(NDArray(rows).rows(of: Double.self) == rows)
    #expect(NDArray(rows).transposed().rows(of: Int.self) == [[1, 4], [2, 5], [3, 6]])
    #expect(NDArray.zeros([0, 3]).rows(of: Float.self) == [])
    #expect(NDArray.zeros([2, 0]).rows(of: Float.self) == [[], []])
    #expect(
      mistake { _ = NDArray([1.0]).rows(of: Double.self) }
        == "[rows] the array has shape [1]; a matrix, with two axes, is needed")
  }

  // In a process of its own, where nothing else takes memory.
  @Test func aDeviceTakesItsMemoryWithIt() async {
    await #expect(processExitsWith: .success) {
      let x = counting(1 << 16)
      func most() -> Int {
        var usage = rusage()
        // 0 is this process; the constant's type differs between systems.
        _ = unsafe getrusage(0, &usage)
        #if os(Linux)
          return Int(usage.ru_maxrss) * 1024
        #else
          return Int(usage.ru_maxrss)
        #endif
      }
      func run() throws {
        let device = try Device(threads: 1, instructionSet: nil)
        Device.$current.withValue(device) { eval(sin(x).broadcast(to: [16, 1 << 16]) * x) }
      }
      try run()
      let before = most()
      // A block of eight megabytes each, a gigabyte in all.
      for _ in 0..<128 { try run() }
      exit(most() - before < 1 << 29 ? 0 : 1)
    }
  }
}
