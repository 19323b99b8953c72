// Samples of the operations in Ops/Scatter.swift.

import Covector

/// NumPy's statement as an expression: its result is the changed copy `a` of `x`.
private func changed(_ statement: String) -> String { "(lambda a: (\(statement), a)[1])(x.copy())" }

/// Samples of one way to update: at duplicate indices, at index arrays apart, at a slice and
/// through a mask.
private func updateSamples(
  _ ufunc: String, in range: ClosedRange<Double> = -2...2,
  _ update: @escaping @Sendable (NDArray.SelectedPlaces, NDArray) -> NDArray
) -> [OpEntry.Sample] {
  [
    .init(
      "duplicates", [.real(3, 2), .real(5, 2, in: range), .index(5, in: -3...2)],
      oracle: changed("np.\(ufunc).at(a, z, y)")
    ) { update($0[0].at[$0[2]], $0[1]) },
    .init(
      "broadcast", [.real(4), .real(in: range), .index(2, 3, in: 0...3)],
      oracle: changed("np.\(ufunc).at(a, z, y)")
    ) { update($0[0].at[$0[2]], $0[1]) },
    .init(
      "apart",
      [.real(2, 3, 4), .real(3, 2, 1, in: range), .index(2, in: 0...1), .index(3, 1, in: -4...3)],
      oracle: changed("np.\(ufunc).at(a, (z, slice(None), w), y)")
    ) { update($0[0].at[$0[2], 0..., $0[3]], $0[1]) },
    .init(
      "slice", [.real(3, 4), .real(2, in: range)],
      oracle: changed("np.\(ufunc).at(a, (slice(None), slice(1, None, 2)), y)")
    ) { update($0[0].at[0..., .stride(from: 1, by: 2)], $0[1]) },
    .init(
      "mask", [.real(2, 3), .real(3, in: range)],
      oracle: changed("np.\(ufunc).at(a, np.array([[1, 0, 1], [0, 1, 0]]) == 1, y)")
    ) { update($0[0].at[[[true, false, true], [false, true, false]] as NDArray], $0[1]) },
  ]
}

let scatterOps: [OpEntry] = [
  OpEntry(
    "at.setting", dtypes: .all,
    [
      .init(
        "duplicates", [.real(3, 2), .real(5, 2), .index(5, in: -3...2)],
        oracle: changed("a.__setitem__(z, y)")
      ) { $0[0].at[$0[2]].setting(to: $0[1]) },
      .init(
        "apart", [.real(2, 3, 4), .real(3, 2, 1), .index(2, in: 0...1), .index(3, 1, in: -4...3)],
        oracle: changed("a.__setitem__((z, slice(None), w), y)")
      ) { $0[0].at[$0[2], 0..., $0[3]].setting(to: $0[1]) },
      .init(
        "slice", [.real(3, 4), .real(2)],
        oracle: changed("a.__setitem__((slice(None), slice(1, None, 2)), y)")
      ) { $0[0].at[0..., .stride(from: 1, by: 2)].setting(to: $0[1]) },
      .init("integer", [.real(3, 4), .real(4)], oracle: changed("a.__setitem__(1, y)")) { x in
        var result = x[0]
        result[1] = x[1]
        return result
      },
      .init("mask", [.real(3, 4), .real(), .bool(3, 4)], oracle: "np.where(z, y, x)") {
        $0[0].at[$0[2]].setting(to: $0[1])
      },
      .init(
        "mask of rows", [.real(3, 4), .real(4), .bool(3)], oracle: "np.where(z[:, None], y, x)"
      ) { $0[0].at[$0[2]].setting(to: $0[1]) },
      .init(
        "mask and a list", [.real(2, 3), .real(3)],
        oracle: changed("a.__setitem__(np.array([[1, 0, 1], [0, 1, 0]]) == 1, y)")
      ) { $0[0].at[[[true, false, true], [false, true, false]] as NDArray].setting(to: $0[1]) },
      .init(
        "nothing", [.real(3, 2), .real(2), .index(0, in: 0...2)], oracle: "x"
      ) { $0[0].at[$0[2]].setting(to: $0[1]) },
    ]),
  OpEntry("at.adding", dtypes: .all, updateSamples("add") { $0.adding($1) }),
  OpEntry("at.subtracting", dtypes: .numbers, updateSamples("subtract") { $0.subtracting($1) }),
  OpEntry("at.multiplying", dtypes: .all, updateSamples("multiply") { $0.multiplying(by: $1) }),
  OpEntry(
    "at.dividing", dtypes: .inexact,
    updateSamples("divide", in: 0.5...2) { $0.dividing(by: $1) }),
  OpEntry("at.maximum", dtypes: .ordered, updateSamples("maximum") { $0.maximum($1) }),
  OpEntry("at.minimum", dtypes: .ordered, updateSamples("minimum") { $0.minimum($1) }),
  OpEntry(
    "putAlongAxis", dtypes: .all,
    [
      .init(
        "", [.real(3, 4), .real(3, 2), .index(3, 2, in: -4...3)],
        oracle: changed("np.put_along_axis(a, z, y, -1)")
      ) { $0[0].putAlongAxis($0[1], at: $0[2]) },
      .init(
        "axis 0", [.real(3, 4), .real(), .index(5, 4, in: 0...2)],
        oracle: changed("np.put_along_axis(a, z, y, 0)")
      ) { $0[0].putAlongAxis($0[1], at: $0[2], axis: 0) },
    ]),
  OpEntry(
    "updatingSlice", dtypes: .all,
    [
      .init(
        "", [.real(4, 5), .real(2, 3), .index(2, in: 0...2)],
        oracle: changed("a.__setitem__((slice(z[0], z[0] + 2), slice(z[1], z[1] + 3)), y)")
      ) { $0[0].updatingSlice(with: $0[1], from: $0[2], axes: [0, 1]) },
      .init(
        "one axis", [.real(2, 5), .real(2, 2), .index(1, in: 0...3)],
        oracle: changed("a.__setitem__((slice(None), slice(z[0], z[0] + 2)), y)")
      ) { $0[0].updatingSlice(with: $0[1], from: $0[2], axes: [-1]) },
    ]),
]
