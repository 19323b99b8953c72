// Plots as SVG pictures: lines, points, bands and coloured grids on one pair of axes.

import Foundation

/// What is drawn in a plot, from back to front.
package enum Mark {
  /// A line through points; it stops where a number is not finite.
  case line([(x: Double, y: Double)], label: String? = nil, color: String? = nil)
  /// Points alone.
  case points([(x: Double, y: Double)], label: String? = nil, color: String? = nil)
  /// The area between two lines over the same abscissae.
  case band(x: [Double], low: [Double], high: [Double], label: String? = nil, color: String? = nil)
  /// A grid of numbers as colours, row 0 at the bottom.
  case grid([[Double]], x: ClosedRange<Double>, y: ClosedRange<Double>)
}

/// A picture of marks on one pair of axes.
package struct Plot {
  package var title: String
  package var subtitle = ""
  package var xLabel = ""
  package var yLabel = ""
  package var marks: [Mark]

  private static let width = 760.0
  private static let height = 480.0
  private static let palette = ["#1f6fb4", "#c8324b", "#2a9d5c", "#e08a00", "#7a4fb5", "#0f8b8d"]

  package init(
    _ title: String, subtitle: String = "", x xLabel: String = "", y yLabel: String = "",
    _ marks: [Mark]
  ) {
    self.title = title
    self.subtitle = subtitle
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.marks = marks
  }

  /// The picture.
  package func svg() -> String {
    let bounds = self.bounds
    let top = marks.contains { $0.label != nil } ? 92.0 : 72.0
    let isGrid = marks.contains { if case .grid = $0 { true } else { false } }
    let margin = isGrid ? 0 : 0.04
    let xs = Axis(showing: bounds.x, from: 78, to: Self.width - 22, tickCount: 8, margin: margin)
    let ys = Axis(
      showing: bounds.y, from: Self.height - 58, to: top, tickCount: 6, margin: margin)
    var body = [text(78, 34, title, "title"), text(78, 56, subtitle, "note")]
    body += frame(xs, ys)
    body += marks.enumerated().map { draw($1, xs, ys, color($0)) }
    body += legend(y: 78)
    return svgPicture(
      width: Self.width, height: Self.height, label: title, body.joined(separator: "\n"))
  }

  private var bounds: (x: [Double], y: [Double]) {
    var (x, y): ([Double], [Double]) = ([], [])
    for mark in marks {
      switch mark {
      case .line(let points, _, _), .points(let points, _, _):
        x += points.map(\.x)
        y += points.map(\.y)
      case .band(let places, let low, let high, _, _):
        x += places
        y += low + high
      case .grid(_, let columns, let rows):
        x += [columns.lowerBound, columns.upperBound]
        y += [rows.lowerBound, rows.upperBound]
      }
    }
    return (x, y)
  }

  private func color(_ index: Int) -> String {
    marks[index].color ?? Self.palette[index % Self.palette.count]
  }

  // MARK: - Parts

  private func draw(_ mark: Mark, _ xs: Axis, _ ys: Axis, _ color: String) -> String {
    switch mark {
    case .line(let points, _, _):
      return #"<path class="line" stroke="\#(color)" d="\#(path(points, xs, ys))"/>"#
    case .points(let points, _, _):
      let radius = points.count > 200 ? 2.0 : 3.2
      return points.filter { $0.x.isFinite && $0.y.isFinite }.map {
        """
        <circle class="point" cx="\(short(xs($0.x)))" cy="\(short(ys($0.y)))" \
        r="\(short(radius))" fill="\(color)"/>
        """
      }.joined(separator: "\n")
    case .band(let places, let low, let high, _, _):
      let there = zip(places, high).map { (x: $0, y: $1) }
      let back = zip(places, low).map { (x: $0, y: $1) }.reversed()
      return #"<path class="band" fill="\#(color)" d="\#(path(there + back, xs, ys))Z"/>"#
    case .grid(let rows, let columns, let lines):
      let (x, y) = (xs(columns.lowerBound), ys(lines.upperBound))
      return """
        <image x="\(short(x))" y="\(short(y))" width="\(short(xs(columns.upperBound) - x))" \
        height="\(short(ys(lines.lowerBound) - y))" preserveAspectRatio="none" \
        style="image-rendering: pixelated" href="\(heatmap(rows.reversed()).dataURI)"/>
        """
    }
  }

  private func path(_ points: [(x: Double, y: Double)], _ xs: Axis, _ ys: Axis) -> String {
    var path = ""
    var isDrawing = false
    for (x, y) in points {
      let isThere = x.isFinite && y.isFinite
      if isThere { path += "\(isDrawing ? "L" : "M")\(short(xs(x))) \(short(ys(y)))" }
      isDrawing = isThere
    }
    return path
  }

  private func legend(y: Double) -> [String] {
    var parts: [String] = []
    var x = 78.0
    for (index, mark) in marks.enumerated() {
      guard let label = mark.label else { continue }
      let line = #"x="\#(short(x))" y="\#(short(y - 6))" width="22" fill="\#(color(index))""#
      switch mark {
      case .points:
        parts.append(
          #"<circle cx="\#(short(x + 11))" cy="\#(short(y - 4))" r="3.5" fill="\#(color(index))"/>"#
        )
      case .band: parts.append("<rect class=\"band\" \(line) height=\"9\"/>")
      default: parts.append("<rect \(line) height=\"2.5\"/>")
      }
      parts.append(text(x + 29, y, label, "label"))
      x += 52 + 6.6 * Double(label.count)
    }
    return parts
  }

  private func frame(_ xs: Axis, _ ys: Axis) -> [String] {
    var parts: [String] = []
    let (left, right) = xs.ends
    let (bottom, top) = ys.ends
    for (tick, label) in zip(xs.ticks, xs.labels) {
      parts.append(
        #"<path class="grid" d="M\#(short(xs(tick))) \#(short(bottom))V\#(short(top))"/>"#)
      parts.append(text(xs(tick), bottom + 18, label, "tick", anchor: "middle"))
    }
    for (tick, label) in zip(ys.ticks, ys.labels) {
      parts.append(
        #"<path class="grid" d="M\#(short(left)) \#(short(ys(tick)))H\#(short(right))"/>"#)
      parts.append(text(left - 8, ys(tick) + 4, label, "tick", anchor: "end"))
    }
    parts.append(
      """
      <rect class="frame" x="\(short(left))" y="\(short(top))" width="\(short(right - left))" \
      height="\(short(bottom - top))"/>
      """)
    parts.append(
      text((left + right) / 2, Self.height - 16, xLabel + scale(xs), "label", anchor: "middle"))
    let middle = short((bottom + top) / 2)
    parts.append(
      """
      <text class="label" x="22" y="\(middle)" transform="rotate(-90 22 \(middle))" \
      text-anchor="middle">\(escaped(yLabel + scale(ys)))</text>
      """)
    return parts
  }

  private func scale(_ axis: Axis) -> String {
    axis.exponent == 0 ? "" : " (×10^\(axis.exponent))"
  }

  private func text(
    _ x: Double, _ y: Double, _ content: String, _ style: String, anchor: String = "start"
  ) -> String {
    """
    <text class="\(style)" x="\(short(x))" y="\(short(y))" text-anchor="\(anchor)">\
    \(escaped(content))</text>
    """
  }
}

extension Mark {
  fileprivate var label: String? {
    switch self {
    case .line(_, let label, _), .points(_, let label, _), .band(_, _, _, let label, _): label
    case .grid: nil
    }
  }

  fileprivate var color: String? {
    switch self {
    case .line(_, _, let color), .points(_, _, let color), .band(_, _, _, _, let color): color
    case .grid: nil
    }
  }
}

/// A document around the elements of a picture.
package func svgPicture(
  width: Double, height: Double, label: String, _ body: String
) -> String {
  """
  <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(short(width)) \(short(height))" \
  width="\(short(width))" height="\(short(height))" role="img" aria-label="\(escaped(label))">
  <style>
  text { font: 12px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; fill: #3d4653 }
  .title { font-size: 20px; font-weight: 600; fill: #161b22 }
  .note { fill: #6a7482 }
  .grid { stroke: #e8ebef; stroke-width: 1 }
  .frame { stroke: #aab2bd; stroke-width: 1; fill: none }
  .line { fill: none; stroke-width: 2; stroke-linejoin: round }
  .point { fill-opacity: 0.7 }
  .band { fill-opacity: 0.18 }
  </style>
  <rect width="100%" height="100%" fill="#ffffff"/>
  \(body)
  </svg>

  """
}

/// A number with at most two decimals.
package func short(_ value: Double) -> String {
  let rounded = (value * 100).rounded() / 100
  return rounded == rounded.rounded() && abs(rounded) < 1e15
    ? String(Int(rounded)) : String(rounded)
}

/// Text as the content of an element or attribute of XML.
package func escaped(_ text: String) -> String {
  var result = ""
  for character in text {
    switch character {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    default: result.append(character)
    }
  }
  return result
}
