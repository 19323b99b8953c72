// Samples of the operations in Ops/Trigonometric.swift.

import Covector

let trigonometricOps: [OpEntry] = [
  .unary("sin", "np.sin(x)", dtypes: .all) { sin($0) },
  .unary("cos", "np.cos(x)", dtypes: .all) { cos($0) },
  .unary("tan", "np.tan(x)", in: -1.2...1.2, dtypes: .all) { tan($0) },
  .unary("asin", "np.arcsin(x)", in: -0.9...0.9, dtypes: .all) { asin($0) },
  .unary("acos", "np.arccos(x)", in: -0.9...0.9, dtypes: .all) { acos($0) },
  .unary("atan", "np.arctan(x)", dtypes: .all) { atan($0) },
  .binary("atan2", "np.arctan2(x, y)", in: 0.3...2, -2...2, dtypes: .ordered) { atan2($0, $1) },
  .binary("hypot", "np.hypot(x, y)", in: 0.3...2, -2...2, dtypes: .ordered) { hypot($0, $1) },
  .unary("degrees", "np.degrees(x)", dtypes: .ordered) { degrees($0) },
  .unary("radians", "np.radians(x)", in: -200...200, dtypes: .ordered) { radians($0) },
  .unary("sinh", "np.sinh(x)", dtypes: .all) { sinh($0) },
  .unary("cosh", "np.cosh(x)", dtypes: .all) { cosh($0) },
  .unary("sech", "1 / np.cosh(x)", dtypes: .ordered) { sech($0) },
  .unary("tanh", "np.tanh(x)", dtypes: .all) { tanh($0) },
  .unary("asinh", "np.arcsinh(x)", dtypes: .all) { asinh($0) },
  .unary("acosh", "np.arccosh(x)", in: 1.2...4, dtypes: .all) { acosh($0) },
  .unary("atanh", "np.arctanh(x)", in: -0.9...0.9, dtypes: .all) { atanh($0) },
]
