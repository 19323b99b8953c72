// Swift numbers are captured, not mapped.
// error: contextual closure type '(NDArray) -> NDArray' expects 1 argument, but 2 were used
import Covector

let f = vmap { (x: NDArray, n: Int) -> NDArray in x }
let y = f(1.0, 2)
