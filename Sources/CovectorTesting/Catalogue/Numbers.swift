// Samples of the operations in Ops/Numbers.swift.

import Covector

let numberOps: [OpEntry] = [
  OpEntry(
    "ldexp", dtypes: .ordered,
    [
      .init("", [.real(3, 4), .index(3, 4, in: -5...5)], oracle: "np.ldexp(1.0 * x, y)") {
        ldexp($0[0], $0[1])
      },
      .init("broadcast", [.real(4), .index(3, 1, in: -5...5)], oracle: "np.ldexp(1.0 * x, y)") {
        ldexp($0[0], $0[1])
      },
    ]),
  OpEntry(
    "frexp", dtypes: .ordered,
    [
      .init(
        "", [.real(3, 4, in: -40...40)], oracle: "tuple(np.frexp(1.0 * x))",
        results: {
          let (fraction, exponent) = frexp($0[0])
          return [fraction, exponent]
        })
    ]),
  OpEntry(
    "modf", dtypes: .ordered,
    [
      .init(
        "", [.real(3, 4, in: -4...4)], oracle: "tuple(np.modf(1.0 * x))",
        results: {
          let (fraction, whole) = modf($0[0])
          return [fraction, whole]
        })
    ]),
  OpEntry(
    "nextAfter", dtypes: .ordered.subtracting([.float16, .bfloat16]),
    [
      .init(
        "", [.real(3, 4), .real(3, 4)],
        oracle: "np.where(x == x.astype(np.float32), np.nextafter(x.astype(np.float32),"
          + " y.astype(np.float32)), np.nextafter(x, y))"
      ) { nextAfter($0[0], $0[1]) }
    ]),
  .unary("signBit", "np.signbit(1.0 * x)", dtypes: .ordered, except: .derivatives) { signBit($0) },
  .binary("fmod", "np.fmod(x, y)", in: -9...9, 1.4...2.4, dtypes: .ordered.subtracting([.bool])) {
    fmod($0, $1)
  },
  .binary("fmax", "np.fmax(x, y)", dtypes: .ordered) { fmax($0, $1) },
  .binary("fmin", "np.fmin(x, y)", dtypes: .ordered) { fmin($0, $1) },
  .binary("heaviside", "np.heaviside(1.0 * x, 1.0 * y)", dtypes: .ordered) { heaviside($0, $1) },
  .unary("sinc", "np.where(x == np.round(x), (x == 0) * 1.0, np.sinc(1.0 * x))", dtypes: .ordered) {
    sinc($0)
  },
  .unary("sinc at 0", "np.sinc(0.0 * x)", dtypes: .ordered) { sinc($0 * 0) },
  .whole("gcd", "np.gcd(x, y)", in: 0...60, 1...40, dtypes: .integers) { gcd($0, $1) },
  .whole("lcm", "np.lcm(x, y)", in: 0...11, 1...11, dtypes: .integers) { lcm($0, $1) },
  OpEntry(
    "bitCount", dtypes: .integers,
    [
      .init("", [.whole(3, 4, in: 0...100)], oracle: "np.bitwise_count(x)", except: .derivatives) {
        bitCount($0[0])
      }
    ]),
  .unary("angle", "np.angle(x)", in: 0.3...2, dtypes: .all) { angle($0) },
  .binary("polar", "x * np.exp(1j * y)", dtypes: .ordered) { polar($0, $1) },
  OpEntry(
    "unwrap", dtypes: .ordered,
    [
      .init("", [.real(3, 6, in: -9...9)], oracle: "np.unwrap(1.0 * x)") { unwrap($0[0]) },
      .init(
        "period", [.real(6, 3, in: -9...9)], oracle: "np.unwrap(1.0 * x, period=4.5, axis=0)"
      ) { unwrap($0[0], period: 4.5, axis: 0) },
    ]),
  OpEntry(
    "viewed", dtypes: .all,
    [
      .init(
        "as it is", [.whole(3, 4, in: 0...100)],
        oracle: "np.real(x).astype(np.int32).view(np.float32)",
        except: .derivatives
      ) { $0[0].real.asType(.int32).viewed(as: .float32) },
      .init(
        "longer", [.whole(3, 4, in: 0...100)], oracle: "np.real(x).astype(np.int32).view(np.uint8)",
        except: .derivatives
      ) { $0[0].real.asType(.int32).viewed(as: .uint8) },
      .init(
        "shorter", [.whole(3, 8, in: 0...100)],
        oracle: "np.real(x).astype(np.int32).view(np.int64)",
        except: .derivatives
      ) { $0[0].real.asType(.int32).viewed(as: .int64) },
    ]),
]
