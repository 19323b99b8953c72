// What a primitive states: its type rule, how it is computed, and its rules under the transforms.
// The kinds (elementwise, linear, bilinear, locally constant) derive most of that from less; see the other protocols.

/// An operation that the graph is made of.
///
/// Conform to one of the kinds where it fits: `Elementwise`, `LinearPrimitive`,
/// `BilinearPrimitive` or `LocallyConstantPrimitive`. A type that conforms to `Primitive` alone states every rule itself.
/// Parameters are stored properties, so that equality, hashing and coding are the compiler's.
public protocol Primitive: Hashable, Sendable, Codable {
  /// The name in errors and printed programs.
  var name: String { get }

  /// The number of results.
  var resultCount: Int { get }

  /// Whether the result of weakly typed scalars is weakly typed again; true of elementwise mathematics.
  var keepsWeakness: Bool { get }

  /// Whether weakly typed scalars are taken as they are; otherwise they are given a dtype first.
  var readsWeakScalars: Bool { get }

  /// Whether computing it does something besides, and must be done though nothing reads the results.
  var hasEffect: Bool { get }

  /// What its rules under the transforms look at of the inputs, besides their types.
  var ruleDependence: RuleDependence { get }

  /// Whether a call could have made the primitive, as it is, on these inputs.
  ///
  /// A `ProgramFile` asks before any other rule, since what the public functions see to need not hold of a file.
  /// Elementwise primitives have an answer; another kind that states none cannot be read from a file.
  func accepts(_ inputs: [NDArray]) -> Bool

  /// The types of the results.
  /// - Throws: `ArrayError` where the inputs do not fit.
  func resultTypes(_ inputs: [NDArray]) throws(ArrayError) -> [ArrayType]

  /// How the results are computed.
  var evaluation: Evaluation { get }

  /// Whether nothing can have a derivative through it, so that reverse mode need not look behind it.
  var isLocallyConstant: Bool { get }

  /// The tangents of the results `y`; `nil` stands for zero, among inputs and results alike.
  func jvp(_ x: [NDArray], _ tangents: [NDArray?], _ y: [NDArray]) -> [NDArray?]

  /// The cotangents of the inputs `x`; `nil` stands for zero.
  ///
  /// Only inputs for which `wanted` is true need an answer. At least one of the cotangents is given.
  func vjp(
    _ x: [NDArray], _ cotangents: [NDArray?], _ y: [NDArray], wanted: [Bool]
  ) -> [NDArray?]

  /// Applies the primitive to inputs with an extra axis of `size` at the given places.
  ///
  /// At least one input is mapped. The results are one application for each position along the axis.
  /// - Returns: The results, and where their extra axis is; `nil` where a result has none.
  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?])
}

extension Primitive {
  /// One result.
  public var resultCount: Int { 1 }
  /// Results have a dtype of their own.
  public var keepsWeakness: Bool { false }
  /// Weak scalars are given a dtype first.
  public var readsWeakScalars: Bool { false }
  /// Derivatives pass through.
  public var isLocallyConstant: Bool { false }
  /// Nothing but the results.
  public var hasEffect: Bool { false }
  /// Nothing.
  public var ruleDependence: RuleDependence { .nothing }
  /// No.
  public func accepts(_ inputs: [NDArray]) -> Bool { false }
}

/// What the rules of a primitive look at of its inputs, besides their types.
///
/// A transform of a function is kept for the next call that records the same operations, as far as rules allow.
public enum RuleDependence: Sendable {
  /// The values that are there when a rule runs are operands of what it records, and nothing else.
  case nothing
  /// Whether inputs are scalars that were written in the program, and their values.
  case scalars
  /// Anything: the rules run for every call.
  case values
}

/// A primitive whose parameters are code, or belong to this process: it cannot be kept in a `ProgramFile`.
public protocol TransientPrimitive: Primitive {}

extension TransientPrimitive {
  /// Throws.
  public init(from decoder: any Decoder) throws {
    throw ArrayError("ProgramFile", "\(Self.self) cannot be read from a file")
  }

  /// Throws.
  public func encode(to encoder: any Encoder) throws {
    throw ArrayError("ProgramFile", "\(name) cannot be kept in a file: its parameters are code")
  }
}

/// A primitive that is nothing but its type: all values are equal, and nothing of one is coded.
protocol Parameterless: Primitive { init() }

extension Parameterless {
  init(from decoder: any Decoder) { self.init() }
  func encode(to encoder: any Encoder) {}
  static func == (a: Self, b: Self) -> Bool { true }
  func hash(into hasher: inout Hasher) {}
}

/// How a primitive is computed: a closed list that the planner switches over.
public enum Evaluation: Sendable {
  /// One instruction of the loop machine for each element; fused with its neighbours.
  case instruction(Instruction)
  /// The results are the first inputs, as many as there are results; the others are only computed before.
  case identity
  /// Another way to read the first input's memory; `nil` where a copy is needed first.
  case view(@Sendable (Layout) -> Layout?)
  /// Each input is a part of the result, which is zero elsewhere: where the parts lie, from the layout of the
  /// result and the shapes of the inputs. No two may meet.
  case assembly(@Sendable (Layout, [[Int]]) -> [Layout])
  /// Folds axes of the input away.
  case fold(Fold, axes: [Int])
  /// A product summed over shared axes.
  case contraction(Contraction)
  /// A function of buffers, called with dense or strided inputs.
  case function(@Sendable (borrowing KernelCall) throws -> Void)
  /// Runs programs of its own: branches and loops.
  case programs(ProgramsEvaluation)
  /// Stands for operations, which are planned in its place.
  case operations(OperationsEvaluation)
  /// Has no value of its own: an input of a traced function, or the result of a mistake.
  case none
}

/// How a primitive that holds programs gets from the values of its inputs to those of its results.
public struct ProgramsEvaluation: Sendable {
  let run: @Sendable ([ArrayValue]) throws(ArrayError) -> [ArrayValue]
}

/// The operations that a primitive stands for.
public struct OperationsEvaluation: Sendable {
  let program: ClosedProgram
}

/// An instruction of the loop machine, by its opcode in the kernels.
public struct Instruction: Hashable, Sendable {
  package var opcode: UInt16
  package init(opcode: UInt16) { self.opcode = opcode }
}

/// How a reduction combines elements.
public enum Fold: UInt8, Hashable, Sendable, Codable {
  // The raw values are those of `cv_fold` in the kernels.
  /// The operation that combines two elements.
  case sum, product, maximum, minimum

  /// Columns narrower than this are folded as rows instead, with strided reads.
  ///
  /// Rows and columns combine in different orders; batching rules that want the bits of one example
  /// keep the number of columns as it is.
  static let leastColumns = 16
}

/// A primitive that is linear in all its inputs together: reshape, slice, sum, concatenate.
///
/// Its tangent is itself, applied to the tangents.
public protocol LinearPrimitive: Primitive {
  /// The cotangents of the inputs, given that of the result.
  /// - Parameter inputs: The types of the inputs; their values do not matter to a linear function.
  func transpose(_ cotangent: NDArray, _ inputs: [ArrayType], wanted: [Bool]) -> [NDArray?]
}

extension LinearPrimitive {
  /// The primitive applied to the tangents.
  public func jvp(_ x: [NDArray], _ tangents: [NDArray?], _ y: [NDArray]) -> [NDArray?] {
    // With a single input the tangent is there; several inputs need zeros for the missing ones.
    let filled = zip(x, tangents).map { x, t in t ?? x.zerosLike() }
    return [NDArray.apply(self, filled)[0]]
  }

  /// The transpose applied to the cotangent.
  public func vjp(
    _ x: [NDArray], _ cotangents: [NDArray?], _ y: [NDArray], wanted: [Bool]
  ) -> [NDArray?] {
    guard let cotangent = cotangents[0] else { return x.map { _ in nil } }
    return transpose(cotangent, x.map(\.type), wanted: wanted)
  }
}

/// A primitive of two inputs that is linear in each: products, contractions, convolutions.
public protocol BilinearPrimitive: Primitive {
  /// The cotangent of the first input, given the second.
  func transposeFirst(_ cotangent: NDArray, _ first: ArrayType, _ second: NDArray) -> NDArray
  /// The cotangent of the second input, given the first.
  func transposeSecond(_ cotangent: NDArray, _ first: NDArray, _ second: ArrayType) -> NDArray
}

extension BilinearPrimitive {
  /// The product rule.
  public func jvp(_ x: [NDArray], _ tangents: [NDArray?], _ y: [NDArray]) -> [NDArray?] {
    let first = tangents[0].map { NDArray(self, $0, x[1]) }
    let second = tangents[1].map { NDArray(self, x[0], $0) }
    return [sumOfTangents(first, second)]
  }

  /// The two transposes, applied to the cotangent and the conjugate of the other input.
  public func vjp(
    _ x: [NDArray], _ cotangents: [NDArray?], _ y: [NDArray], wanted: [Bool]
  ) -> [NDArray?] {
    guard let cotangent = cotangents[0] else { return [nil, nil] }
    return [
      wanted[0] ? transposeFirst(cotangent, x[0].type, x[1].conjugated) : nil,
      wanted[1] ? transposeSecond(cotangent, x[0].conjugated, x[1].type) : nil,
    ]
  }
}

/// A primitive whose result does not change with small changes of its inputs, or is to be taken so.
///
/// Its derivatives are zero: indices, counts, tests, random bits.
public protocol LocallyConstantPrimitive: Primitive {}

extension LocallyConstantPrimitive {
  /// No derivative passes through.
  public var isLocallyConstant: Bool { true }

  /// Zero.
  public func jvp(_ x: [NDArray], _ tangents: [NDArray?], _ y: [NDArray]) -> [NDArray?] {
    y.map { _ in nil }
  }

  /// Zero.
  public func vjp(
    _ x: [NDArray], _ cotangents: [NDArray?], _ y: [NDArray], wanted: [Bool]
  ) -> [NDArray?] { x.map { _ in nil } }
}

/// A primitive without inputs: it is the same for every example of a batch.
protocol SourcePrimitive: LocallyConstantPrimitive {}

extension SourcePrimitive {
  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    ([NDArray(self)], [nil])
  }
}

/// The sum of two tangents or cotangents, where `nil` is zero.
func sumOfTangents(_ a: NDArray?, _ b: NDArray?) -> NDArray? {
  guard let a else { return b }
  guard let b else { return a }
  return Embed.sum(a, b) ?? a + b
}

/// The result of a mistake inside `checked`.
struct Poison: SourcePrimitive, Parameterless {
  var name: String { "error" }
  var evaluation: Evaluation { .none }
  func resultTypes(_ inputs: [NDArray]) throws(ArrayError) -> [ArrayType] { [] }
}
