// A cloth that falls and swings: one function says what energy its points have, and its gradient is the
// force on every one of them.

import ArgumentParser
import Covector
import ExampleSupport
import Foundation

@main
struct ClothCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cloth",
    abstract: "Drops a cloth that hangs by two corners over a ball, as an animated picture.",
    discussion: "The forces are the gradient of the energy, which is the only physics written down."
  )

  @Option(help: "Points along each side of the cloth.")
  var size = 24

  @Option(help: "Seconds of motion.")
  var seconds = 6.0

  @Option(help: "The picture.")
  var output = "cloth-output/cloth.svg"

  func validate() throws {
    guard (4...64).contains(size), seconds > 0, seconds <= 60 else {
      throw ValidationError(
        "The size must be from 4 to 64, and the time more than 0 and at most 60 seconds.")
    }
  }

  func run() throws {
    Interruption.listen()
    var cloth = Cloth(size: size)
    let frames = Int(seconds * 20)
    var progress = Progress(total: frames)
    var shown = [cloth.positions]
    for frame in 1...frames where !Interruption.isRequested {
      for _ in 0..<cloth.stepsPerFrame { cloth.step() }
      eval(cloth.positions, cloth.velocities)
      shown.append(cloth.positions)
      progress.show(frame, "frames")
    }
    progress.clear()
    try save(Film(size: size, frames: shown).svg(), to: output)
    say("\(shown.count) frames of \(size * size) points; the picture is in \(output)")
  }
}

/// Points in space, held together by springs along the rows, columns and diagonals.
struct Cloth {
  /// Of shape [size, size, 3]; the third coordinate points up.
  private(set) var positions: NDArray
  private(set) var velocities: NDArray
  /// 0 for the two corners that do not move, 1 elsewhere.
  let mobility: NDArray
  /// The springs: how far apart their ends are in the grid, and how stiff they are.
  let springs: [(rows: Int, columns: Int, stiffness: Double)]
  let spacing: Double
  let mass: Double
  let timeStep: Double
  let stepsPerFrame: Int

  static let ball = (center: [0.1, 0.55, -0.75], radius: 0.35)

  init(size: Int) {
    spacing = 1.4 / Double(size - 1)
    mass = 1 / Double(size * size)
    let axis = NDArray.linspace(from: -0.7, to: 0.7, count: size, dtype: .float64)
    let grid = meshgrid([axis, axis + 0.7])
    positions = stacked([grid[0], grid[1], NDArray.zeros(like: grid[0])], axis: -1)
    velocities = NDArray.zeros(like: positions)
    var free = [Double](repeating: 1, count: size * size)
    free[0] = 0
    free[size - 1] = 0
    mobility = NDArray(free, shape: [size, size, 1])
    springs = [(0, 1, 60), (1, 0, 60), (1, 1, 20), (1, -1, 20), (0, 2, 4), (2, 0, 4)]
    // A step must be shorter than the swing of a point on its springs.
    stepsPerFrame = Int((0.05 / (0.5 * (mass / 200).squareRoot())).rounded(.up))
    timeStep = 0.05 / Double(stepsPerFrame)
  }

  /// The energy of the cloth in some shape: of its springs, of its height, and of what lies in the ball.
  func energy(_ x: NDArray) -> NDArray {
    let size = x.shape[0]
    var energy = 9.81 * mass * x[.ellipsis, 2].sum()
    for (rows, columns, stiffness) in springs {
      let left = Swift.max(-columns, 0)
      let right = size - Swift.max(columns, 0)
      let a = x[0..<(size - rows), left..<right]
      let b = x[rows..<size, (left + columns)..<(right + columns)]
      let rest = spacing * Double(rows * rows + columns * columns).squareRoot()
      let stretch = sqrt(square(b - a).sum(axis: -1)) - rest
      energy = energy + stiffness / 2 * square(stretch).sum()
    }
    let offset = x - NDArray(Self.ball.center)
    let depth = maximum(Self.ball.radius - sqrt(square(offset).sum(axis: -1)), 0.0)
    return energy + 400 / 2 * square(depth).sum()
  }

  /// Moves the points on by one step: velocities first, then positions with the new velocities.
  mutating func step() {
    let force = -grad(energy)(positions)
    // The air takes away a little of the velocity.
    velocities = ((1 - 0.4 * timeStep) * velocities + timeStep / mass * force) * mobility
    positions = positions + timeStep * velocities
  }

  /// The energy of shape and motion together.
  var totalEnergy: Double {
    (energy(positions) + mass / 2 * square(velocities).sum()).item()
  }
}

/// Frames of a cloth as an animated picture.
struct Film {
  let size: Int
  let frames: [NDArray]

  private static let (width, height) = (640.0, 560.0)

  /// Where points of space are on the page: seen from the front, a little from above.
  private static func projected(_ x: NDArray) -> [[Double]] {
    let turn = NDArray([[0.94, 0.14], [-0.34, 0.42], [0.0, -0.90]])
    let page = matmul(x, turn) * 270 + NDArray([width / 2 + 60, 110.0])
    return page.reshaped(to: -1, 2).rows()
  }

  func svg() -> String {
    let places = frames.map(Self.projected)
    let rows = (0..<size).map { row in (0..<size).map { row * size + $0 } }
    let columns = (0..<size).map { column in (0..<size).map { $0 * size + column } }
    func path(_ points: [[Double]]) -> String {
      (rows + columns).map { line in
        "M"
          + line.map { "\(Int(points[$0][0].rounded())) \(Int(points[$0][1].rounded()))" }
          .joined(separator: "L")
      }.joined()
    }
    let paths = places.map(path)
    let duration = Double(frames.count) / 20
    let ball = Self.projected(NDArray([Cloth.ball.center]))[0]
    return svgPicture(
      width: Self.width, height: Self.height, label: "A cloth falls over a ball",
      """
      <circle cx="\(short(ball[0]))" cy="\(short(ball[1]))" r="\(short(Cloth.ball.radius * 262))" \
      fill="#e08a00" fill-opacity="0.85"/>
      <path fill="none" stroke="#1f6fb4" stroke-width="0.9" stroke-opacity="0.8" \
      stroke-linejoin="round" d="\(paths.last ?? "")">
      <animate attributeName="d" dur="\(short(duration))s" repeatCount="indefinite" \
      calcMode="discrete" values="\(paths.joined(separator: ";"))"/>
      </path>
      """)
  }
}
