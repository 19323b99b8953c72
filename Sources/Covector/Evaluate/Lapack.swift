// LAPACK: found on the system when a factorisation is first computed, and called over batches of
// matrices. The loops over elements are in the kernels.

import CovectorKernels
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The system's LAPACK library, with the BLAS it stands on.
@safe struct Lapack: @unchecked Sendable {
  @unsafe private let handle: UnsafeMutableRawPointer

  /// The library, or `nil` where there is none; looked for once.
  static let installed = Lapack(libraries: names)

  #if canImport(Darwin)
    static let names = ["/System/Library/Frameworks/Accelerate.framework/Accelerate"]
  #else
    static let names = ["liblapack.so.3", "libopenblas.so.0"]
  #endif

  /// The first of these libraries that can be loaded.
  init?(libraries: [String]) {
    for name in libraries {
      if let handle = unsafe dlopen(name, RTLD_NOW | RTLD_LOCAL) {
        unsafe self.handle = handle
        useOneThread()
        return
      }
    }
    return nil
  }

  /// Has OpenBLAS work on one thread: batches are cut into pieces for ours, and its results would
  /// depend on the number of its own.
  private func useOneThread() {
    guard let address = unsafe dlsym(handle, "openblas_set_num_threads") else { return }
    let set = unsafe unsafeBitCast(address, to: (@convention(c) (Int32) -> Void).self)
    set(1)
  }

  /// What is said where there is none.
  static func missing(_ operation: String) -> ArrayError {
    ArrayError(
      operation,
      "LAPACK is needed, but none of \(names.joined(separator: ", ")) was found; install it, on "
        + "Debian and Ubuntu with apt-get install liblapack3 (or libopenblas0, which is faster)")
  }

  /// The address of a routine.
  @unsafe func routine(_ name: String, _ operation: String) throws(ArrayError)
    -> UnsafeMutableRawPointer
  {
    // Debian's LAPACK depends on its BLAS, whose routines are found through it.
    guard let address = unsafe dlsym(handle, name + "_") else {
      throw ArrayError(operation, "the LAPACK library on this system has no routine \(name)")
    }
    return unsafe address
  }
}

/// A factorisation, or what is made of one, as a primitive asks for it.
struct Factorization: Hashable, Sendable, Codable {
  enum Vectors: UInt8, Sendable, Codable { case none, reduced, full }

  /// The operation in errors.
  var name: String
  /// What the kernels do.
  var kind: UInt32
  /// The routines, without the letter of the dtype.
  var routines: [String]
  /// What a matrix is that cannot be factorised.
  var failure: String
  var upper = false
  var unit = false
  var vectors = Vectors.none
  /// Up to this part of the largest, singular values count as zero in a pseudo-inverse.
  var cutoff = 0.0

  init(_ name: String, _ kind: cv_factorization_kind, _ routines: [String], failure: String = "") {
    self.name = name
    self.kind = kind.rawValue
    self.routines = routines
    self.failure = failure
  }

  /// The name of a routine for a dtype.
  static func symbol(_ routine: String, _ dtype: DType) -> String {
    let letter =
      switch dtype {
      case .float32: "s"
      case .float64: "d"
      case .complex64: "c"
      default: "z"
      }
    guard dtype.isComplex else { return letter + routine }
    switch routine {
    case "orgqr": return letter + "ungqr"
    case "syevd": return letter + "heevd"
    default: return letter + routine
    }
  }

  /// The factorisation of matrices of a shape, ready to run.
  fileprivate func header(
    _ dtype: DType, rows: Int, columns: Int, right: Int, on device: Device
  ) throws(ArrayError) -> cv_factorization {
    guard device.hasLibraries, let library = Lapack.installed else { throw Lapack.missing(name) }
    var header = cv_factorization()
    header.kind = UInt8(kind)
    header.dtype = dtype.rawValue
    header.upper = upper
    header.unit = unit
    header.vectors = vectors.rawValue
    header.cutoff = cutoff
    header.rows = Int64(rows)
    header.columns = Int64(columns)
    header.right = Int64(right)
    unsafe header.routine.0 = try library.routine(Self.symbol(routines[0], dtype), name)
    if routines.count > 1 {
      unsafe header.routine.1 = try library.routine(Self.symbol(routines[1], dtype), name)
    }
    return header
  }
}

extension KernelCall {
  /// Applies a factorisation to the matrices in the last two axes of the inputs, one by one.
  ///
  /// The other axes of all inputs are the same.
  func factorize(_ factorization: Factorization) throws(ArrayError) {
    let shape = inputs[0].layout.shape
    let lead = shape.count - 2
    let batch = Array(shape[..<lead])
    let (rows, columns) = (shape[lead], shape[lead + 1])
    let count = batch.elementCount
    if outputs.allSatisfy({ $0.count == 0 }) { return }
    if rows == 0 || columns == 0 {
      for output in outputs.indices { fillZero(output) }
      return
    }
    let dtype = inputs[0].dtype
    let right = inputs.count > 1 ? inputs[1].layout.shape[lead + 1] : 0
    var header = try factorization.header(
      dtype, rows: rows, columns: columns, right: right, on: device)
    let bytes = unsafe cv_factorization_plan(&header)
    let scratch = try WorkerScratch(bytes: bytes, workers: device.threads, pool: device.pool)
    let routine = SharedFactorization(header: header)
    let operands = inputs.map { MatrixOperand($0) }
    let steps = outputs.map { $0.count / count * $0.dtype.byteCount }
    let results = outputs
    let failed = FirstFailedMatrix()
    let work = rows * columns * (Swift.min(rows, columns) + right) + 500
    parallel(count, grain: Swift.max(1, 50_000 / work)) { range, worker in
      unsafe routine.run(
        range, operands, results, steps: steps, scratch: scratch.at(worker), failed: failed)
    }
    if let (place, code) = failed.first {
      throw factorization.error(code, at: place, of: shape, batch: batch)
    }
  }
}

extension Factorization {
  fileprivate func error(
    _ code: Int32, at place: Int, of shape: [Int], batch: [Int]
  ) -> ArrayError {
    var index = [Int](repeating: 0, count: batch.count)
    var rest = place
    for axis in batch.indices.reversed() {
      index[axis] = rest % batch[axis]
      rest /= batch[axis]
    }
    let matrix = batch.isEmpty ? "the matrix" : "matrix \(index) of shape \(shape)"
    let fault =
      code == Int32(CV_NOT_FINITE) || code < 0 ? "holds NaN or infinite elements" : failure
    return ArrayError(name, "\(matrix) \(fault)")
  }
}

/// Matrices at any stride, by their number.
@safe private struct MatrixOperand: @unchecked Sendable {
  private let operand: KernelCall.Operand
  private let sizes: [Int]
  private let strides: [Int]
  private let row: Int
  private let column: Int

  init(_ operand: KernelCall.Operand) {
    self.operand = operand
    let layout = operand.layout
    let lead = layout.shape.count - 2
    row = layout.strides[lead]
    column = layout.strides[lead + 1]
    (sizes, strides) = Layout(
      Array(layout.shape[..<lead]), strides: Array(layout.strides[..<lead])
    ).collapsed()
  }

  func start(_ position: Int) -> Int {
    var start = operand.layout.offset
    var rest = position
    for axis in sizes.indices.reversed() {
      start += rest % sizes[axis] * strides[axis]
      rest /= sizes[axis]
    }
    return start
  }

  @unsafe func matrix(at start: Int) -> cv_matrix {
    unsafe cv_matrix(
      data: operand.base + start * operand.dtype.byteCount, row: Int64(row),
      column: Int64(column), dtype: operand.dtype.rawValue)
  }
}

/// The first matrix, in order, that could not be factorised, and why.
private final class FirstFailedMatrix: Sendable {
  private let state = Mutex<(Int, Int32)?>(nil)
  var first: (Int, Int32)? { state.withLock { $0 } }
  func note(_ place: Int, _ code: Int32) {
    state.withLock { state in
      if place < (state?.0 ?? Int.max) { state = (place, code) }
    }
  }
}

// What worker threads share for the length of one kernel; nothing in it changes.
@safe private struct SharedFactorization: @unchecked Sendable {
  let header: cv_factorization

  @unsafe func run(
    _ range: Range<Int>, _ inputs: [MatrixOperand], _ outputs: [KernelCall.Operand], steps: [Int],
    scratch: UnsafeMutableRawPointer, failed: FirstFailedMatrix
  ) {
    var header = self.header
    var previous: Int?
    let none = unsafe cv_matrix()
    unsafe withUnsafeTemporaryAllocation(of: cv_matrix.self, capacity: 2) { matrices in
      unsafe withUnsafeTemporaryAllocation(of: UnsafeMutableRawPointer?.self, capacity: 3) {
        targets in
        unsafe matrices.initialize(repeating: none)
        unsafe targets.initialize(repeating: nil)
        for place in range {
          let start = inputs[0].start(place)
          unsafe matrices[0] = inputs[0].matrix(at: start)
          if inputs.count > 1 { unsafe matrices[1] = inputs[1].matrix(at: inputs[1].start(place)) }
          for output in outputs.indices {
            unsafe targets[output] = outputs[output].base + place * steps[output]
          }
          // Matrices that repeat, as along an axis that is not mapped, are factorised once.
          let code = unsafe cv_factorize(
            &header, matrices.baseAddress, targets.baseAddress, scratch, previous == start)
          previous = start
          if code != 0 { failed.note(place, code) }
        }
      }
    }
  }
}
