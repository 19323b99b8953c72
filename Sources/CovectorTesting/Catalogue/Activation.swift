// Samples of the operations in Ops/Activation.swift.

import Covector

let activationOps: [OpEntry] = [
  .unary("relu", "np.maximum(x, 0)", dtypes: .ordered) { relu($0) },
  .unary("relu2", "np.maximum(x, 0) ** 2", dtypes: .ordered) { relu2($0) },
  .unary("relu6", "np.clip(x, 0, 6)", in: -2...8, dtypes: .ordered) { relu6($0) },
  .unary("leakyRelu", "np.where(x >= 0, x, 0.01 * x)", dtypes: .ordered) { leakyRelu($0) },
  .binary("prelu", "np.where(x >= 0, x, y * x)", in: -2...2, 0.1...0.9, dtypes: .ordered) {
    prelu($0, slope: $1)
  },
  .unary("elu", "np.where(x > 0, x, np.expm1(x))", dtypes: .ordered) { elu($0) },
  .unary("elu alpha", "np.where(x > 0, x, 0.5 * np.expm1(x))", dtypes: .ordered) {
    elu($0, alpha: 0.5)
  },
  .unary("celu", "np.where(x > 0, x, 2 * np.expm1(x / 2))", dtypes: .ordered) {
    celu($0, alpha: 2)
  },
  .unary("selu", "jax.nn.selu(x)", dtypes: .ordered) { selu($0) },
  .unary("gelu", "x * sp.special.ndtr(x)", dtypes: .ordered) { gelu($0) },
  .unary("geluApproximate", "jax.nn.gelu(x, True)", dtypes: .ordered) { geluApproximate($0) },
  .unary("geluFastApproximate", "x * sp.special.expit(1.702 * x)", dtypes: .ordered) {
    geluFastApproximate($0)
  },
  .unary("silu", "x * sp.special.expit(x)", dtypes: .ordered) { silu($0) },
  .unary("softplus", "np.logaddexp(x, 0)", dtypes: .ordered) { softplus($0) },
  .unary("logSigmoid", "sp.special.log_expit(x)", dtypes: .ordered) { logSigmoid($0) },
  .unary("softsign", "x / (1 + np.abs(x))", dtypes: .ordered) { softsign($0) },
  .unary("softShrink", "np.where(np.abs(x) > 0.5, x - np.sign(x) * 0.5, 0)", dtypes: .ordered) {
    softShrink($0)
  },
  .unary("hardShrink", "np.where(np.abs(x) > 0.5, x, 0)", dtypes: .ordered) { hardShrink($0) },
  .unary("hardTanh", "np.clip(x, -1, 1)", dtypes: .ordered) { hardTanh($0) },
  .unary("hardSwish", "x * np.clip(x + 3, 0, 6) / 6", in: -5...5, dtypes: .ordered) {
    hardSwish($0)
  },
  .unary("mish", "x * np.tanh(np.logaddexp(x, 0))", dtypes: .ordered) { mish($0) },
  .unary("step", "np.where(x >= 0, 1.0, 0.0)", dtypes: .ordered, except: .derivatives) { step($0) },
  OpEntry(
    "glu", dtypes: .ordered,
    [
      .init("", [.real(3, 4)], oracle: "x[:, :2] * sp.special.expit(x[:, 2:])") { glu($0[0]) },
      .init("axis 0", [.real(4, 3)], oracle: "x[:2] * sp.special.expit(x[2:])") {
        glu($0[0], axis: 0)
      },
    ]),
]
