// One axis of a chart: where values go on the page, and where the ticks are.

import Foundation

/// A linear map from an interval of values to an interval of the page.
package struct Axis {
  package let values: ClosedRange<Double>
  /// The page positions of the two ends of `values`.
  package let ends: (Double, Double)
  package let ticks: [Double]
  /// The labels of the ticks, in units of ten to the power `exponent`.
  package let labels: [String]
  package let exponent: Int

  /// An axis that shows all of `values`, with a little room around them.
  package init(
    showing values: [Double], from start: Double, to end: Double, tickCount: Int,
    margin: Double = 0.04
  ) {
    let finite = values.filter(\.isFinite)
    let low = finite.min() ?? 0
    let high = finite.max() ?? 1
    let span = high > low ? high - low : max(abs(high), 1)
    let range = (low - margin * span)...(high + margin * span)
    self.values = range
    ends = (start, end)

    let step = Axis.niceStep((range.upperBound - range.lowerBound) / Double(tickCount))
    let first = Int((range.lowerBound / step).rounded(.up))
    let last = Int((range.upperBound / step).rounded(.down))
    let ticks = first <= last ? (first...last).map { Double($0) * step } : []
    self.ticks = ticks

    // Numbers with many zeros are shown in units of a power of ten.
    let largest = ticks.reduce(0) { max($0, abs($1)) }
    let magnitude = largest > 0 ? Int(log10(largest).rounded(.down)) : 0
    let exponent = (-3...4).contains(magnitude) ? 0 : magnitude
    self.exponent = exponent
    let unit = pow(10, Double(exponent))
    let decimals = max(0, -Int((log10(step / unit) + 1e-9).rounded(.down)))
    labels = ticks.map { tick in
      String(format: "%.\(decimals)f", tick / unit).replacingOccurrences(of: "-", with: "−")
    }
  }

  /// The position of a value on the page.
  package func callAsFunction(_ value: Double) -> Double {
    let fraction = (value - values.lowerBound) / (values.upperBound - values.lowerBound)
    return ends.0 + fraction * (ends.1 - ends.0)
  }

  /// The nearest 1, 2 or 5 times a power of ten that is not less than `step`.
  static func niceStep(_ step: Double) -> Double {
    let power = pow(10, log10(step).rounded(.down))
    let lead = step / power
    return power * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10)
  }
}
