// Runs a WhileLoop, step by step. Lanes that have ended are put aside, and the steps that follow are run for the
// others alone.

/// One run of a loop.
struct LoopRun {
  /// The loop between two steps.
  struct State {
    /// The number of steps taken.
    var step = 0
    /// The carried arrays; with lanes, a row for each that is running, and some more at the end.
    var carried: [ArrayValue]
    /// The lanes that are running.
    var lanes: [Int] = []
    /// What the body captured, and the test: the rows of the running lanes.
    var bodyConstants: [ArrayValue]
    var testConstants: [ArrayValue]
  }

  let loop: WhileLoop
  let device = Device.current
  private(set) var state: State
  /// The carried arrays of lanes that have ended.
  private var ended: [ArrayValue] = []
  private let carryTypes: [ArrayType]

  init(_ loop: WhileLoop, _ values: [ArrayValue]) {
    self.loop = loop
    carryTypes = Array(loop.body.inputTypes[..<loop.carryCount])
    state = State(
      carried: Array(values[..<loop.carryCount]), bodyConstants: Array(values[loop.bodyConstants]),
      testConstants: Array(values[loop.carryCount..<loop.bodyConstants.lowerBound]))
    if let lanes = loop.lanes { state.lanes = Array(0..<lanes.count) }
  }

  /// Runs the loop to its end.
  mutating func results() throws(ArrayError) -> [ArrayValue] {
    if let lanes = loop.lanes {
      ended = try carryTypes.map { type throws(ArrayError) in
        try ArrayValue.undefined(ArrayType([lanes.count] + type.shape, type.dtype), on: device)
      }
    }
    while try settle() { try step() }
    return loop.lanes == nil ? state.carried : ended
  }

  /// Tests whether there is another step, and puts the lanes aside for which there is none.
  mutating func settle() throws(ArrayError) -> Bool {
    switch loop.test {
    case .count(let count):
      return state.step < count
    case .program(let program):
      guard let lanes = loop.lanes else {
        return try program.run(state.carried + state.testConstants)[0].bools[0]
      }
      if state.lanes.isEmpty { return false }
      let mapped = Array(lanes.mapped[..<loop.bodyConstants.lowerBound])
      let answers = try program.onLanes(mapped, size: rowCount)
        .run(state.carried + state.testConstants)[0].bools
      let going = state.lanes.indices.filter { answers[$0] }
      if going.count < state.lanes.count { try narrow(to: going, answers) }
      return !going.isEmpty
    }
  }

  private var rowCount: Int {
    loop.lanes.map { min(Lanes.rows(for: state.lanes.count), $0.count) } ?? 0
  }

  /// Keeps some of the running lanes, by their rows; the others have ended.
  private mutating func narrow(to going: [Int], _ answers: [Bool]) throws(ArrayError) {
    guard let lanes = loop.lanes else { return }
    let gone = state.lanes.indices.filter { !answers[$0] }
    for (number, target) in ended.enumerated() {
      let dtype = carryTypes[number].dtype
      let rows = try state.carried[number].rows(gone, dtype, on: device)
      try target.setRows(gone.map { state.lanes[$0] }, to: rows, dtype, on: device)
    }
    state.lanes = going.map { state.lanes[$0] }
    if going.isEmpty { return }
    let rows = Lanes.padded(going, within: lanes.count)
    for (number, type) in carryTypes.enumerated() {
      state.carried[number] = try state.carried[number].rows(rows, type.dtype, on: device)
    }
    if case .program(let program) = loop.test {
      try narrowConstants(
        &state.testConstants, lanes.mapped[loop.carryCount..<loop.bodyConstants.lowerBound],
        program.inputTypes.dropFirst(loop.carryCount), to: rows)
    }
    try narrowConstants(
      &state.bodyConstants, lanes.mapped[loop.bodyConstants],
      loop.body.inputTypes.dropFirst(loop.carryCount), to: rows)
  }

  private func narrowConstants(
    _ constants: inout [ArrayValue], _ mapped: ArraySlice<Bool>, _ types: ArraySlice<ArrayType>,
    to rows: [Int]
  ) throws(ArrayError) {
    for (number, (isMapped, type)) in zip(mapped, types).enumerated() where isMapped {
      constants[number] = try constants[number].rows(rows, type.dtype, on: device)
    }
  }

  /// Takes one step; the loop has been settled.
  mutating func step() throws(ArrayError) {
    let inputs = state.carried + state.bodyConstants
    if let lanes = loop.lanes {
      state.carried = try loop.body.onLanes(loop.ofBody(lanes.mapped), size: rowCount).run(inputs)
    } else {
      state.carried = try loop.body.run(inputs)
    }
    state.step += 1
  }

  /// The steps from a settled state on, as many as are asked for.
  mutating func states(from start: State, count: Int) throws(ArrayError) -> [State] {
    state = start
    var states = [start]
    while states.count < count {
      try step()
      _ = try settle()
      states.append(state)
    }
    return states
  }
}

/// Runs a ReverseLoop: forward with few states kept, then backwards in stretches that are run again.
struct ReverseRun {
  let reverse: ReverseLoop
  private var run: LoopRun
  /// The cotangents of the moving carried arrays; with lanes, of all of them.
  private var carried: [ArrayValue]
  /// The sums of the cotangents of captured arrays that are wanted.
  private var sums: [ArrayValue] = []

  private var loop: WhileLoop { reverse.loop }
  private var device: Device { run.device }

  init(_ reverse: ReverseLoop, _ values: [ArrayValue]) {
    self.reverse = reverse
    run = LoopRun(reverse.loop, Array(values[..<reverse.loop.inputCount]))
    carried = Array(values[reverse.loop.inputCount...])
  }

  private var wantedConstants: [Int] { loop.bodyConstants.filter { reverse.wanted[$0] } }

  /// The captured arrays among the wanted that have a value for each lane.
  private func isPerLane(_ constant: Int) -> Bool { loop.lanes?.mapped[constant] ?? false }

  mutating func results() throws(ArrayError) -> [ArrayValue] {
    let types = loop.body.inputTypes
    for place in wantedConstants {
      var type = types[place - loop.testConstantCount]
      if let lanes = loop.lanes, isPerLane(place) { type.shape.insert(lanes.count, at: 0) }
      sums.append(try own(.zeros(type, on: device), type))
    }
    if let lanes = loop.lanes {
      // Rows of these are replaced as their lanes go backwards.
      for (number, place) in reverse.movingCarries.enumerated() {
        var type = types[place]
        type.shape.insert(lanes.count, at: 0)
        carried[number] = try own(carried[number], type)
      }
    }
    let forward = try forward()
    var (kept, steps) = (forward.kept, forward.steps)
    while let start = kept.popLast() {
      let states = try run.states(from: start, count: min(forward.stride, steps - start.step))
      for state in states.reversed() { try pull(state) }
      steps = start.step
    }
    var moving = carried.makeIterator()
    let byCarry = (0..<loop.carryCount).map { place in
      reverse.movingCarries.contains(place) ? moving.next() : nil
    }
    return (0..<loop.carryCount).compactMap { reverse.wanted[$0] ? byCarry[$0] : nil } + sums
  }

  /// Runs the loop, and keeps every so many states.
  ///
  /// When there are twice as many as the steps between two of them, every other is dropped. So for n steps at
  /// most 2√n states and as many of one stretch are held at a time, and each step is run twice.
  private mutating func forward() throws(ArrayError) -> (
    kept: [LoopRun.State], steps: Int, stride: Int
  ) {
    var kept: [LoopRun.State] = []
    var stride = 1
    while try run.settle() {
      if run.state.step % stride == 0 {
        kept.append(run.state)
        if kept.count > 2 * stride {
          stride *= 2
          kept = kept.filter { $0.step % stride == 0 }
        }
      }
      try run.step()
    }
    return (kept, run.state.step, stride)
  }

  /// A dense copy that nobody else holds.
  private func own(_ value: ArrayValue, _ type: ArrayType) throws(ArrayError) -> ArrayValue {
    let copy = try ArrayValue.undefined(type, on: device)
    unsafe StridedCopy.run(
      from: value.buffer.base, value.layout, to: copy.buffer.base, copy.layout, dtype: type.dtype,
      device: device)
    return copy
  }

  /// Goes back through one step.
  private mutating func pull(_ state: LoopRun.State) throws(ArrayError) {
    let inputs = state.carried + state.bodyConstants
    guard let lanes = loop.lanes else {
      let answers = try program(rows: nil).run(inputs + carried + sums)
      carried = Array(answers[..<carried.count])
      sums = Array(answers[carried.count...])
      return
    }
    // Rows that only fill up must add nothing: their cotangents are zero.
    let rows = Lanes.padded(state.lanes, within: lanes.count)
    let types = loop.body.inputTypes
    func rowsOf(_ value: ArrayValue, _ type: ArrayType) throws(ArrayError) -> ArrayValue {
      let taken = try own(
        value.rows(rows, type.dtype, on: device), ArrayType([rows.count] + type.shape, type.dtype))
      let zero = try ArrayValue.zeros(ArrayType([rows.count] + type.shape, type.dtype), on: device)
      try taken.setRows(
        Array(state.lanes.count..<rows.count), to: zero, type.dtype, on: device)
      return taken
    }
    var cotangents: [ArrayValue] = []
    for (value, place) in zip(carried, reverse.movingCarries) {
      cotangents.append(try rowsOf(value, types[place]))
    }
    for (value, place) in zip(sums, wantedConstants) {
      let type = types[place - loop.testConstantCount]
      cotangents.append(isPerLane(place) ? try rowsOf(value, type) : value)
    }
    let answers = try program(rows: rows.count).run(inputs + cotangents)
    for (number, place) in reverse.movingCarries.enumerated() {
      try carried[number].setRows(
        state.lanes, to: answers[number], types[place].dtype, on: device)
    }
    for (number, place) in wantedConstants.enumerated() {
      let answer = answers[carried.count + number]
      if isPerLane(place) {
        let dtype = types[place - loop.testConstantCount].dtype
        try sums[number].setRows(state.lanes, to: answer, dtype, on: device)
      } else {
        sums[number] = answer
      }
    }
  }

  /// One step backwards: from what the body takes, the cotangents of what it gives and the sums, to the
  /// cotangents of what it takes and the sums with this step's.
  private func program(rows: Int?) -> ClosedProgram {
    let mapped = loop.lanes.map { loop.ofBody($0.mapped) } ?? []
    let carries = reverse.movingCarries
    let constants = wantedConstants.map { $0 - loop.testConstantCount }
    let body = loop.body
    let wanted = loop.ofBody(reverse.wanted)
    return body.derived(.pullback(wanted: wanted, mapped: mapped, size: rows)) {
      let step = rows.map { body.onLanes(mapped, size: $0) } ?? body
      let types = step.inputTypes
      let places = carries + constants
      return ClosedProgram.derive("vjp", types + places.map { types[$0] }) { inputs in
        let primals = Array(inputs[..<types.count])
        let cotangents = Array(inputs[types.count...])
        let answers = step.pulledBack(
          primals, to: places, given: carries, Array(cotangents[..<carries.count]))
        return places.indices.map { number in
          let answer = answers[number]
          guard number >= carries.count else { return answer ?? cotangents[number].zerosLike() }
          return sumOfTangents(cotangents[number], answer) ?? cotangents[number]
        }
      }
    }
  }
}
