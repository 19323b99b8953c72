// A chart as an SVG picture: the data and the fitted curve above, the residuals below.

import ExampleSupport
import Foundation

/// Points and the curve through them.
struct Series {
  let label: String
  let points: [(x: Double, y: Double)]
  let curve: [(x: Double, y: Double)]
  /// Data minus fit, at the points.
  let residuals: [Double]
}

struct Chart {
  let title: String
  let subtitle: String
  let note: String
  let xLabel: String
  let yLabel: String
  let series: [Series]

  private static let width = 760.0
  private static let height = 576.0
  private static let left = 78.0
  private static let right = width - 22
  private static let palette = ["#1f6fb4", "#2a9d5c", "#e08a00", "#c8324b", "#7a4fb5", "#0f8b8d"]

  /// The picture.
  func svg() -> String {
    let points = series.flatMap(\.points)
    let curves = series.flatMap(\.curve)
    let xs = Axis(
      showing: points.map(\.x), from: Chart.left, to: Chart.right, tickCount: 8, margin: 0.03)
    let ys = Axis(
      showing: points.map(\.y) + curves.map(\.y), from: 380, to: 100, tickCount: 6)
    let largest = series.flatMap(\.residuals).reduce(0) { max($0, abs($1)) }
    let rs = Axis(showing: [-largest, largest], from: 520, to: 416, tickCount: 5, margin: 0.1)

    var body: [String] = []
    body.append(text(Chart.left, 34, title, "title"))
    body.append(text(Chart.left, 56, subtitle, "formula"))
    body.append(text(Chart.right, 34, note, "note", anchor: "end"))
    body += legend(y: 80)
    body += frame(xs, ys, label: yLabel, showsX: false)
    body += frame(xs, rs, label: "data − fit", showsX: true)
    body.append(line(Chart.left, rs(0), Chart.right, rs(0), "zero"))
    for (index, one) in series.enumerated() {
      body += marks(one, xs, ys, rs, color(index), curveColor(index))
    }
    let scale = xs.exponent == 0 ? "" : " (×10\(superscript(xs.exponent)))"
    body.append(
      text(
        (Chart.left + Chart.right) / 2, Chart.height - 16, xLabel + scale, "label", anchor: "middle"
      ))
    let (width, height) = (number(Chart.width), number(Chart.height))
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" \
      width="\(width)" height="\(height)" role="img" \
      aria-label="\(escaped("\(title): data, fitted curve and residuals"))">
      <style>
      text { font: 12px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; fill: #3d4653 }
      .title { font-size: 20px; font-weight: 600; fill: #161b22 }
      .formula { font-size: 12.5px; font-style: italic; fill: #3d4653 }
      .note { fill: #6a7482 }
      .label { font-size: 12.5px }
      .grid { stroke: #e8ebef; stroke-width: 1 }
      .frame { stroke: #aab2bd; stroke-width: 1; fill: none }
      .zero { stroke: #6a7482; stroke-width: 1 }
      .curve { fill: none; stroke-width: 2; stroke-linejoin: round }
      .point { fill-opacity: 0.55; stroke-width: 1 }
      .stem { stroke-width: 1; stroke-opacity: 0.6 }
      </style>
      <rect width="100%" height="100%" fill="#ffffff"/>
      \(body.joined(separator: "\n"))
      </svg>

      """
  }

  private func color(_ index: Int) -> String { Chart.palette[index % Chart.palette.count] }

  /// A lone curve stands out from its points; several are told apart by the colour of theirs.
  private func curveColor(_ index: Int) -> String { series.count == 1 ? "#c8324b" : color(index) }

  // MARK: - Parts

  private func legend(y: Double) -> [String] {
    var entries: [String] = []
    var x = Chart.left
    for (index, one) in series.enumerated() {
      if series.count == 1 {
        entries.append(point(x + 5, y - 4, color(index), radius: 3.5))
        entries.append(text(x + 16, y, one.label, "label"))
        entries.append(curve("M\(number(x + 66)) \(number(y - 4))h24", curveColor(index)))
        entries.append(text(x + 97, y, "fitted curve", "label"))
      } else {
        entries.append(curve("M\(number(x)) \(number(y - 4))h24", curveColor(index)))
        entries.append(point(x + 12, y - 4, color(index), radius: 3.5))
        entries.append(text(x + 31, y, one.label, "label"))
        x += 48 + 7 * Double(one.label.count)
      }
    }
    return entries
  }

  private func frame(_ xs: Axis, _ ys: Axis, label: String, showsX: Bool) -> [String] {
    var parts: [String] = []
    let (bottom, top) = ys.ends
    for (tick, label) in zip(xs.ticks, xs.labels) {
      parts.append(line(xs(tick), bottom, xs(tick), top, "grid"))
      parts.append(line(xs(tick), bottom, xs(tick), bottom + 4, "frame"))
      if showsX { parts.append(text(xs(tick), bottom + 18, label, "tick", anchor: "middle")) }
    }
    for (tick, label) in zip(ys.ticks, ys.labels) {
      parts.append(line(Chart.left, ys(tick), Chart.right, ys(tick), "grid"))
      parts.append(line(Chart.left - 4, ys(tick), Chart.left, ys(tick), "frame"))
      parts.append(text(Chart.left - 8, ys(tick) + 4, label, "tick", anchor: "end"))
    }
    parts.append(
      """
      <rect class="frame" x="\(number(Chart.left))" y="\(number(top))" \
      width="\(number(Chart.right - Chart.left))" height="\(number(bottom - top))"/>
      """)
    let scale = ys.exponent == 0 ? "" : " (×10\(superscript(ys.exponent)))"
    let middle = number((bottom + top) / 2)
    parts.append(
      """
      <text class="label" x="22" y="\(middle)" transform="rotate(-90 22 \(middle))" \
      text-anchor="middle">\(escaped(label + scale))</text>
      """)
    return parts
  }

  private func marks(
    _ one: Series, _ xs: Axis, _ ys: Axis, _ rs: Axis, _ pointColor: String, _ curveColor: String
  ) -> [String] {
    let radius = one.points.count > 100 ? 2.4 : 3.5
    var parts = one.points.map { point(xs($0.x), ys($0.y), pointColor, radius: radius) }
    var path = ""
    var isDrawing = false
    for (x, y) in one.curve {
      if y.isFinite { path += "\(isDrawing ? "L" : "M")\(number(xs(x))) \(number(ys(y)))" }
      isDrawing = y.isFinite
    }
    parts.append(curve(path, curveColor))
    for ((x, _), residual) in zip(one.points, one.residuals) {
      parts.append(
        """
        <line class="stem" stroke="\(pointColor)" x1="\(number(xs(x)))" y1="\(number(rs(0)))" \
        x2="\(number(xs(x)))" y2="\(number(rs(residual)))"/>
        """)
      parts.append(point(xs(x), rs(residual), pointColor, radius: radius * 0.75))
    }
    return parts
  }

  // MARK: - Elements

  private func text(
    _ x: Double, _ y: Double, _ content: String, _ style: String, anchor: String = "start"
  ) -> String {
    """
    <text class="\(style)" x="\(number(x))" y="\(number(y))" text-anchor="\(anchor)">\
    \(escaped(content))</text>
    """
  }

  private func line(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String
  ) -> String {
    """
    <line class="\(style)" x1="\(number(x1))" y1="\(number(y1))" \
    x2="\(number(x2))" y2="\(number(y2))"/>
    """
  }

  private func point(_ x: Double, _ y: Double, _ color: String, radius: Double) -> String {
    """
    <circle class="point" cx="\(number(x))" cy="\(number(y))" r="\(number(radius))" \
    fill="\(color)" stroke="\(color)"/>
    """
  }

  private func curve(_ path: String, _ color: String) -> String {
    #"<path class="curve" stroke="\#(color)" d="\#(path)"/>"#
  }

  private func number(_ value: Double) -> String {
    let rounded = (value * 100).rounded() / 100
    return rounded == rounded.rounded() ? String(Int(rounded)) : String(rounded)
  }

  private func superscript(_ exponent: Int) -> String {
    let digits: [Character: Character] = [
      "-": "⁻", "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷",
      "8": "⁸", "9": "⁹",
    ]
    return String(String(exponent).compactMap { digits[$0] })
  }
}
