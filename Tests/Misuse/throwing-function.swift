// A function under a transform must not throw.
// error: invalid conversion from throwing function
import Covector

func load(_ x: NDArray) throws -> NDArray { x }
let f = vmap(load)
