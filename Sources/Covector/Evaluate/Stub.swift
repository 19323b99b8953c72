final class EvaluationTicket: Sendable {}
enum StridedCopy {
  static func run(from: UnsafeMutableRawPointer, _ a: Layout, to: UnsafeMutableRawPointer, _ b: Layout, dtype: DType, device: Device) {}
}
