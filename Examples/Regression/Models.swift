// The fourteen models of the NIST problems, each a plain function of its parameters `b` and of one
// `x`. NIST counts parameters from one: its b1 is `b[0]` here.

import Covector

/// A model: the response at one point `x`, for parameters `b`.
typealias ModelFunction = @Sendable (_ b: NDArray, _ x: NDArray) -> NDArray

/// A model and how to show it.
struct Model: Sendable {
  let name: String
  let formula: String
  let function: ModelFunction
  /// What the model explains: the response as it was measured, or a function of it.
  let response: @Sendable (NDArray) -> NDArray

  init(
    _ name: String, _ formula: String, _ function: @escaping ModelFunction,
    response: @escaping @Sendable (NDArray) -> NDArray = { $0 }
  ) {
    self.name = name
    self.formula = formula
    self.function = function
    self.response = response
  }

  /// All models, the easy problems first.
  static let all: [Model] = [
    Model("Misra1a", "y = b₁(1 − exp(−b₂x))", misra1a),
    Model("Chwirut2", "y = exp(−b₁x) / (b₂ + b₃x)", chwirut2),
    Model("Lanczos3", "y = b₁ exp(−b₂x) + b₃ exp(−b₄x) + b₅ exp(−b₆x)", lanczos3),
    Model(
      "Gauss1", "y = b₁ exp(−b₂x) + b₃ exp(−(x − b₄)²/b₅²) + b₆ exp(−(x − b₇)²/b₈²)", gauss1),
    Model("DanWood", "y = b₁ x^b₂", danWood),
    Model("Misra1b", "y = b₁(1 − (1 + b₂x/2)⁻²)", misra1b),
    Model("Kirby2", "y = (b₁ + b₂x + b₃x²) / (1 + b₄x + b₅x²)", kirby2),
    Model("Hahn1", "y = (b₁ + b₂x + b₃x² + b₄x³) / (1 + b₅x + b₆x² + b₇x³)", cubicOverCubic),
    Model("Nelson", "log y = b₁ − b₂x₁ exp(−b₃x₂)", nelson, response: { log($0) }),
    Model("MGH17", "y = b₁ + b₂ exp(−b₄x) + b₃ exp(−b₅x)", mgh17),
    Model("Roszman1", "y = b₁ − b₂x − arctan(b₃/(x − b₄))/π", roszman1),
    Model(
      "ENSO",
      "y = b₁ + b₂ cos(2πx/12) + b₃ sin(2πx/12) + b₅ cos(2πx/b₄) + b₆ sin(2πx/b₄)"
        + " + b₈ cos(2πx/b₇) + b₉ sin(2πx/b₇)",
      enso),
    Model("MGH09", "y = b₁(x² + b₂x) / (x² + b₃x + b₄)", mgh09),
    Model("Thurber", "y = (b₁ + b₂x + b₃x² + b₄x³) / (1 + b₅x + b₆x² + b₇x³)", cubicOverCubic),
  ]
}

func misra1a(_ b: NDArray, _ x: NDArray) -> NDArray {
  b[0] * (1 - exp(-b[1] * x))
}

func chwirut2(_ b: NDArray, _ x: NDArray) -> NDArray {
  exp(-b[0] * x) / (b[1] + b[2] * x)
}

func lanczos3(_ b: NDArray, _ x: NDArray) -> NDArray {
  b[0] * exp(-b[1] * x) + b[2] * exp(-b[3] * x) + b[4] * exp(-b[5] * x)
}

func gauss1(_ b: NDArray, _ x: NDArray) -> NDArray {
  b[0] * exp(-b[1] * x) + b[2] * bell((x - b[3]) / b[4]) + b[5] * bell((x - b[6]) / b[7])
}

func danWood(_ b: NDArray, _ x: NDArray) -> NDArray {
  b[0] * pow(x, b[1])
}

func misra1b(_ b: NDArray, _ x: NDArray) -> NDArray {
  b[0] * (1 - 1 / square(1 + b[1] * x / 2))
}

func kirby2(_ b: NDArray, _ x: NDArray) -> NDArray {
  (b[0] + x * (b[1] + x * b[2])) / (1 + x * (b[3] + x * b[4]))
}

/// Hahn1 and Thurber.
func cubicOverCubic(_ b: NDArray, _ x: NDArray) -> NDArray {
  let above = b[0] + x * (b[1] + x * (b[2] + x * b[3]))
  let below = 1 + x * (b[4] + x * (b[5] + x * b[6]))
  return above / below
}

/// Two predictors: `x[0]` is the time and `x[1]` the temperature.
func nelson(_ b: NDArray, _ x: NDArray) -> NDArray {
  b[0] - b[1] * x[0] * exp(-b[2] * x[1])
}

func mgh17(_ b: NDArray, _ x: NDArray) -> NDArray {
  b[0] + b[1] * exp(-x * b[3]) + b[2] * exp(-x * b[4])
}

func roszman1(_ b: NDArray, _ x: NDArray) -> NDArray {
  b[0] - b[1] * x - atan(b[2] / (x - b[3])) / Double.pi
}

func enso(_ b: NDArray, _ x: NDArray) -> NDArray {
  b[0] + wave(x, period: 12, b[1], b[2]) + wave(x, period: b[3], b[4], b[5])
    + wave(x, period: b[6], b[7], b[8])
}

func mgh09(_ b: NDArray, _ x: NDArray) -> NDArray {
  b[0] * x * (x + b[1]) / (x * (x + b[2]) + b[3])
}

private func bell(_ z: NDArray) -> NDArray { exp(-z * z) }

private func wave(
  _ x: NDArray, period: NDArray, _ cosine: NDArray, _ sine: NDArray
) -> NDArray {
  let angle = 2 * Double.pi * x / period
  return cosine * cos(angle) + sine * sin(angle)
}
