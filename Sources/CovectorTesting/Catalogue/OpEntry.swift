// What an operation tells the sweep about itself: samples of inputs, how to call it, and where an
// independent value comes from. Each family of operations has a file of entries beside this one; Catalogue.swift
// joins the lists.
//
// What lists are made with is not inlined: the lists are long, are made once, and would take the compiler
// longer than the operations themselves.

public import Covector

/// One operation of the catalogue, as the sweep tests it.
public struct OpEntry: Sendable {
  /// The public name.
  public let name: String
  /// The dtypes the operation accepts; on every other it must fail with an error that names it.
  public let dtypes: Set<DType>
  /// Calls that between them show everything the operation does.
  public let samples: [Sample]

  /// Makes an entry.
  @inline(never)
  public init(_ name: String, dtypes: Set<DType> = .floats, _ samples: [Sample]) {
    self.name = name
    self.dtypes = dtypes
    self.samples = samples
  }

  /// One call of an operation with inputs it states itself.
  public struct Sample: Sendable {
    /// What is special about this call; empty where nothing is.
    public var label: String
    /// The inputs.
    public var inputs: [Input]
    /// A Python expression for the same results, a tuple where there are several.
    ///
    /// It is one of NumPy (`np`), SciPy (`sp`) or JAX (`jnp`) and of the inputs `x`, `y`, `z`, `w`; `nil`
    /// where no oracle has the operation.
    public var oracle: String?
    /// The largest relative error in `float64`; other dtypes scale with their precision.
    public var tolerance: Double
    /// What the sweep must not expect.
    public var exceptions: Exceptions
    /// Why, where the exceptions do not say it themselves.
    public var reason: String
    /// The call.
    public var run: @Sendable ([NDArray]) -> [NDArray]

    /// Makes a sample of a call with any number of results.
    @inline(never)
    public init(
      _ label: String = "", _ inputs: [Input], oracle: String?, tolerance: Double = 1e-12,
      except exceptions: Exceptions = [], because reason: String = "",
      results run: @escaping @Sendable ([NDArray]) -> [NDArray]
    ) {
      self.label = label
      self.inputs = inputs
      self.oracle = oracle
      self.tolerance = tolerance
      self.exceptions = exceptions
      self.reason = reason
      self.run = run
    }

    /// Makes a sample of a call with one result.
    @inline(never)
    public init(
      _ label: String = "", _ inputs: [Input], oracle: String?, tolerance: Double = 1e-12,
      except exceptions: Exceptions = [], because reason: String = "",
      _ run: @escaping @Sendable ([NDArray]) -> NDArray
    ) {
      self.init(
        label, inputs, oracle: oracle, tolerance: tolerance, except: exceptions, because: reason
      ) { [run($0)] }
    }
  }

  /// Laws that do not apply to a sample, for a mathematical reason given in the entry.
  public struct Exceptions: OptionSet, Sendable {
    /// A bit for each exception.
    public let rawValue: Int
    /// Makes a set from its bits.
    public init(rawValue: Int) { self.rawValue = rawValue }
    /// The result is piecewise constant: the derivative is zero or does not exist.
    public static let derivatives = Exceptions(rawValue: 1)
    /// The second derivative does not exist or is not finite at the sample.
    public static let secondDerivatives = Exceptions(rawValue: 2)
    /// Values are compared, but not bit for bit, between one example and a batch.
    public static let batchBits = Exceptions(rawValue: 4)
    /// The result is determined only up to a sign or an order, so that values are not compared.
    public static let values = Exceptions(rawValue: 8)
  }

  /// An input of a sample: made by a fixed rule from its position, the same in Swift and Python.
  public struct Input: Sendable, Hashable {
    /// What the elements are.
    public enum Content: Sendable, Hashable {
      /// Numbers spread over an interval, converted to the dtype under test; no two are equal.
      case real(Double, Double)
      /// Whole numbers from an inclusive range, converted to the dtype under test.
      case whole(Int, Int)
      /// Truth values.
      case bool
      /// Indices as `int32`, from an inclusive range.
      case index(Int, Int)
      /// These numbers, converted to the dtype under test.
      case values([Double])
      /// Random words as `uint32`, such as keys of random numbers.
      case words
      /// A symmetric positive definite matrix, or a stack of them.
      case positiveDefinite
    }

    /// The shape.
    public var shape: [Int]
    /// What the elements are.
    public var content: Content

    /// Makes an input.
    @inline(never)
    public init(_ shape: [Int], _ content: Content) {
      self.shape = shape
      self.content = content
    }

    /// Numbers spread over an interval.
    @inline(never)
    public static func real(_ shape: Int..., in range: ClosedRange<Double> = -2...2) -> Input {
      Input(shape, .real(range.lowerBound, range.upperBound))
    }
    /// Whole numbers from a range.
    @inline(never)
    public static func whole(_ shape: Int..., in range: ClosedRange<Int>) -> Input {
      Input(shape, .whole(range.lowerBound, range.upperBound))
    }
    /// Indices from a range.
    @inline(never)
    public static func index(_ shape: Int..., in range: ClosedRange<Int>) -> Input {
      Input(shape, .index(range.lowerBound, range.upperBound))
    }
    /// Truth values.
    @inline(never)
    public static func bool(_ shape: Int...) -> Input { Input(shape, .bool) }
    /// Random words.
    @inline(never)
    public static func words(_ shape: Int...) -> Input { Input(shape, .words) }
    /// Symmetric (Hermitian) positive definite matrices, in the last two axes.
    @inline(never)
    public static func positiveDefinite(_ shape: Int...) -> Input {
      Input(shape, .positiveDefinite)
    }
    /// These numbers.
    @inline(never)
    public static func values(_ values: [Double]) -> Input {
      Input([values.count], .values(values))
    }
  }
}

extension Set<DType> {
  /// The four real floating-point types.
  public static let floats: Set<DType> = [.float16, .bfloat16, .float32, .float64]
  /// The two complex types.
  public static let complexes: Set<DType> = [.complex64, .complex128]
  /// All floating-point and complex types.
  public static let inexact: Set<DType> = floats.union(complexes)
  /// The eight integer types.
  public static let integers: Set<DType> = Set(DType.allCases.filter(\.isInteger))
  /// Everything that has an order: all but complex.
  public static let ordered: Set<DType> = integers.union(floats).union([.bool])
  /// Everything but `bool`.
  public static let numbers: Set<DType> = integers.union(inexact)
  /// Every type.
  public static let all: Set<DType> = Set(DType.allCases)
}

extension OpEntry {
  /// An entry for a function of one array; `shapes` beside a matrix are an empty array and a scalar.
  @inline(never)
  static func unary(
    _ name: String, _ oracle: String, in range: ClosedRange<Double> = -2...2,
    dtypes: Set<DType> = .floats, tolerance: Double = 1e-12, except: Exceptions = [],
    _ function: @escaping @Sendable (NDArray) -> NDArray
  ) -> OpEntry {
    OpEntry(
      name, dtypes: dtypes,
      [Input.real(3, 5, in: range), .real(in: range), .real(0, 3, in: range)].map { input in
        Sample(
          "\(input.shape)", [input], oracle: oracle, tolerance: tolerance, except: except
        ) { function($0[0]) }
      })
  }

  /// An entry for a function of two arrays that broadcast.
  @inline(never)
  static func binary(
    _ name: String, _ oracle: String, in range: ClosedRange<Double> = -2...2,
    _ second: ClosedRange<Double>? = nil, dtypes: Set<DType> = .floats, tolerance: Double = 1e-12,
    except: Exceptions = [], _ function: @escaping @Sendable (NDArray, NDArray) -> NDArray
  ) -> OpEntry {
    let other = second ?? range
    let pairs: [[Input]] = [
      [.real(3, 4, in: range), .real(3, 4, in: other)],
      [.real(2, 1, 4, in: range), .real(3, 1, in: other)],
      [.real(in: range), .real(5, in: other)],
    ]
    return OpEntry(
      name, dtypes: dtypes,
      pairs.map { inputs in
        Sample(
          "\(inputs[0].shape), \(inputs[1].shape)", inputs, oracle: oracle, tolerance: tolerance,
          except: except
        ) { function($0[0], $0[1]) }
      })
  }
}
