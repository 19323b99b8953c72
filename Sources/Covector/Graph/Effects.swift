// Operations that do something besides computing their results. Where values are known they are run as soon
// as they are asked for; where not, every program of the function holds them, whether or not its outputs
// depend on them.

extension Node {
  /// Runs a node that has an effect, or leaves it to the programs of the traces it is inside of.
  func performEffect() {
    // In a branch even what is known waits until the branch is taken.
    guard Trace.branch == 0, placeholderSerials().isEmpty else {
      Trace.current?.keepEffect(self)
      return
    }
    do throws(ArrayError) {
      try evaluate([NDArray(node: self)])
    } catch {
      ArrayError.report(error)
    }
  }

  /// The traces whose inputs of unknown value this node depends on, by number.
  func placeholderSerials() -> Set<UInt64> {
    var serials: Set<UInt64> = []
    var stack = [self]
    var seen: Set<ObjectIdentifier> = [ObjectIdentifier(self)]
    while let next = stack.popLast() {
      if next.flags.contains(.valueless) { serials.insert(next.serial) }
      if next.value(of: 0) != nil { continue }
      for input in next.inputs where seen.insert(ObjectIdentifier(input.node)).inserted {
        stack.append(input.node)
      }
    }
    return serials
  }
}
